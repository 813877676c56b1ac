package tui

import (
	"math"

	"optwatch/train"
	"optwatch/train/study/axis"
	"optwatch/tui/chart"
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
	cols, _ := chart.Room(w, 0)
	return max(2, cols)
}

// moveCursor moves the value cursor by a column; it begins at the newest point.
func (m *model) moveCursor(key string) {
	s, cols := m.xScale(), m.chartColumns()
	if !m.look.probe {
		m.look.probe, m.look.cursor = true, s.Lo
		for _, r := range m.plotted() {
			for _, p := range r.Curve {
				if x := s.Of(m.look.x.of(r, p, m.snap.Data.Train)); draw.Known(x) {
					m.look.cursor = max(m.look.cursor, min(x, s.Hi))
				}
			}
		}
		return
	}
	by := (s.Hi - s.Lo) / float64(cols-1)
	if key == "h" || key == "left" {
		by = -by
	}
	m.look.cursor = min(max(m.look.cursor+by, s.Lo), s.Hi)
}

// probed is a run's newest point at or before the value cursor.
func (m *model) probed(r *train.RunView) (train.Point, bool) {
	s := axis.Scale{Log: m.look.logX}
	var found train.Point
	ok := false
	for _, p := range r.Curve {
		if x := s.Of(m.look.x.of(r, p, m.snap.Data.Train)); draw.Known(x) && x <= m.look.cursor+1e-9*math.Abs(m.look.cursor) {
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
	at := s.Hi
	if m.look.probe {
		at = m.look.cursor
	}
	factor := 0.5
	if key == "-" {
		factor = 2
	}
	full := m.fullX()
	lo, hi := at-(at-s.Lo)*factor, at+(s.Hi-at)*factor
	lo, hi = max(lo, full.Lo), min(hi, full.Hi)
	if hi-lo < 1e-6*(full.Hi-full.Lo) {
		return
	}
	m.look.window = [2]float64{lo, hi}
	m.look.zoomed = lo > full.Lo || hi < full.Hi
}

// panX moves the window by a quarter of its width, within the data.
func (m *model) panX(key string) {
	full, w := m.fullX(), m.look.window
	by := (w[1] - w[0]) / 4
	if key == "<" {
		by = -by
	}
	by = min(max(by, full.Lo-w[0]), full.Hi-w[1])
	m.look.window = [2]float64{w[0] + by, w[1] + by}
}

// fullX is the x-axis without a window.
func (m *model) fullX() axis.Scale {
	was := m.look.zoomed
	m.look.zoomed = false
	s := m.xScale()
	m.look.zoomed = was
	return s
}

func (m *model) follow() { m.look.zoomed = false }
