package optimizers

import "optwatch/optimizers/matrix"

// lazySGD is Minibatch with SGD:
//
//	θ ← (1−αλ)·θ − (α/B)·Σ x̃ᵢ ⊗ ∇φᵢ(θ)    as θ = a·u
//
// Where mini-batches are computed in float32, u is rounded in the pass that adds their
// gradient to it.
type lazySGD struct {
	lazy
	minibatch *Minibatch
}

var _ Stepper = (*lazySGD)(nil)

func (e *Minibatch) fuse(lambda float64) Stepper {
	return &lazySGD{lazy: lazy{lambda: lambda}, minibatch: e}
}

// Pays is always true: a row costs one product, as in a single step.
func (s *lazySGD) Pays(LazyOracle, int) bool { return true }

// Steps takes steps.
func (s *lazySGD) Steps(theta []float64, o LazyOracle, lr []float64, seen func(loss float64) bool) (done int, err error) {
	k, rounded := o.Width(), false // whether the shadow has the weights u
	for more := true; more && done < len(lr) && s.ready(theta, nil, lr[done]); done++ {
		var rows []int32
		if rows, err = o.Draw(s.minibatch.Batch); err != nil {
			break
		}
		r, shadow := scratch(&s.r, len(rows)*k), o.Shadow(len(rows))
		if shadow != nil && (!rounded || s.formed) {
			shadow.Round(s.u)
		}
		rounded, s.formed = shadow != nil, false
		loss := s.residuals(r, o, shadow, rows)
		s.dense(nil, k, lr[done])
		if scale := -lr[done] / (s.a * float64(len(rows))); shadow != nil {
			shadow.AddMulRows(r, rows)
			shadow.Step(s.u, scale)
		} else {
			o.AddOuter(s.u, r, rows, scale)
		}
		more = seen(loss)
	}
	s.finish(theta, nil, done)
	return done, err
}

// residuals writes ∇φᵢ(θ) for the rows to r and returns the mean loss.
func (s *lazySGD) residuals(r []float64, o LazyOracle, shadow matrix.Shadow, rows []int32) float64 {
	if shadow == nil {
		return o.SumResiduals(r, s.a, s.u, 0, nil, rows)
	}
	shadow.MulRows(r, rows)
	matrix.Scal(r, s.a)
	o.Count(len(rows))
	return o.ProductResiduals(r, rows)
}
