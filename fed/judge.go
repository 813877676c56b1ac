package fed

import (
	"cmp"
	"math"
	"slices"

	"optwatch/fed/client"
	"optwatch/optimizers/matrix"
)

// The reasons why an update is not averaged.
const (
	late        = client.Late
	brokeOff    = client.BrokeOff
	lost        = "lost on the way"
	notAsked    = "not selected"
	wrongRound  = "of another round"
	wrongLength = "wrong length"
	wrongCount  = "wrong count of examples or steps"
	notFinite   = "not finite"
	oversized   = "oversized"
	duplicate   = "duplicate"
	contradicts = "contradicts itself"
	unheard     = "not heard in time"
)

// reasons are all of them, in the order in which they are shown. Saved counts have
// that order too: new ones come last.
var reasons = []string{late, brokeOff, lost, notAsked, wrongRound, wrongLength, wrongCount, notFinite, oversized, duplicate, contradicts, unheard}

// verdict is what becomes of an update: it is averaged if there is no reason against it.
type verdict struct {
	*Update
	reason string
	drift  float64 // ‖θ − θₖ‖; NaN where that is not known

	digest   string // of the update of a client in another process; "" where it has no vector
	recalled bool   // it was written down before the process was started anew, and the update did not come again
}

// judge finds out which of the updates that have arrived can be averaged.
type judge struct {
	asked   []Task  // in the order of clients
	sizes   []int   // examples of each client
	maxNorm float64 // the longest update that is believed
}

// judge is that of the answers to some tasks.
func (r *Round) judge(asked []Task) judge { return judge{asked, r.sizes, r.MaxNorm} }

// verdicts are those on the updates of an attempt. They do not depend on the
// order of arrival: they are in that of clients, and for each in that of sending.
// Of an update sent twice the first counts; a client that sends two different
// ones in a round is not believed at all.
func (j judge) verdicts(arrived []*Update) []verdict {
	arrived = slices.SortedFunc(slices.Values(arrived), bySending)
	out := make([]verdict, 0, len(arrived))
	first := map[int]int{} // of each client, the verdict on its update that counts
	for _, u := range arrived {
		v := verdict{Update: u}
		v.reason, v.drift = j.fault(u)
		if at, seen := first[u.Client]; seen && v.reason == "" {
			v.reason = duplicate
			if !alike(u, out[at].Update) {
				v.reason, out[at].reason = contradicts, contradicts
			}
		} else if v.reason == "" {
			first[u.Client] = len(out)
		}
		out = append(out, v)
	}
	return out
}

// bySending is the order of clients, and for each of sending. Updates that are
// equal by it are equal.
func bySending(a, b *Update) int {
	return cmp.Or(
		cmp.Compare(a.Client, b.Client), cmp.Compare(a.Time, b.Time), cmp.Compare(a.Round, b.Round), cmp.Compare(a.Attempt, b.Attempt),
		cmp.Compare(a.Examples, b.Examples), cmp.Compare(a.Steps, b.Steps), cmp.Compare(a.Loss, b.Loss), slices.Compare(a.Delta, b.Delta),
		cmp.Compare(a.Failed, b.Failed), cmp.Compare(a.Evaluations, b.Evaluations),
		cmp.Compare(a.Clipped, b.Clipped), cmp.Compare(a.Contributions, b.Contributions), cmp.Compare(a.Signal, b.Signal),
	)
}

// alike says whether an update says the same as another of its client, in the same round.
func alike(u, v *Update) bool {
	return u.Steps == v.Steps && u.Loss == v.Loss && slices.Equal(u.Delta, v.Delta)
}

// find is where the task of a client is.
func (j judge) find(k int) (at int, ok bool) {
	return slices.BinarySearchFunc(j.asked, k, func(t Task, k int) int { return cmp.Compare(t.Client, k) })
}

// fault is what is wrong with an update by itself, or nothing, and its length.
func (j judge) fault(u *Update) (reason string, drift float64) {
	drift = math.NaN()
	at, ok := j.find(u.Client)
	if !ok {
		return notAsked, drift
	}
	task, n := &j.asked[at], j.sizes[u.Client]
	switch {
	case u.Round != task.Round || u.Attempt != task.Attempt:
		return wrongRound, drift
	case u.Failed != "":
		return failure(u), drift
	case len(u.Delta) != len(task.Theta):
		return wrongLength, drift
	case u.Examples != n || u.Steps < 1 || u.Steps > task.Plan.Steps(n), u.Evaluations < 0, u.Evaluations > task.Plan.Most(n), u.Clipped < 0, u.Clipped > u.Contributions:
		return wrongCount, drift
	}
	drift = matrix.Nrm2(u.Delta)
	switch {
	case !finite(u.Delta) || !u.LossHidden && !finite([]float64{u.Loss}) || !finite([]float64{u.Time, u.Signal}):
		return notFinite, drift
	case drift > j.maxNorm:
		return oversized, drift
	case task.Clock.Late(u.Time):
		return late, drift
	}
	return "", drift
}

// failure is why a client says that there is no update; "" if there is one.
func failure(u *Update) string {
	switch u.Failed {
	case "", late:
		return u.Failed
	}
	return brokeOff
}

// finite says whether all numbers are.
func finite(x []float64) bool {
	return !slices.ContainsFunc(x, func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) })
}
