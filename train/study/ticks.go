package study

import (
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/plot"
)

// ticker labels an axis that is given in coordinates.
type ticker struct {
	log  bool
	most int // labels
}

// Ticks are the places of an axis from lo to hi that have a mark.
func (t ticker) Ticks(lo, hi float64) []plot.Tick {
	if t.log {
		return t.decades(lo, hi)
	}
	step := niceStep((hi - lo) / float64(t.most))
	var out []plot.Tick
	for i := math.Ceil(lo/step - 1e-9); i*step <= hi+1e-9*step && len(out) < 64; i++ {
		out = append(out, plot.Tick{Value: i * step, Label: label(i*step, step)})
	}
	return out
}

// decades marks powers of ten, and 2 and 5 times them where there are few.
// Other multiples get a mark without a label.
func (t ticker) decades(lo, hi float64) []plot.Tick {
	stride := max(1, math.Ceil((hi-lo)/float64(t.most)))
	between := hi-lo <= 2 // decades: then 2 and 5 are labelled too
	var out []plot.Tick
	for d := math.Floor(lo); d <= hi && len(out) < 512; d++ {
		for m := 1.0; m < 10; m++ {
			c := d + math.Log10(m)
			if c < lo-1e-9 || c > hi+1e-9 {
				continue
			}
			tick := plot.Tick{Value: c}
			if m == 1 && math.Mod(d, stride) == 0 || between && (m == 2 || m == 5) {
				tick.Label = label(m*math.Pow(10, d), m*math.Pow(10, d))
			}
			if m == 1 || hi-lo <= 8 {
				out = append(out, tick)
			}
		}
	}
	return out
}

// niceStep is the smallest of 1, 2, 2.5 and 5 times a power of ten from v up.
func niceStep(v float64) float64 {
	e := math.Pow(10, math.Floor(math.Log10(v)))
	for _, m := range []float64{1, 2, 2.5, 5} {
		if v <= m*e*(1+1e-9) {
			return m * e
		}
	}
	return 10 * e
}

// units are the prefixes of large counts.
var units = [...]struct {
	name string
	size float64
}{{"G", 1e9}, {"M", 1e6}, {"k", 1e3}}

// label is a value with the digits that multiples of a step need: 250k, 0.05,
// 1e-4. The step is that of a linear axis, or the value itself.
func label(v, step float64) string {
	big := max(math.Abs(v), step)
	switch {
	case v == 0:
		return "0"
	case v == step && v < 0.01, step < 1e-4, big >= 1e12:
		return exponent(v, step)
	}
	for _, u := range units {
		if big >= 10*u.size || big >= u.size && step >= u.size/20 {
			return decimals(v/u.size, step/u.size) + u.name
		}
	}
	return decimals(v, step)
}

// exponent is a value such as 2.5e-6, with the digits in which it differs from
// the next multiple of step.
func exponent(v, step float64) string {
	digits := 0
	for digits < 6 && !whole(step/math.Pow(10, math.Floor(math.Log10(math.Abs(v)))-float64(digits))) {
		digits++
	}
	head, exp, _ := strings.Cut(strconv.FormatFloat(v, 'e', digits, 64), "e")
	n, _ := strconv.Atoi(exp)
	return head + "e" + strconv.Itoa(n)
}

// decimals is a value with the decimals that a step needs.
func decimals(v, step float64) string {
	n := 0
	for n < 5 && !whole(step*math.Pow(10, float64(n))) {
		n++
	}
	return strings.Replace(strconv.FormatFloat(v, 'f', n, 64), "-", "−", 1)
}

func whole(v float64) bool { return math.Round(v) > 0 && math.Abs(v-math.Round(v)) < 1e-6 }
