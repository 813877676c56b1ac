// Package clients is the pane of a federated run: a row for each of its clients,
// what each holds and does, and under them what decentralising costs and the
// privacy that was spent. Its keys drop a client or take it in again, and set
// what clients are told to do in a round. Where clients come from other machines,
// it shows these too, and who waits to be let in.
//
// What the pane shows of a client is what the source says of it, and what was
// asked of it and not acknowledged yet. It knows no setting's bounds: the source
// says what it takes.
package clients

import (
	"slices"

	"optwatch/train/view"
	"optwatch/tui/draw"
	"optwatch/tui/pane"
	"optwatch/tui/runs"
)

// Clients are those of the selected run, or of the first federated one.
type Clients struct {
	*runs.Runs
	roster
	seat pane.Seat
}

var (
	_ pane.Pane   = (*Clients)(nil)
	_ pane.Pager  = (*Clients)(nil)
	_ pane.Sorter = (*Clients)(nil)
)

// New is the pane of the clients among runs, at a position among the panes of
// the screen.
func New(r *runs.Runs, position int) *Clients {
	return &Clients{Runs: r, roster: roster{run: -1}, seat: pane.Seat{Screen: r.Screen, Position: position}}
}

// Name is what the pane is called.
func (c *Clients) Name() string { return "clients" }

// Brief is its name where there is little room.
func (c *Clients) Brief() string { return "clients" }

// Abbreviation is its name where there is hardly any room.
func (c *Clients) Abbreviation() string { return "clnts" }

// There says whether there is a federated run at all.
func (c *Clients) There() bool {
	for i := range c.Snap.Runs {
		if c.Snap.Runs[i].Federation != nil {
			return true
		}
	}
	return false
}

// Rows is how many rows of the screen the pane has a use for.
func (c *Clients) Rows() int {
	if !c.There() {
		return 0
	}
	if c.federation == nil {
		return 5
	}
	n := len(c.federation.Clients) + 4
	if c.Snap.Joining != nil {
		n += 4
	}
	if p := c.federation.Privacy; p != nil {
		n++
		if p.SNR < 1 {
			n++
		}
	}
	return n
}

// Settle brings the selected client into sight where it was chosen.
func (c *Clients) Settle(q pane.Place, seen bool) {
	rows := 1
	if seen {
		rows = c.rowsIn(q)
	}
	c.scroll(rows)
}

// Move selects another client and brings it into sight.
func (c *Clients) Move(by int) { c.move(by) }

// Long says that there may be more clients than rows.
func (c *Clients) Long() bool { return true }

// Page is how many clients are seen at once.
func (c *Clients) Page() int { return c.seen }

// Order is how the clients are sorted, in words; "" for as the source has them.
func (c *Clients) Order() string { return orderNames[c.sorted] }

// SetOrder sorts them as Order has it; an order that there is not changes nothing.
func (c *Clients) SetOrder(name string) {
	if i := slices.Index(orderNames[:], name); i >= 0 {
		c.sorted = order(i)
	}
}

// NextOrder sorts the clients by the next quantity and shows the first of them.
func (c *Clients) NextOrder() { c.next() }

// shown is the run whose clients are shown; nil if there is none.
func (c *Clients) shown() *view.Run {
	if c.federation == nil {
		return nil
	}
	return c.Snap.Run(c.run)
}

// Draw fills the place with a row for each client and, under them, what
// decentralising costs.
func (c *Clients) Draw(q pane.Place) []string {
	w, h := q.Inner()
	r := c.shown()
	if r == nil {
		lines := draw.Middle(c.Theme.Dim.Paint("no federated run matches the filter"), w, h)
		return q.Fill(c.Theme, draw.Box{Title: "clients", Focused: q.Focused}, lines)
	}
	foot := c.footing(r, q)
	lines := make([]string, 0, h)
	if !q.Boxed {
		lines = append(lines, c.title(r, q))
	}
	lines = append(lines, c.incoming(q)...)
	lines = append(lines, c.table(r, q, max(0, h-len(lines)-1-len(foot)))...)
	for len(lines) < h-len(foot) {
		lines = append(lines, "")
	}
	lines = append(lines, foot...)
	if !q.Boxed {
		return draw.Block(lines, w, h)
	}
	return q.Fill(c.Theme, c.box(r, q), lines)
}

// headRows is how many lines stand above the clients' rows.
func headRows(q pane.Place) int {
	if q.Boxed {
		return 1
	}
	return 2
}

// rowsIn is how many clients are seen at once in a place.
func (c *Clients) rowsIn(q pane.Place) int {
	r := c.shown()
	if r == nil {
		return 1
	}
	_, h := q.Inner()
	return max(1, h-headRows(q)-len(c.incoming(q))-len(c.footing(r, q)))
}
