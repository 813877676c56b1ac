package axis

import "math"

var log2, log5 = math.Log10(2), math.Log10(5)

// FloorDecade is the next coordinate below of 1, 2 or 5 times a power of ten.
func FloorDecade(c float64) float64 {
	d := math.Floor(c)
	switch f := c - d + 1e-12; {
	case f >= log5:
		return d + log5
	case f >= log2:
		return d + log2
	}
	return d
}

// CeilDecade is the next one above. They are their own mirror: log 2 + log 5 = 1.
func CeilDecade(c float64) float64 { return -FloorDecade(-c) }

// RoundStep is the smallest of 1, 2, 2.5 and 5 times a power of ten from v up.
func RoundStep(v float64) float64 {
	e := math.Pow(10, math.Floor(math.Log10(v)))
	for _, m := range []float64{1, 2, 2.5, 5} {
		if v <= m*e*(1+1e-9) {
			return m * e
		}
	}
	return 10 * e
}

// RoundUp is v rounded up by at most a tenth, so that an axis grows in strides.
func RoundUp(v float64) float64 {
	if !(v > 0) || math.IsInf(v, 0) {
		return 1
	}
	e := math.Pow(10, math.Floor(math.Log10(v)))
	step := 0.5
	switch m := v / e; {
	case m < 2:
		step = 0.1
	case m < 5:
		step = 0.25
	}
	return math.Ceil(v/e/step-1e-9) * step * e
}
