package tui

import (
	"slices"

	tea "github.com/charmbracelet/bubbletea"
)

// The keys of the devices' pane.

func (m *model) hasDevices() bool { return m.ready() && m.snap.Devices != nil }

// devicesWord offers the pane in the footer where it has not the focus.
func (m *model) devicesWord() string {
	if m.focus == paneDevices {
		return ""
	}
	return "devices"
}

func (m *model) whyNoDevices() string { return "no devices are watched here" }

// onGauges says whether charts of devices are to be seen.
func (m *model) onGauges() bool {
	return m.hasDevices() && m.focus == paneDevices && m.charting() && m.devicePlan().charts > 0
}

// gauges are the charts of the selected device, or those of the host.
func (m *model) gauges() []gauge {
	if d := m.rack.device(); d != nil {
		return deviceGauges(d)
	}
	return hostGauges(&m.rack.view.Host)
}

// gaugesInSight is how many of n charts are seen at once.
func (m *model) gaugesInSight(n int) int {
	q, seen := m.lay.find(paneDevices)
	if !seen || n == 0 {
		return 0
	}
	w, _ := q.inner()
	across, down := gaugeGrid(w, m.devicePlan().charts, n)
	return min(n, across*down)
}

// canGauge says whether there are more charts than are seen.
func (m *model) canGauge() bool {
	if !m.onGauges() {
		return false
	}
	n := len(m.gauges())
	return m.gaugesInSight(n) < n
}

// nextGauge goes on to the next charts.
func (m *model) nextGauge() {
	n := len(m.gauges())
	m.rack.gauge = (m.rack.gauge + m.gaugesInSight(n)) % n
}

// spanGauges makes the charts show more time, or less.
func (m *model) spanGauges(key string) {
	s := &m.rack
	if s.window == 0 {
		s.window = slices.Index(windows[:], m.gaugeWindow().Minutes())
	}
	by := -1
	if key == "-" {
		by = 1
	}
	s.window = max(1, min(s.window+by, len(windows)-1))
}

func (m *model) canMetric() bool { return m.onChart() || m.canGauge() }

func (m *model) metricOn(string) {
	if m.focus == paneDevices {
		m.nextGauge()
		return
	}
	m.nextMetric()
}

func (m *model) canZoomX() bool {
	return m.hasCurves() && m.focus != paneDevices || m.onGauges()
}

func (m *model) zoomTime(key string) {
	if m.focus == paneDevices {
		m.spanGauges(key)
		return
	}
	m.zoomX(key)
}

// aloneTable are the keys where the devices are all there is.
func aloneTable() []binding {
	return []binding{
		{in: inDevices, keys: []string{"j", "k", "down", "up"}, show: "j k ↑ ↓", foot: "select", doc: "select a device", when: func(m *model) bool { return m.gpus() > 1 }, do: act((*model).move)},
		{in: inDevices, keys: []string{"pgup", "pgdown", "home", "end"}, show: "pgup pgdn home end", doc: "the same by pages", when: func(m *model) bool { return m.gpus() > 1 }, do: act((*model).page)},
		{in: inDevices, keys: []string{"m"}, show: "m", foot: "metrics", doc: "the next charts, where there is no room for all", when: (*model).canGauge, do: does((*model).nextGauge)},
		{in: inDevices, keys: []string{"-", "=", "+"}, show: "- =", foot: "time", doc: "more or less time on the charts", when: (*model).onGauges, do: act((*model).spanGauges)},
		{in: inDevices, keys: []string{"W"}, show: "W", foot: "write", doc: "write the screen as text to a file here", do: (*model).writeScreen},
		{in: inDevices, keys: []string{"?"}, show: "?", foot: "help", doc: "this help", do: does((*model).openHelp)},
		{in: inDevices, keys: []string{"q"}, show: "q", foot: "quit", doc: "quit", do: func(*model, string) tea.Cmd { return tea.Quit }},
	}
}
