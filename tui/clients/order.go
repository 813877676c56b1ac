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
	byTrip // from here on, of clients on machines of their own
	byHeard
	byBytes
	orders

	remoteOrders = byTrip
)

var orderNames = [orders]string{"", "by state", "by loss", "by drift", "by time", "by data", "by round trip", "by last heard", "by bytes"}

// urgency is the order of the states: what went wrong, then what moves.
var urgency = [...]float64{
	view.ClientFailed: 0, view.ClientRejected: 1, view.ClientGone: 2, view.ClientSilent: 3, view.ClientLate: 4, view.ClientRejoining: 5,
	view.ClientWaiting: 6, view.ClientTraining: 7, view.ClientSending: 8, view.ClientSent: 9, view.ClientSelected: 10, view.ClientAccepted: 11,
	view.ClientDropped: 12, view.ClientIdle: 13, view.ClientAbsent: 14,
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
	case byTrip:
		return last(c.RoundTrip)
	case byHeard:
		return last(c.Heard)
	case byBytes:
		return -float64(c.Up + c.Down)
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
