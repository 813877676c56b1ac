package fed

import (
	"math"
	"sync/atomic"

	"optwatch/fed/client"
	"optwatch/train/view"
)

// board is how far the clients are in the attempt under way, by id. Tracks are
// written by whoever brings messages, several clients at a time, and read by
// anybody, without a lock: a client reports after every step.
type board []track

// track is how far a client is, as its messages have it.
type track struct {
	state      atomic.Int32 // a view.ClientState
	whole      atomic.Bool  // all of its steps are done, however many evaluations they took
	done       atomic.Int64
	loss, time atomic.Uint64 // bits of a float64
}

func (t *track) reset(s view.ClientState) {
	t.state.Store(int32(s))
	t.whole.Store(false)
	t.set(0, 0, 0, 0)
}

// set writes the numbers of a message. Before the first step there is no loss and no time.
func (t *track) set(steps, evaluations int, loss, time float64) {
	if steps == 0 {
		loss, time = math.NaN(), math.NaN()
	}
	t.done.Store(int64(evaluations))
	t.loss.Store(math.Float64bits(loss))
	t.time.Store(math.Float64bits(time))
}

// step takes a report of progress. One that comes after the client's update is not shown.
func (t *track) step(p client.Progress) {
	switch view.ClientState(t.state.Load()) {
	case view.ClientSelected:
		t.state.CompareAndSwap(int32(view.ClientSelected), int32(view.ClientTraining))
	case view.ClientTraining:
	default:
		return
	}
	t.set(p.Steps, p.Evaluations, p.Loss, p.Time)
}

// end takes what came of the work, with all its steps or not.
func (t *track) end(u *Update, whole bool) {
	s := map[string]view.ClientState{"": view.ClientSent, late: view.ClientLate, brokeOff: view.ClientFailed}[failure(u)]
	t.whole.Store(whole)
	loss := u.Loss
	if u.LossHidden {
		loss = math.NaN()
	}
	t.set(u.Steps, u.Evaluations, loss, u.Time)
	t.state.Store(int32(s))
}

// onto writes where the client is to its view.
func (t *track) onto(v *view.Client) {
	v.State = view.ClientState(t.state.Load())
	v.Done = t.done.Load()
	if t.whole.Load() { // Poisson samples are as large as expected on average only
		v.Work = v.Done
	}
	v.Loss, v.Time = math.Float64frombits(t.loss.Load()), math.Float64frombits(t.time.Load())
}
