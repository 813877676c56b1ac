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

// classified says whether the class that one output is of, the second where z is
// positive and else the first, is that of y = ±1. At z = 0 as many speak for one
// as for the other, and it is the first, as of several outputs that are equal:
// at θ = 0 every model classifies alike, and that share of the examples rightly
// which are of the first class. scikit-learn's linear models predict the same.
func classified(z, y float64) bool { return z > 0 == (y > 0) && z == z }
