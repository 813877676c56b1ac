package tui

import (
	"math"

	"optwatch/train"
	"optwatch/tui/draw"
)

// The value cursor and the window on the x-axis, which all charts share.

// chartColumns is the width of the plot that has the focus, or of any other.
func (m *model) chartColumns() int {
	w := 60
	for _, q := range m.lay.panes {
		if q.pane == paneLeft || q.pane == paneRight {
			w = q.w
			if q.boxed {
				w -= 2
			}
			if q.pane == m.focus {
				break
			}
		}
	}
	cols, _ := plotSize(w, 0)
	return max(2, cols)
}

// moveCursor moves the value cursor by a column; it begins at the newest point.
func (m *model) moveCursor(key string) {
	s, cols := m.xScale(), m.chartColumns()
	if !m.look.probe {
		m.look.probe, m.look.cursor = true, s.lo
		for _, r := range m.plotted() {
			for _, p := range r.Curve {
				if x := s.of(m.look.x.of(r, p, m.snap.Data.Train)); draw.Known(x) {
					m.look.cursor = max(m.look.cursor, min(x, s.hi))
				}
			}
		}
		return
	}
	by := (s.hi - s.lo) / float64(cols-1)
	if key == "h" || key == "left" {
		by = -by
	}
	m.look.cursor = min(max(m.look.cursor+by, s.lo), s.hi)
}

// probed is a run's newest point at or before the value cursor.
func (m *model) probed(r *train.RunView) (train.Point, bool) {
	s := scale{log: m.look.logX}
	var found train.Point
	ok := false
	for _, p := range r.Curve {
		if x := s.of(m.look.x.of(r, p, m.snap.Data.Train)); draw.Known(x) && x <= m.look.cursor+1e-9*math.Abs(m.look.cursor) {
			found, ok = p, true
		}
	}
	return found, ok
}

// nowhere is a point of which nothing is known.
func nowhere() train.Point {
	nan := math.NaN()
	return train.Point{Loss: nan, GradNorm: nan, ValAccuracy: nan, TestAccuracy: nan}
}

// zoomX halves or doubles what is seen of the x-axis, around the value cursor
// if it is on, else its end.
func (m *model) zoomX(key string) {
	s := m.xScale()
	at := s.hi
	if m.look.probe {
		at = m.look.cursor
	}
	factor := 0.5
	if key == "-" {
		factor = 2
	}
	full := m.fullX()
	lo, hi := at-(at-s.lo)*factor, at+(s.hi-at)*factor
	lo, hi = max(lo, full.lo), min(hi, full.hi)
	if hi-lo < 1e-6*(full.hi-full.lo) {
		return
	}
	m.look.window = [2]float64{lo, hi}
	m.look.zoomed = lo > full.lo || hi < full.hi
}

// panX moves the window by a quarter of its width, within the data.
func (m *model) panX(key string) {
	full, w := m.fullX(), m.look.window
	by := (w[1] - w[0]) / 4
	if key == "<" {
		by = -by
	}
	by = min(max(by, full.lo-w[0]), full.hi-w[1])
	m.look.window = [2]float64{w[0] + by, w[1] + by}
}

// fullX is the x-axis without a window.
func (m *model) fullX() scale {
	was := m.look.zoomed
	m.look.zoomed = false
	s := m.xScale()
	m.look.zoomed = was
	return s
}

func (m *model) follow() { m.look.zoomed = false }
