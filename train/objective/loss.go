package objective

// Loss is the φ(z, y) of a linear model: z is what the k outputs say of an
// example, y its target, a class or a number.
type Loss interface {
	// Residual overwrites z with ∇φ and returns φ.
	Residual(z []float64, y float64) float64
	// Value is φ and whether z classifies the example rightly.
	Value(z []float64, y float64) (float64, bool)
	// AddCurvature adds ∇²φ to h, [k][k].
	AddCurvature(h, z []float64, y float64)
}
