package fed

import (
	"fmt"
	"slices"
	"sync"

	"optwatch/fed/partition"
	"optwatch/fed/privacy"
	"optwatch/optimizers"
	"optwatch/train"
	"optwatch/train/diagnosis"
)

// Settings are what a federation is made of.
type Settings struct {
	Strategy     string // its name
	Clients      int    // N
	Partitioning partition.Scheme
	Fraction     float64                // C, of the clients that a round selects
	Epochs       int                    // E
	Batch        int                    // B
	Rule         func() optimizers.Rule // of the clients, anew in each round
	Limit        int                    // rounds; 0 for no limit
	Combine      combine                // instead of the strategy's weighted mean; nil for that
	Faults       Faults
	Quorum       float64 // the share of those selected who must answer; one must in any case
	Retries      int     // of a round that too few have answered
	MaxNorm      float64 // the longest update that is believed
	Privacy      privacy.Settings
	Transport    Transport
}

// Round is the estimator of a federation: each estimate is a round of it.
type Round struct {
	Settings
	strategy strategy
	problem  optimizers.Problem
	lr       float64 // of the clients
	evals    int64   // that the next round may take

	seed      uint64
	secret    *secret // instead of the seed; nil where all may be reproduced
	partition partition.Split
	slow      []float64 // each client's slowness
	err       error     // why there is no partition

	examine   bool // compare the updates of the next round
	agreement *diagnosis.Clients

	scratch pool
	notes   []string
	tracks  []track

	mu sync.Mutex // held to change what follows; the run's own goroutine reads without

	// What goes on from round to round.
	rounds, steps, bytes int
	loss                 float64   // of the latest round that was averaged
	dropped              []float64 // 1 for a client that is left out
	accepted             []float64 // updates averaged of each client
	rejected             []float64 // and not averaged
	refused              []float64 // updates not averaged, for each of the reasons
	ledger               *privacy.Ledger
	broken               breach // what has voided the guarantee

	// What is shown of the latest round.
	underway bool
	latest   tally
	clients  []train.ClientView
	epsilon  float64 // spent by now
	snr      float64 // of the latest round that was averaged; NaN for none
	clipped  float64 // share of its contributions that were clipped; NaN for none
	releases int     // noisy sums that were averaged
}

var _ train.Federation = (*Round)(nil)

// tally is what a round comes to before it is final.
type tally struct {
	round, attempt         int
	cohort, answered       int
	bytes                  int
	cohorts                [][]int // of every attempt
	refused                []refusal
	notes                  []string
	clipped, contributions int
	signal                 float64 // ‖signal‖ of what gets noise
}

// refusal is an update that is not averaged.
type refusal struct {
	client int
	reason string
}

// Estimate is a round: it is tried again where too few answer, and fails in the end.
func (r *Round) Estimate(g, theta []float64, o optimizers.Oracle) (float64, error) {
	if r.err != nil {
		return 0, r.err
	}
	r.strategy.begin(r.Clients, len(theta))
	t, planned := tally{round: r.rounds + 1}, int64(0)
	for t.attempt = 1; ; t.attempt++ {
		us, err := r.collect(theta, o.(optimizers.Divisible), &t)
		if err != nil {
			r.abandon()
			return 0, err
		}
		why := r.tooFew(us, &t)
		switch {
		case why == "":
			defer r.release(us)
			r.compare(theta, us, t.round)
			return r.conclude(g, us, &t), nil
		case r.spoilt(us, &t):
			r.settle(&t)
			return 0, train.DivergedError(fmt.Sprintf("round %d: no update was fit to be averaged: %s", t.round, t.counts()))
		case t.attempt > r.Retries:
			return 0, r.fail(us, &t, fmt.Sprintf("%s, in %d attempts", why, t.attempt))
		}
		if over := r.exceeds(t.round, t.cohorts); over != "" {
			return 0, r.fail(us, &t, why+", and another attempt "+over)
		}
		if planned += r.cost(t.round, t.attempt); planned+r.cost(t.round, t.attempt+1) > r.evals {
			return 0, r.fail(us, &t, why+", and another attempt would exceed the budget of evaluations")
		}
		r.release(us)
		t.notes = append(t.notes, fmt.Sprintf("round %d: %s; tried again", t.round, why))
	}
}

// fail ends the last attempt of a round without an average.
func (r *Round) fail(us []*Update, t *tally, why string) error {
	r.discard(us)
	r.settle(t)
	return fmt.Errorf("round %d: %s", t.round, why)
}

// conclude averages a round and makes it final.
func (r *Round) conclude(g []float64, us []*Update, t *tally) float64 {
	for _, u := range us {
		t.clipped += u.clipped
		t.contributions += u.contributions
		t.signal += u.signal
	}
	if r.Privacy.Clients() {
		r.clip(us, t)
	}
	switch {
	case r.Privacy.Clients() && r.Privacy.Kept():
		r.privateAverage(g, us, t)
	case r.Combine != nil:
		if err := r.Combine.into(g, deltas(us)); err != nil {
			panic("fed: " + err.Error()) // tooFew has counted them
		}
	default:
		r.strategy.average(g, us, shares(us), r.lr)
	}
	steps := 0
	for _, u := range us {
		steps += u.Steps
	}
	if r.Privacy.Examples() {
		t.signal /= float64(max(1, steps))
	}
	r.mu.Lock()
	r.rounds++
	r.snr, r.clipped = r.Privacy.SNR(t.signal, len(g)), float64(t.clipped)/float64(t.contributions)
	if r.Privacy.Examples() {
		r.releases += steps
	} else {
		r.releases++
	}
	r.steps += steps
	if len(us) > 0 {
		r.loss = meanLoss(us)
	}
	for _, u := range us {
		r.accepted[u.Client]++
	}
	r.mu.Unlock()
	r.settle(t)
	return r.loss
}

// shares are nₖ over the sum of those who answered.
func shares(us []*Update) []float64 {
	total := 0
	for _, u := range us {
		total += u.Examples
	}
	out := make([]float64, len(us))
	for i, u := range us {
		out[i] = float64(u.Examples) / float64(total)
	}
	return out
}

func meanLoss(us []*Update) float64 {
	mean := 0.0
	for i, share := range shares(us) {
		mean += share * us[i].Loss
	}
	return mean
}

// settle makes the counts and the costs of a round final.
func (r *Round) settle(t *tally) {
	epsilon := r.charge(t) // it takes long, so nobody is kept waiting for it
	r.mu.Lock()
	defer r.mu.Unlock()
	r.epsilon = epsilon
	r.bytes += t.bytes
	for _, f := range t.refused {
		r.refused[slices.Index(reasons, f.reason)]++
		if f.client >= 0 && f.client < r.Clients {
			r.rejected[f.client]++
		}
	}
	if len(t.refused) > 0 {
		t.notes = append([]string{fmt.Sprintf("round %d: not averaged: %s", t.round, t.counts())}, t.notes...)
	}
	r.notes = append(r.notes, t.notes...)
	r.underway, r.latest = false, *t
}

// release gives the vectors of updates back. Updates may be of a transport's making.
func (r *Round) release(us []*Update) {
	for _, u := range us {
		if len(u.Delta) > 0 {
			r.scratch.give(u.Delta)
		}
	}
}
