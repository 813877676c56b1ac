package fed

import (
	"optwatch/fed/partition"
	"optwatch/train/view"
)

// Remote is a Transport to clients in other processes. It sees to it that what it
// delivers is from whom it says. Its clients may be gone, and come back; they may
// answer twice, and after anything was started anew.
//
// The tasks' vectors are the server's, which changes them once Carry has returned.
// An update that comes twice is delivered once where the transport knows that.
//
// Carry waits by Host.Wait until every task is answered, or its patience is at
// an end and Host.Least of them are; where there are no tasks it returns at once.
// Who has not answered by then is refused as
// not heard in time. What came of an attempt is then written down (Outcome).
type Remote interface {
	Transport
	// Holdings waits for so many clients, and says what each holds; nil where they
	// hold parts of the server's data set. It is called once, before the first Carry.
	Holdings(clients int, host Host) ([]Holding, error)
	// Halt tells the clients that the run has paused or goes on. It is called by
	// one goroutine at a time, before Holdings too, and while Carry waits.
	Halt(paused bool)
	// Describe writes what is known of the clients' machines into their views, of
	// which there is one for each client. Any goroutine may call it at any time.
	Describe(clients []view.Client)
	// Close says that the run has switched away from it or has ended: what was
	// asked is withdrawn. It is called once, and nothing but Describe after it.
	Close()
}

// Holding is what a client holds of its own.
type Holding struct {
	Examples int
	Classes  []int // how many of each class; nil where that is hidden, or there are no classes
}

// Division says which rows of a data set, which both sides have, each client holds.
type Division struct {
	Scheme  partition.Scheme
	Clients int
	Seed    uint64
}

// Split is the rows of each client, of so many examples with labels below
// classes; nil for numeric targets.
func (d Division) Split(labels []int32, classes, examples int) (partition.Split, error) {
	pop := partition.Population{Labels: labels, Classes: classes, Examples: examples, Clients: d.Clients}
	return d.Scheme.Split(pop, forPartition.rng(d.Seed))
}

// Outcome is what a clock, or a machine that is gone, decided in an attempt at a
// round, where nothing else would decide it in the same way again.
type Outcome struct {
	Round, Attempt int
	Tasks          string   // digest of what was asked: it is of no other attempt
	Answers        []Answer // of those selected, in the order of clients
}

// Answer is what came of a client's task.
type Answer struct {
	Client      int
	Reason      string `json:",omitempty"` // why it was not averaged; "" if it was
	Digest      string `json:",omitempty"` // of its update, as Update.Digest has it; "" where none with a vector came
	Evaluations int    `json:",omitempty"` // gradient evaluations that it took
}
