package devices

import "optwatch/tui/pane"

var _ pane.Clicker = (*Devices)(nil)

// Click selects the device under the pointer.
func (d *Devices) Click(q pane.Place, x, y int, _ bool) {
	f := d.frame(q)
	column, row := q.Inside(x, y)
	if !q.Boxed {
		row-- // the title
	}
	if row -= f.plan.head; row < 0 || row >= f.plan.seen*f.plan.shape.high() {
		return
	}
	across := f.plan.across
	side := min(max(column/max(1, f.w/across), 0), across-1)
	if at := (f.top+row/f.plan.shape.high())*across + side; at < d.count() {
		d.choose(at)
	}
}
