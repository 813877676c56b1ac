package tui

import (
	"strconv"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train/device"
	"optwatch/tui/draw"
)

func (m *model) deviceBox(q placed) draw.Box {
	v := m.rack.view
	b := draw.Box{Title: "devices", Focused: m.focus == paneDevices, Right: m.devicePlace()}
	others, turns := m.behind(q)
	if turns {
		b.Title = strconv.Itoa(int(paneDevices)+1) + " devices"
	}
	if m.alone {
		others = ""
	}
	b.Pending = replayText(v)
	room := q.w - 9 - ansi.StringWidth(b.Title)
	if b.Pending != "" {
		room -= ansi.StringWidth(b.Pending) + 1
	}
	short := deviceSummary(v, false)
	for _, s := range []string{draw.Join(others, deviceSummary(v, true)), draw.Join(others, short), short, others} {
		if ansi.StringWidth(s) <= room && s != "" {
			b.Beside = s
			break
		}
	}
	b.Left = m.notice(v, q.w-ansi.StringWidth(b.Right)-9)
	return b
}

// deviceTitle is what the frame says, where there is none.
func (m *model) deviceTitle(w int) string {
	v, l := m.rack.view, draw.NewLine(w)
	l.Gap(1)
	if replay := replayText(v); replay != "" {
		l.Put(m.theme.Warn, draw.Short(replay, w-2)).Gap(2)
	}
	if s := deviceSummary(v, false); l.At()+ansi.StringWidth(s) < w {
		l.Put(m.theme.Dim, s).Gap(2)
	}
	if note := m.notice(v, w-l.At()-1); note != "" {
		l.Put(draw.Ink{}, note)
	}
	return l.String()
}

// replayText says that what is seen is a recording, and of when; "" for what is live.
func replayText(v *device.View) string {
	if v.Replaying == "" {
		return ""
	}
	text := "REPLAY " + draw.Short(draw.Clean(v.Replaying), 32)
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
	driver := draw.Clean(v.Devices[0].Driver)
	if driver != "" {
		driver = "driver " + draw.Short(driver, 16)
	}
	return draw.Join(text, draw.Clean(v.Backend), driver)
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
			charts = draw.Join(charts, "m: more")
		}
	}
	return draw.Join(charts, place)
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
		return worst.ink.Paint(draw.Short(name+" "+draw.Clean(worst.hint), w))
	case v.Reason != "" && len(v.Devices) > 0:
		return m.theme.Bad.Paint(draw.Short(draw.Clean(v.Reason), w))
	}
	return ""
}
