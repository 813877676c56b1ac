package study

import (
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/plot"

	"optwatch/train/study/axis"
)

// ticker labels an axis that is given in coordinates.
type ticker struct {
	log  bool
	most int // labels
}

// Ticks are the places of an axis from lo to hi that have a mark.
func (t ticker) Ticks(lo, hi float64) []plot.Tick {
	s := axis.Scale{Lo: lo, Hi: hi, Log: t.log}
	if t.log {
		return t.decades(s)
	}
	step, places := s.Even(t.most)
	out := make([]plot.Tick, len(places))
	for i, v := range places {
		out[i] = plot.Tick{Value: v, Label: label(v, step)}
	}
	return out
}

// decades marks powers of ten, and 2 and 5 times them where there are few.
// Other multiples get a mark without a label.
func (t ticker) decades(s axis.Scale) []plot.Tick {
	times := []float64{1}
	if s.Hi-s.Lo <= 8 {
		times = []float64{1, 2, 3, 4, 5, 6, 7, 8, 9}
	}
	few, stride := s.Hi-s.Lo <= 2, s.Stride(t.most)
	var out []plot.Tick
	for _, p := range s.Powers(1, times...) {
		tick := plot.Tick{Value: p.At()}
		if p.On(stride) || few && (p.Times == 2 || p.Times == 5) {
			tick.Label = label(p.Value(), p.Value())
		}
		out = append(out, tick)
	}
	return out
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
