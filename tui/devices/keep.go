package devices

import (
	"encoding/json"

	"optwatch/train/device"
	"optwatch/tui/pane"
)

// kept is how the screen of the devices was left.
type kept struct {
	Window   float64   `json:"minutes,omitempty"` // that charts show; 0 for as much as there is
	Charts   string    `json:"charts,omitempty"`  // the title of the first that is seen
	Selected device.ID `json:"selected,omitempty"`
}

var _ pane.Keeper = (*Program)(nil)

// Keep is which charts are seen, of which device, over how long.
func (p *Program) Keep() any {
	d := p.devices
	out := kept{Window: windows[d.window]}
	if d.view == nil {
		return out
	}
	if d.count() > 1 {
		out.Selected = d.selected
	}
	if all := d.gauges(); d.gauge > 0 && d.gauge < len(all) {
		out.Charts = all[d.gauge].title
	}
	return out
}

// Restore shows what was kept, as far as there is that.
func (p *Program) Restore(text []byte) {
	var in kept
	if json.Unmarshal(text, &in) != nil {
		return
	}
	d := p.devices
	for i, minutes := range windows {
		if minutes == in.Window {
			d.window = i
		}
	}
	d.wish = &in
	p.Follow()
}

// fulfil selects the device and the charts that were kept, once there are devices.
func (d *Devices) fulfil() {
	in := d.wish
	if in == nil || d.view == nil || d.view.Opening {
		return
	}
	d.wish = nil
	for i := range d.view.Devices {
		if d.view.Devices[i].ID == in.Selected {
			d.choose(i)
			d.reveal = true
		}
	}
	for i, g := range d.gauges() {
		if g.title == in.Charts {
			d.gauge = i
		}
	}
}
