package tui

import (
	"strconv"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train/device"
)

func (m *model) deviceBox(q placed) box {
	v := m.rack.view
	b := box{title: "devices", focused: m.focus == paneDevices, right: m.devicePlace()}
	others, turns := m.behind(q)
	if turns {
		b.title = strconv.Itoa(int(paneDevices)+1) + " devices"
	}
	if m.alone {
		others = ""
	}
	b.pending = replayText(v)
	room := q.w - 9 - ansi.StringWidth(b.title)
	if b.pending != "" {
		room -= ansi.StringWidth(b.pending) + 1
	}
	short := deviceSummary(v, false)
	for _, s := range []string{joined(others, deviceSummary(v, true)), joined(others, short), short, others} {
		if ansi.StringWidth(s) <= room && s != "" {
			b.beside = s
			break
		}
	}
	b.left = m.notice(v, q.w-ansi.StringWidth(b.right)-9)
	return b
}

// deviceTitle is what the frame says, where there is none.
func (m *model) deviceTitle(w int) string {
	v, l := m.rack.view, newLine(w)
	l.gap(1)
	if replay := replayText(v); replay != "" {
		l.put(m.theme.warn, short(replay, w-2)).gap(2)
	}
	if s := deviceSummary(v, false); l.at+ansi.StringWidth(s) < w {
		l.put(m.theme.dim, s).gap(2)
	}
	if note := m.notice(v, w-l.at-1); note != "" {
		l.put(ink{}, note)
	}
	return l.String()
}

// replayText says that what is seen is a recording, and of when; "" for what is live.
func replayText(v *device.View) string {
	if v.Replaying == "" {
		return ""
	}
	text := "REPLAY " + short(clean(v.Replaying), 32)
	if !v.RecordedAt.IsZero() {
		text += " " + v.RecordedAt.Format("2 Jan 15:04:05")
	}
	if v.Ended {
		text += ", over"
	}
	return text
}

// deviceSummary says what the devices are: 8 × H200, in full with the backend.
func deviceSummary(v *device.View, full bool) string {
	n := len(v.Devices)
	if n == 0 {
		if v.Opening {
			return ""
		}
		return "no GPU"
	}
	name := deviceName(v.Devices[0].Name)
	if !oneName(v) {
		name = "GPUs"
	}
	text := name
	if n > 1 {
		text = strconv.Itoa(n) + " × " + name
	}
	if !full {
		return text
	}
	driver := clean(v.Devices[0].Driver)
	if driver != "" {
		driver = "driver " + short(driver, 16)
	}
	return joined(text, clean(v.Backend), driver)
}

// oneName says whether all devices are of one kind.
func oneName(v *device.View) bool {
	for i := range v.Devices {
		if v.Devices[i].Name != v.Devices[0].Name {
			return false
		}
	}
	return true
}

// devicePlace says which devices are seen, where not all are, and which charts.
func (m *model) devicePlace() string {
	n, p := len(m.rack.view.Devices), m.devicePlan()
	place, charts := "", ""
	if from := m.rack.top * p.across; p.seen*p.across < n {
		place = strconv.Itoa(from+1) + "–" + strconv.Itoa(min(from+p.seen*p.across, n)) + " of " + strconv.Itoa(n)
	}
	if p.charts > 0 {
		if d := m.rack.device(); d != nil && n > 1 {
			charts = "charts of gpu " + strconv.Itoa(d.Index)
		}
		if all := len(m.gauges()); m.gaugesInSight(all) < all {
			charts = joined(charts, "m: more")
		}
	}
	return joined(charts, place)
}

// notice is the worst that is to be said of a device, the selected one first:
// what is wrong and what helps, in at most w columns.
func (m *model) notice(v *device.View, w int) string {
	worst, name := condition{}, ""
	at := m.rack.at
	for i := range v.Devices {
		d := &v.Devices[(at+i)%len(v.Devices)]
		if c := m.condition(d); c.rank > worst.rank {
			worst, name = c, "gpu "+strconv.Itoa(d.Index)
		}
	}
	switch {
	case w < 12:
		return ""
	case worst.rank >= grave && worst.hint != "":
		return worst.ink.paint(short(name+" "+clean(worst.hint), w))
	case v.Reason != "" && len(v.Devices) > 0:
		return m.theme.bad.paint(short(clean(v.Reason), w))
	}
	return ""
}
