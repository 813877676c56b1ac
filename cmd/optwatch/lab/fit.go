package lab

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// estimate is a number that was measured, with half the width of its 95 %
// confidence interval by Student's t.
type estimate struct {
	value, half float64
}

// String is the estimate as it is read: value ± half.
func (e estimate) String() string { return fmt.Sprintf("%.4g ± %.1g", e.value, e.half) }

// covers says whether a prediction lies within times half widths. Verdicts
// use twice: a true prediction fails one in ten thousand times where many
// numbers were averaged, and a few in a thousand where eight or ten were.
func (e estimate) covers(predicted, times float64) bool {
	return math.Abs(e.value-predicted) <= times*e.half
}

// confidence is what the standard error of an estimate with some degrees of
// freedom is multiplied by for its 95 % interval.
func confidence(freedom int) float64 {
	return distuv.StudentsT{Sigma: 1, Nu: float64(freedom)}.Quantile(0.975)
}

// average is the mean of independent samples.
func average(samples []float64) estimate {
	mean, deviation := stat.MeanStdDev(samples, nil)
	n := len(samples)
	if n < 2 {
		return estimate{value: mean, half: math.NaN()}
	}
	return estimate{value: mean, half: confidence(n-1) * deviation / math.Sqrt(float64(n))}
}

// line is y = intercept + slope·x by least squares.
type line struct {
	intercept float64
	slope     estimate // its interval takes the errors for independent and alike
	r2        float64  // the fraction of the variance of y that it explains
}

// fitLine fits three points or more.
func fitLine(x, y []float64) line {
	intercept, slope := stat.LinearRegression(x, y, nil, false)
	mean, _ := stat.MeanStdDev(x, nil)
	residual, spread := 0.0, 0.0
	for i := range x {
		e := y[i] - intercept - slope*x[i]
		residual += e * e
		spread += (x[i] - mean) * (x[i] - mean)
	}
	freedom := len(x) - 2
	half := confidence(freedom) * math.Sqrt(residual/float64(freedom)/spread)
	return line{intercept: intercept, slope: estimate{value: slope, half: half}, r2: stat.RSquared(x, y, nil, intercept, slope)}
}

// fitPower fits y = c·xˢ, as a line through the logarithms.
func fitPower(x, y []float64) line { return fitLine(logs(x), logs(y)) }

// fitDecay fits y = c·10^(s·x), as a line on semi-logarithmic paper.
func fitDecay(x, y []float64) line {
	decades := make([]float64, len(y))
	for i, v := range y {
		decades[i] = math.Log10(v)
	}
	return fitLine(x, decades)
}

func logs(x []float64) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = math.Log(v)
	}
	return out
}

// quotient is a/b of two independent estimates, the interval to first order.
func quotient(a, b estimate) estimate {
	q := a.value / b.value
	return estimate{value: q, half: math.Abs(q) * math.Hypot(a.half/a.value, b.half/b.value)}
}

// deviation gathers how estimates compare with what is predicted for each.
type deviation struct {
	low, high float64 // smallest and largest of measured ÷ predicted
	farthest  float64 // in halves of the 95 % interval
	count     int
}

func (d *deviation) add(e estimate, predicted float64) {
	ratio := e.value / predicted
	if d.count == 0 {
		d.low, d.high = ratio, ratio
	}
	d.low, d.high = min(d.low, ratio), max(d.high, ratio)
	d.farthest = max(d.farthest, math.Abs(e.value-predicted)/e.half)
	d.count++
}

// within says whether every estimate lies within twice its interval.
func (d *deviation) within() bool { return d.count > 0 && d.farthest <= 2 }

func (d deviation) String() string {
	return fmt.Sprintf("%.4f … %.4f in %d cases, the farthest off by %.2f of its 95 %% interval", d.low, d.high, d.count, d.farthest)
}

// spaced are whole numbers from a to b, each about ratio times the one
// before, b among them.
func spaced(a, b int, ratio float64) []int {
	var out []int
	for x := float64(a); int(x) < b; x = max(x*ratio, math.Floor(x)+1) {
		out = append(out, int(x))
	}
	return append(out, b)
}

// evenly are the whole numbers from a to b in steps.
func evenly(a, b, step int) []int {
	var out []int
	for x := a; x <= b; x += step {
		out = append(out, x)
	}
	return out
}

func floats(x []int) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = float64(v)
	}
	return out
}

func centres(e []estimate) []float64 {
	out := make([]float64, len(e))
	for i := range e {
		out[i] = e[i].value
	}
	return out
}
