package optimizers

import (
	"cmp"

	"optwatch/optimizers/matrix"
)

// SARAH is the stochastic recursive gradient. An outer loop starts from a full
// gradient, whose step is its first, and then recurs on the estimate itself:
//
//	v₀ = ∇f(θ₀)        vₜ = (1/B) Σ (∇fᵢ(θₜ) − ∇fᵢ(θₜ₋₁)) + vₜ₋₁        θₜ₊₁ = θₜ − α·vₜ
//
// The next outer loop starts from an iterate drawn uniformly from θ₀ … θₘ
// (SARAH), or from the last one, the inner loop ending early as soon as
// ‖vₜ‖² ≤ γ‖v₀‖² (SARAH+). An outer loop costs n + 2(m−1)B evaluations.
//
// Reference: Nguyen, Liu, Scheinberg and Takáč, "SARAH: a novel method for machine learning problems using stochastic
// recursive gradient", ICML 2017, algorithms 1 and 2.
type SARAH struct {
	M     int     // m, steps of an outer loop, the full gradient's included
	Batch int     // B
	Plus  bool    // SARAH+
	Gamma float64 // γ of SARAH+

	left   int       // steps left of this outer loop
	chosen int       // SARAH: the step before which the iterate is the next start; m is the last iterate
	norm0  float64   // ‖v₀‖²
	v      []float64 // vₜ₋₁
	last   []float64 // θₜ₋₁
	pick   []float64 // SARAH: the iterate chosen
}

var _ Controlled = (*SARAH)(nil)

// Estimate takes a step, which begins an outer loop where one is due.
func (s *SARAH) Estimate(g, theta []float64, o Oracle) (float64, error) {
	if s.left == 0 {
		return s.outer(g, theta, o)
	}
	rows, err := o.Draw(s.Batch)
	if err != nil {
		return 0, err
	}
	s.keep(theta)
	loss := o.GradDiff(s.v, s.v, theta, s.last, rows)
	copy(s.last, theta)
	copy(g, s.v)
	s.advance()
	return loss, nil
}

// advance counts a step, the last one of its outer loop if SARAH+ says so.
func (s *SARAH) advance() {
	s.left--
	if s.Plus && matrix.Dot(s.v, s.v) <= s.Gamma*s.norm0 {
		s.left = 0
	}
}

func (s *SARAH) outer(g, theta []float64, o Oracle) (float64, error) {
	start := theta
	if !s.Full() {
		start = s.pick
	}
	loss, err := o.FullGrad(g, start)
	if err != nil {
		return 0, err
	}
	copy(theta, start)
	copy(zeros(&s.v, len(g)), g)
	copy(zeros(&s.last, len(theta)), theta)
	s.left = s.M
	s.norm0 = matrix.Dot(g, g)
	s.chosen = s.M
	if !s.Plus {
		s.chosen = o.Intn(s.M + 1)
	}
	s.keep(theta)
	s.advance()
	return loss, nil
}

// keep remembers θ if it is the iterate chosen as the next start.
func (s *SARAH) keep(theta []float64) {
	if s.M-s.left == s.chosen {
		copy(zeros(&s.pick, len(theta)), theta)
	}
}

// Cost is n where an outer loop begins, else 2B.
func (s *SARAH) Cost(o Oracle) int {
	if s.left == 0 {
		return o.Len()
	}
	return 2 * o.NextBatch(s.Batch)
}

// Full says whether an outer loop begins at θ itself.
func (s *SARAH) Full() bool { return s.left == 0 && (s.v == nil || s.chosen == s.M) }

// BatchSize is B.
func (s *SARAH) BatchSize() int { return s.Batch }

// SetBatch changes B.
func (s *SARAH) SetBatch(batch int) { s.Batch = batch }

// Control is the latest estimate, as old as the full gradient that it began with.
func (s *SARAH) Control() Control {
	c := Control{Carried: s.v, At: s.last, Every: s.M, Evals: 2 * s.Batch, Gradients: 1}
	if s.v != nil {
		c.Age = s.M - s.left
	}
	return c
}

// State is the recursion and its place in the outer loop.
func (s *SARAH) State() []Var {
	return []Var{
		{Name: "left", Int: &s.left},
		{Name: "chosen", Int: &s.chosen},
		{Name: "norm0", Real: &s.norm0},
		{Name: "v", Vec: &s.v},
		{Name: "last", Vec: &s.last},
		{Name: "pick", Vec: &s.pick},
	}
}

// Check says what is wrong with a state: a step reads the estimate before it,
// and a loop begins where the one before has chosen.
func (s *SARAH) Check(p Shape) error {
	return cmp.Or(
		within("left", s.left, s.M), within("chosen", s.chosen, s.M),
		p.Fits("v", s.v, p.Parameters), needs("v", s.v, s.left > 0), p.Fits("last", s.last, p.Parameters), needs("last", s.last, s.left > 0),
		p.Fits("pick", s.pick, p.Parameters), needs("pick", s.pick, s.left == 0 && !s.Full()),
	)
}
