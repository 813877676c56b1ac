package values

import (
	"slices"
	"strconv"

	"github.com/charmbracelet/x/ansi"

	"optwatch/tui/draw"
	"optwatch/tui/runs"
)

// The columns before the values: signs for the selection and for the line of a run, and
// its name.
const lead, longestName, gap = 6, 24, 2

// Draw shows as many metrics as there is room for, of as many runs, the selected among
// them.
func (t *table) Draw(w, h int) []string {
	columns, entries := t.columns(), t.Entries()
	name := len("run")
	for _, e := range entries {
		name = max(name, min(ansi.StringWidth(e.Name()), longestName))
	}
	widths, inner := t.widths(columns, entries), w-2
	t.from = max(0, min(t.from, len(columns)-1))
	if len(columns) > 0 { // a short name and a value say more than a long name
		name = max(len("run"), min(name, inner-1-lead-gap-widths[t.from]))
	}
	end, room := t.from, inner-1-lead-name
	for end < len(columns) && room >= widths[end]+gap {
		room -= widths[end] + gap
		end++
	}
	for end == len(columns) && t.from > 0 && room >= widths[t.from-1]+gap { // none is left out for nothing
		t.from--
		room -= widths[t.from] + gap
	}
	t.seen = end - t.from
	if t.from == 0 && end == len(columns) {
		inner -= room
	}
	head := draw.NewLine(inner).Tab(lead).Put(t.Theme.Dim, draw.Fit("run", name))
	for i := t.from; i < end; i++ {
		head.Gap(gap).Put(t.Theme.Dim, draw.Right(draw.Short(columns[i].head, widths[i]), widths[i]))
	}
	lines := []string{head.String()}
	for _, e := range runs.Scrolled(entries, slices.IndexFunc(entries, t.Chosen), max(1, h-3)) {
		lines = append(lines, t.row(e, name, widths[t.from:end], columns[t.from:end], inner))
	}
	b := draw.Box{Title: t.Title(), Focused: true}
	if t.seen < len(columns) {
		b.Right = "metrics " + strconv.Itoa(t.from+1) + "–" + strconv.Itoa(end) + " of " + strconv.Itoa(len(columns))
	}
	return b.Draw(t.Theme, lines, inner+2, len(lines)+2)
}

// row is a run, or a group by its medians.
func (t *table) row(e runs.Entry, name int, widths []int, columns []column, w int) string {
	l, body := draw.NewLine(w), t.Theme.Text
	if t.Chosen(e) {
		body = t.Theme.Strong
		l.Put(body, " ▸")
	}
	b := t.Brush(e.Group[0])
	l.Tab(3).Put(b.Ink, b.Flat+b.Flat).Tab(lead).Put(body, draw.Fit(draw.Short(e.Name(), name), name))
	for i, c := range columns {
		text := c.text(c.value(e))
		l.Gap(gap).Put(t.Theme.Quiet(text, body), draw.Right(text, widths[i]))
	}
	return l.String()
}

// widths are those of the columns, whatever is scrolled.
func (t *table) widths(columns []column, entries []runs.Entry) []int {
	const longestHead, least = 16, 7
	widths := make([]int, len(columns))
	for i, c := range columns {
		widths[i] = max(least, min(ansi.StringWidth(c.head), longestHead))
		for _, e := range entries {
			widths[i] = max(widths[i], ansi.StringWidth(c.text(c.value(e))))
		}
	}
	return widths
}
