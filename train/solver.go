package train

import (
	"errors"
	"fmt"
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

// patience is how many passes over the data the bound may take to fall to a
// tenth. Those that end at 1e-12 take some 60, or some 1,000 where λ is small.
const patience = 1500

// errStalled ends a search whose bound does not fall any more.
var errStalled = errors.New("the bound falls no more")

// solver minimises a strongly convex linear objective, and bounds how far it is
// from the minimum.
//
// It runs Newton's method where parameters are few, and then L-BFGS, on p(W) =
// min_b f(W, b) (objective.Profile). Since p is λ-strongly convex, f − f* ≤
// ‖∇p‖²/(2λ) at every point that it visits.
type solver struct {
	profile *objective.Profile
	lambda  float64
	weights int // parameters that are not biases
	pass    func() error
	visited func() // after every evaluation

	scale []float64 // of each weight, by which the line searches see it multiplied; nil for 1

	theta, grad []float64
	at          []float64 // the weights that grad and value are of
	value       float64
	evaluations int
	hessians    int
	err         error

	best             []float64 // the θ of the smallest bound
	bestValue, bound float64   // its f, and the bound on f − f*
	mark             float64   // the bound that is to fall to a tenth
	since            int       // passes when it was set
}

func newSolver(l *objective.Linear, l2 objective.L2, pass func() error) *solver {
	d := l.Dim()
	s := &solver{
		profile: objective.NewProfile(l, l2), lambda: l2.Lambda, weights: d - l.Width(), visited: func() {},
		theta: make([]float64, d), grad: make([]float64, d), best: make([]float64, d), bound: math.Inf(1), mark: math.Inf(1),
	}
	s.pass = func() error {
		if s.profile.Passes() > s.since+patience {
			return errStalled
		}
		return pass()
	}
	return s
}

// precondition lets the line searches see weights in units in which each changes
// outputs about as much as any other, by the deviations of their columns: where
// scales of columns differ by far, L-BFGS else gets nowhere before it has seen
// the curvature of them all. The bound is that of the weights as they are.
func (s *solver) precondition(deviations []float64) {
	k := s.weights / len(deviations)
	s.scale = make([]float64, s.weights)
	for i := range s.scale {
		d := deviations[i/k]
		s.scale[i] = math.Sqrt(d*d + s.lambda)
	}
}

// minimise goes on from θ = 0 until the bound is small enough or rounding lets
// no line search succeed any more.
func (s *solver) minimise() error {
	if err := s.newton(); err != nil || s.bound <= certified {
		return err
	}
	problem := optimize.Problem{
		Func: func(w []float64) float64 { s.visit(w); return s.value },
		Grad: func(g, w []float64) {
			s.visit(w)
			copy(g, s.grad)
			s.unscale(g)
		},
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
	from := slices.Clone(s.best[:s.weights])
	for i, scale := range s.scale {
		from[i] *= scale
	}
	// However it ends, the bound that was reached says what it is worth.
	_, _ = optimize.Minimize(problem, from, settings, &optimize.LBFGS{Store: 15})
	if errors.Is(s.err, errStalled) {
		return nil
	}
	return s.err
}

// unscale divides weights as the line searches see them, or their gradient, by their scales.
func (s *solver) unscale(w []float64) {
	for i, scale := range s.scale {
		w[i] /= scale
	}
}

// work is what it took so far, in words.
func (s *solver) work() string {
	text := fmt.Sprintf("%d full gradients", s.evaluations)
	if s.hessians > 0 {
		text += fmt.Sprintf(" and %d Hessians", s.hessians)
	}
	return text
}

// visit evaluates value and gradient at w, once for both.
func (s *solver) visit(w []float64) {
	if s.err != nil || slices.Equal(w, s.at) {
		return
	}
	copy(s.theta, w)
	s.unscale(s.theta)
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
	if s.bound <= s.mark/10 {
		s.mark, s.since = s.bound, s.profile.Passes()
	}
}
