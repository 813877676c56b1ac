package optimizers

import "optwatch/optimizers/matrix"

// lazySVRG is the inner steps of SVRG with SGD:
//
//	θ ← (1−αλ)·θ − αμ̃ − (α/B)·Σ x̃ᵢ ⊗ (∇φᵢ(θ) − ∇φᵢ(θ̃))    as θ = a·u + b·μ̃
type lazySVRG struct {
	lazy
	svrg  *SVRG
	ahead foresight
}

var _ Stepper = (*lazySVRG)(nil)

func (s *SVRG) fuse(lambda float64) Stepper {
	return &lazySVRG{lazy: lazy{lambda: lambda}, svrg: s}
}

// Pays says whether two products a row cost less than a dense update saves.
func (s *lazySVRG) Pays(_ LazyOracle, batch int) bool { return batch <= mostWithDense }

// Steps takes inner steps, up to the next snapshot.
func (s *lazySVRG) Steps(theta []float64, o LazyOracle, lr []float64, seen func(loss float64) bool) (done int, err error) {
	e := s.svrg
	for more := true; more && done < len(lr) && e.left > 0 && s.ready(theta, e.mu, lr[done]); done++ {
		var rows []int32
		if rows, err = o.Draw(e.Batch); err != nil {
			break
		}
		if e.Second && e.M-e.left == e.chosen {
			s.form(zeros(&e.pick, len(theta)), e.mu)
		}
		e.left--
		more = seen(s.inner(o, rows, lr[done]))
	}
	s.finish(theta, e.mu, done)
	return done, err
}

func (s *lazySVRG) inner(o LazyOracle, rows []int32, lr float64) float64 {
	e, k := s.svrg, o.Width()
	f := &s.ahead
	at := f.find(e, o, rows, (e.left+1)*len(rows))
	r := scratch(&s.r, len(rows)*k)
	o.Products(r, s.u, rows)
	for i := range rows {
		for c, alongMu := range f.products[(at+i)*f.width:][:k] {
			r[i*k+c] = s.a*r[i*k+c] + s.b*alongMu
		}
	}
	loss := o.ProductResiduals(r, rows)
	matrix.Axpy(r, -1, f.residual[at*k:(at+len(rows))*k])
	evals := len(rows)
	if !e.Stored {
		evals *= 2 // what was foreseen, now that it is used
	}
	o.Count(evals)
	s.dense(e.mu, k, lr)
	o.AddOuter(s.u, r, rows, -lr/(s.a*float64(len(rows))))
	return loss
}

// Forget forgets what was foreseen too: there may be another snapshot.
func (s *lazySVRG) Forget() {
	s.lazy.Forget()
	s.ahead.forget()
}
