package tui

import (
	"slices"
	"strconv"
	"strings"

	"optwatch/train/study"
	"optwatch/tui/draw"
)

// textCache is a page as it was broken into lines last. A study's parts never
// change, so that it follows from where they are kept.
type textCache struct {
	key   textKey
	lines []string
}

type textKey struct {
	page              page
	w                 int
	claims            *study.Claim
	tables            *study.Table
	notes, recipes    *string
	nClaims, nTables  int
	nNotes, nRecipes  int
	title, about, err string
	state             study.State
}

func first[T any](list []T) *T {
	if len(list) == 0 {
		return nil
	}
	return &list[0]
}

// of is a page in lines of at most w columns.
func (c *textCache) of(t *draw.Theme, s *study.Study, p page, w int) []string {
	key := textKey{
		p, w, first(s.Claims), first(s.Tables), first(s.Notes), first(s.Recipes),
		len(s.Claims), len(s.Tables), len(s.Notes), len(s.Recipes), s.Title, s.About, s.Err, s.State,
	}
	if c.key == key && c.lines != nil {
		return c.lines
	}
	lines := []string{}
	switch p {
	case pageClaims:
		lines = claimLines(t, s, w)
	case pageTables:
		lines = tableLines(t, s, w)
	case pageNotes:
		lines = noteLines(t, s, w)
	}
	c.key, c.lines = key, lines
	return lines
}

// drawText draws the part of the text that is seen.
func (d *desk) drawText(t *draw.Theme, q placed) []string {
	_, h := q.inner()
	lines := d.lines[d.top:min(len(d.lines), d.top+h)]
	if !q.boxed {
		return draw.Block(lines, q.w, q.h)
	}
	b := draw.Box{Title: pageNames[d.seen()]}
	if !d.plan.single {
		var others []string
		for _, p := range d.pages() {
			if p != d.seen() {
				others = append(others, pageNames[p])
			}
		}
		if len(others) > 0 {
			b.Beside = "· " + strings.Join(others, " · ")
		}
	}
	if rest := len(d.lines) - d.top - h; rest > 0 {
		b.Right = strconv.Itoa(rest) + " more below"
	} else if d.top > 0 {
		b.Right = strconv.Itoa(d.top) + " more above"
	}
	return b.Draw(t, lines, q.w, q.h)
}

// claimLines are the claims with what was predicted, measured and found.
func claimLines(t *draw.Theme, s *study.Study, w int) []string {
	if w < 72 {
		return stackedClaims(t, s, w)
	}
	rows := make([][]string, len(s.Claims))
	for i, c := range s.Claims {
		rows[i] = []string{draw.Clean(c.Text), orUnknown(c.Predicted), orUnknown(c.Measured), verdictGlyph(c.Verdict) + " " + c.Verdict.String()}
	}
	inks := func(row, col int) draw.Ink {
		if col == 3 {
			return verdictInk(t, s.Claims[row].Verdict)
		}
		return t.Text
	}
	return draw.Sheet{Head: []string{"claim", "predicted", "measured", "verdict"}, Rows: rows, Ink: inks}.Lines(t, w)
}

func verdictInk(t *draw.Theme, v study.Verdict) draw.Ink {
	return [...]draw.Ink{study.Pending: t.Dim, study.Holds: t.Strong, study.Fails: t.Bad}[v]
}

func orUnknown(s string) string {
	if s == "" {
		return draw.Unknown
	}
	return draw.Clean(s)
}

// stackedClaims are the claims one part below the other, for narrow screens.
func stackedClaims(t *draw.Theme, s *study.Study, w int) []string {
	var out []string
	for _, c := range s.Claims {
		part := func(head string, k draw.Ink, text string) {
			for i, line := range draw.Wrap(text, max(1, w-15)) {
				l := draw.NewLine(w)
				l.Gap(3)
				if i == 0 {
					l.Put(t.Dim, head)
				}
				out = append(out, l.Tab(14).Put(k, line).String())
			}
		}
		for i, line := range draw.Wrap(draw.Clean(c.Text), max(1, w-4)) {
			l := draw.NewLine(w)
			l.Gap(1)
			if i == 0 {
				l.Put(verdictInk(t, c.Verdict), verdictGlyph(c.Verdict))
			}
			out = append(out, l.Tab(3).Put(t.Strong, line).String())
		}
		part("predicted", t.Text, orUnknown(c.Predicted))
		part("measured", t.Text, orUnknown(c.Measured))
		part("verdict", verdictInk(t, c.Verdict), c.Verdict.String())
	}
	return out
}

// tableLines are the tables, one below the other.
func tableLines(t *draw.Theme, s *study.Study, w int) []string {
	var out []string
	for i, table := range s.Tables {
		if i > 0 {
			out = append(out, "")
		}
		out = append(out, paragraph(t.Strong, table.Title, w)...)
		rows := make([][]string, len(table.Rows))
		for k, row := range table.Rows {
			rows[k] = make([]string, len(table.Head))
			for c := range rows[k] {
				if c < len(row) {
					rows[k][c] = draw.Clean(row[c])
				}
			}
		}
		head := slices.Clone(table.Head)
		for c := range head {
			head[c] = draw.Clean(head[c])
		}
		q := draw.Sheet{Head: head, Rows: rows, Ink: func(int, int) draw.Ink { return t.Text }, Sums: true}
		const headLines = 2 // at most
		lines, stacked := q.Lines(t, w), q.Stacked(t, w)
		if !q.Fits(w) || len(stacked)+headLines < len(lines) {
			lines = stacked
		}
		out = append(out, lines...)
	}
	return out
}

// noteLines are what must be known, and the recipes to paste.
func noteLines(t *draw.Theme, s *study.Study, w int) []string {
	out := paragraph(t.Strong, s.Title, w)
	out = append(out, paragraph(t.Text, s.About, w)...)
	if s.Err != "" {
		out = append(out, "")
		for part := range strings.SplitSeq(s.Err, "\n") {
			out = append(out, paragraph(t.Bad, part, w)...)
		}
	}
	for _, note := range s.Notes {
		out = append(out, "")
		out = append(out, paragraph(t.Text, note, w)...)
	}
	if len(s.Recipes) > 0 {
		out = append(out, "", t.Dim.Paint(" to paste after optwatch run"))
		for _, r := range s.Recipes {
			out = append(out, paragraph(t.Strong, "--run "+r, w)...)
		}
	}
	return out
}

// paragraph is a text in lines with a margin.
func paragraph(k draw.Ink, text string, w int) []string {
	var out []string
	if text = draw.Clean(text); text == "" {
		return nil
	}
	for _, s := range draw.Wrap(text, max(1, w-2)) {
		out = append(out, draw.NewLine(w).Gap(1).Put(k, s).String())
	}
	return out
}
