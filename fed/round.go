package fed

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"sync"

	"optwatch/fed/client"
	"optwatch/fed/privacy"
	"optwatch/optimizers"
	"optwatch/optimizers/matrix"
	"optwatch/train"
	"optwatch/train/view"
)

// Round is the estimator of a federation: each estimate is a round of it.
//
// The run's own goroutine makes the rounds, and alone changes anything but the
// board and the count of what has arrived.
type Round struct {
	Settings
	carriage
	strategy strategy
	problem  optimizers.Problem
	worker   client.Worker // of the clients in this process; its vectors serve the server too
	lr       float64       // of the clients
	evals    int64         // that the next round may take

	streams
	holdings
	outcomes
	asked privacy.Settings // before anything was filled in
	slow  []float64        // each client's slowness
	err   error            // why there is no partition

	examine   bool // compare the updates of the next round
	agreement *view.Agreement
	notes     []string

	register // of releases whose noise is secret

	mu sync.Mutex // held to change what follows, and by others to read it
	totals
	ledger *privacy.Ledger
	broken breach // of the guarantee
	shown
	board board // behind no lock
}

// totals are the counts that go on from round to round.
type totals struct {
	rounds, steps, bytes int
	loss                 float64   // of the latest round that was averaged
	dropped              []float64 // 1 for a client that is left out
	accepted             []float64 // updates averaged of each client
	rejected             []float64 // and not averaged
	refused              []float64 // updates not averaged, for each of the reasons
	epsilon              float64   // spent by now
	releases             int       // noisy sums that were averaged
}

// shown is what is shown of the latest round.
type shown struct {
	underway bool
	latest   tally
	clients  []view.Client
	snr      float64 // of the latest round that was averaged; NaN for none
	clipped  float64 // fraction of its contributions that were clipped; NaN for none
}

var _ train.Federation = (*Round)(nil)

// Estimate is a round: it is tried again where too few answer, and fails in the end.
func (r *Round) Estimate(g, theta []float64, o optimizers.Oracle) (float64, error) {
	if err := cmp.Or(r.settle(o.(optimizers.Divisible)), r.err); err != nil {
		return 0, err
	}
	r.strategy.begin(r.sizes, len(theta))
	t, planned := tally{round: r.rounds + 1}, int64(0)
	for t.attempt = 1; ; t.attempt++ {
		if r.secret != nil && r.Privacy.Kept() {
			if err := r.enter(attempt{t.round, t.attempt}); err != nil {
				r.finish(nil, &t)
				return 0, fmt.Errorf("round %d: %w", t.round, err)
			}
		}
		all, err := r.collect(g, theta, o.(optimizers.Divisible), &t)
		if err != nil {
			r.abandon()
			return 0, err
		}
		us := all.us
		why := r.tooFew(us, &t)
		switch {
		case why == "":
			defer all.release()
			r.compare(theta, all, t.round)
			r.average(g, all, o.(optimizers.Divisible), &t)
			r.finish(us, &t)
			return r.loss, nil
		case r.spoilt(us, &t):
			r.finish(nil, &t)
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
		all.release()
		t.notes = append(t.notes, fmt.Sprintf("round %d: %s; tried again", t.round, why))
	}
}

// fail ends the last attempt of a round without an average.
func (r *Round) fail(us []*Update, t *tally, why string) error {
	r.discard(us)
	r.finish(nil, t)
	return fmt.Errorf("round %d: %s", t.round, why)
}

// average makes the sum of a round's updates in g the pseudo-gradient.
func (r *Round) average(g []float64, all *gathering, o optimizers.Divisible, t *tally) {
	us := all.us
	t.clipped, t.contributions = all.clipped, all.contributions
	for _, u := range us {
		t.clipped += u.Clipped
		t.contributions += u.Contributions
		t.signal += u.Signal
		t.steps += u.Steps
	}
	switch {
	case r.Privacy.Clients() && r.Privacy.Kept():
		r.privateAverage(g, t)
	case r.Combine != nil:
		if err := r.Combine.into(g, deltas(us), among(o)); err != nil {
			panic("fed: " + err.Error()) // tooFew has counted them
		}
	default:
		if scale := r.strategy.scale(us, all.asked); scale != 1 {
			matrix.Scal(g, scale)
		}
		if l, ok := r.strategy.(learner); ok {
			l.learn(us, r.lr)
		}
	}
	t.averaged, t.releases = true, 1
	if r.Privacy.Examples() {
		t.signal /= float64(max(1, t.steps))
		t.releases = t.steps
	}
	t.snr = r.Privacy.SNR(t.signal, len(g))
}

// finish makes the counts and the costs of a round final. us are the updates that
// were averaged.
func (r *Round) finish(us []*Update, t *tally) {
	epsilon := r.charge(t) // it takes long, so nobody is kept waiting for it
	r.mu.Lock()
	defer r.mu.Unlock()
	if t.averaged {
		r.rounds++
		r.steps += t.steps
		r.releases += t.releases
		r.snr, r.clipped = t.snr, float64(t.clipped)/float64(t.contributions)
		if len(us) > 0 {
			r.loss = meanLoss(us)
		}
		for _, u := range us {
			r.accepted[u.Client]++
		}
	}
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
	r.outcome = max(r.outcome, t.outcome)
}

// weights are nₖ over the sum of those who answered.
func weights(us []*Update) []float64 {
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

// meanLoss is that of the clients who tell theirs; NaN if none does.
func meanLoss(us []*Update) float64 {
	tell := slices.DeleteFunc(slices.Clone(us), func(u *Update) bool { return u.LossHidden })
	if len(tell) == 0 {
		return math.NaN()
	}
	mean := 0.0
	for i, w := range weights(tell) {
		mean += w * tell[i].Loss
	}
	return mean
}

// nothing is the counts of a federation before its first round.
func nothing(clients int) (totals, shown) {
	each := func() []float64 { return make([]float64, clients) }
	return totals{dropped: each(), accepted: each(), rejected: each(), refused: make([]float64, len(reasons))},
		shown{snr: math.NaN(), clipped: math.NaN()}
}
