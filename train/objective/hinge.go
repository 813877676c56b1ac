package objective

// SquaredHinge is the smooth loss of a linear support vector machine, y = ±1:
//
//	φ(z, y) = max(0, 1 − yz)²        φ' = −2y·max(0, 1 − yz)        φ'' = 2 where yz < 1
type SquaredHinge struct{}

var _ Loss = SquaredHinge{}

// Residual overwrites z with φ' and returns φ.
func (SquaredHinge) Residual(z []float64, y float64) float64 {
	short := max(0, 1-y*z[0])
	z[0] = -2 * y * short
	return short * short
}

// Value is φ, and whether y is the class that z is of.
func (SquaredHinge) Value(z []float64, y float64) (float64, bool) {
	short := max(0, 1-y*z[0])
	return short * short, classified(z[0], y)
}

// AddCurvature adds φ”.
func (SquaredHinge) AddCurvature(h, z []float64, y float64) {
	if y*z[0] < 1 {
		h[0] += 2
	}
}
