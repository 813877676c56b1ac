// Package devices is the pane of GPUs and of the host: what each of them does
// and has done in the last minutes, what is wrong with it and what helps, and
// who uses it. The same pane by itself is a program.
//
// Every device is seen wherever there is a way: the less room there is, the
// less is said of each. What a driver does not tell is a dash and never 0, and
// what is not fresh says how old it is. The pane reads the views of package
// device and nothing else.
package devices

import (
	"optwatch/train/device"
	"optwatch/tui/pane"
)

// Devices are those that a snapshot shows.
type Devices struct {
	*pane.Screen
	rack
	seat  pane.Seat
	place pane.Place // the latest, if it is on the screen
	seen  bool
	drawn drawing
	wish  *kept // what is chosen as soon as there is that; nil for nothing
}

var (
	_ pane.Pane    = (*Devices)(nil)
	_ pane.Pager   = (*Devices)(nil)
	_ pane.Charter = (*Devices)(nil)
)

// New is the pane of the devices, at a position among the panes of a screen.
func New(s *pane.Screen, position int) *Devices {
	return &Devices{Screen: s, seat: pane.Seat{Screen: s, Position: position}}
}

// Name is what the pane is called.
func (d *Devices) Name() string { return "devices" }

// Brief is its name where there is little room.
func (d *Devices) Brief() string { return "devices" }

// Abbreviation is its name where there is hardly any room.
func (d *Devices) Abbreviation() string { return "dev" }

// There says whether devices are watched at all.
func (d *Devices) There() bool { return d.Snap.Devices != nil }

// Rows is how many rows of the screen the pane has a use for. It follows from
// the devices alone, so that nothing moves when processes come and go.
func (d *Devices) Rows() int {
	if d.Snap.Devices == nil {
		return 0
	}
	return height(len(d.Snap.Devices.Devices))
}

func height(n int) int {
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

// Follow makes the devices those of the snapshot.
func (d *Devices) Follow() {
	d.take(d.Theme, d.Snap.Devices)
	d.fulfil()
}

// Settle brings the selected device into sight where it was chosen.
func (d *Devices) Settle(q pane.Place, seen bool) {
	d.place, d.seen = q, seen
	p := d.plan()
	d.scroll(max(1, p.seen), p.across)
}

// plan is how the pane uses its place.
func (d *Devices) plan() plan {
	if !d.seen {
		return plan{across: 1, seen: 1}
	}
	return d.frame(d.place).plan
}

// Move selects another device and brings it into sight.
func (d *Devices) Move(by int) { d.move(by) }

// Long says whether there are devices to go through.
func (d *Devices) Long() bool { return d.count() > 1 }

// Page is how many devices are seen at once.
func (d *Devices) Page() int {
	p := d.plan()
	return max(1, p.seen) * p.across
}

// drawing is the pane as it was drawn last, and what it was drawn from: a view
// never changes, so that its pointer tells.
type drawing struct {
	key   key
	lines []string
}

type key struct {
	place    pane.Place
	view     *device.View
	charting bool
	selected device.ID
	top      int
	gauge    int
	window   int
	scheme   string
}

// Draw draws the devices and the host: exactly as large as the place.
func (d *Devices) Draw(q pane.Place) []string {
	k := key{q, d.view, d.Alone, d.selected, d.top, d.gauge, d.window, d.Theme.Scheme}
	if d.drawn.key != k || d.drawn.lines == nil {
		d.drawn = drawing{k, d.frame(q).draw()}
	}
	return d.drawn.lines
}
