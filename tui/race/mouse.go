package race

import (
	"math"

	"optwatch/tui/chart"
	"optwatch/tui/pane"
	"optwatch/tui/runs"
)

var (
	_ pane.Clicker = (*curves)(nil)
	_ pane.Wheeler = (*curves)(nil)
	_ pane.Dragger = (*curves)(nil)
	_ pane.Clicker = (*standings)(nil)
	_ pane.Wheeler = (*standings)(nil)
)

// pointed is where a column of the screen lies on the x-axis, at the ends of the plot
// beside it.
func (c *curves) pointed(p pane.Place, x int) float64 {
	w, h := p.Inner()
	cols, _ := chart.Room(w, h)
	column, _ := p.Inside(x, 0)
	share := float64(column-chart.LabelWidth-1) / float64(max(1, cols-1))
	scale := c.x()
	return scale.Lo + min(max(share, 0), 1)*(scale.Hi-scale.Lo)
}

// Click puts the value cursor there, if the chart had the focus.
func (c *curves) Click(p pane.Place, x, _ int, focused bool) {
	if focused && c.sight.curves() {
		c.values, c.cursor = true, c.pointed(p, x)
	}
}

// Wheel zooms about what is under the pointer.
func (c *curves) Wheel(p pane.Place, x, by int) {
	const notch = 1.25
	if c.sight.curves() {
		c.zoomAbout(c.pointed(p, x), math.Pow(notch, float64(by)))
	}
}

// Drag pans.
func (c *curves) Drag(p pane.Place, by int) {
	w, h := p.Inner()
	if cols, _ := chart.Room(w, h); c.zoomed && cols > 1 {
		c.pan(-float64(by) / float64(cols-1) * (c.window[1] - c.window[0]))
	}
}

// headingRows are those above the runs.
const headingRows = 1

// Click selects the run in a row.
func (s *standings) Click(p pane.Place, x, y int, _ bool) {
	_, row := p.Inside(x, y)
	_, h := p.Inner()
	all := s.Entries()
	seen := runs.Scrolled(all, s.at(all), h-headingRows-min(s.under, max(0, h-2)))
	if row -= headingRows; row >= 0 && row < len(seen) {
		s.Select(seen[row])
	}
}

// Wheel selects the next run or the one before.
func (s *standings) Wheel(_ pane.Place, _, by int) { s.Move(by) }

// clickTab focuses the pane of a tab.
func (q *Race) clickTab(x, w int) {
	if p := q.tabs().At(x, w); p >= 0 {
		q.Focus = p
	}
}
