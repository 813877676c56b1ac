package tui

import (
	"optwatch/train/device"
	"optwatch/tui/draw"
)

// drawDevices draws the GPUs and the host: exactly w×h.
func (m *model) drawDevices(q placed) []string {
	others, _ := m.behind(q)
	s := &m.rack
	key := rackKey{q, s.view, m.focus == paneDevices, m.charting(), others, s.selected, s.top, s.gauge, s.window}
	if s.cache.key != key || s.cache.lines == nil {
		s.cache = rackCache{key, m.freshDevices(q)}
	}
	return s.cache.lines
}

func (m *model) freshDevices(q placed) []string {
	w, h := q.inner()
	v := m.rack.view
	lines := make([]string, 0, h)
	if !q.boxed {
		lines = append(lines, m.deviceTitle(w))
	}
	if len(v.Devices) == 0 {
		lines = append(lines, m.noDevices(v, w, h-len(lines))...)
	} else {
		lines = append(lines, m.deviceLines(v, w, h-len(lines))...)
	}
	if !q.boxed {
		return draw.Block(lines, w, h)
	}
	return m.deviceBox(q).Draw(m.theme, lines, q.w, q.h)
}

// inner is the room within a pane's border.
func (q placed) inner() (w, h int) {
	if q.boxed {
		return q.w - 2, q.h - 2
	}
	return q.w, q.h
}

// charting says whether the pane shows charts: it does where it has the screen
// for itself.
func (m *model) charting() bool { return m.zoom || m.alone }

// devicePlan is how the pane uses its place.
func (m *model) devicePlan() devicePlan {
	q, seen := m.lay.find(paneDevices)
	if !seen {
		return devicePlan{across: 1, seen: 1}
	}
	w, h := q.inner()
	if !q.boxed {
		h-- // the title
	}
	return planDevices(w, h, m.gpus(), m.charting())
}

// deviceRows is how many rows of devices are seen at once, and how many
// devices are side by side in one.
func (m *model) deviceRows() (rows, across int) {
	p := m.devicePlan()
	return max(1, p.seen), p.across
}

// deviceLines is the pane with devices in it.
func (m *model) deviceLines(v *device.View, w, h int) []string {
	p := planDevices(w, h, len(v.Devices), m.charting())
	from := min(m.rack.top*p.across, len(v.Devices))
	to := min(from+p.seen*p.across, len(v.Devices))
	var lines []string
	switch p.shape {
	case cells:
		lines = m.deviceGrid(v, from, to, p.across, w)
	case rows:
		lines = m.deviceTable(v, from, to, w)
	default:
		for i := from; i < to; i++ {
			lines = append(lines, m.deviceCard(v, &v.Devices[i], p.shape, w)...)
		}
	}
	if p.charts > 0 {
		d := m.rack.device()
		lines = append(lines, m.drawGauges(deviceGauges(d), d, w, p.charts)...)
	}
	lines = append(lines, m.processLines(v, w, p.processes)...)
	for len(lines) < h-p.host {
		lines = append(lines, "")
	}
	return append(lines[:h-p.host], m.hostLines(&v.Host, w, p.host)...)
}

// noDevices is the pane where no GPU is shown: why, and the host.
func (m *model) noDevices(v *device.View, w, h int) []string {
	p := planHost(h, m.charting())
	var lines []string
	for _, s := range draw.Wrap(whyNoGPU(v), max(w-2, 1)) {
		lines = append(lines, draw.NewLine(w).Gap(1).Put(m.theme.Dim, s).String())
	}
	lines = lines[:min(len(lines), p.head)]
	for m.charting() && len(lines) < p.head {
		lines = append(lines, "")
	}
	if p.charts > 0 {
		lines = append(lines, m.drawGauges(hostGauges(&v.Host), nil, w, p.charts)...)
	}
	return append(lines, m.hostLines(&v.Host, w, p.host)...)
}

// whyNoGPU says why no GPU is shown.
func whyNoGPU(v *device.View) string {
	reason := draw.Clean(v.Reason)
	switch {
	case v.Opening && reason != "":
		return "looking for GPUs: " + reason
	case v.Opening:
		return "looking for GPUs …"
	case reason == "":
		return "no GPU is shown"
	case v.Absence == device.NoGPU:
		return reason
	}
	return "no GPU is shown: " + reason
}
