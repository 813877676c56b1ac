package fed

import (
	"fmt"
	"math"
	"slices"

	"optwatch/optimizers"
)

// cohort is the clients that a round selects, in their order: a fraction C of
// those that are not left out. Where it is hidden who takes part, every client
// is selected with probability C by itself, as the accountant has it, and there
// may be none.
func (r *Round) cohort(round, attempt int) []int {
	rng := r.rng(forCohort, round, attempt)
	var out []int
	if r.Privacy.Clients() && r.Privacy.Kept() {
		for k := range r.Clients {
			if rng.Float64() < r.Fraction && r.dropped[k] == 0 {
				out = append(out, k)
			}
		}
		return out
	}
	for k, gone := range r.dropped {
		if gone == 0 {
			out = append(out, k)
		}
	}
	m := max(1, int(math.Round(r.Fraction*float64(len(out)))))
	if m < len(out) {
		rng.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
		out = out[:m]
		slices.Sort(out)
	}
	return out
}

// Cost is the gradient evaluations of the next round, if all goes well.
func (r *Round) Cost(optimizers.Oracle) int {
	if r.err != nil {
		return 0
	}
	return int(r.cost(r.rounds+1, 1))
}

// cost is the gradient evaluations of an attempt of a round, if all goes well.
func (r *Round) cost(round, attempt int) int64 {
	n := 0
	for _, k := range r.cohort(round, attempt) {
		n += r.work(k)
	}
	return int64(n)
}

// unit is the unit of virtual time: the evaluations of the mean client in a round.
func (r *Round) unit() float64 {
	n := 0
	for k := range r.partition {
		n += r.work(k)
	}
	return float64(n) / float64(r.Clients)
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
		n := len(r.partition[k])
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
