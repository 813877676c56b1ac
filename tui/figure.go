package tui

import (
	"math"
	"strconv"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train/record"
)

// figureCache is a figure as it was drawn last. Figures never change, so that
// the picture follows from where they are kept.
type figureCache struct {
	key   figureKey
	lines []string
}

type figureKey struct {
	of           *record.Figure
	place        placed
	number, all  int
	flipped, lit bool
}

// drawFigures draws as many figures side by side as fit, the chosen one among
// them: exactly as large as their place.
func (m *model) drawFigures(q placed) []string {
	d := m.desk
	all := d.study().Figures
	if len(all) == 0 {
		why := firstThatFits([]string{joined("no figure yet", clean(d.study().Doing)), "no figure yet"}, max(q.w-4, 1))
		w, h := q.inner()
		body := middled(m.theme.dim.paint(why), w, h)
		if !q.boxed {
			return fitBlock(body, q.w, q.h)
		}
		return box{title: "figure"}.draw(m.theme, body, q.w, q.h)
	}
	n := d.plan.across(len(all))
	from := max(0, min(d.figure, len(all)-n))
	out := make([]string, q.h)
	for k := range n {
		place := q
		place.x, place.w = q.w*k/n, q.w*(k+1)/n-q.w*k/n
		i := from + k
		key := figureKey{&all[i], place, i + 1, len(all), d.flipped[figureID{d.selected, all[i].Name}], n > 1 && i == d.figure}
		if c := &d.drawn[k]; c.key != key || c.lines == nil {
			*c = figureCache{key, m.drawFigure(key)}
		}
		for y, s := range d.drawn[k].lines {
			out[y] += s
		}
	}
	return out
}

func (m *model) drawFigure(k figureKey) []string {
	f := *k.of
	f.Y.Log = f.Y.Log != k.flipped
	t := m.theme
	w, h := k.place.inner()
	b := box{title: clean(f.Title), beside: "↑ " + clean(f.Y.Label), right: short(clean(f.X.Label), k.place.w/2) + " →", focused: k.lit}
	if k.all > 1 {
		b.title = strconv.Itoa(k.number) + "/" + strconv.Itoa(k.all) + " " + b.title
	}
	if k.flipped {
		b.beside = joined(b.beside, map[bool]string{true: "log", false: "linear"}[f.Y.Log])
	}
	var head []string
	if !k.place.boxed {
		l := newLine(w)
		l.gap(1).put(t.strong, short(b.title, w-2)).gap(2).put(t.dim, short("↑ "+clean(f.Y.Label)+"  → "+clean(f.X.Label), w-l.at-1))
		head, h = []string{l.String()}, h-1
	}
	legend := m.figureLegend(&f, w)
	body := head
	if one := legendWidth(legend); k.place.boxed && len(legend) == 1 && one+ansi.StringWidth(b.right)+10 <= k.place.w {
		b.left, legend = ansi.Truncate(legend[0].line, one, ""), nil
	}
	if most := max(1, h/6); len(legend) > most {
		legend = legend[:most]
	}
	cols, rows := plotSize(w, h-len(legend))
	c := m.figureChart(&f, cols, rows)
	switch {
	case cols < 4 || rows < 2:
	case c == nil:
		body = append(body, middled(t.dim.paint("no point yet"), w, h-len(legend))...)
	default:
		body = append(body, c.draw(t)...)
	}
	for _, l := range legend {
		body = append(body, l.line)
	}
	if !k.place.boxed {
		return fitBlock(body, k.place.w, k.place.h)
	}
	return b.draw(t, body, k.place.w, k.place.h)
}

// legendLine is a line of a legend and how much of it is used.
type legendLine struct {
	line string
	used int
}

func legendWidth(lines []legendLine) int {
	if len(lines) == 0 {
		return 0
	}
	return lines[0].used
}

// figureLegend names the series, in as many lines as that takes.
func (m *model) figureLegend(f *record.Figure, w int) []legendLine {
	var out []legendLine
	l := newLine(w)
	end := func() {
		if l.at > 0 {
			used := l.at
			out = append(out, legendLine{l.String(), used})
		}
		l = newLine(w)
	}
	for i := range f.Series {
		s := &f.Series[i]
		if s.Name == "" || s.Len() == 0 {
			continue
		}
		b := m.seriesBrush(s)
		sign := b.flat + b.flat
		if s.Dots {
			sign = b.flat + string(m.theme.dot(s.Slot)) + b.flat
		}
		name := short(clean(s.Name), w-6)
		if l.at > 0 && l.at+2+ansi.StringWidth(sign+name)+1 > w {
			end()
		}
		if l.at > 0 {
			l.gap(1)
		}
		l.gap(1).put(b.ink, sign).gap(1).put(m.theme.dim, name)
	}
	end()
	return out
}

// seriesBrush is how a series is drawn: theory thin, in a faint colour.
func (m *model) seriesBrush(s *record.Series) brush {
	b := m.theme.run(s.Slot)
	if s.Theory {
		b.colour, b.ink, b.lineStyle = b.faint, m.theme.code[b.faint], m.theme.theory
	}
	return b
}

// figureChart gathers what is drawn in a plot; nil if there is no point.
func (m *model) figureChart(f *record.Figure, cols, rows int) *chart {
	x, y := f.Spans()
	if x.Empty() || y.Empty() || cols < 4 || rows < 2 {
		return nil
	}
	c := &chart{cols: cols, rows: rows, x: figureScale(x, f.X.Log), y: figureScale(y, f.Y.Log), shade: m.theme.shade, reference: math.NaN(), cursor: -1, points: true}
	c.xTicks = c.x.ticks(max(2, cols/9), siTick)
	c.yTicks = c.y.ticks(max(2, min(rows/3, 8)), nil)
	for _, theory := range []bool{true, false} { // what is measured goes over it
		for i := range f.Series {
			if s := &f.Series[i]; s.Theory == theory && s.Len() > 0 {
				m.addSeries(c, s)
			}
		}
	}
	for _, l := range f.Lines {
		c.rules = append(c.rules, rule{clean(l.Name), l.At, l.Vertical})
	}
	return c
}

// figureScale is an axis that holds a span, its ends at round values.
func figureScale(span record.Span, log bool) scale {
	s := scale{span.Lo, span.Hi, log}
	if log {
		s.lo, s.hi = floorDecade(s.lo), ceilDecade(s.hi)
		if s.hi-s.lo < 0.3 {
			s.lo, s.hi = s.lo-0.3, s.hi+0.3
		}
		return s
	}
	return s.widen(max(s.hi-s.lo, 1e-9, 1e-6*max(math.Abs(s.lo), math.Abs(s.hi))), false)
}

// addSeries adds a series: its band, its line, and a sign at each point that
// is to have one or that a line would not show.
func (m *model) addSeries(c *chart, s *record.Series) {
	n, b := s.Len(), m.seriesBrush(s)
	xs, ys := make([]float64, n), make([]float64, n)
	for i := range n {
		xs[i], ys[i] = c.x.cell(c.x.of(s.X[i]), c.cols), c.y.of(s.Y[i])
	}
	at := make([]float64, c.cols)
	resample(at, xs, ys)
	if s.HasBand() {
		c.bands = append(c.bands, band{c.edge(xs, ys, s.Lo[:n], c.y.lo), c.edge(xs, ys, s.Hi[:n], c.y.hi), m.theme.run(s.Slot).faint})
	}
	for i := range n {
		alone := (i == 0 || !known(ys[i-1])) && (i == n-1 || !known(ys[i+1]))
		if col, ok := columnAt(xs[i], c.cols); ok && known(ys[i]) && (s.Dots || alone) {
			if row, ok := c.row(ys[i]); ok {
				c.dots = append(c.dots, dot{col, row, m.theme.dot(s.Slot), b.colour})
			}
		}
	}
	off := toRows(at, c.y, c.rows)
	c.strokes = append(c.strokes, stroke{at, b.lineStyle, b.colour})
	c.offs = append(c.offs, offScale{off, b.faint})
}

// edge is a side of a band in columns; where it has no place on the axis it
// goes to the end of the axis.
func (c *chart) edge(xs, ys, v []float64, end float64) []float64 {
	at := make([]float64, len(v))
	for i := range v {
		at[i] = c.y.of(v[i])
		switch {
		case !known(ys[i]):
			at[i] = math.NaN()
		case !known(at[i]):
			at[i] = end
		}
	}
	out := make([]float64, c.cols)
	resample(out, xs, at)
	return out
}
