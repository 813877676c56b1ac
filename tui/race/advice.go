package race

import (
	"optwatch/tui/draw"
	"optwatch/tui/runs"
)

// The newest advice of the selected run stands whole under the standings, where
// nobody need look for it.

// room is how many rows the advice is given at a width. It never becomes less, and
// is that of all runs, so that nothing moves with the selection.
type room struct{ w, rows int }

// mostAdvice is enough for any advice on the smallest screen.
const mostAdvice = 5

// adviceLead is the column at which an advice begins.
const adviceLead = 3

// advised makes room for the longest advice of all runs, and says how much that is:
// 0 where no run has been looked at.
func (s *sight) advised(w int) int {
	if s.told.w != w {
		s.told = room{w: w}
	}
	for i := range s.Snap.Runs {
		d := s.Snap.Runs[i].Diagnosis
		if d == nil || s.told.rows == mostAdvice {
			continue
		}
		s.told.rows = max(s.told.rows, min(mostAdvice, len(wrappedAdvice(draw.Clean(d.Advice.Text), w))))
	}
	return s.told.rows
}

func wrappedAdvice(text string, w int) []string { return draw.Wrap(text, max(8, w-adviceLead-1)) }

// advice is what is known to be wrong with the selected run, and what may help, in
// as many rows as there is room for: else what was found last, and when.
func (s *sight) advice(w, rows int) []string {
	lines := make([]string, 0, rows)
	r := s.Advised()
	if r == nil || rows == 0 {
		return append(lines, make([]string, rows)...)
	}
	t := s.Theme
	sign, ink, text := t.Warn, t.Strong, draw.Clean(r.Diagnosis.Advice.Text)
	if s.Whole && text != "" {
		text = runs.Label(r) + ": " + text
	}
	if text == "" {
		sign, ink, text = t.Dim, t.Dim, s.LastFound(r)
	}
	parts := wrappedAdvice(text, w)
	for i := range min(rows, len(parts)) {
		l := draw.NewLine(w).Gap(1)
		if i == 0 {
			l.Put(sign, runs.DiagnosisSign)
		}
		if i == rows-1 && len(parts) > rows {
			parts[i] = draw.Short(parts[i]+" …", w-adviceLead-1)
		}
		lines = append(lines, l.Tab(adviceLead).Put(ink, parts[i]).String())
	}
	return append(lines, make([]string, rows-len(lines))...)
}
