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

// BlockLoss is a Loss that takes many rows at once faster than one by one.
type BlockLoss interface {
	Loss
	// Residuals overwrites z, [len(rows)][k], with ∇φ of the listed rows, whose
	// targets are in y, and returns Σ φ.
	Residuals(z, y []float64, rows []int32) float64
	// Values is Σ φ over the listed rows, and how many are classified rightly. It overwrites z.
	Values(z, y []float64, rows []int32) (sum float64, correct int)
}
