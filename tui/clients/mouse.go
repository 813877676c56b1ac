package clients

import "optwatch/tui/pane"

var _ pane.Clicker = (*Clients)(nil)

// Click selects the client in a row.
func (c *Clients) Click(p pane.Place, x, y int, _ bool) {
	if _, row := p.Inside(x, y); c.shown() != nil {
		row -= headRows(p) + len(c.incoming(p))
		if row >= 0 && row < c.seen && c.top+row < len(c.rows) {
			c.choose(c.top + row)
		}
	}
}
