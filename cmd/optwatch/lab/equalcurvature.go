package lab

import (
	"math"
	"math/rand/v2"

	"optwatch/optimizers"
	"optwatch/optimizers/matrix"
)

// equalCurvature is n quadratics of the same curvature, which differ in where
// their minimum is:
//
//	fᵢ(x) = (a/2)‖x − bᵢ‖²        f's minimum is b̄ = (1/n) Σ bᵢ
//
// ∇fᵢ(x) − ∇fᵢ(y) = a(x − y) for every i, so that SVRG's and SARAH's estimates
// are ∇f(x) itself whatever is drawn, and their steps those of gradient descent,
//
//	xₜ − b̄ = (1 − ηa)ᵗ(x₀ − b̄)
//
// while those of SGD with B = 1 stray from it by
//
//	E‖xₜ − that‖² = ηa/(2 − ηa)·(1 − (1−ηa)²ᵗ)·V        V = (1/n) Σ ‖bᵢ − b̄‖²
type equalCurvature struct {
	a    float64
	b    [][]float64
	rng  *rand.Rand
	rows []int32
}

var _ optimizers.Oracle = (*equalCurvature)(nil)

// newEqualCurvature draws the minima.
func newEqualCurvature(n, d int, a float64, rng *rand.Rand) *equalCurvature {
	q := &equalCurvature{a: a, rng: rng}
	for range n {
		b := make([]float64, d)
		for j := range b {
			b[j] = 1 + rng.NormFloat64()
		}
		q.b = append(q.b, b)
	}
	return q
}

func (q *equalCurvature) Len() int                { return len(q.b) }
func (q *equalCurvature) Dim() int                { return len(q.b[0]) }
func (q *equalCurvature) NextBatch(batch int) int { return batch }
func (q *equalCurvature) Intn(n int) int          { return q.rng.IntN(n) }

// Draw is with replacement.
func (q *equalCurvature) Draw(batch int) ([]int32, error) {
	q.rows = q.rows[:0]
	for range batch {
		q.rows = append(q.rows, q.rng.Int32N(int32(len(q.b))))
	}
	return q.rows, nil
}

// Grad is a·mean(θ − bᵢ). The loss is of no interest here.
func (q *equalCurvature) Grad(g, theta []float64, rows []int32) float64 {
	clear(g)
	for _, i := range rows {
		matrix.Axpy(g, q.a/float64(len(rows)), theta)
		matrix.Axpy(g, -q.a/float64(len(rows)), q.b[i])
	}
	return 0
}

// GradDiff takes the two gradients as they are, so that equality is found and not put in.
func (q *equalCurvature) GradDiff(g, base, theta1, theta2 []float64, rows []int32) float64 {
	return gradDiff(q.Grad, g, base, theta1, theta2, rows)
}

func gradDiff(grad func(g, theta []float64, rows []int32) float64, g, base, theta1, theta2 []float64, rows []int32) float64 {
	first, second := make([]float64, len(g)), make([]float64, len(g))
	grad(first, theta1, rows)
	grad(second, theta2, rows)
	copy(g, base)
	matrix.Axpy(g, 1, first)
	matrix.Axpy(g, -1, second)
	return 0
}

// FullGrad is over all.
func (q *equalCurvature) FullGrad(g, theta []float64) (float64, error) {
	return q.Grad(g, theta, matrix.AllRows(len(q.b))), nil
}

// centre is b̄ and V.
func (q *equalCurvature) centre() (mean []float64, spread float64) {
	mean = make([]float64, q.Dim())
	for _, b := range q.b {
		matrix.Axpy(mean, 1/float64(len(q.b)), b)
	}
	for _, b := range q.b {
		spread += squaredDistance(b, mean) / float64(len(q.b))
	}
	return mean, spread
}

// straying is how far from gradient descent an estimator's steps lead: the
// largest ‖xₜ − gradient descent's‖ over t, as a fraction of ‖x₀ − b̄‖, and its
// square at the end, not as a fraction.
func (q *equalCurvature) straying(e optimizers.Estimator, lr float64, steps int) (most, end float64, err error) {
	mean, _ := q.centre()
	x, g, exact := make([]float64, q.Dim()), make([]float64, q.Dim()), make([]float64, q.Dim())
	start := math.Sqrt(squaredDistance(x, mean))
	var rule optimizers.SGD
	for t := 1; t <= steps; t++ {
		if _, err := e.Estimate(g, x, q); err != nil {
			return 0, 0, err
		}
		rule.Apply(x, g, lr)
		shrunk := math.Pow(1-lr*q.a, float64(t)) // x₀ = 0
		for j := range exact {
			exact[j] = mean[j] * (1 - shrunk)
		}
		end = squaredDistance(x, exact)
		most = max(most, math.Sqrt(end)/start)
	}
	return most, end, nil
}

func squaredDistance(x, y []float64) float64 {
	sum := 0.0
	for i := range x {
		sum += (x[i] - y[i]) * (x[i] - y[i])
	}
	return sum
}
