package study

import "optwatch/tui/pane"

var (
	_ pane.Clicker = (*list)(nil)
	_ pane.Wheeler = (*list)(nil)
	_ pane.Clicker = (*figures)(nil)
	_ pane.Wheeler = (*text)(nil)
)

// Click selects the study in a row.
func (l *list) Click(p pane.Place, x, y int, _ bool) {
	_, h := p.Inner()
	if _, row := p.Inside(x, y); row >= 0 && row < h {
		if at := l.first(h) + row; at < len(l.studies()) {
			l.fixed, l.selected = true, at
		}
	}
}

// Wheel selects the next study or the one before.
func (l *list) Wheel(_ pane.Place, _, by int) {
	l.fixed, l.selected = true, max(0, min(l.selected+by, len(l.studies())-1))
}

// Click chooses the figure under the pointer.
func (f *figures) Click(p pane.Place, x, _ int, _ bool) {
	all := len(f.all())
	if all == 0 {
		return
	}
	n := f.across(p.W)
	for k := range n {
		if x >= p.X+p.W*k/n && x < p.X+p.W*(k+1)/n {
			f.at = f.first(n) + k
		}
	}
}

// Wheel scrolls.
func (x *text) Wheel(_ pane.Place, _, by int) { x.top += 3 * by }
