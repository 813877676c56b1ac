package objective

// Squares is the loss of least squares with one output, y a number, which is
// ±1 where there are two classes:
//
//	φ(z, y) = ½(z − y)²        φ' = z − y        φ'' = 1
type Squares struct{}

// OneHot is least squares with an output for each class y, whose target is 1
// where it is the example's class and 0 elsewhere:
//
//	φ(z, y) = ½‖z − e_y‖²        ∇φ = z − e_y        ∇²φ = I
type OneHot struct{}

var (
	_ Loss = Squares{}
	_ Loss = OneHot{}
)

// Residual overwrites z with φ' and returns φ.
func (Squares) Residual(z []float64, y float64) float64 {
	z[0] -= y
	return z[0] * z[0] / 2
}

// Value is φ, and whether y is the class that z is of.
func (Squares) Value(z []float64, y float64) (float64, bool) {
	return (z[0] - y) * (z[0] - y) / 2, classified(z[0], y)
}

// AddCurvature adds 1.
func (Squares) AddCurvature(h, _ []float64, _ float64) { h[0]++ }

// Residual overwrites z with ∇φ and returns φ.
func (OneHot) Residual(z []float64, y float64) float64 {
	z[int(y)]--
	sum := 0.0
	for _, r := range z {
		sum += r * r
	}
	return sum / 2
}

// Value is φ, and whether y has the largest output.
func (OneHot) Value(z []float64, y float64) (float64, bool) {
	_, best := largest(z)
	sum := 1 - 2*z[int(y)]
	for _, v := range z {
		sum += v * v
	}
	return sum / 2, best == int(y)
}

// AddCurvature adds I.
func (OneHot) AddCurvature(h, z []float64, _ float64) {
	for c := range z {
		h[c*len(z)+c]++
	}
}
