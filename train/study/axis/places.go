package axis

import "math"

// mostPlaces bounds the marks of an axis, whatever its ends are.
const mostPlaces = 1024

// Even are the places of a linear scale that a label may stand at: multiples of
// a round step, about most of them.
func (s Scale) Even(most int) (step float64, at []float64) {
	step = RoundStep((s.Hi - s.Lo) / float64(most))
	for i := math.Ceil(s.Lo/step - 1e-9); i*step <= s.Hi+1e-9*step && len(at) < 64; i++ {
		at = append(at, i*step+0) // no negative zero
	}
	return step, at
}

// Power is a place on a log scale: so many times a power of ten.
type Power struct{ Times, Exponent float64 }

// At is its coordinate.
func (p Power) At() float64 { return p.Exponent + math.Log10(p.Times) }

// Value is the value there.
func (p Power) Value() float64 { return p.Times * math.Pow(10, p.Exponent) }

// Powers are the given multiples of every so many powers of ten that lie on a
// log scale.
func (s Scale) Powers(stride float64, times ...float64) []Power {
	var out []Power
	for d := stride * math.Floor(s.Lo/stride); d <= s.Hi+1e-9 && len(out) < mostPlaces; d += stride {
		for _, m := range times {
			if p := (Power{m, d}); p.At() >= s.Lo-1e-9 && p.At() <= s.Hi+1e-9 {
				out = append(out, p)
			}
		}
	}
	return out
}

// Stride is how many decades apart the labels of a log scale are, about most of
// them.
func (s Scale) Stride(most int) float64 { return max(1, math.Ceil((s.Hi-s.Lo)/float64(most))) }

// On says whether a place is one of those that are a stride of decades apart.
func (p Power) On(stride float64) bool { return p.Times == 1 && math.Mod(p.Exponent, stride) == 0 }
