package tui

import (
	"slices"
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train/record"
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
	claims            *record.Claim
	tables            *record.Table
	notes, recipes    *string
	nClaims, nTables  int
	nNotes, nRecipes  int
	title, about, err string
	state             record.State
}

func first[T any](list []T) *T {
	if len(list) == 0 {
		return nil
	}
	return &list[0]
}

// of is a page in lines of at most w columns.
func (c *textCache) of(t *theme, s *record.Study, p page, w int) []string {
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
		b.beside = "· " + strings.Join(others, " · ")
	}
	if rest := len(d.lines) - d.top - h; rest > 0 {
		b.right = strconv.Itoa(rest) + " more below"
	} else if d.top > 0 {
		b.right = strconv.Itoa(d.top) + " more above"
	}
	return b.draw(t, lines, q.w, q.h)
}

// claimLines are the claims with what was predicted, measured and found.
func claimLines(t *theme, s *record.Study, w int) []string {
	if len(s.Claims) == 0 {
		return []string{t.dim.paint(" nothing has been claimed yet")}
	}
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
	return sheet{[]string{"claim", "predicted", "measured", "verdict"}, rows, inks}.lines(t, w)
}

func verdictInk(t *theme, v record.Verdict) ink {
	return [...]ink{record.Pending: t.dim, record.Holds: t.strong, record.Fails: t.bad}[v]
}

func orUnknown(s string) string {
	if s == "" {
		return unknown
	}
	return clean(s)
}

// stackedClaims are the claims one part below the other, for narrow screens.
func stackedClaims(t *theme, s *record.Study, w int) []string {
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
func tableLines(t *theme, s *record.Study, w int) []string {
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
		out = append(out, sheet{head, rows, func(int, int) ink { return t.text }}.lines(t, w)...)
	}
	return out
}

// noteLines are what must be known, and the recipes to paste.
func noteLines(t *theme, s *record.Study, w int) []string {
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

// sheet is a table whose cells are broken to fit their columns.
type sheet struct {
	head []string
	rows [][]string
	ink  func(row, col int) ink
}

// lines are the sheet in lines of w columns.
func (s sheet) lines(t *theme, w int) []string {
	if len(s.head) == 0 {
		return nil
	}
	const between = 2
	widths := s.widths(w - 2 - between*(len(s.head)-1))
	right := make([]bool, len(s.head))
	for c := range right {
		right[c] = s.numeric(c)
	}
	var out []string
	row := func(cells []string, inks func(col int) ink) {
		parts, high := make([][]string, len(cells)), 1
		for c := range cells {
			parts[c] = wrapCell(cells[c], widths[c])
			high = max(high, len(parts[c]))
		}
		for y := range high {
			l, at := newLine(w), 1
			for c := range parts {
				if y < len(parts[c]) {
					text := short(parts[c][y], widths[c])
					l.tab(at)
					if right[c] {
						l.gap(widths[c] - ansi.StringWidth(text))
					}
					l.put(inks(c), text)
				}
				at += widths[c] + between
			}
			out = append(out, l.String())
		}
	}
	row(s.head, func(int) ink { return t.dim })
	for i := range s.rows {
		row(s.rows[i], func(c int) ink { return s.ink(i, c) })
	}
	return out
}

// widths are those of the columns. Until all fit, the column gives way whose
// breaking adds the fewest lines to the sheet, of several the widest.
func (s sheet) widths(room int) []int {
	want, total := make([]int, len(s.head)), 0
	for c := range want {
		want[c] = max(1, ansi.StringWidth(s.head[c]))
		for _, row := range s.rows {
			want[c] = max(want[c], ansi.StringWidth(row[c]))
		}
		total += want[c]
	}
	for ; total > room; total-- {
		best, least := -1, 0
		for c := range want {
			if want[c] <= min(ansi.StringWidth(s.head[c]), 9) && total < 4*room || want[c] == 1 {
				continue
			}
			want[c]--
			high := s.height(want)
			want[c]++
			if best < 0 || high < least || high == least && want[c] > want[best] {
				best, least = c, high
			}
		}
		if best < 0 {
			return want
		}
		want[best]--
	}
	return want
}

// height is about how many lines the sheet has with some widths.
func (s sheet) height(widths []int) int {
	total := 0
	for _, row := range s.rows {
		high := 1
		for c := range row {
			high = max(high, (len(row[c])+widths[c]-1)/widths[c])
		}
		total += high
	}
	return total
}

// wrapCell breaks a cell at spaces, and words only that are wider than w.
func wrapCell(text string, w int) []string {
	lines, at := []string{}, ""
	for word := range strings.FieldsSeq(text) {
		if at != "" && ansi.StringWidth(at)+1+ansi.StringWidth(word) <= w {
			at += " " + word
			continue
		}
		if at != "" {
			lines = append(lines, at)
		}
		for ansi.StringWidth(word) > w {
			head := ansi.Truncate(word, w, "")
			if head == "" { // a wide character in a column of one
				break
			}
			lines, word = append(lines, head), word[len(head):]
		}
		at = word
	}
	return append(lines, at)
}

// numeric says whether a column holds numbers, with their units.
func (s sheet) numeric(c int) bool {
	for _, row := range s.rows {
		if text := strings.TrimLeft(row[c], "+-−±≤≥<>~≈ "); row[c] != unknown && row[c] != "" && (text == "" || text[0] < '0' || text[0] > '9') {
			return false
		}
	}
	return len(s.rows) > 0
}
