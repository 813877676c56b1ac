package tui

import "optwatch/train"

// roster is the clients of one federated run as the pane lists them. It
// follows from the snapshot and the keys after every message; View only reads it.
type roster struct {
	run      int                  // RunView.ID; -1 for none
	view     *train.FederatedView // nil for none
	rows     []ranked             // of all clients, in the order listed
	sorted   clientOrder
	selected int  // ClientView.ID
	at       int  // of the selected client in rows
	top      int  // the first row that is seen
	seen     int  // how many are
	follow   bool // bring the selected client into sight
}

// ranked is a client's place in FederatedView.Clients, and what it is sorted by.
type ranked struct {
	key   float64
	index int
}

// federated says whether there is a federated run at all.
func (m *model) federated() bool {
	for i := range m.snap.Runs {
		if m.snap.Runs[i].Federated != nil {
			return true
		}
	}
	return false
}

// crew is the run whose clients are shown: the selected one if it is
// federated, else the first that is; nil if none is listed.
func (m *model) crew(listed []*train.RunView) *train.RunView {
	var first *train.RunView
	for _, r := range listed {
		if r.Federated != nil && (first == nil || r.ID == m.selected) {
			first = r
		}
	}
	return first
}

// call makes the roster that of the run whose clients are shown. With its pane
// focused that run is the selected one, so that keys drive what is looked at.
func (m *model) call(listed []*train.RunView) {
	s := &m.roster
	r := m.crew(listed)
	if r == nil {
		s.run, s.view, s.rows, s.top, s.at = -1, nil, s.rows[:0], 0, 0
		return
	}
	if m.focus == paneClients {
		m.selected = r.ID
	}
	s.follow = s.follow || s.run != r.ID
	s.run, s.view = r.ID, r.Federated
	s.sort()
	s.at = 0
	for i, row := range s.rows {
		if s.view.Clients[row.index].ID == s.selected {
			s.at = i
		}
	}
	s.choose(s.at)
}

// move selects another client and brings it into sight.
func (s *roster) move(by int) {
	s.choose(s.at + by)
	s.follow = true
}

// next sorts the clients by the next quantity and shows the first of them.
func (s *roster) next() {
	s.sorted = (s.sorted + 1) % clientOrders
	s.top = 0
}

// choose selects the client in a row, or the nearest there is.
func (s *roster) choose(at int) {
	if s.view == nil || len(s.rows) == 0 {
		return
	}
	s.at = max(0, min(at, len(s.rows)-1))
	s.selected = s.view.Clients[s.rows[s.at].index].ID
}

// client is the selected client; nil if there is none.
func (s *roster) client() *train.ClientView {
	if s.view == nil || s.at >= len(s.rows) {
		return nil
	}
	return &s.view.Clients[s.rows[s.at].index]
}

// scroll brings the selected client into sight when it was chosen, and keeps it
// there when the pane changes its size. Where the order moves by itself the
// rows that are seen stay the same ones, so that the first can be watched.
func (s *roster) scroll(rows int) {
	if inSight := s.at >= s.top && s.at < s.top+s.seen; s.follow || inSight && rows != s.seen {
		s.top = min(max(s.top, s.at-rows+1), s.at)
	}
	s.top = max(0, min(s.top, len(s.rows)-rows))
	s.seen, s.follow = rows, false
}
