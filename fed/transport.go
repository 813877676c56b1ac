package fed

import "optwatch/optimizers"

// Task is what the server asks of a client.
type Task struct {
	Round   int // from 1
	Attempt int // from 1
	Client  int
	Theta   []float64 // θ, not to be changed
	LR      float64   // of the local steps
}

// draws tells the random streams of tasks apart: one for each client and round.
// A further attempt draws anew, since it is accounted for as another sample.
func (t Task) draws() []int {
	if t.Attempt > 1 {
		return []int{t.Client, t.Round, t.Attempt}
	}
	return []int{t.Client, t.Round}
}

// Update is what a client sends back.
type Update struct {
	Round, Attempt, Client int
	Examples               int       // nₖ
	Steps                  int       // local steps taken
	Delta                  []float64 // θ − θₖ
	Loss                   float64   // mean over the local steps of the last epoch
	Time                   float64   // virtual, when it is sent

	clipped, contributions int     // example-level clipping
	signal                 float64 // Σ over the steps of ‖Σ clipped gradients‖
}

// Work is what a client does with a task. It returns nil without an error
// where no update comes of it, and an error where the round is broken off.
type Work func(o optimizers.Divisible, t Task) (*Update, error)

// Transport carries the tasks of a round to their clients and delivers what
// comes back, in any order and from any goroutine. It returns when nothing
// more will come. What it loses, doubles or spoils, the server finds out. What
// it has delivered is the server's, which uses the vectors again: who delivers
// an update once more in a later round delivers a copy.
type Transport interface {
	Carry(o optimizers.Divisible, tasks []Task, work Work, deliver func(*Update)) error
}

// InProcess lets the clients work in goroutines of this process.
type InProcess struct{}

var _ Transport = InProcess{}

// Carry works on as many tasks at a time as there are processors to spare.
func (InProcess) Carry(o optimizers.Divisible, tasks []Task, work Work, deliver func(*Update)) error {
	return o.Each(len(tasks), func(o optimizers.Divisible, i int) error {
		u, err := work(o, tasks[i])
		if u != nil && err == nil {
			deliver(u)
		}
		return err
	})
}
