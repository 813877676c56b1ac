package fed

import "math"

// erfcx is the scaled complementary error function e^(x²)·erfc(x), to a few
// units in the last place. It overflows below −26.
//
// Reference: Abramowitz and Stegun, "Handbook of mathematical functions",
// 7.1.23, for the asymptotic series (1/(x√π)) Σ (−1)ᵐ (2m−1)!!/(2x²)ᵐ.
func erfcx(x float64) float64 {
	if x < erfcxFar {
		// The square's rounding error would be multiplied by e^(x²).
		square := x * x
		rest := math.FMA(x, x, -square)
		return math.Exp(square) * (1 + rest) * math.Erfc(x)
	}
	t := 1 / (2 * x * x)
	series := 1.0
	for m := 8; m > 0; m-- {
		series = 1 - float64(2*m-1)*t*series
	}
	return series / (x * math.SqrtPi)
}

// erfcxFar is where eight terms of the series are exact and erfc has not yet
// begun to underflow.
const erfcxFar = 20

// logErfcHalf is log ½erfc(x) for x < 0, where erfc is between 1 and 2.
func logErfcHalf(x float64) float64 { return math.Log1p(-math.Erfc(-x) / 2) }
