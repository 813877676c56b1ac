package study

import (
	"fmt"
	"strings"
	"time"
)

// report is the session as a page of Markdown, with pictures and tables of
// the studies that have ended.
func (f *Folder) report(v *View) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n", escaped(f.title))
	if v.About != "" {
		fmt.Fprintf(&b, "- data: %s\n", escaped(v.About))
	}
	for _, fact := range f.facts {
		fmt.Fprintf(&b, "- %s: %s\n", escaped(fact.Name), escaped(fact.Text))
	}
	b.WriteString("\n| study | | claims | gradient evaluations | time |\n| --- | --- | --- | ---: | ---: |\n")
	for i := range v.Studies {
		s := &v.Studies[i]
		fmt.Fprintf(&b, "| [%s](#%s) | %s | %s | %s | %s |\n", escaped(s.Name), anchor(s.Name), escaped(s.Title), escaped(s.outcome()), grouped(s.Evals), s.took())
	}
	for i := range v.Studies {
		if s := &v.Studies[i]; f.kept[s.Name] {
			s.section(&b)
		}
	}
	return b.String()
}

// outcome is how the study ended, with how many of its claims have which verdict.
func (s *Study) outcome() string {
	n := TallyOf(*s)
	var parts []string
	for _, v := range Verdicts {
		if n[v] > 0 {
			parts = append(parts, fmt.Sprintf("%s %d %s", v.Sign(), n[v], v.Of(n[v])))
		}
	}
	if s.State != Done || len(parts) == 0 {
		parts = append(parts, s.State.String())
	}
	return strings.Join(parts, ", ")
}

// took is the time of a study that has ended; the others' would change the
// report all the time.
func (s *Study) took() string {
	if !s.State.Over() || s.Elapsed == 0 {
		return "—"
	}
	return s.Elapsed.Round(100 * time.Millisecond).String()
}

func (s *Study) section(b *strings.Builder) {
	fmt.Fprintf(b, "\n## %s\n\n**%s**\n\n", escaped(s.Name), escaped(s.Title))
	paragraph := func(text string) {
		if text != "" {
			b.WriteString(escaped(text) + "\n\n")
		}
	}
	paragraph(s.About)
	if s.Err != "" {
		first, _, _ := strings.Cut(s.Err, "\n") // of a panic, without its stack
		fmt.Fprintf(b, "%s: %s\n\n", s.State, escaped(first))
	}
	if len(s.Claims) > 0 {
		rows := make([][]string, len(s.Claims))
		for i, c := range s.Claims {
			rows[i] = []string{c.Text, orDash(c.Predicted), orDash(c.Measured), orDash(c.RefutedBy), c.Verdict.String()}
		}
		markdownTable(b, []string{"claim", "predicted", "measured", "refuted by", "verdict"}, rows)
	}
	for _, t := range s.Tables {
		fmt.Fprintf(b, "**%s** ([CSV](%s.csv))\n\n", escaped(t.Title), tableName(s.Name, t.Name))
		markdownTable(b, t.Head, t.Rows)
	}
	for _, fig := range s.Figures {
		name := fileName(s.Name, fig.Name)
		fmt.Fprintf(b, "![%s](%s.png)\n\n[SVG](%s.svg) · [CSV](%s.csv)\n\n", escaped(fig.Title), name, name, name)
	}
	for _, note := range s.Notes {
		b.WriteString("- " + escaped(note) + "\n")
	}
	if len(s.Recipes) > 0 {
		b.WriteString("\n```\n")
		for _, r := range s.Recipes {
			b.WriteString("--run " + strings.ReplaceAll(r, "\n", " ") + "\n")
		}
		b.WriteString("```\n")
	}
}

func orDash(s string) string {
	if s == "" {
		return "—"
	}
	return s
}

func markdownTable(b *strings.Builder, head []string, rows [][]string) {
	row := func(cells []string) {
		for i := range head {
			cell := ""
			if i < len(cells) {
				cell = escaped(cells[i])
			}
			b.WriteString("| " + cell + " ")
		}
		b.WriteString("|\n")
	}
	row(head)
	b.WriteString(strings.Repeat("| --- ", len(head)) + "|\n")
	for _, cells := range rows {
		row(cells)
	}
	b.WriteString("\n")
}

var markdown = strings.NewReplacer(
	"\\", "\\\\", "|", "\\|", "*", "\\*", "_", "\\_", "`", "\\`", "[", "\\[", "]", "\\]", "<", "&lt;", ">", "&gt;", "#", "\\#", "~", "\\~", "$", "\\$",
	"\r", "", "\n", " ",
)

// escaped is a text that Markdown shows as it is, on one line.
func escaped(s string) string { return markdown.Replace(s) }

// anchor is where a heading of letters, digits and signs is found on its page.
func anchor(name string) string {
	return strings.ToLower(strings.ReplaceAll(name, " ", "-"))
}

// grouped is a whole number with its thousands set apart by spaces that do not break.
func grouped(n int64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "\u00a0" + s[i:]
	}
	return s
}
