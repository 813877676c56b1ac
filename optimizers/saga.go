package optimizers

import "cmp"

// SAGA keeps the last gradient of every example and its mean, and corrects
// with them:
//
//	g = (1/B) Σ (∇fᵢ(θ) − aᵢ) + ā        aᵢ ← ∇fᵢ(θ), ā ← (1/n) Σ aᵢ
//
// The table aᵢ starts as the gradients at the first θ, n evaluations; a step
// then costs B. A gradient of a linear model is an outer product of x̃ᵢ with a
// residual of k numbers, and the table holds only those.
//
// Reference: Defazio, Bach and Lacoste-Julien, "SAGA: a fast incremental gradient method with support for non-strongly
// convex composite objectives", NIPS 2014.
type SAGA struct {
	Batch int // B

	table []float64 // residuals of aᵢ, [n][k]
	mean  []float64 // ā
	now   []float64 // scratch, ∇φᵢ(θ) of the batch, [B][k]
	diff  []float64 // scratch, [B][k]
}

var _ Controlled = (*SAGA)(nil)

// Estimate takes a step, after the table has been filled.
func (s *SAGA) Estimate(g, theta []float64, o Oracle) (float64, error) {
	l := o.(LinearOracle)
	if s.table != nil {
		rows, err := l.Draw(s.Batch)
		if err != nil {
			return 0, err
		}
		return s.step(g, theta, l, rows), nil
	}
	table, mean := make([]float64, l.Len()*l.Width()), make([]float64, len(theta))
	loss, err := l.FullResiduals(table, mean, theta)
	if err != nil {
		return 0, err
	}
	rows, err := l.Draw(s.Batch)
	if err != nil {
		return 0, err
	}
	s.table, s.mean = table, mean
	s.step(g, theta, l, rows)
	return loss, nil
}

func (s *SAGA) step(g, theta []float64, l LinearOracle, rows []int32) float64 {
	k := l.Width()
	now, diff := scratch(&s.now, len(rows)*k), scratch(&s.diff, len(rows)*k)
	loss := l.Residuals(now, theta, rows)
	for i, r := range rows {
		a := s.table[int(r)*k : int(r)*k+k]
		for c := range a {
			diff[i*k+c] = now[i*k+c] - a[c]
		}
	}
	copy(g, s.mean)
	l.AddOuter(g, diff, rows, 1/float64(len(rows)))
	s.remember(l, rows)
	return loss
}

// remember moves the table and its mean to the new residuals. A row drawn
// twice in one batch moves once: the second time it is already there.
func (s *SAGA) remember(l LinearOracle, rows []int32) {
	k := l.Width()
	s.exchange(s.now[:len(rows)*k], s.diff[:len(rows)*k], rows, k)
	l.AddOuter(s.mean, s.diff[:len(rows)*k], rows, 1/float64(l.Len()))
}

// exchange puts the new residuals into the table, and what they differ by into diff.
func (s *SAGA) exchange(now, diff []float64, rows []int32, k int) {
	for i, r := range rows {
		a := s.table[int(r)*k : int(r)*k+k]
		for c := range a {
			diff[i*k+c] = now[i*k+c] - a[c]
		}
		copy(a, now[i*k:])
	}
}

// Cost is B, and n more before the first step.
func (s *SAGA) Cost(o Oracle) int {
	if s.table == nil {
		return o.Len() + o.NextBatch(s.Batch)
	}
	return o.NextBatch(s.Batch)
}

// Full says whether the table is still to be filled at θ.
func (s *SAGA) Full() bool { return s.table == nil }

// BatchSize is B.
func (s *SAGA) BatchSize() int { return s.Batch }

// SetBatch changes B.
func (s *SAGA) SetBatch(batch int) { s.Batch = batch }

// Control is the table, which a step moves and nothing takes anew.
func (s *SAGA) Control() Control { return Control{Table: s.table, Evals: s.Batch, Gradients: 1} }

// State is the table and its mean.
func (s *SAGA) State() []Var {
	return []Var{{Name: "table", Vec: &s.table}, {Name: "mean", Vec: &s.mean}}
}

// Check says what is wrong with a state: there is a table with its mean, or neither.
func (s *SAGA) Check(p Shape) error {
	return cmp.Or(
		p.Fits("table", s.table, p.Examples*p.Width), p.Fits("mean", s.mean, p.Parameters),
		needs("mean", s.mean, s.table != nil), needs("table", s.table, s.mean != nil),
	)
}
