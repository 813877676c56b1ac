package objective

import "math"

// Logistic is the loss of binary logistic regression, y = ±1:
//
//	φ(z, y) = log(1 + e⁻ʸᶻ)        φ' = −y·σ(−yz)        φ'' = σ(z)·σ(−z)
type Logistic struct{}

var _ BlockLoss = Logistic{}

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

// Residuals overwrites z with φ' of every row and returns the sum of φ.
func (Logistic) Residuals(z, y []float64, rows []int32) float64 { return logisticRows(z, y, rows) }

// Values is the sum of φ, and for how many rows y is the class that z is of.
func (Logistic) Values(z, y []float64, rows []int32) (sum float64, correct int) {
	for i, row := range rows {
		if classified(z[i], y[row]) {
			correct++
		}
	}
	return logisticRows(z, y, rows), correct
}

// logisticRowsGeneric is Residuals, one by one.
func logisticRowsGeneric(z, y []float64, rows []int32) float64 {
	sum := 0.0
	for i, row := range rows {
		sum += Logistic{}.Residual(z[i:i+1], y[row])
	}
	return sum
}

// AddCurvature adds φ”.
func (Logistic) AddCurvature(h, z []float64, _ float64) {
	e := expClamped(-math.Abs(z[0]))
	h[0] += e / ((1 + e) * (1 + e))
}
