package fed

import (
	"math"
	"slices"

	"optwatch/optimizers/matrix"
	"optwatch/train/view"
)

// Examine makes the next round that is averaged compare its updates.
func (r *Round) Examine() { r.examine = true }

// Agreement is what came of the latest comparison. There is none of updates that
// are to be hidden: it would be no part of what the accountant counts.
func (r *Round) Agreement() *view.Agreement { return r.agreement }

// At most so many numbers of updates are compared, 32 MB of them, but in any case
// the updates of so many clients: a comparison needs them side by side.
const (
	mostCompared  = 4 << 20
	leastCompared = 16
)

// sample is the clients of a cohort whose updates are compared, in their order:
// all of them, or else a random sample; none where nobody asks for a comparison.
func (r *Round) sample(cohort []int, d int, t *tally) []int {
	if !r.examine || r.Privacy.Kept() {
		return nil
	}
	m := max(leastCompared, mostCompared/max(1, d))
	if m >= len(cohort) {
		return cohort
	}
	rng := r.rng(forComparison, t.round, t.attempt)
	out := make([]int, m)
	for i, at := range rng.Perm(len(cohort))[:m] {
		out[i] = cohort[at]
	}
	slices.Sort(out)
	return out
}

// compare says what the updates of a round have in common. With the directions
// uₖ = Δₖ/‖Δₖ‖ of the N that have one,
//
//	mean cosine of two    (‖Σ uₖ‖² − N)/(N(N−1))
//	with the average      ⟨uₖ, Δ̄⟩/‖Δ̄‖
func (r *Round) compare(theta []float64, all *gathering, round int) {
	if !r.examine || r.Privacy.Kept() {
		return
	}
	r.examine = false
	us := all.copies
	mean, directions := r.worker.Vectors.Take(len(theta)), r.worker.Vectors.Take(len(theta))
	defer func() { r.worker.Vectors.Give(mean); r.worker.Vectors.Give(directions) }()
	clear(mean)
	clear(directions)
	nan := math.NaN()
	c := &view.Agreement{Round: round, Count: len(us), Agreement: nan, Alignment: nan, Lowest: nan, Local: meanLoss(all.us), Global: nan}
	n, lengths := 0.0, make([]float64, len(us))
	for i, u := range us {
		lengths[i] = matrix.Nrm2(u.Delta)
		c.Drift += lengths[i] / float64(len(us))
		matrix.Axpy(mean, 1/float64(len(us)), u.Delta)
		if lengths[i] > 0 {
			n++
			matrix.Axpy(directions, 1/lengths[i], u.Delta)
		}
	}
	c.Drift /= matrix.Nrm2(theta)
	if math.IsInf(c.Drift, 0) || len(us) == 0 {
		c.Drift = math.NaN()
	}
	if n > 1 {
		c.Agreement = (matrix.Dot(directions, directions) - n) / (n * (n - 1))
		align(c, us, lengths, mean)
	}
	r.agreement = c
}

// align compares the updates with their average, those that have a length.
func align(c *view.Agreement, us []*Update, lengths, mean []float64) {
	length, sum, n := matrix.Nrm2(mean), 0.0, 0.0
	c.Lowest = math.Inf(1)
	for i, u := range us {
		if lengths[i] == 0 {
			continue
		}
		cosine := matrix.Dot(u.Delta, mean) / (lengths[i] * length)
		sum += cosine
		n++
		if cosine < c.Lowest {
			c.Lowest, c.Client = cosine, u.Client
		}
	}
	c.Alignment = sum / n
}
