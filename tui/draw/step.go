package draw

import (
	"math"
	"strconv"
	"strings"
)

// Decimals is a value with the decimals that a step between ticks needs.
func Decimals(v, step float64) string {
	if math.Abs(v) >= 1e6 || step < 1e-4 {
		return Number(v, digitsFor(v, step))
	}
	n := 0
	for n < 4 && math.Abs(step*math.Pow(10, float64(n))-math.Round(step*math.Pow(10, float64(n)))) > 1e-6 {
		n++
	}
	return strconv.FormatFloat(v, 'f', n, 64)
}

// digitsFor are the significant digits in which a multiple of a step differs
// from the next.
func digitsFor(v, step float64) int {
	if v == 0 {
		return 1
	}
	e := math.Floor(math.Log10(step) + 1e-9)
	n := int(math.Floor(math.Log10(math.Abs(v))+1e-9)-e) + 1
	if m := step / math.Pow(10, e); math.Abs(m-math.Round(m)) > 1e-6 {
		n++
	}
	return min(max(n, 1), 6)
}

// SIStep is a count with as many digits as multiples of step need: 1.25M.
func SIStep(v, step float64) string {
	for _, unit := range units {
		if math.Abs(v) >= unit.size {
			text := Decimals(v/unit.size, step/unit.size)
			if strings.Contains(text, ".") {
				text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
			}
			return text + unit.name
		}
	}
	return Decimals(v, step)
}
