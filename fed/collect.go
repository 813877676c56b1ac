package fed

import (
	"fmt"
	"math"

	"optwatch/optimizers"
)

// collect sends the tasks of an attempt, and judges what comes back. What can
// be averaged is in the order of clients.
func (r *Round) collect(theta []float64, o optimizers.Divisible, t *tally) ([]*Update, error) {
	cohort := r.cohort(t.round, t.attempt)
	tasks := r.tasks(cohort, theta, t)
	r.announce(cohort, t)
	in := &inbox{r: r, round: t.round, attempt: t.attempt}
	transport := r.Transport
	if transport == nil {
		transport = InProcess{}
	}
	if err := transport.Carry(tasks, Host{o, &r.worker, r.partition}, in); err != nil {
		return nil, err
	}
	vector := 8 * len(theta) * r.strategy.vectors()
	t.cohorts = append(t.cohorts, cohort)
	updates, vectors := in.close()
	t.bytes += vector * (len(cohort) + vectors)
	return r.sift(r.judge(tasks).verdicts(updates), cohort, t), nil
}

// sift keeps the updates that can be averaged, and counts the others.
func (r *Round) sift(verdicts []verdict, cohort []int, t *tally) []*Update {
	var us []*Update
	heard := map[int]bool{}
	for _, v := range verdicts {
		heard[v.Client] = true
		if v.reason == "" {
			us = append(us, v.Update)
		} else {
			t.refuse(v.Client, v.reason)
		}
	}
	for _, k := range cohort {
		if !heard[k] {
			t.refuse(k, lost)
		}
	}
	t.answered = len(us)
	r.show(verdicts, t)
	return us
}

// tooFew says why the updates of an attempt are too few to be averaged, or
// nothing. Noise that hides who takes part hides it whoever answers.
func (r *Round) tooFew(us []*Update, t *tally) string {
	if r.Privacy.Clients() && r.Privacy.Kept() {
		return ""
	}
	need := max(1, int(math.Ceil(r.Quorum*float64(t.cohort))))
	if r.Combine != nil {
		need = max(need, r.Combine.least())
	}
	if len(us) >= need {
		return ""
	}
	return fmt.Sprintf("%d of %d clients answered, %d must", len(us), t.cohort, need)
}

// spoilt says whether all that came was out of bounds: the run has diverged.
func (r *Round) spoilt(us []*Update, t *tally) bool {
	came := 0
	for _, f := range t.refused {
		switch f.reason {
		case late, brokeOff, lost:
		case notFinite, oversized:
			came++
		default:
			return false
		}
	}
	return len(us) == 0 && came > 0
}
