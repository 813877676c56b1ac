package fed

import (
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
	for k := range r.sizes {
		n += r.work(k)
	}
	return float64(n) / float64(r.Clients)
}
