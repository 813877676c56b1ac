package fed

import (
	"fmt"
	"math"

	"optwatch/optimizers"
)

// collect sends the tasks of an attempt, judges what comes back, and gathers in g
// what can be averaged.
func (r *Round) collect(g, theta []float64, o optimizers.Divisible, t *tally) (*gathering, error) {
	cohort := r.cohort(t.round, t.attempt)
	tasks := r.tasks(cohort, theta, t)
	r.announce(cohort, t)
	before := r.before(tasks)
	asked, least := before.stillAsked(tasks), r.least(len(cohort))
	if before != nil {
		least = len(asked)
	}
	all := newGathering(r, cohort, len(theta), t)
	in := newInbox(r, asked, all, t)
	if err := r.Transport.Carry(asked, hostOf(r, o, least), in); err != nil {
		in.breakOff()
		return nil, err
	}
	verdicts, vectors := in.close()
	if before != nil {
		verdicts = before.repeat(verdicts)
	}
	if r.remote() != nil {
		if err := r.conclude(tasks, verdicts, before, o, t); err != nil {
			return nil, err
		}
	}
	t.cohorts = append(t.cohorts, cohort)
	t.bytes += 8 * len(theta) * r.strategy.vectors() * (len(cohort) + vectors + recalled(verdicts))
	us := r.sift(verdicts, cohort, t)
	if in.line == nil {
		all.addAll(us)
	}
	all.close(us, g)
	return all, nil
}

// recalled is how many of the updates that did not come again had a vector.
func recalled(verdicts []verdict) int {
	n := 0
	for _, v := range verdicts {
		if v.recalled && v.Failed == "" {
			n++
		}
	}
	return n
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
			t.refuse(k, r.missing())
		}
	}
	t.answered = len(us)
	r.show(verdicts, t)
	return us
}

// least is how many of a cohort must answer. Noise that hides who takes part hides
// it whoever answers.
func (s Settings) least(cohort int) int {
	if s.Privacy.Clients() && s.Privacy.Kept() {
		return 0
	}
	need := max(1, int(math.Ceil(s.Quorum*float64(cohort))))
	if s.Combine != nil {
		need = max(need, s.Combine.least())
	}
	return need
}

// tooFew says why the updates of an attempt are too few to be averaged, or nothing.
func (r *Round) tooFew(us []*Update, t *tally) string {
	need := r.least(t.cohort)
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
		case late, brokeOff, lost, unheard:
		case notFinite, oversized:
			came++
		default:
			return false
		}
	}
	return len(us) == 0 && came > 0
}
