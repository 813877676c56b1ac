package lab

import (
	"fmt"
	"math"
	"math/rand/v2"

	"optwatch/optimizers"
	"optwatch/optimizers/matrix"
	"optwatch/train/study"
)

// unequalCurvature is quadratics that differ in their curvature too:
//
//	fᵢ(x) = (aᵢ/2)‖x − bᵢ‖²        aᵢ evenly from 0 to 2ā
//
// There SVRG's estimate has a variance that is known exactly, whatever the bᵢ:
//
//	v − ∇f(x) = (aᵢ − ā)(x − x̃)        E‖v − ∇f‖² = Var(a)·‖x − x̃‖²
//
// so that what the bound on real data leaves open is measured here.
type unequalCurvature struct {
	*equalCurvature
	curvatures []float64
}

var _ optimizers.Oracle = (*unequalCurvature)(nil)

// newUnequalCurvature spreads the curvatures of quadratics about the one they have.
func newUnequalCurvature(q *equalCurvature) *unequalCurvature {
	out := &unequalCurvature{q, make([]float64, q.Len())}
	for i := range out.curvatures {
		out.curvatures[i] = 2 * q.a * float64(i) / float64(q.Len()-1)
	}
	return out
}

// Grad is mean aᵢ(θ − bᵢ). The loss is of no interest here.
func (q *unequalCurvature) Grad(g, theta []float64, rows []int32) float64 {
	clear(g)
	for _, i := range rows {
		weight := q.curvatures[i] / float64(len(rows))
		matrix.Axpy(g, weight, theta)
		matrix.Axpy(g, -weight, q.b[i])
	}
	return 0
}

// GradDiff takes the two gradients as they are.
func (q *unequalCurvature) GradDiff(g, base, theta1, theta2 []float64, rows []int32) float64 {
	return gradDiff(q.Grad, g, base, theta1, theta2, rows)
}

// FullGrad is over all.
func (q *unequalCurvature) FullGrad(g, theta []float64) (float64, error) {
	return q.Grad(g, theta, matrix.AllRows(q.Len())), nil
}

// variance is Var(a), and the standard deviation of (aᵢ − ā)² as a fraction of its mean.
func (q *unequalCurvature) variance() (variance, scatter float64) {
	n, fourth := float64(q.Len()), 0.0
	for _, a := range q.curvatures {
		d := (a - q.a) * (a - q.a)
		variance += d / n
		fourth += d * d / n
	}
	return variance, math.Sqrt(fourth/(variance*variance) - 1)
}

// errors2 is ‖v − ∇f(x)‖² of so many estimates at x, all with the snapshot 0.
func (q *unequalCurvature) errors2(e optimizers.Estimator, x []float64, count int) ([]float64, error) {
	v, exact, start := make([]float64, q.Dim()), make([]float64, q.Dim()), make([]float64, q.Dim())
	if _, err := e.Estimate(v, start, q); err != nil { // takes the snapshot
		return nil, err
	}
	q.Grad(exact, x, matrix.AllRows(q.Len()))
	out := make([]float64, count)
	for i := range out {
		if _, err := e.Estimate(v, x, q); err != nil {
			return nil, err
		}
		out[i] = squaredDistance(v, exact)
	}
	return out, nil
}

// otherCurvature claims that an estimator, which is SVRG with a loop that does
// not end, has the variance that theory says.
func (s *session) otherCurvature(p *study.Page, svrg optimizers.Estimator) error {
	const n, d, a = 100, 20, 0.7
	draws := shorter(s.quick, 100_000, 25_000)
	rng := rand.New(rand.NewPCG(s.Seed, 3))
	q := newUnequalCurvature(newEqualCurvature(n, d, a, rng))
	x := make([]float64, d)
	for i := range x {
		x[i] = rng.NormFloat64()
	}
	errors2, err := q.errors2(svrg, x, draws)
	if err != nil {
		return err
	}
	variance, scatter := q.variance()
	e, want := average(errors2), variance*matrix.Dot(x, x)
	allowed := around(want, want*tolerance(scatter/math.Sqrt(float64(draws))))
	p.Claim(study.Claim{
		Text:      "Quadratics of unequal curvature: E‖v − ∇f‖² of SVRG is Var(a)·‖x − x̃‖² exactly, which is sharp where its bound on the data is not",
		Predicted: fmt.Sprintf("%.4f", want), Measured: fmt.Sprintf("%s, %d draws", e, draws), RefutedBy: allowed.refutes("%.4f"), Verdict: allowed.judge(e),
	})
	return nil
}
