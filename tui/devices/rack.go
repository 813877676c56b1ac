package devices

import (
	"optwatch/train/device"
	"optwatch/tui/draw"
)

// rack is the devices as the pane lists them. It follows from the snapshot and
// the keys after every message; drawing only reads it.
type rack struct {
	view     *device.View // nil for none
	selected device.ID
	at       int  // of the selected device in the view
	top      int  // the first row of devices that is seen
	rows     int  // how many are
	reveal   bool // bring the selected device into sight
	gauge    int  // the first that is charted
	window   int  // into windows, of what charts show; 0 for as much as there is

	conditions []condition // of all devices of the view
}

// take makes the devices those of a view. The selected one is known by its
// identity: an index changes when another device goes away.
func (s *rack) take(t *draw.Theme, v *device.View) {
	if s.view == v {
		return
	}
	s.view, s.at, s.conditions = v, 0, nil
	if v == nil {
		return
	}
	for i := range v.Devices {
		if v.Devices[i].ID == s.selected {
			s.at = i
		}
		s.conditions = append(s.conditions, diagnose(t, v, &v.Devices[i]))
	}
	s.choose(s.at)
}

// move selects another device and brings it into sight.
func (s *rack) move(by int) {
	s.choose(s.at + by)
	s.reveal = true
}

func (s *rack) choose(at int) {
	if s.count() == 0 {
		return
	}
	s.at = max(0, min(at, len(s.view.Devices)-1))
	s.selected = s.view.Devices[s.at].ID
}

// device is the selected device; nil if there is none.
func (s *rack) device() *device.DeviceView {
	if s.at >= s.count() {
		return nil
	}
	return &s.view.Devices[s.at]
}

// condition is the worst that is to be said of a device of the view.
func (s *rack) condition(d *device.DeviceView) condition {
	for i := range s.view.Devices {
		if &s.view.Devices[i] == d {
			return s.conditions[i]
		}
	}
	return condition{}
}

// scroll brings the selected device into sight when it was chosen, and keeps it
// there when the pane changes its size: rows of devices are seen, some of them
// side by side.
func (s *rack) scroll(rows, across int) {
	at, n := s.at/across, (s.count()+across-1)/across
	if s.reveal || rows != s.rows {
		s.top = min(max(s.top, at-rows+1), at)
	}
	s.top = max(0, min(s.top, n-rows))
	s.rows, s.reveal = rows, false
}

// count is how many devices there are to see.
func (s *rack) count() int {
	if s.view == nil {
		return 0
	}
	return len(s.view.Devices)
}
