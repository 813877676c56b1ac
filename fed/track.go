package fed

import (
	"math"
	"sync/atomic"

	"optwatch/train"
)

// track is how far a client is in the round under way. The client writes, anybody reads.
type track struct {
	state      atomic.Int32 // a train.ClientState
	whole      atomic.Bool  // all of its steps are done, however many evaluations they took
	done       atomic.Int64
	loss, time atomic.Uint64 // bits of a float64
}

func (t *track) reset(s train.ClientState) {
	t.state.Store(int32(s))
	t.whole.Store(false)
	t.done.Store(0)
	t.loss.Store(math.Float64bits(math.NaN()))
	t.time.Store(math.Float64bits(math.NaN()))
}

func (t *track) begin() { t.state.Store(int32(train.ClientTraining)) }

// step counts the evaluations of a local step, and says where that leaves the client.
func (t *track) step(evals int, loss, time float64) {
	t.done.Add(int64(evals))
	t.loss.Store(math.Float64bits(loss))
	t.time.Store(math.Float64bits(time))
}

// end says how the work ended: with an update, or for a reason without one.
func (t *track) end(reason string) {
	s := map[string]train.ClientState{"": train.ClientSent, late: train.ClientLate, brokeOff: train.ClientFailed}[reason]
	t.state.Store(int32(s))
}

// silence is why no update of a client has arrived.
func (t *track) silence() string {
	switch train.ClientState(t.state.Load()) {
	case train.ClientLate:
		return late
	case train.ClientFailed:
		return brokeOff
	}
	return lost
}

// onto writes where the client is to its view.
func (t *track) onto(v *train.ClientView) {
	v.State = train.ClientState(t.state.Load())
	v.Done = t.done.Load()
	if t.whole.Load() { // Poisson samples are as large as expected on average only
		v.Work = v.Done
	}
	v.Loss, v.Time = math.Float64frombits(t.loss.Load()), math.Float64frombits(t.time.Load())
}
