package fed

import (
	"fmt"
	"math"
	"slices"

	"optwatch/fed/privacy"
)

// What privacy a run may spend, and what it has.

// newLedger is one in which nothing has been spent. Members of equal size share
// an account in it, but where it is to be restored before it is known who they are.
func (r *Round) newLedger() *privacy.Ledger {
	kinds := r.sizes
	if r.remote() != nil {
		kinds = make([]int, r.Clients)
		for k := range kinds {
			kinds[k] = k
		}
	}
	return privacy.NewLedger(kinds, r.Privacy.Unit == privacy.Client)
}

// completePrivacy fills in δ and the noise where they follow from the rest, now
// that it is known how many examples clients hold.
func (r *Round) completePrivacy() error {
	p := &r.Privacy
	secrets := r.Clients
	if p.Examples() {
		secrets = slices.Max(r.sizes)
	}
	if p.Delta == 0 {
		p.Delta = privacy.DefaultDelta(secrets)
	}
	if p.Clip > 0 && p.Noise == 0 && !math.IsNaN(p.Budget) {
		var err error
		if p.Noise, err = r.noiseFor(); err != nil {
			return err
		}
	}
	if p.Kept() && p.Delta*float64(secrets) >= 1 {
		return fmt.Errorf("delta=%g: it must be below 1/%d, one over the number of %ss: else a mechanism could give one of them away whole",
			p.Delta, secrets, p.Unit)
	}
	return nil
}

// noiseFor is the noise with which the rounds spend the budget, where they cost most.
func (r *Round) noiseFor() (noise float64, err error) {
	p := r.Privacy
	if p.Clients() {
		return privacy.NoiseFor(r.Fraction, r.Limit, p.Budget, p.Delta)
	}
	sizes := slices.Compact(slices.Sorted(slices.Values(r.sizes)))
	before := 0
	for _, n := range sizes {
		rate, steps := r.plan().Rate(n), r.Limit*r.plan().Steps(n)
		if steps == before { // at a lower rate
			continue
		}
		before = steps
		var a privacy.Accountant
		if a.Charge(rate, noise, steps); a.Epsilon(p.Delta) <= p.Budget {
			continue
		}
		if noise, err = privacy.NoiseFor(rate, steps, p.Budget, p.Delta); err != nil {
			return 0, err
		}
	}
	return noise, nil
}

// charge adds what the attempts of a round have cost in privacy, for all who
// were selected, whether they answered or not, and returns the ε spent by now.
func (r *Round) charge(t *tally) float64 {
	if !r.Privacy.Kept() {
		return r.epsilon
	}
	for _, cohort := range t.cohorts {
		r.charges(cohort, r.ledger.Charge)
	}
	return r.ledger.Epsilon(r.Privacy.Delta)
}

// charges calls charge with what a round costs each client of a cohort. At the
// client's level it costs all the same, even if the cohort is empty.
func (r *Round) charges(cohort []int, charge func(k int, rate, noise float64, steps int)) {
	if r.Privacy.Clients() {
		charge(0, r.Fraction, r.Privacy.Noise, 1)
		return
	}
	plan := r.plan()
	for _, k := range cohort {
		n := r.sizes[k]
		charge(k, plan.Rate(n), r.Privacy.Noise, plan.Steps(n))
	}
}

// next is the ε that will have been spent after another attempt of a round
// whose attempts so far had some cohorts.
func (r *Round) next(round int, cohorts [][]int) float64 {
	most, taken := r.epsilon, map[int]int{}
	for _, cohort := range append(slices.Clone(cohorts), r.cohort(round, len(cohorts)+1)) {
		r.charges(cohort, func(k int, rate, noise float64, steps int) {
			taken[k] += steps
			most = max(most, r.ledger.After(k, rate, noise, taken[k], r.Privacy.Delta))
		})
	}
	return most
}

// exceeds says by how much another attempt of a round would exceed the budget of ε; "" if it would not.
func (r *Round) exceeds(round int, cohorts [][]int) string {
	p := r.Privacy
	if !p.Kept() || math.IsNaN(p.Budget) {
		return ""
	}
	next := r.next(round, cohorts)
	if next <= p.Budget {
		return ""
	}
	return fmt.Sprintf("would take ε to %.4g of %.4g", next, p.Budget)
}
