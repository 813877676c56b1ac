package tui

import (
	"github.com/charmbracelet/x/ansi"

	"optwatch/train/study"
)

// figureLegend names the series, in as many lines as that takes but no more
// than most; what is left out is told by dots.
func (m *model) figureLegend(f *study.Figure, w, most int) []string {
	var out []string
	l := newLine(w)
	for i := range f.Series {
		s := &f.Series[i]
		if s.Name == "" || s.Len() == 0 {
			continue
		}
		sign, name := m.seriesSign(f, s), short(clean(s.Name), w-8)
		if l.at > 0 && l.at+ansi.StringWidth(sign+name)+5 > w {
			if len(out) == most-1 {
				l.put(m.theme.dim, " …")
				break
			}
			out, l = append(out, l.b.String()), newLine(w)
		}
		if l.at > 0 {
			l.gap(1)
		}
		l.gap(1).put(m.seriesBrush(f, s).ink, sign).gap(1).put(m.theme.dim, name)
	}
	if l.at > 0 {
		out = append(out, l.b.String())
	}
	return out
}

// seriesSign is a piece of a series' line, with the sign of its points.
func (m *model) seriesSign(f *study.Figure, s *study.Series) string {
	flat := m.seriesBrush(f, s).flat
	if s.Dots {
		return flat + string(m.theme.dot(s.Slot)) + flat
	}
	return flat + flat
}

// seriesBrush is how a series is drawn: theory thin, and beside what was
// measured in a faint colour.
func (m *model) seriesBrush(f *study.Figure, s *study.Series) brush {
	b := m.theme.run(s.Slot)
	if s.Theory {
		b.lineStyle = m.theme.theory
	}
	if s.Theory && !f.OnlyTheory() {
		b.colour, b.ink = b.faint, m.theme.code[b.faint]
	}
	return b
}

// figureSigns explain what is drawn in figures besides curves.
func (m *model) figureSigns(w int) string {
	t, l := m.theme, newLine(w)
	l.gap(1)
	for _, s := range [...]struct{ glyph, name string }{
		{string(t.shade), "band"}, {t.theory.flat, "predicted, or a reference"}, {string([]rune{offBelow, offAbove}), "off scale"},
	} {
		l.put(t.text, s.glyph).gap(1).put(t.dim, s.name).gap(3)
	}
	return l.String()
}
