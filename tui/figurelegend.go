package tui

import (
	"github.com/charmbracelet/x/ansi"

	"optwatch/train/study"
	"optwatch/tui/chart"
	"optwatch/tui/draw"
)

// figureLegend names the series, in as many lines as that takes but no more
// than most; what is left out is told by dots.
func (m *model) figureLegend(f *study.Figure, w, most int) []string {
	var out []string
	l := draw.NewLine(w)
	for i := range f.Series {
		s := &f.Series[i]
		if s.Name == "" || s.Len() == 0 {
			continue
		}
		sign, name := m.seriesSign(f, s), draw.Short(draw.Clean(s.Name), w-8)
		if l.At() > 0 && l.At()+ansi.StringWidth(sign+name)+5 > w {
			if len(out) == most-1 {
				l.Put(m.theme.Dim, " …")
				break
			}
			out, l = append(out, l.Text()), draw.NewLine(w)
		}
		if l.At() > 0 {
			l.Gap(1)
		}
		l.Gap(1).Put(m.seriesBrush(f, s).Ink, sign).Gap(1).Put(m.theme.Dim, name)
	}
	if l.At() > 0 {
		out = append(out, l.Text())
	}
	return out
}

// seriesSign is a piece of a series' line, with the sign of its points.
func (m *model) seriesSign(f *study.Figure, s *study.Series) string {
	flat := m.seriesBrush(f, s).Flat
	if s.Dots {
		return flat + string(m.theme.Dot(s.Slot)) + flat
	}
	return flat + flat
}

// seriesBrush is how a series is drawn: theory thin, and beside what was
// measured in a faint colour.
func (m *model) seriesBrush(f *study.Figure, s *study.Series) draw.Brush {
	b := m.theme.Brush(s.Slot)
	if s.Theory {
		b.LineStyle = m.theme.Theory
	}
	if s.Theory && !f.OnlyTheory() {
		b.Colour, b.Ink = b.Faint, m.theme.Code[b.Faint]
	}
	return b
}

// figureSigns explain what is drawn in figures besides curves.
func (m *model) figureSigns(w int) string {
	t, l := m.theme, draw.NewLine(w)
	l.Gap(1)
	for _, s := range [...]struct{ glyph, name string }{
		{string(t.Shade), "band"}, {t.Theory.Flat, "predicted, or a reference"}, {string([]rune{chart.Below, chart.Above}), "off scale"},
	} {
		l.Put(t.Text, s.glyph).Gap(1).Put(t.Dim, s.name).Gap(3)
	}
	return l.String()
}
