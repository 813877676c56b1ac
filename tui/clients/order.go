package clients

import (
	"cmp"
	"math"
	"slices"

	"optwatch/train/view"
)

// order is how the clients are sorted.
type order int

const (
	byClient order = iota
	byState
	byLoss
	byDrift
	byTime
	byData
	orders
)

var orderNames = [orders]string{"", "by state", "by loss", "by drift", "by time", "by data"}

// urgency is the order of the states: what went wrong, then what moves.
var urgency = [...]float64{
	view.ClientFailed: 0, view.ClientRejected: 1, view.ClientLate: 2, view.ClientTraining: 3, view.ClientSent: 4,
	view.ClientSelected: 5, view.ClientAccepted: 6, view.ClientDropped: 7, view.ClientIdle: 8,
}

// key is what a client is sorted by, the smallest first. Of numbers the
// largest comes first, as it is the one to look at; what is unknown comes last.
func (o order) key(c *view.Client) float64 {
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

// sort lists the clients anew. Equal ones stay in the order in which the source
// lists them.
func (s *roster) sort() {
	s.rows = s.rows[:0]
	for i := range s.federation.Clients {
		s.rows = append(s.rows, ranked{s.sorted.key(&s.federation.Clients[i]), i})
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
