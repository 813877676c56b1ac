package fed

import (
	"fmt"
	"math"
	"strings"
	"sync"

	"optwatch/optimizers"
)

// collect sends the tasks of an attempt, and judges what comes back. What can
// be averaged is in the order of clients.
func (r *Round) collect(theta []float64, o optimizers.Divisible, t *tally) ([]*Update, error) {
	cohort := r.cohort(t.round, t.attempt)
	tasks := make([]Task, len(cohort))
	for i, k := range cohort {
		tasks[i] = Task{Round: t.round, Attempt: t.attempt, Client: k, Theta: theta, LR: r.lr}
	}
	r.announce(cohort, t)
	var mu sync.Mutex
	var inbox []*Update
	err := r.Transport.Carry(o, tasks, r.train, func(u *Update) {
		mu.Lock()
		defer mu.Unlock()
		inbox = append(inbox, u)
		r.arrived(u)
	})
	if err != nil {
		return nil, err
	}
	vector := 8 * len(theta) * r.strategy.vectors()
	t.cohorts = append(t.cohorts, cohort)
	t.bytes += vector * (len(cohort) + len(inbox))
	return r.sift(r.judge(inbox, tasks), cohort, t), nil
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
			t.refuse(k, r.tracks[k].silence())
		}
	}
	t.answered = len(us)
	r.show(verdicts, t)
	return us
}

func (t *tally) refuse(client int, reason string) {
	t.refused = append(t.refused, refusal{client, reason})
}

// counts are the updates that were refused in words: c0 c8 late, 40 not finite.
func (t *tally) counts() string {
	var parts []string
	for _, reason := range reasons {
		var names []string
		for _, f := range t.refused {
			if f.reason == reason {
				names = append(names, fmt.Sprintf("c%d", f.client))
			}
		}
		if len(names) > mostNamed {
			names = []string{fmt.Sprint(len(names))}
		}
		if names != nil {
			parts = append(parts, strings.Join(names, " ")+" "+reason)
		}
	}
	return strings.Join(parts, ", ")
}

// mostNamed is the most clients that are named in a line.
const mostNamed = 6

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
