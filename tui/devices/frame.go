package devices

import (
	"optwatch/train/device"
	"optwatch/tui/draw"
	"optwatch/tui/pane"
)

// frame is what the pane is drawn from in one place.
type frame struct {
	*rack
	theme    *draw.Theme
	place    pane.Place
	w, h     int  // of what lies within the border, or under the title
	charting bool // charts are shown: they are where the pane has the screen for itself
	plan     plan
}

func (d *Devices) frame(q pane.Place) *frame {
	f := &frame{rack: &d.rack, theme: d.Theme, place: q, charting: d.Alone}
	f.w, f.h = q.Inner()
	if !q.Boxed {
		f.h-- // the title
	}
	f.plan = planFor(f.w, f.h, d.count(), f.charting)
	return f
}

// draw fills the place.
func (f *frame) draw() []string {
	var lines []string
	if !f.place.Boxed {
		lines = append(lines, f.title(f.w))
	}
	if f.count() == 0 {
		lines = append(lines, f.none()...)
	} else {
		lines = append(lines, f.some()...)
	}
	if !f.place.Boxed {
		return draw.Block(lines, f.place.W, f.place.H)
	}
	return f.box().Draw(f.theme, lines, f.place.W, f.place.H)
}

// some is the pane with devices in it.
func (f *frame) some() []string {
	v, p, w := f.view, f.plan, f.w
	from := min(f.top*p.across, len(v.Devices))
	to := min(from+p.seen*p.across, len(v.Devices))
	var lines []string
	switch p.shape {
	case cells:
		lines = f.grid(from, to, p.across, w)
	case rows:
		lines = f.table(from, to, w)
	default:
		for i := from; i < to; i++ {
			lines = append(lines, f.card(&v.Devices[i], p.shape, w)...)
		}
	}
	if p.charts > 0 {
		d := f.device()
		lines = append(lines, f.drawGauges(deviceGauges(d), d, w, p.charts)...)
	}
	lines = append(lines, f.processLines(w, p.processes)...)
	for len(lines) < f.h-p.host {
		lines = append(lines, "")
	}
	return append(lines[:f.h-p.host], f.hostLines(&v.Host, w, p.host)...)
}

// none is the pane where no GPU is shown: why, and the host.
func (f *frame) none() []string {
	p, w := f.plan, f.w
	var lines []string
	for _, s := range draw.Wrap(whyNone(f.view), max(w-2, 1)) {
		lines = append(lines, draw.NewLine(w).Gap(1).Put(f.theme.Dim, s).String())
	}
	lines = lines[:min(len(lines), p.head)]
	for f.charting && len(lines) < p.head {
		lines = append(lines, "")
	}
	if p.charts > 0 {
		lines = append(lines, f.drawGauges(hostGauges(&f.view.Host), nil, w, p.charts)...)
	}
	return append(lines, f.hostLines(&f.view.Host, w, p.host)...)
}

// whyNone says why no GPU is shown.
func whyNone(v *device.View) string {
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
