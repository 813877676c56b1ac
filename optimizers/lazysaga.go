package optimizers

import "optwatch/optimizers/matrix"

// lazySAGA is SAGA with SGD. The mean of the table moves with every step, by
// the same outer products as θ, so that u takes back what b·ā gains by it:
//
//	θ ← (1−αλ)·θ − αā − (α/B)·Σ x̃ᵢ ⊗ δᵢ        ā ← ā + (1/n)·Σ x̃ᵢ ⊗ δᵢ    as θ = a·u + b·ā
//
// with δᵢ = ∇φᵢ(θ) less the table's. In ā a row that was drawn twice counts once.
type lazySAGA struct {
	lazy
	saga *SAGA
}

var _ Stepper = (*lazySAGA)(nil)

func (s *SAGA) fuse(lambda float64) Stepper {
	return &lazySAGA{lazy: lazy{lambda: lambda}, saga: s}
}

// Pays says whether two products a row cost less than a dense update saves.
func (s *lazySAGA) Pays(_ LazyOracle, batch int) bool { return batch <= mostWithDense }

// Steps takes steps, once the table has been filled.
func (s *lazySAGA) Steps(theta []float64, o LazyOracle, lr []float64, seen func(loss float64) bool) (done int, err error) {
	e := s.saga
	for more := true; more && done < len(lr) && e.table != nil && s.ready(theta, e.mean, lr[done]); done++ {
		var rows []int32
		if rows, err = o.Draw(e.Batch); err != nil {
			break
		}
		more = seen(s.step(o, rows, lr[done]))
	}
	s.finish(theta, e.mean, done)
	return done, err
}

func (s *lazySAGA) step(o LazyOracle, rows []int32, lr float64) float64 {
	e, k, n := s.saga, o.Width(), len(rows)*o.Width()
	now, diff, r := scratch(&e.now, n), scratch(&e.diff, n), scratch(&s.r, n)
	loss := o.SumResiduals(now, s.a, s.u, s.b, e.mean, rows)
	s.dense(e.mean, k, lr)
	toU, toMean := lr/float64(len(rows)), 1/float64(o.Len())
	for i, row := range rows { // δᵢ before any of them is in the table
		a := e.table[int(row)*k : int(row)*k+k]
		for c := range a {
			r[i*k+c] = toU * (now[i*k+c] - a[c])
		}
	}
	e.exchange(now, diff, rows, k)
	o.AddOuter(e.mean, diff, rows, toMean)
	matrix.Axpy(r, s.b*toMean, diff)
	o.AddOuter(s.u, r, rows, -1/s.a)
	return loss
}
