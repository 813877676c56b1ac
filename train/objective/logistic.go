package objective

import "math"

// Logistic is the loss of binary logistic regression, y = ±1:
//
//	φ(z, y) = log(1 + e⁻ʸᶻ)        φ' = −y·σ(−yz)        φ'' = σ(z)·σ(−z)
type Logistic struct{}

var _ Loss = Logistic{}

// Residual overwrites z with φ' and returns φ.
func (Logistic) Residual(z []float64, y float64) float64 {
	m := y * z[0]
	e := expClamped(-math.Abs(m))
	if m >= 0 {
		z[0] = -y * e / (1 + e)
		return math.Log1p(e)
	}
	z[0] = -y / (1 + e)
	return math.Log1p(e) - m
}

// Value is φ, and whether y is the class that z is of.
func (Logistic) Value(z []float64, y float64) (float64, bool) {
	m := y * z[0]
	return math.Log1p(expClamped(-math.Abs(m))) + max(0, -m), classified(z[0], y)
}

// AddCurvature adds φ”.
func (Logistic) AddCurvature(h, z []float64, _ float64) {
	e := expClamped(-math.Abs(z[0]))
	h[0] += e / ((1 + e) * (1 + e))
}
