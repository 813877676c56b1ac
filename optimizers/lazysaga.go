package optimizers

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
	now, diff := scratch(&e.now, n), scratch(&e.diff, n)
	loss := o.SumResiduals(now, s.a, s.u, s.b, e.mean, rows)
	s.dense(e.mean, k, lr)
	for i, row := range rows { // δᵢ as a step sees it
		a := e.table[int(row)*k : int(row)*k+k]
		for c := range a {
			diff[i*k+c] = now[i*k+c] - a[c]
		}
	}
	o.AddOuter(s.u, diff, rows, -lr/(s.a*float64(len(rows))))
	e.exchange(now, diff, rows, k)
	o.AddOuter(e.mean, diff, rows, 1/float64(o.Len()))
	o.AddOuter(s.u, diff, rows, -s.b/(s.a*float64(o.Len())))
	return loss
}
