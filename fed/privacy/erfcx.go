package privacy

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
	return (1 - erfcxRest(x)) / (x * math.SqrtPi)
}

// erfcxFar is where the series is exact and erfc has not yet begun to underflow.
const erfcxFar = 20

// erfcxRest is 1 − x√π·erfcx(x) for a far x, eight terms of the series.
func erfcxRest(x float64) float64 {
	t, rest := 1/(2*x*x), 0.0
	for m := 8; m > 0; m-- {
		rest = float64(2*m-1) * t * (1 - rest)
	}
	return rest
}

// erfcxFall is −erfcx′(x) = 2/√π − 2x·erfcx(x).
func erfcxFall(x float64) float64 {
	if x < erfcxFar {
		return 2/math.SqrtPi - 2*x*erfcx(x)
	}
	return 2 / math.SqrtPi * erfcxRest(x)
}

// logErfcHalf is log ½erfc(x) for x < 0, where erfc is between 1 and 2.
func logErfcHalf(x float64) float64 { return math.Log1p(-math.Erfc(-x) / 2) }
