package devices

import (
	"strconv"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train/device"
	"optwatch/tui/draw"
)

// box is the border, and what stands in it.
func (f *frame) box() draw.Box {
	v, q := f.view, f.place
	b := draw.Box{Title: "devices", Focused: q.Focused, Right: f.whichSeen()}
	if q.Number > 0 {
		b.Title = strconv.Itoa(q.Number) + " devices"
	}
	b.Pending = replayText(v)
	room := q.W - 9 - ansi.StringWidth(b.Title)
	if b.Pending != "" {
		room -= ansi.StringWidth(b.Pending) + 1
	}
	short := summary(v, false)
	for _, s := range []string{draw.Join(q.Others, summary(v, true)), draw.Join(q.Others, short), short, q.Others} {
		if ansi.StringWidth(s) <= room && s != "" {
			b.Beside = s
			break
		}
	}
	b.Left = f.notice(q.W - ansi.StringWidth(b.Right) - 9)
	return b
}

// title is what the frame says, where there is none.
func (f *frame) title(w int) string {
	v, l := f.view, draw.NewLine(w)
	l.Gap(1)
	if replay := replayText(v); replay != "" {
		l.Put(f.theme.Warn, draw.Short(replay, w-2)).Gap(2)
	}
	if s := summary(v, false); l.At()+ansi.StringWidth(s) < w {
		l.Put(f.theme.Dim, s).Gap(2)
	}
	if note := f.notice(w - l.At() - 1); note != "" {
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

// summary says what the devices are: 8 × H200, in full with the backend.
func summary(v *device.View, full bool) string {
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

// whichSeen says which devices are seen, where not all are, and which charts.
func (f *frame) whichSeen() string {
	n, p := f.count(), f.plan
	place, charts := "", ""
	if from := f.top * p.across; p.seen*p.across < n {
		place = strconv.Itoa(from+1) + "–" + strconv.Itoa(min(from+p.seen*p.across, n)) + " of " + strconv.Itoa(n)
	}
	if p.charts > 0 {
		if d := f.device(); d != nil && n > 1 {
			charts = "charts of gpu " + strconv.Itoa(d.Index)
		}
		if all := len(f.gauges()); f.chartsSeen(all) < all {
			charts = draw.Join(charts, "m: more")
		}
	}
	return draw.Join(charts, place)
}

// notice is the worst that is to be said of a device, the selected one first:
// what is wrong and what helps, in at most w columns.
func (f *frame) notice(w int) string {
	v := f.view
	worst, name := condition{}, ""
	for i := range v.Devices {
		d := &v.Devices[(f.at+i)%len(v.Devices)]
		if c := f.condition(d); c.rank > worst.rank {
			worst, name = c, "gpu "+strconv.Itoa(d.Index)
		}
	}
	switch {
	case w < 12:
		return ""
	case worst.rank >= grave && worst.hint != "":
		return worst.ink.Paint(draw.Short(name+" "+draw.Clean(worst.hint), w))
	case v.Reason != "" && len(v.Devices) > 0:
		return f.theme.Bad.Paint(draw.Short(draw.Clean(v.Reason), w))
	}
	return ""
}
