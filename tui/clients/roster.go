package clients

import "optwatch/train/view"

// roster is the clients of one federated run as the pane lists them. It
// follows from the snapshot and the keys after every message; Draw only reads it.
type roster struct {
	run        int              // view.Run.ID; -1 for none
	federation *view.Federation // nil for none
	remote     bool             // its clients are on machines of their own
	rows       []ranked         // of all clients, in the order listed
	sorted     order
	selected   int  // view.Client.ID
	at         int  // of the selected client in rows
	top        int  // the first row that is seen
	seen       int  // how many are
	reveal     bool // bring the selected client into sight
}

// ranked is a client's place in view.Federation.Clients, and what it is sorted by.
type ranked struct {
	key   float64
	index int
}

// federated is the run whose clients are shown: the selected one if it is
// federated, else the first that is; nil if none is listed.
func (c *Clients) federated() *view.Run {
	var first *view.Run
	for _, r := range c.Listed {
		if r.Federation != nil && (first == nil || r.ID == c.Runs.Selected) {
			first = r
		}
	}
	return first
}

// Follow makes the roster that of the run whose clients are shown. With the pane
// focused that run is the selected one, so that keys drive what is looked at.
func (c *Clients) Follow() {
	s, r := &c.roster, c.federated()
	if r == nil {
		s.run, s.federation, s.rows, s.top, s.at = -1, nil, s.rows[:0], 0, 0
		return
	}
	if c.seat.Focused() {
		c.Runs.Selected = r.ID
	}
	s.reveal = s.reveal || s.run != r.ID
	s.run, s.federation, s.remote = r.ID, r.Federation, r.Federation.Remote()
	if s.sorted >= remoteOrders && !s.remote {
		s.sorted = byClient
	}
	s.sort()
	s.at = 0
	for i, row := range s.rows {
		if s.federation.Clients[row.index].ID == s.selected {
			s.at = i
		}
	}
	s.choose(s.at)
}

// move selects another client and brings it into sight.
func (s *roster) move(by int) {
	s.choose(s.at + by)
	s.reveal = true
}

// next sorts the clients by the next quantity and shows the first of them.
func (s *roster) next() {
	last := remoteOrders
	if s.remote {
		last = orders
	}
	s.sorted = (s.sorted + 1) % last
	s.top = 0
}

// choose selects the client in a row, or the nearest there is.
func (s *roster) choose(at int) {
	if s.federation == nil || len(s.rows) == 0 {
		return
	}
	s.at = max(0, min(at, len(s.rows)-1))
	s.selected = s.federation.Clients[s.rows[s.at].index].ID
}

// client is the selected client; nil if there is none.
func (s *roster) client() *view.Client {
	if s.federation == nil || s.at >= len(s.rows) {
		return nil
	}
	return &s.federation.Clients[s.rows[s.at].index]
}

// scroll brings the selected client into sight when it was chosen, and keeps it
// there when the pane changes its size. Where the order moves by itself the
// rows that are seen stay the same ones, so that the first can be watched.
func (s *roster) scroll(rows int) {
	if inSight := s.at >= s.top && s.at < s.top+s.seen; s.reveal || inSight && rows != s.seen {
		s.top = min(max(s.top, s.at-rows+1), s.at)
	}
	s.top = max(0, min(s.top, len(s.rows)-rows))
	s.seen, s.reveal = rows, false
}
