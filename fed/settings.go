package fed

import (
	"optwatch/fed/client"
	"optwatch/fed/partition"
	"optwatch/fed/privacy"
)

// Settings are what a federation is made of.
type Settings struct {
	Strategy     string // its name
	Clients      int    // N
	Partitioning partition.Scheme
	Fraction     float64     // C, of the clients that a round selects
	Epochs       int         // E
	Batch        int         // B
	Rule         client.Rule // of the clients, begun anew in each round
	Limit        int         // rounds; 0 for no limit
	Combine      combine     // instead of the strategy's weighted mean; nil for that
	Faults       Faults
	Quorum       float64 // the fraction of those selected who must answer; one must in any case
	Retries      int     // of a round that too few have answered
	MaxNorm      float64 // the longest update that is believed
	Privacy      privacy.Settings
}

// division says how rows are divided with a seed among clients that hold the server's data set.
func (s Settings) division(seed uint64) Division {
	return Division{Scheme: s.Partitioning, Clients: s.Clients, Seed: seed}
}

// plan is how much local work a round is.
func (s Settings) plan() client.Plan {
	return client.Plan{Epochs: s.Epochs, Batch: s.Batch, Poisson: s.Privacy.Examples()}
}

// carriage is what carries the tasks of a federation. It is none of the settings
// that a state is compared by.
type carriage struct {
	Transport Transport        // nil for InProcess
	open      func() Transport // makes it when the federation begins; nil where it is there, or for InProcess
	closed    bool
}

// begin makes the transport: a recipe is built more often than it is run.
func (c *carriage) begin() {
	if c.open != nil {
		c.Transport, c.open = c.open(), nil
	}
	if c.Transport == nil {
		c.Transport = InProcess{}
	}
}

// Halt tells clients in other processes that the run has paused or goes on.
func (c *carriage) Halt(paused bool) {
	if far := c.remote(); far != nil {
		far.Halt(paused)
	}
}

// Close withdraws what they were asked, once.
func (c *carriage) Close() {
	if far := c.remote(); far != nil && !c.closed {
		c.closed = true
		far.Close()
	}
}

// missing is why a client is not averaged that nothing was heard of.
func (c *carriage) missing() string {
	if c.remote() != nil {
		return unheard
	}
	return lost
}

// remote is the transport if its clients are in other processes; nil if they are not.
func (c *carriage) remote() Remote {
	far, _ := c.Transport.(Remote)
	return far
}
