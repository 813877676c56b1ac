package optimizers

import (
	"cmp"

	"optwatch/optimizers/matrix"
)

// LazyOracle is the Oracle of a linear model that knows residuals where θ is a
// sum of two vectors, without forming it.
type LazyOracle interface {
	LinearOracle
	// SumResiduals writes ∇φᵢ at θ = a·u + b·v for the rows to r ([len(rows)][k])
	// and returns the mean loss; len(rows) evaluations. v may be nil, for 0.
	SumResiduals(r []float64, a float64, u []float64, b float64, v []float64, rows []int32) float64
	// Ahead is up to n of the rows that are drawn next, should nothing else be
	// drawn before; valid until the next draw. It may know none.
	Ahead(n int) []int32
	// Products writes x̃ᵢᵀW for the rows to z, whatever the number of outputs; no evaluation.
	Products(z, w []float64, rows []int32)
	// ProductResiduals overwrites the products z = x̃ᵢᵀθ for the rows with ∇φᵢ and
	// returns the mean loss. Count must be told of these evaluations.
	ProductResiduals(z []float64, rows []int32) float64
	// Shadow is what mini-batches of so many rows are computed with in float32; nil where
	// they are computed in float64.
	Shadow(batch int) matrix.Shadow
	// Count meters evaluations.
	Count(evals int)
}

// Stepper takes many steps of an estimator and a rule on the data term plus
// (λ/2)‖W‖², the biases left out. It is the estimator's Estimate and the
// rule's Apply in other words: the same rows and evaluations, and the same θ
// but for rounding. With SGD it is many times faster where a mini-batch is small
// and rows are sparse, because no step writes all of θ.
type Stepper interface {
	// Steps takes up to len(lr) steps of these sizes and returns how many; θ is
	// then where they lead. It ends early where seen, called after each step with
	// the mean loss of its rows, says so, where the next step is not one for it
	// (a snapshot is due), or with an error of the oracle, before the step that
	// it has kept from being taken. How steps are divided among calls changes no bit.
	Steps(theta []float64, o LazyOracle, lr []float64, seen func(loss float64) bool) (done int, err error)
	// Pays says whether this is faster than step by step, with batches of so many rows.
	Pays(o LazyOracle, batch int) bool
	// Forget must be called where θ has been changed by others.
	Forget()
	// State lists what is carried from call to call, beside the estimator's.
	State() []Var
}

// mostWithDense is the largest batch for which a Stepper that carries a dense
// part v of the gradient is used. On MNIST, one thread of an AMD EPYC 7003, a
// step takes this much CPU time, with a Stepper and without:
//
//	SVRG, B = 4           4.9 µs    9.1 µs
//	SVRG, B = 16         17.8 µs   18.7 µs
//	SVRG, B = 64           67 µs     57 µs
//	SVRG, B = 64, stored   59 µs     49 µs
//	SVRG, B = 128         134 µs    108 µs
//	SAGA, B = 64           79 µs     68 µs
const mostWithDense = 16

// Fuse is the Stepper of an estimator and a rule, or nil if the pair has none.
func Fuse(e Estimator, r Rule, lambda float64) Stepper {
	if _, ok := r.(*SGD); ok {
		if f, ok := e.(fusible); ok {
			return f.fuse(lambda)
		}
		return nil
	}
	minibatch, ok := e.(*Minibatch)
	if p, parted := r.(Parted); ok && parted {
		return newInParts(minibatch, p, lambda)
	}
	return nil
}

// fusible is an Estimator that has a Stepper with SGD.
type fusible interface {
	fuse(lambda float64) Stepper
}

// lazy is θ as a sum of two vectors, so that a step changes two numbers and
// what the rows at hand have entries for:
//
//	θ = a·u + b·v
//
// A step θ ← θ − α(Σ x̃ᵢ ⊗ rᵢ + v + λ[W 0]), with v a part of the gradient that
// is dense and known, is then
//
//	a ← (1−αλ)·a        b ← (1−αλ)·b − α        u ← u − (α/a)·Σ x̃ᵢ ⊗ rᵢ
//
// but for the biases, whose u makes up for the decay that they must not have.
type lazy struct {
	lambda float64 // λ

	live   int // 1 where a, b and u stand for θ
	a, b   float64
	u      []float64
	formed bool      // u is another than after the last step
	r      []float64 // scratch, residuals of a batch
}

// smallest a; then θ is formed anew, before rounding errors of u grow.
const smallestA = 0.5

// ready makes the sum stand for θ, and says whether a step of this size can be taken.
func (l *lazy) ready(theta, v []float64, lr float64) bool {
	if l.live == 1 && l.a < smallestA {
		l.form(theta, v)
		l.live = 0
	}
	if l.live == 0 {
		copy(zeros(&l.u, len(theta)), theta)
		l.a, l.b, l.live, l.formed = 1, 0, 1, true
	}
	return 1-lr*l.lambda >= smallestA
}

// form writes a·u + b·v.
func (l *lazy) form(theta, v []float64) {
	copy(theta, l.u)
	matrix.Scal(theta, l.a)
	if v != nil {
		matrix.Axpy(theta, l.b, v)
	}
}

// dense is the dense part of a step, θ ← θ − α(v + λ[W 0]); there are k biases.
// They are left where they would be without decay, a·u + b·v − αv.
func (l *lazy) dense(v []float64, k int, lr float64) {
	decay, b := 1-lr*l.lambda, l.b
	l.a *= decay
	biases := l.u[len(l.u)-k:]
	matrix.Scal(biases, 1/decay)
	if v != nil {
		l.b = decay*b - lr
		matrix.Axpy(biases, lr*l.lambda*b/l.a, v[len(v)-k:])
	}
}

// finish writes θ at the end of a call.
func (l *lazy) finish(theta, v []float64, done int) {
	if done > 0 {
		l.form(theta, v)
	}
}

// Forget makes the next step begin from θ.
func (l *lazy) Forget() { l.live = 0 }

// State is the sum.
func (l *lazy) State() []Var {
	return []Var{{Name: "lazy", Int: &l.live}, {Name: "a", Real: &l.a}, {Name: "b", Real: &l.b}, {Name: "u", Vec: &l.u}}
}

// Check says what is wrong with a state: the sum stands for θ, or it does not.
func (l *lazy) Check(p Shape) error {
	return cmp.Or(within("lazy", l.live, 1), p.Fits("u", l.u, p.Parameters), needs("u", l.u, l.live == 1))
}
