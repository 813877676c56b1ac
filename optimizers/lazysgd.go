package optimizers

import "math"

// lazySGD is Minibatch with SGD:
//
//	θ ← (1−αλ)·θ − (α/B)·Σ x̃ᵢ ⊗ ∇φᵢ(θ)    as θ = a·u
type lazySGD struct {
	lazy
	minibatch *Minibatch
}

var _ Stepper = (*lazySGD)(nil)

func (e *Minibatch) fuse(lambda float64) Stepper {
	return &lazySGD{lazy: lazy{lambda: lambda}, minibatch: e}
}

// MostBatch is any: a row costs one product, as in a single step.
func (s *lazySGD) MostBatch() int { return math.MaxInt }

// Steps takes steps.
func (s *lazySGD) Steps(theta []float64, o LazyOracle, lr []float64, seen func(loss float64) bool) (done int, err error) {
	k := o.Width()
	for more := true; more && done < len(lr) && s.ready(theta, nil, lr[done]); done++ {
		var rows []int32
		if rows, err = o.Draw(s.minibatch.Batch); err != nil {
			break
		}
		r := scratch(&s.r, len(rows)*k)
		loss := o.SumResiduals(r, s.a, s.u, 0, nil, rows)
		s.dense(nil, k, lr[done])
		o.AddOuter(s.u, r, rows, -lr[done]/(s.a*float64(len(rows))))
		more = seen(loss)
	}
	s.finish(theta, nil, done)
	return done, err
}
