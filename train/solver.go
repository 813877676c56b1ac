package train

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/optimize"

	"optwatch/optimizers/matrix"
	"optwatch/train/objective"
)

// certified is the bound on f − f* at which the solver is content.
const certified = 1e-12

// biasesSolved is the ‖∂f/∂b‖ below which the biases count as minimised out:
// what is left of f there is of the order of its square.
const biasesSolved = 1e-9

// solver minimises a strongly convex linear objective, and bounds how far it is
// from the minimum.
//
// It runs L-BFGS on p(W) = min_b f(W, b) (objective.Profile). Since p is
// λ-strongly convex, f − f* ≤ ‖∇p‖²/(2λ) at every point that it visits.
type solver struct {
	profile *objective.Profile
	lambda  float64
	weights int // parameters that are not biases
	pass    func() error
	visited func() // after every evaluation

	theta, grad []float64
	at          []float64 // the weights that grad and value are of
	value       float64
	evaluations int
	err         error

	best             []float64 // the θ of the smallest bound
	bestValue, bound float64   // its f, and the bound on f − f*
}

func newSolver(l *objective.Linear, l2 objective.L2, pass func() error) *solver {
	d := l.Dim()
	return &solver{
		profile: objective.NewProfile(l, l2), lambda: l2.Lambda, weights: d - l.Width(), pass: pass, visited: func() {},
		theta: make([]float64, d), grad: make([]float64, d), best: make([]float64, d), bound: math.Inf(1),
	}
}

// minimise goes on from θ = 0 until the bound is small enough or rounding lets
// no line search succeed any more.
func (s *solver) minimise() error {
	problem := optimize.Problem{
		Func: func(w []float64) float64 { s.visit(w); return s.value },
		Grad: func(g, w []float64) { s.visit(w); copy(g, s.grad[:s.weights]) },
		Status: func() (optimize.Status, error) {
			if s.err != nil {
				return optimize.Failure, s.err
			}
			if s.bound <= certified {
				return optimize.Success, nil
			}
			return optimize.NotTerminated, nil
		},
	}
	settings := &optimize.Settings{GradientThreshold: math.SmallestNonzeroFloat64, Converger: optimize.NeverTerminate{}, MajorIterations: 2000}
	// However it ends, the bound that was reached says what it is worth.
	_, _ = optimize.Minimize(problem, make([]float64, s.weights), settings, &optimize.LBFGS{Store: 15})
	return s.err
}

// visit evaluates value and gradient at w, once for both.
func (s *solver) visit(w []float64) {
	if s.err != nil || slices.Equal(w, s.at) {
		return
	}
	copy(s.theta, w)
	value, err := s.profile.Eval(s.grad, s.theta, s.pass)
	if err != nil {
		s.err = err
		return
	}
	s.at = append(s.at[:0], w...)
	s.value = value
	s.evaluations++
	defer s.visited()
	// p is evaluated only where the biases are at their minimum.
	if matrix.Nrm2(s.grad[s.weights:]) > biasesSolved {
		return
	}
	norm := matrix.Nrm2(s.grad[:s.weights])
	if bound := norm * norm / (2 * s.lambda); bound < s.bound {
		s.bound, s.bestValue = bound, value
		copy(s.best, s.theta)
	}
}
