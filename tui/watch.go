package tui

import (
	"math"
	"slices"

	"optwatch/train"
	"optwatch/tui/draw"
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

// move selects another run or client; in the log it scrolls.
func (m *model) move(key string) {
	by := 1
	if key == "k" || key == "up" {
		by = -1
	}
	switch m.focus {
	case paneLog:
		m.logBack -= by
		return
	case paneClients:
		m.roster.move(by)
		return
	case paneDevices:
		m.rack.move(by)
		return
	}
	rows := m.entries()
	if at := slices.IndexFunc(rows, m.chosen); at >= 0 {
		m.selectRow(rows[min(max(at+by, 0), len(rows)-1)])
	}
}

// inLong says whether a pane has the focus that may be longer than the screen.
func (m *model) inLong() bool {
	return m.ready() && (m.focus == paneLog || m.focus == paneClients || m.focus == paneDevices && m.gpus() > 1)
}

// page moves by a pane, or to an end.
func (m *model) page(key string) {
	rows := m.clientRows()
	switch m.focus {
	case paneLog:
		rows = m.logRows()
	case paneDevices:
		seen, across := m.deviceRows()
		rows = seen * across
	}
	const end = 1 << 30
	by := map[string]int{"pgup": -rows, "pgdown": rows, "home": -end, "end": end}[key]
	switch m.focus {
	case paneLog:
		m.logBack = max(0, min(m.logBack-by, len(m.events())))
	case paneDevices:
		m.rack.move(by)
	default:
		m.roster.move(by)
	}
}

func (m *model) cycleFocus(key string) {
	by := pane(1)
	if key == "shift+tab" {
		by = panes - 1
	}
	for m.focus = (m.focus + by) % panes; !m.has(m.focus); {
		m.focus = (m.focus + by) % panes
	}
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
	for m.look.x = (m.look.x + 1) % xAxisCount; !m.look.x.offered(m.snap); {
		m.look.x = (m.look.x + 1) % xAxisCount
	}
	m.look.probe, m.look.zoomed = false, false
}

func (m *model) toggleLogX() {
	m.look.logX = !m.look.logX
	m.look.probe, m.look.zoomed = false, false
}

func (m *model) nextSmoothing() { m.look.smooth = (m.look.smooth + 1) % len(smoothing) }

func (m *model) toggleHidden() {
	runs := m.targets()
	hide := slices.ContainsFunc(runs, func(r *train.RunView) bool { return !m.hidden[r.ID] })
	for _, r := range runs {
		m.hidden[r.ID] = hide
	}
}

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
func (m *model) xLabel() func(v, step float64) string {
	switch m.look.x {
	case xEvals, xSteps:
		return draw.SIStep
	case xRounds:
		return func(v, _ float64) string { return draw.SIStep(math.Round(v), 1) }
	case xBytes:
		return func(v, step float64) string {
			if v == 0 {
				return "0"
			}
			return draw.SIStep(v, step) + "B"
		}
	}
	return nil
}
