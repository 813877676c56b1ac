package tui

import (
	"cmp"
	"math"
	"slices"

	"optwatch/train"
)

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

// clientOrder is how the clients are sorted.
type clientOrder int

const (
	byClient clientOrder = iota
	byState
	byLoss
	byDrift
	byTime
	byData
	clientOrders
)

var clientOrderNames = [clientOrders]string{"", "by state", "by loss", "by drift", "by time", "by data"}

// urgency is the order of the states: what went wrong, then what moves.
var urgency = [...]float64{
	train.ClientFailed: 0, train.ClientRejected: 1, train.ClientLate: 2, train.ClientTraining: 3, train.ClientSent: 4,
	train.ClientSelected: 5, train.ClientAccepted: 6, train.ClientDropped: 7, train.ClientIdle: 8,
}

// key is what a client is sorted by, the smallest first. Of numbers the
// largest comes first, as it is the one to look at; what is unknown comes last.
func (o clientOrder) key(c *train.ClientView) float64 {
	last := func(v float64) float64 {
		if math.IsNaN(v) {
			return math.Inf(1)
		}
		return -v
	}
	switch o {
	case byState:
		if c.State >= 0 && int(c.State) < len(urgency) {
			return urgency[c.State]
		}
		return float64(len(urgency))
	case byLoss:
		return last(c.Loss)
	case byDrift:
		return last(c.Drift)
	case byTime:
		return last(c.Time)
	case byData:
		return -float64(c.Examples)
	}
	return 0
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

// sort lists the clients anew. Equal ones stay in the order of their IDs.
func (s *roster) sort() {
	s.rows = s.rows[:0]
	for i := range s.view.Clients {
		s.rows = append(s.rows, ranked{s.sorted.key(&s.view.Clients[i]), i})
	}
	if s.sorted == byClient {
		return
	}
	slices.SortFunc(s.rows, func(a, b ranked) int {
		if c := cmp.Compare(a.key, b.key); c != 0 {
			return c
		}
		return cmp.Compare(a.index, b.index)
	})
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
