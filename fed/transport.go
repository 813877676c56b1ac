package fed

import (
	"context"

	"optwatch/fed/client"
	"optwatch/fed/partition"
	"optwatch/optimizers"
)

// What travels, by the names it has here.
type (
	Task   = client.Task
	Update = client.Update
)

// Transport carries the tasks of a round to their clients and delivers what
// comes back, in any order and from any goroutine. It returns when nothing
// more will come; an error breaks the round off. What it loses, doubles or
// spoils, the server finds out. What it has delivered is the server's, which
// uses the vectors again: who delivers an update once more in a later round
// delivers a copy.
type Transport interface {
	Carry(tasks []Task, host Host, to Inbox) error
}

// Inbox is where the server receives what comes of the tasks of one attempt.
// Any goroutine may call it; what comes after Carry has returned is lost.
type Inbox interface {
	// Deliver takes the update over, with its vector.
	Deliver(u Update)
	// Progress shows how far a client is. It is cheap enough for every local step.
	Progress(p client.Progress)
}

// Host is the server's process as a transport finds it: processors, the run's
// meter and gate, and what clients need who work in it.
type Host struct {
	oracle optimizers.Divisible
	*hosted
}

// hosted is what the hosts of one attempt have in common.
type hosted struct {
	worker   *client.Worker
	rows     partition.Split
	division Division
	held     []int
	least    int
	working  bool // clients work while who was called with this waits
}

// Each calls f for 0 … n−1, several at the same time where processors are free,
// and waits for all. Each call gets a Host for its own goroutine. After an error
// no other call begins, and those under way end at their next draw; the first
// error is returned.
func (h Host) Each(n int, f func(h Host, i int) error) error {
	return h.oracle.Each(n, func(o optimizers.Divisible, i int) error { return f(Host{o, h.hosted}, i) })
}

// Count meters the gradient evaluations of an update that was made elsewhere;
// those of Work are metered as they are made, and those of a Remote's clients
// by the round, from what their updates say: a Remote does not count.
func (h Host) Count(evaluations int) { h.oracle.Count(evaluations) }

// Work carries a task out on its client's rows.
func (h Host) Work(t Task, progress func(client.Progress)) (Update, error) {
	own := h.oracle.Sub(h.rows[t.Client], t.Batches.Number)
	return h.worker.Work(context.Background(), own, t, progress) // the run's gate, which every draw asks, breaks it off
}

// Wait waits without a training slot until something is received from ready, or
// it is closed. After an error, Carry or Holdings ends with it: the run stops, or
// a command is to be carried out before the round is made again. While the run
// is paused it waits in any case. Only who was called with this Host may wait.
func (h Host) Wait(ready <-chan struct{}) error { return h.oracle.Wait(ready, h.working) }

// Division is how rows are divided among clients that hold the server's data set.
func (h Host) Division() Division { return h.division }

// Held is how many examples each client held when the run was saved that goes on
// here; nil where nothing is known of that, or clients hold the server's data set.
// A client that holds something else now ends the run.
func (h Host) Held() []int { return h.held }

// Least is how many of the tasks must be answered before Carry may end without
// the others because time is up: all of them where it is known already what a
// clock decided before the process was started anew.
func (h Host) Least() int { return h.least }

// InProcess lets the clients work in goroutines of this process, as many at a
// time as there are processors to spare.
type InProcess struct{}

var _ Transport = InProcess{}

// Carry works on the tasks.
func (InProcess) Carry(tasks []Task, host Host, to Inbox) error {
	return host.Each(len(tasks), func(h Host, i int) error {
		u, err := h.Work(tasks[i], to.Progress)
		if err == nil {
			to.Deliver(u)
		}
		return err
	})
}
