package race

import (
	"math"

	"optwatch/train/study/axis"
	"optwatch/train/view"
	"optwatch/tui/chart"
	"optwatch/tui/draw"
)

// Through a window only a part of the x-axis is seen. A window that follows goes where
// the curves move: along with their newest points as long as they do, else to the part
// before they came to rest. A thin strip shows the whole with the window on it.

// followed is the share of the whole axis that the window has at their newest points.
const followed = 0.25

// canFollow says whether the window can follow.
func (s *sight) canFollow() bool { return s.curves() && !s.logX }

// follow lets the window follow, or shows the whole again.
func (s *sight) follow() {
	s.following = !s.following
	s.zoomed = false
}

func (s *sight) followWord() string {
	if s.following {
		return "whole x"
	}
	return "follow"
}

// keepWindow moves the window to where the curves of a metric move. Whatever else
// changes the window ends that.
func (s *sight) keepWindow(m *view.Metric) {
	if s.following = s.following && !s.logX && !s.values; !s.following {
		return
	}
	full := s.fullX()
	newest, rest := 0.0, 0.0
	for _, r := range s.Plotted() {
		k := r.Of(m.Key)
		if k == nil {
			continue
		}
		newest = max(newest, chart.Newest(k.On(s.axis)))
		rest = max(rest, chart.RestsAt(k.On(s.axis), k.Values, m.Scale == view.LogFirst))
	}
	width := followed * full.Hi
	lo, hi := newest-width, newest
	if rest < newest-width {
		lo, hi = 0, 1.1*rest
	}
	lo = max(lo, full.Lo)
	s.window = [2]float64{lo, min(max(hi, lo+width/100), full.Hi)}
	s.zoomed = s.window[1] > s.window[0] && (lo > full.Lo || s.window[1] < full.Hi)
}

// overview is the strip of the whole axis under a plot: the selected run's curve in
// eighths of a row, bright where the window is.
func (c *curves) overview(p *plot) string {
	t := c.Theme
	l := draw.NewLine(chart.LabelWidth + 1 + p.Cols)
	l.Gap(chart.LabelWidth-4).Put(t.Dim, "all").Gap(2)
	full := c.fullX()
	lo, hi := full.Cell(c.window[0], p.Cols), full.Cell(c.window[1], p.Cols)
	levels := c.levels(p, full, lo, hi)
	for from := 0; from < p.Cols; {
		in := within(from, lo, hi)
		to := from
		for to < p.Cols && within(to, lo, hi) == in {
			to++
		}
		if in {
			l.Put(t.Focus, string(levels[from:to]))
		} else {
			l.Put(t.Faint, string(levels[from:to]))
		}
		from = to
	}
	return l.String()
}

// within says whether a column lies in a window, whose ends are in columns.
func within(col int, lo, hi float64) bool {
	return float64(col) >= math.Floor(lo) && float64(col) <= math.Ceil(hi)
}

// levels are the characters of the strip. Where there are no colours the window is
// what is not dotted.
func (c *curves) levels(p *plot, full axis.Scale, lo, hi float64) []rune {
	out := chart.Levels(c.whole(p, full), p.Y.Log)
	for col := range out {
		switch {
		case c.Theme.Mono && !within(col, lo, hi):
			out[col] = '·'
		case c.Theme.ASCII:
			out[col] = '='
		}
	}
	return out
}

// whole is the selected run's curve over the whole axis, in columns of coordinates.
func (c *curves) whole(p *plot, full axis.Scale) []float64 {
	flat := chart.New(p.Cols, 2)
	r := c.Run()
	if r == nil {
		return flat.Columns(nil, nil)
	}
	k := r.Of(p.metric.Key)
	if k == nil {
		return flat.Columns(nil, nil)
	}
	y := axis.Scale{Log: p.Y.Log}
	return flat.Columns(chart.Placed(k.On(c.axis), k.Values,
		func(x float64) float64 { return full.Cell(full.Of(x), p.Cols) }, y.Of))
}
