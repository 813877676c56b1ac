package race

import (
	"slices"
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train/view"
	"optwatch/tui/draw"
	"optwatch/tui/pane"
	"optwatch/tui/runs"
)

// standings is the pane of the runs, which is also the legend and the selector.
type standings struct{ *sight }

func (s *standings) Name() string            { return "runs" }
func (s *standings) Brief() string           { return "runs" }
func (s *standings) There() bool             { return true }
func (s *standings) Rows() int               { return 0 }
func (s *standings) Follow()                 {}
func (s *standings) Settle(pane.Place, bool) {}
func (s *standings) Keys() []pane.Binding    { return nil }

// Draw fills the place with a heading, as many rows as fit, and under them the
// advice for the selected run.
func (s *standings) Draw(q pane.Place) []string {
	w, h := q.Inner()
	rows := s.Entries()
	table := s.table(w, rows)
	lines := []string{table.Heading(draw.NewLine(w), s.Theme.Dim).String()}
	advice := min(s.under, max(0, h-2))
	for _, e := range runs.Scrolled(rows, s.at(rows), h-headingRows-advice) {
		lines = append(lines, s.row(table, e, w))
	}
	if len(rows) == 0 {
		lines = append(lines, s.Theme.Dim.Paint(s.None()))
	}
	if len(lines)+advice < h {
		lines = append(lines, "")
	}
	lines = append(lines, s.advice(w, advice)...)
	return q.Fill(s.Theme, s.box(q, len(rows) > h-1-advice, len(rows)), lines)
}

// at is the place of the selected row among all.
func (s *standings) at(rows []runs.Entry) int { return slices.IndexFunc(rows, s.Chosen) }

func (s *standings) box(q pane.Place, cropped bool, n int) draw.Box {
	b := draw.Box{Title: "runs", Focused: q.Focused, Right: s.Order()}
	var notes []string
	if s.values {
		b.Title = "values near " + s.cursorText()
	}
	if s.Filter != "" {
		notes = append(notes, "filter: "+s.Filter)
	}
	if off := s.offAxis(s.Groups, 48); off != "" {
		notes = append(notes, off)
	}
	if cropped {
		notes = append(notes, strconv.Itoa(n)+" in all")
	}
	b.Beside = strings.Join(notes, " · ")
	return b
}

// row is that of a run, or of several as one. With the value cursor on, it
// shows them there.
func (s *standings) row(table *draw.Table[*standing], e runs.Entry, w int) string {
	l := draw.NewLine(w)
	body := s.Theme.Text
	if s.Chosen(e) {
		body = s.Theme.Strong
		l.Put(body, " ▸")
	}
	l.Tab(2)
	if flat, k := s.lineSign(e); flat != "" {
		l.Gap(1).Put(k, flat+flat)
	}
	if s.Away(e) {
		body = s.Theme.Faint
	}
	return table.Row(l, s.Theme, s.standing(e), body).String()
}

// lineSign is how the line of an entry is drawn; "" where it has none of its own.
func (s *standings) lineSign(e runs.Entry) (flat string, k draw.Ink) {
	b := s.Brush(e.Group[0])
	switch {
	case s.Away(e), e.Inner() && !s.Chosen(e):
		return "", draw.Ink{}
	case !s.takes(e.Group[0]): // it has no curve here
		return b.Flat, s.Theme.Faint
	case e.Inner():
		return s.Theme.Member.Flat, b.Ink
	}
	return b.Flat, b.Ink
}

// takes says whether a run has a place on the axis of the charts.
func (s *sight) takes(r *view.Run) bool { return r.Takes(s.axis) }

// drawState puts how a run stands: a sign, and a word where there is room.
func (s *standings) drawState(l *draw.Line, q *standing, _ draw.Ink, w int) {
	glyph, word, k := s.StateOfEntry(q.entry)
	l.Put(k, glyph).Gap(1)
	if w > 2 {
		l.Put(k, draw.Short(word, w-2))
	}
}

// offAxis names the runs that have no place on the x-axis, in at most w columns.
func (s *sight) offAxis(groups []view.Group, w int) string {
	var names []string
	n := 0
	for _, g := range groups {
		if !s.takes(g[0]) {
			names = append(names, runs.GroupName(g))
			n += len(g)
		}
	}
	what := draw.Clean(s.over().None)
	if len(names) == 0 || what == "" {
		return ""
	}
	count := strconv.Itoa(n) + map[bool]string{true: " run", false: " runs"}[n == 1]
	for _, text := range []string{what + ": " + strings.Join(names, ", "), what + ": " + count} {
		if ansi.StringWidth(text) <= w {
			return text
		}
	}
	return ""
}
