package tui

import "optwatch/train/device"

// rack is the devices as their pane lists them. It follows from the snapshot
// and the keys after every message; View only reads it.
type rack struct {
	view     *device.View // nil for none
	selected device.ID
	at       int  // of the selected device in the view
	top      int  // the first row of devices that is seen
	seen     int  // how many are
	follow   bool // bring the selected device into sight
	gauge    int  // the first that is charted
	window   int  // into windows, of what charts show; 0 for as much as there is
	cache    rackCache

	conditions []condition // of all devices of the view
}

// rackCache is the pane as it was drawn last, and what it was drawn from: a
// View never changes, so its pointer tells.
type rackCache struct {
	key   rackKey
	lines []string
}

type rackKey struct {
	place    placed
	view     *device.View
	focused  bool
	charts   bool
	others   string
	selected device.ID
	top      int
	gauge    int
	window   int
}

// rackDevices makes the rack that of the snapshot's devices. The selected one
// is known by its identity: an index changes when another device goes away.
func (m *model) rackDevices() {
	s, v := &m.rack, m.snap.Devices
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
		s.conditions = append(s.conditions, m.diagnose(v, &v.Devices[i]))
	}
	s.choose(s.at)
}

// move selects another device and brings it into sight.
func (s *rack) move(by int) {
	s.choose(s.at + by)
	s.follow = true
}

func (s *rack) choose(at int) {
	if s.view == nil || len(s.view.Devices) == 0 {
		return
	}
	s.at = max(0, min(at, len(s.view.Devices)-1))
	s.selected = s.view.Devices[s.at].ID
}

// device is the selected device; nil if there is none.
func (s *rack) device() *device.DeviceView {
	if s.view == nil || s.at >= len(s.view.Devices) {
		return nil
	}
	return &s.view.Devices[s.at]
}

// scroll brings the selected device into sight when it was chosen, and keeps it
// there when the pane changes its size: rows of devices are seen, some of them
// side by side.
func (s *rack) scroll(rows, across int) {
	at, n := s.at/across, 0
	if s.view != nil {
		n = (len(s.view.Devices) + across - 1) / across
	}
	if s.follow || rows != s.seen {
		s.top = min(max(s.top, at-rows+1), at)
	}
	s.top = max(0, min(s.top, n-rows))
	s.seen, s.follow = rows, false
}

// gpus is how many devices there are to see.
func (m *model) gpus() int {
	if m.rack.view == nil {
		return 0
	}
	return len(m.rack.view.Devices)
}

// deviceHeight is how many rows of the screen the pane has a use for. It
// follows from the devices alone, so that nothing moves when processes come
// and go.
func (m *model) deviceHeight() int {
	if m.rack.view == nil {
		return 0
	}
	return deviceHeight(m.gpus())
}

func deviceHeight(n int) int {
	switch {
	case n == 0:
		return 4
	case n <= 2:
		return 3*n + 6
	case n <= 4:
		return 2*n + 6
	}
	return n + 7
}
