package devices

import (
	"math"
	"time"

	"optwatch/train/device"
	"optwatch/train/study/axis"
	"optwatch/tui/chart"
	"optwatch/tui/draw"
	"optwatch/tui/incident"
)

// leastGauge and leastGaugeWidth are the smallest size of a gauge.
const leastGauge, leastGaugeWidth = 9, 48

// gaugeGrid is how many gauges are side by side, and one above the other.
func gaugeGrid(w, h, n int) (across, down int) {
	across = max(1, min(w/leastGaugeWidth, n))
	down = max(1, min(h/leastGauge, (n+across-1)/across))
	return across, down
}

// gauges are the charts of the selected device, or those of the host.
func (s *rack) gauges() []gauge {
	if d := s.device(); d != nil {
		return deviceGauges(d)
	}
	return hostGauges(&s.view.Host)
}

// chartsSeen is how many of n charts are seen at once.
func (f *frame) chartsSeen(n int) int {
	if n == 0 {
		return 0
	}
	across, down := gaugeGrid(f.w, f.plan.charts, n)
	return min(n, across*down)
}

// drawGauges draws gauges in w×h cells, from the one on that m has gone to.
func (f *frame) drawGauges(all []gauge, d *device.DeviceView, w, h int) []string {
	if len(all) == 0 {
		return draw.Block(draw.Middle(f.theme.Dim.Paint("nothing has been read of this device yet"), w, h), w, h)
	}
	across, down := gaugeGrid(w, h, len(all))
	var lines []string
	for row := range down {
		high := h*(row+1)/down - h*row/down
		parts := make([]string, high)
		for col := range across {
			wide := w*(col+1)/across - w*col/across
			i := row*across + col
			if i >= len(all) {
				break
			}
			for y, s := range f.drawGauge(&all[(f.gauge+i)%len(all)], d, wide, high) {
				parts[y] += s
			}
		}
		lines = append(lines, parts...)
	}
	return lines
}

// drawGauge draws one gauge under a line that says what it is now.
func (f *frame) drawGauge(g *gauge, d *device.DeviceView, w, h int) []string {
	t, l := f.theme, draw.NewLine(w)
	l.Gap(2).Put(t.Text, g.title).Gap(2)
	pieces := []draw.Piece{}
	for i, line := range g.lines {
		text := g.text(line.now)
		if len(g.lines) > 1 {
			text = t.Styles[i].Flat + t.Styles[i].Flat + " " + line.name + " " + text
		}
		pieces = append(pieces, draw.Piece{Ink: f.theme.Quiet(text, t.Code[gaugeColours[i]]), Texts: []string{text}})
	}
	c := f.gaugeChart(g, d, w-1, h-1)
	if draw.Known(c.Reference) {
		pieces = append(pieces, draw.Piece{Ink: t.Dim, Texts: []string{"┈ " + g.above + " " + g.text(g.limit)}, Turn: 1})
	}
	l.PutPieces(pieces)
	lines := []string{l.String()}
	for _, s := range c.Draw(t) {
		lines = append(lines, draw.Fit(s, w))
	}
	return draw.Block(lines, w, h)
}

// gaugeColours are those of the first and the second curve.
var gaugeColours = [...]uint8{draw.ColourFocus, draw.ColourWarn}

// gaugeChart gathers what is drawn of a gauge. Its columns begin at whole
// multiples of their width in time, so that the picture moves on in strides.
func (f *frame) gaugeChart(g *gauge, d *device.DeviceView, w, h int) *chart.Plot {
	cols, rows := chart.Room(w, h)
	c := chart.New(max(cols, 4), max(rows, 2))
	window := f.span()
	stride := window.Seconds() / float64(c.Cols-1)
	end := stride * math.Ceil(seconds(f.view.At)/stride)
	c.X = axis.Scale{Lo: -window.Seconds(), Hi: 0}
	raw := make([][]float64, len(g.lines))
	for i := range g.lines {
		raw[i] = g.lines[i].columns(c, end)
	}
	c.Y = g.scale(raw)
	c.YTicks = chart.Ticks(c.Y, max(2, min(c.Rows/3, 4)), nil)
	c.XTicks = minuteTicks(window, c.Cols)
	if y := c.Y.Cell(g.limit, c.Rows); y >= 0 && y <= float64(c.Rows-1) {
		c.Reference = g.limit
	}
	for i, at := range raw {
		off := c.ToRows(at)
		c.Strokes = append(c.Strokes, chart.Stroke{Rows: at, Style: f.theme.Styles[i], Colour: gaugeColours[i]})
		if i == 0 && d != nil {
			f.gaugeMarks(c, d, g.caps, end, at, off)
		}
	}
	return c
}

// seconds is a time as a number, to fractions.
func seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }

// broken is the time without a point after which a curve has a gap.
const broken = 5.0

// columns is a line in the columns of a chart whose last one is at some time.
func (g *gaugeLine) columns(c *chart.Plot, end float64) []float64 {
	var xs, ys []float64
	from := g.n
	for from > 0 {
		if at, _ := g.at(from - 1); seconds(at)-end < c.X.Lo {
			break
		}
		from--
	}
	before := math.NaN()
	for i := max(0, from-1); i < g.n; i++ {
		at, y := g.at(i)
		if t := seconds(at); t-before > broken {
			xs, ys = append(xs, c.X.Cell(before-end, c.Cols)), append(ys, math.NaN())
		}
		before = seconds(at)
		xs, ys = append(xs, c.X.Cell(before-end, c.Cols)), append(ys, y)
	}
	return c.Columns(xs, ys)
}

// scale is the y-axis for some curves.
func (g *gauge) scale(curves [][]float64) axis.Scale {
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, c := range curves {
		a, b := chart.Interesting(c, 0, false)
		lo, hi = min(lo, a), max(hi, b)
	}
	if g.zero {
		lo = min(lo, 0)
	}
	if draw.Known(g.top) && g.top > lo && g.top < axis.Huge {
		hi = max(hi, g.top)
	}
	if lo > hi {
		return axis.Scale{Lo: 0, Hi: 1}
	}
	if g.zero && draw.Known(g.top) {
		return axis.Scale{Lo: lo, Hi: max(hi, lo+1)}
	}
	if g.zero {
		return axis.Scale{Lo: lo, Hi: max(lo+1e-3, axis.RoundUp(hi))}
	}
	return axis.Scale{Lo: lo, Hi: hi}.Widen(max(hi-lo, 10), 0)
}

// gaugeMarks puts a device's events on its curve, those that are usual under
// load, such as a power cap, only where they tell something.
func (f *frame) gaugeMarks(c *chart.Plot, d *device.DeviceView, caps bool, end float64, on []float64, off []int8) {
	for _, e := range f.view.Events {
		s, ok := incident.SignOf(&e)
		if !ok || e.ID != d.ID || s.Rank == 0 && !caps {
			continue
		}
		if col, ok := c.Column(c.X.Cell(seconds(e.At)-end, c.Cols)); ok {
			c.Marks = append(c.Marks, chart.Mark{Col: col, On: on, Off: off, Glyph: s.Glyph, Colour: s.Colour})
		}
	}
}
