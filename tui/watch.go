package tui

import (
	"math"

	"optwatch/train"
)

// The keys that change what is looked at, and when they are valid.

func (m *model) hasRun() bool    { return m.ready() && m.run() != nil }
func (m *model) hasAnyRun() bool { return m.ready() && len(m.snap.Runs) > 0 }
func (m *model) isZoomed() bool  { return m.ready() && m.look.zoomed }

func (m *model) hasCurves() bool {
	for _, r := range m.plotted() {
		if len(r.Curve) > 1 {
			return m.ready()
		}
	}
	return false
}

// onChart says whether a chart has the focus.
func (m *model) onChart() bool {
	return m.ready() && (m.focus == paneLeft || m.focus == paneRight)
}

func (m *model) canLogY() bool { return m.onChart() && metrics[m.shows(m.focus)].canLog }

// move selects another run; in the log it scrolls.
func (m *model) move(key string) {
	by := 1
	if key == "k" || key == "up" {
		by = -1
	}
	if m.focus == paneLog {
		m.logBack -= by
		return
	}
	runs := m.listed()
	for i, r := range runs {
		if r.ID == m.selected {
			m.selected = runs[min(max(i+by, 0), len(runs)-1)].ID
			return
		}
	}
}

func (m *model) cycleFocus(key string) {
	by := pane(1)
	if key == "shift+tab" {
		by = panes - 1
	}
	m.focus = (m.focus + by) % panes
}

func (m *model) focusDigit(key string) { m.focus = pane(key[0] - '1') }

func (m *model) toggleZoom() { m.zoom = !m.zoom }

func (m *model) zoomWord() string {
	if m.zoom {
		return "all panes"
	}
	return "zoom"
}

// nextMetric goes on to the next metric that there is.
func (m *model) nextMetric() {
	v := &m.views[m.focus]
	v.metric, v.chosen = m.shows(m.focus), true
	for {
		v.metric = (v.metric + 1) % metricCount
		if metrics[v.metric].has(m.snap) {
			return
		}
	}
}

func (m *model) toggleLogY() {
	id := m.shows(m.focus)
	m.views[m.focus].flipped[id] = !m.views[m.focus].flipped[id]
}

// nextXAxis changes the x-axis of all charts; a place on the old one means nothing on it.
func (m *model) nextXAxis() {
	m.look.x = (m.look.x + 1) % xAxisCount
	m.look.probe, m.look.zoomed = false, false
}

func (m *model) toggleLogX() {
	m.look.logX = !m.look.logX
	m.look.probe, m.look.zoomed = false, false
}

func (m *model) nextSmoothing() { m.look.smooth = (m.look.smooth + 1) % len(smoothing) }

func (m *model) toggleHidden() {
	if m.hidden[m.selected] {
		delete(m.hidden, m.selected)
		return
	}
	m.hidden[m.selected] = true
}

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
				if x := s.of(m.look.x.of(p, m.snap.Data.Train)); known(x) {
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
		if x := s.of(m.look.x.of(p, m.snap.Data.Train)); known(x) && x <= m.look.cursor+1e-9*math.Abs(m.look.cursor) {
			found, ok = p, true
		}
	}
	return found, ok
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

// canLeave and leave undo the latest of what esc can leave.
func (m *model) canLeave() bool { return m.look.probe || m.zoom || m.filter != "" }

func (m *model) leaveWord() string {
	switch {
	case m.look.probe:
		return "leave values"
	case m.zoom: // z says so
		return ""
	}
	return "all runs"
}

func (m *model) leave() {
	switch {
	case m.look.probe:
		m.look.probe = false
	case m.zoom:
		m.zoom = false
	default:
		m.filter = ""
	}
}

// xLabel formats the ticks of the x-axis; nil for plain decimals.
func (m *model) xLabel() func(float64) string {
	if m.look.x == xEvals || m.look.x == xSteps {
		return si
	}
	return nil
}
