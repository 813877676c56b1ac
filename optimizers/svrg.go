package optimizers

import "cmp"

// SVRG is the stochastic variance-reduced gradient. An outer loop takes a
// snapshot θ̃ and its full gradient μ̃ = ∇f(θ̃); each of its m inner steps uses
//
//	g = (1/B) Σ (∇fᵢ(θ) − ∇fᵢ(θ̃)) + μ̃
//
// whose variance vanishes as θ and θ̃ approach the optimum. The next snapshot
// is the last iterate (option I) or a uniformly drawn one of the m iterates
// before each step (option II, the one that is analysed). An outer loop costs
// n + 2mB evaluations, or n + mB where the residuals of the snapshot are kept.
//
// Reference: Johnson and Zhang, "Accelerating stochastic gradient descent using predictive variance reduction", NIPS 2013.
type SVRG struct {
	M      int  // m, inner steps
	Batch  int  // B
	Second bool // option II
	Stored bool // keep the snapshot's residuals (linear models)

	left     int       // inner steps left of this outer loop
	chosen   int       // option II: the inner step whose iterate is the next snapshot
	snapshot []float64 // θ̃
	mu       []float64 // μ̃
	pick     []float64 // option II: the iterate chosen
	residual []float64 // ∇φᵢ(θ̃), [n][k]
	diff     []float64 // scratch, [B][k]
}

var _ Controlled = (*SVRG)(nil)

// Estimate takes an inner step, after a snapshot where one is due.
func (s *SVRG) Estimate(g, theta []float64, o Oracle) (float64, error) {
	if s.left > 0 {
		rows, err := o.Draw(s.Batch)
		if err != nil {
			return 0, err
		}
		return s.inner(g, theta, o, rows), nil
	}
	start := theta
	if s.Second && len(s.pick) == len(theta) {
		start = s.pick
	}
	mu := zeros(&s.mu, len(theta))
	loss, err := s.fullGradient(mu, start, o)
	if err != nil {
		return 0, err
	}
	rows, err := o.Draw(s.Batch)
	if err != nil {
		return 0, err
	}
	copy(theta, start)
	copy(zeros(&s.snapshot, len(theta)), start)
	s.left = s.M
	if s.Second {
		s.chosen = o.Intn(s.M)
	}
	s.inner(g, theta, o, rows)
	return loss, nil
}

func (s *SVRG) fullGradient(mu, theta []float64, o Oracle) (float64, error) {
	if !s.Stored {
		return o.FullGrad(mu, theta)
	}
	l := o.(LinearOracle)
	return l.FullResiduals(zeros(&s.residual, l.Len()*l.Width()), mu, theta)
}

func (s *SVRG) inner(g, theta []float64, o Oracle, rows []int32) float64 {
	if s.Second && s.M-s.left == s.chosen {
		copy(zeros(&s.pick, len(theta)), theta)
	}
	s.left--
	if !s.Stored {
		return o.GradDiff(g, s.mu, theta, s.snapshot, rows)
	}
	l := o.(LinearOracle)
	k := l.Width()
	diff := scratch(&s.diff, len(rows)*k)
	loss := l.Residuals(diff, theta, rows)
	for i, r := range rows {
		for c := range k {
			diff[i*k+c] -= s.residual[int(r)*k+c]
		}
	}
	copy(g, s.mu)
	l.AddOuter(g, diff, rows, 1/float64(len(rows)))
	return loss
}

// Cost is 2B (B with stored residuals), and n more where a snapshot is due.
func (s *SVRG) Cost(o Oracle) int {
	cost := o.NextBatch(s.Batch)
	if !s.Stored {
		cost *= 2
	}
	if s.left == 0 {
		cost += o.Len()
	}
	return cost
}

// Full says whether a snapshot is due at θ itself.
func (s *SVRG) Full() bool { return s.left == 0 && !(s.Second && s.pick != nil) }

// BatchSize is B.
func (s *SVRG) BatchSize() int { return s.Batch }

// SetBatch changes B.
func (s *SVRG) SetBatch(batch int) { s.Batch = batch }

// Control is the snapshot. What it is worth for an example, two gradients tell.
func (s *SVRG) Control() Control {
	c := Control{Snapshot: s.snapshot, Every: s.M, Evals: 2 * s.Batch, Gradients: 2}
	if s.Stored {
		c.Evals = s.Batch
	}
	if s.snapshot != nil {
		c.Age = s.M - s.left
	}
	return c
}

// State is the snapshot with all that belongs to it.
func (s *SVRG) State() []Var {
	return []Var{
		{Name: "left", Int: &s.left},
		{Name: "chosen", Int: &s.chosen},
		{Name: "snapshot", Vec: &s.snapshot},
		{Name: "mu", Vec: &s.mu},
		{Name: "pick", Vec: &s.pick},
		{Name: "residual", Vec: &s.residual},
	}
}

// Check says what is wrong with a state: an inner step reads the snapshot, its
// gradient and, where they are kept, its residuals.
func (s *SVRG) Check(p Shape) error {
	inner := s.left > 0
	return cmp.Or(
		within("left", s.left, s.M), within("chosen", s.chosen, s.M),
		p.Fits("snapshot", s.snapshot, p.Parameters), needs("snapshot", s.snapshot, inner),
		p.Fits("mu", s.mu, p.Parameters), needs("mu", s.mu, inner), p.Fits("pick", s.pick, p.Parameters),
		p.Fits("residual", s.residual, p.Examples*p.Width), needs("residual", s.residual, inner && s.Stored),
	)
}
