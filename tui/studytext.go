package tui

import (
	"slices"
	"strconv"
	"strings"

	"optwatch/train/study"
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
func (c *textCache) of(t *theme, s *study.Study, p page, w int) []string {
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
func (d *desk) drawText(t *theme, q placed) []string {
	_, h := q.inner()
	lines := d.lines[d.top:min(len(d.lines), d.top+h)]
	if !q.boxed {
		return fitBlock(lines, q.w, q.h)
	}
	b := box{title: pageNames[d.seen()]}
	if !d.plan.single {
		var others []string
		for _, p := range d.pages() {
			if p != d.seen() {
				others = append(others, pageNames[p])
			}
		}
		if len(others) > 0 {
			b.beside = "· " + strings.Join(others, " · ")
		}
	}
	if rest := len(d.lines) - d.top - h; rest > 0 {
		b.right = strconv.Itoa(rest) + " more below"
	} else if d.top > 0 {
		b.right = strconv.Itoa(d.top) + " more above"
	}
	return b.draw(t, lines, q.w, q.h)
}

// claimLines are the claims with what was predicted, measured and found.
func claimLines(t *theme, s *study.Study, w int) []string {
	if w < 72 {
		return stackedClaims(t, s, w)
	}
	rows := make([][]string, len(s.Claims))
	for i, c := range s.Claims {
		rows[i] = []string{clean(c.Text), orUnknown(c.Predicted), orUnknown(c.Measured), verdictGlyph(c.Verdict) + " " + c.Verdict.String()}
	}
	inks := func(row, col int) ink {
		if col == 3 {
			return verdictInk(t, s.Claims[row].Verdict)
		}
		return t.text
	}
	return sheet{[]string{"claim", "predicted", "measured", "verdict"}, rows, inks, false}.lines(t, w)
}

func verdictInk(t *theme, v study.Verdict) ink {
	return [...]ink{study.Pending: t.dim, study.Holds: t.strong, study.Fails: t.bad}[v]
}

func orUnknown(s string) string {
	if s == "" {
		return unknown
	}
	return clean(s)
}

// stackedClaims are the claims one part below the other, for narrow screens.
func stackedClaims(t *theme, s *study.Study, w int) []string {
	var out []string
	for _, c := range s.Claims {
		part := func(head string, k ink, text string) {
			for i, line := range wrap(text, max(1, w-15)) {
				l := newLine(w)
				l.gap(3)
				if i == 0 {
					l.put(t.dim, head)
				}
				out = append(out, l.tab(14).put(k, line).String())
			}
		}
		for i, line := range wrap(clean(c.Text), max(1, w-4)) {
			l := newLine(w)
			l.gap(1)
			if i == 0 {
				l.put(verdictInk(t, c.Verdict), verdictGlyph(c.Verdict))
			}
			out = append(out, l.tab(3).put(t.strong, line).String())
		}
		part("predicted", t.text, orUnknown(c.Predicted))
		part("measured", t.text, orUnknown(c.Measured))
		part("verdict", verdictInk(t, c.Verdict), c.Verdict.String())
	}
	return out
}

// tableLines are the tables, one below the other.
func tableLines(t *theme, s *study.Study, w int) []string {
	var out []string
	for i, table := range s.Tables {
		if i > 0 {
			out = append(out, "")
		}
		out = append(out, paragraph(t.strong, table.Title, w)...)
		rows := make([][]string, len(table.Rows))
		for k, row := range table.Rows {
			rows[k] = make([]string, len(table.Head))
			for c := range rows[k] {
				if c < len(row) {
					rows[k][c] = clean(row[c])
				}
			}
		}
		head := slices.Clone(table.Head)
		for c := range head {
			head[c] = clean(head[c])
		}
		q := sheet{head, rows, func(int, int) ink { return t.text }, true}
		const headLines = 2 // at most
		lines, stacked := q.lines(t, w), q.stacked(t, w)
		if !q.whole(w) || len(stacked)+headLines < len(lines) {
			lines = stacked
		}
		out = append(out, lines...)
	}
	return out
}

// noteLines are what must be known, and the recipes to paste.
func noteLines(t *theme, s *study.Study, w int) []string {
	out := paragraph(t.strong, s.Title, w)
	out = append(out, paragraph(t.text, s.About, w)...)
	if s.Err != "" {
		out = append(out, "")
		for part := range strings.SplitSeq(s.Err, "\n") {
			out = append(out, paragraph(t.bad, part, w)...)
		}
	}
	for _, note := range s.Notes {
		out = append(out, "")
		out = append(out, paragraph(t.text, note, w)...)
	}
	if len(s.Recipes) > 0 {
		out = append(out, "", t.dim.paint(" to paste after optwatch run"))
		for _, r := range s.Recipes {
			out = append(out, paragraph(t.strong, "--run "+r, w)...)
		}
	}
	return out
}

// paragraph is a text in lines with a margin.
func paragraph(k ink, text string, w int) []string {
	var out []string
	if text = clean(text); text == "" {
		return nil
	}
	for _, s := range wrap(text, max(1, w-2)) {
		out = append(out, newLine(w).gap(1).put(k, s).String())
	}
	return out
}
