package train_test

import (
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"

	"optwatch/train/study"
)

// law is y = c·xˢ through points, by least squares on their logarithms.
type law struct {
	slope, half float64 // s, and half its 95 % interval
	bend, at    float64 // how many times the farthest point is off the line, and its x
}

// What still counts as straight: a slope as predicted within a tenth, and no point
// farther from the line than a quarter, so that no two are 1.6 times apart.
const (
	slopeTolerance = 0.1
	mostBend       = 1.25
)

// fitLaw fits three points or more.
func fitLaw(x, y []float64) law {
	u, v := logarithms(x), logarithms(y)
	intercept, slope := stat.LinearRegression(u, v, nil, false)
	out := law{slope: slope, bend: 1}
	left, mean, spread := 0.0, stat.Mean(u, nil), 0.0
	for i := range u {
		off := v[i] - intercept - slope*u[i]
		left += off * off
		spread += (u[i] - mean) * (u[i] - mean)
		if factor := math.Exp(math.Abs(off)); factor > out.bend {
			out.bend, out.at = factor, x[i]
		}
	}
	freedom := float64(len(x) - 2)
	out.half = distuv.StudentsT{Sigma: 1, Nu: freedom}.Quantile(0.975) * math.Sqrt(left/freedom/spread)
	return out
}

func logarithms(x []float64) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = math.Log(v)
	}
	return out
}

// String is the law as it is read.
func (l law) String() string {
	return fmt.Sprintf("s = %.2f ± %.2f; the farthest point, at %.6g, is %.2f times off the line", l.slope, l.half, l.at, l.bend)
}

// judge is the verdict on a slope that was predicted.
func (l law) judge(predicted float64) study.Verdict {
	off := math.Abs(l.slope - predicted)
	slope := study.Unresolved
	switch {
	case off+l.half <= slopeTolerance:
		slope = study.Holds
	case off-l.half > slopeTolerance:
		slope = study.Refuted
	}
	return study.All(slope, study.Judge(l.bend <= mostBend))
}

// A law is found again with its slope and without a bend; a kink from slope 0 to 1 has
// one, and a slope that is another is refuted.
func TestFitLaw(t *testing.T) {
	x := []float64{1, 2, 4, 8, 16, 32, 64, 128, 256}
	y, kink := make([]float64, len(x)), make([]float64, len(x))
	for i, v := range x {
		y[i], kink[i] = 3*math.Pow(v, 0.7)*(1+0.01*math.Sin(float64(i))), max(16, v)
	}
	l := fitLaw(x, y)
	if math.Abs(l.slope-0.7) > 0.005 || l.half > 0.01 || l.bend > 1.02 || l.judge(0.7) != study.Holds || l.judge(1) != study.Refuted {
		t.Errorf("a power of 0.7 is %v, which %v", l, l.judge(0.7))
	}
	// On logarithms to base 2 the line through 4 4 4 4 4 5 6 7 8 is 3.11 + 0.5·i, and
	// the point in the middle is 1.11 below it: 2^1.11.
	if l := fitLaw(x, kink); math.Abs(l.slope-0.5) > 1e-9 || math.Abs(l.bend-math.Pow(2, 10./9)) > 1e-9 || l.at != 16 || l.judge(0.5) != study.Refuted {
		t.Errorf("a kink is %v, which %v", l, l.judge(0.5))
	}
}
