package journal

import "optwatch/tui/pane"

var (
	_ pane.Clicker = (*Journal)(nil)
	_ pane.Wheeler = (*Journal)(nil)
)

// Click selects the line in a row, and opens one that is selected already.
func (j *Journal) Click(p pane.Place, x, y int, focused bool) {
	_, row := p.Inside(x, y)
	w, h := p.Inner()
	var rows []int // the line in each
	for _, d := range j.drawn(w, h, focused) {
		for range d.rows {
			rows = append(rows, d.at)
		}
	}
	if row += max(0, len(rows)-h); row < 0 || row >= len(rows) {
		return
	}
	if focused && rows[row] == j.at {
		j.Read()
		return
	}
	j.Move(rows[row] - j.at)
}

// Wheel scrolls. The selected line stays within what is seen.
func (j *Journal) Wheel(p pane.Place, _, by int) {
	_, h := p.Inner()
	n := len(j.lines)
	j.back = min(max(0, j.back-by), max(0, n-h))
	j.Move(min(max(j.at, n-j.back-h), n-j.back-1) - j.at)
}
