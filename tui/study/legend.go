package study

import (
	"github.com/charmbracelet/x/ansi"

	"optwatch/train/study"
	"optwatch/tui/chart"
	"optwatch/tui/draw"
)

// legendOf names the series, in as many lines as that takes but no more than
// most; what is left out is told by dots.
func legendOf(t *draw.Theme, f *study.Figure, w, most int) []string {
	var out []string
	l := draw.NewLine(w)
	for i := range f.Series {
		s := &f.Series[i]
		if s.Name == "" || s.Len() == 0 {
			continue
		}
		sign, name := signOfSeries(t, f, s), draw.Short(draw.Clean(s.Name), w-8)
		if l.At() > 0 && l.At()+ansi.StringWidth(sign+name)+5 > w {
			if len(out) == most-1 {
				l.Put(t.Dim, " …")
				break
			}
			out, l = append(out, l.Text()), draw.NewLine(w)
		}
		if l.At() > 0 {
			l.Gap(1)
		}
		l.Gap(1).Put(brushOf(t, f, s).Ink, sign).Gap(1).Put(t.Dim, name)
	}
	if l.At() > 0 {
		out = append(out, l.Text())
	}
	return out
}

// signOfSeries is a piece of a series' line, with the sign of its points.
func signOfSeries(t *draw.Theme, f *study.Figure, s *study.Series) string {
	flat := brushOf(t, f, s).Flat
	if s.Dots {
		return flat + string(t.Dot(s.Slot)) + flat
	}
	return flat + flat
}

// brushOf is how a series is drawn: theory thin, and beside what was measured
// in a faint colour.
func brushOf(t *draw.Theme, f *study.Figure, s *study.Series) draw.Brush {
	b := t.Brush(s.Slot)
	if s.Theory {
		b.LineStyle = t.Theory
	}
	if s.Theory && !f.OnlyTheory() {
		b.Colour, b.Ink = b.Faint, t.Code[b.Faint]
	}
	return b
}

// Signs explain what is drawn in figures besides curves.
func (p *Program) Signs(w int) []string {
	t, l := p.Theme, draw.NewLine(w)
	l.Gap(1)
	for _, s := range [...]struct{ glyph, name string }{
		{string(t.Shade), "band"}, {t.Theory.Flat, "predicted, or a reference"}, {string([]rune{chart.Below, chart.Above}), "off scale"},
	} {
		l.Put(t.Text, s.glyph).Gap(1).Put(t.Dim, s.name).Gap(3)
	}
	return []string{l.String()}
}
