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
)

// reasons are all of them, in the order in which they are shown.
var reasons = []string{late, brokeOff, lost, notAsked, wrongRound, wrongLength, wrongCount, notFinite, oversized, duplicate, contradicts}

// verdict is what becomes of an update: it is averaged if there is no reason against it.
type verdict struct {
	*Update
	reason string
	drift  float64 // ‖θ − θₖ‖; NaN where that is not known
}

// judge finds out which of the updates that have arrived can be averaged. The
// verdicts do not depend on the order of arrival: they are in that of clients,
// and for each in that of sending. Of an update sent twice the first counts; a
// client that sends two different ones in a round is not believed at all.
func (r *Round) judge(inbox []*Update, asked []Task) []verdict {
	inbox = slices.Clone(inbox)
	slices.SortFunc(inbox, func(a, b *Update) int {
		return cmp.Or(
			cmp.Compare(a.Client, b.Client), cmp.Compare(a.Time, b.Time), cmp.Compare(a.Round, b.Round), cmp.Compare(a.Attempt, b.Attempt),
			cmp.Compare(a.Examples, b.Examples), cmp.Compare(a.Steps, b.Steps), cmp.Compare(a.Loss, b.Loss), slices.Compare(a.Delta, b.Delta),
			cmp.Compare(a.Failed, b.Failed), cmp.Compare(a.Evaluations, b.Evaluations), cmp.Compare(a.Clipped, b.Clipped), cmp.Compare(a.Contributions, b.Contributions), cmp.Compare(a.Signal, b.Signal),
		)
	})
	out := make([]verdict, 0, len(inbox))
	first := map[int]int{} // of each client, the verdict on its update that counts
	for _, u := range inbox {
		v := verdict{Update: u}
		v.reason, v.drift = r.fault(u, asked)
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

// alike says whether an update says the same as another of its client, in the same round.
func alike(u, v *Update) bool {
	return u.Steps == v.Steps && u.Loss == v.Loss && slices.Equal(u.Delta, v.Delta)
}

// fault is what is wrong with an update by itself, or nothing, and its length.
func (r *Round) fault(u *Update, asked []Task) (reason string, drift float64) {
	drift = math.NaN()
	at, ok := slices.BinarySearchFunc(asked, u.Client, func(t Task, client int) int { return cmp.Compare(t.Client, client) })
	switch {
	case !ok:
		return notAsked, drift
	case u.Round != asked[at].Round || u.Attempt != asked[at].Attempt:
		return wrongRound, drift
	case u.Failed != "":
		return failure(u), drift
	case len(u.Delta) != len(asked[at].Theta):
		return wrongLength, drift
	case u.Examples != len(r.partition[u.Client]) || u.Steps < 1 || u.Steps > r.localSteps(u.Client),
		u.Evaluations < 0, u.Clipped < 0, u.Clipped > u.Contributions:
		return wrongCount, drift
	}
	drift = matrix.Nrm2(u.Delta)
	if !finite(u.Delta) || !finite([]float64{u.Loss, u.Time, u.Signal}) {
		return notFinite, drift
	}
	switch {
	case drift > r.MaxNorm:
		return oversized, drift
	case asked[at].Clock.Late(u.Time):
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
