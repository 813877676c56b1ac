package optimizers

import "optwatch/optimizers/matrix"

// inParts is Minibatch with a Parted rule, where mini-batches are computed in float32. Each
// part of θ is stepped and rounded anew while its gradient is at hand, which a step of many
// passes over all of them would fetch from a farther cache every time.
type inParts struct {
	minibatch *Minibatch
	rule      Parted
	lambda    float64 // λ, 0 where the rule decays weights itself

	r     []float64                 // scratch, residuals of a batch
	theta []float64                 // of the steps under way
	width int                       // how many biases it has
	step  func(g []float64, lo int) // part, made once: to make it in every step would allocate
}

var _ Stepper = (*inParts)(nil)

func newInParts(e *Minibatch, r Parted, lambda float64) *inParts {
	if _, decoupled := r.(Decoupled); decoupled {
		lambda = 0
	}
	s := &inParts{minibatch: e, rule: r, lambda: lambda}
	s.step = s.part
	return s
}

// part steps the parameters from lo on, g the gradient of the data term.
func (s *inParts) part(g []float64, lo int) {
	if n := min(len(g), len(s.theta)-s.width-lo); s.lambda != 0 {
		matrix.Axpy(g[:n], s.lambda, s.theta[lo:lo+n])
	}
	s.rule.Part(s.theta, g, lo)
}

// Pays says whether batches are computed in float32.
func (s *inParts) Pays(o LazyOracle, batch int) bool { return o.Shadow(batch) != nil }

// Steps takes steps. One whose batch is too short for float32, the last of a pass, is none
// for it.
func (s *inParts) Steps(theta []float64, o LazyOracle, lr []float64, seen func(loss float64) bool) (done int, err error) {
	s.theta, s.width = theta, o.Width()
	rounded := false // whether the shadow has θ
	for more := true; more && done < len(lr); done++ {
		shadow := o.Shadow(o.NextBatch(s.minibatch.Batch))
		if shadow == nil {
			break
		}
		var rows []int32
		if rows, err = o.Draw(s.minibatch.Batch); err != nil {
			break
		}
		if !rounded {
			shadow.Round(theta)
			rounded = true
		}
		r := scratch(&s.r, len(rows)*s.width)
		shadow.MulRows(r, rows)
		o.Count(len(rows))
		loss := o.ProductResiduals(r, rows)
		shadow.AddMulRows(r, rows)
		s.rule.Begin(theta, lr[done])
		shadow.StepParts(theta, 1/float64(len(rows)), s.step)
		more = seen(loss)
	}
	return done, err
}

// Forget does nothing: every call begins from θ.
func (s *inParts) Forget() {}

// State is empty.
func (s *inParts) State() []Var { return nil }
