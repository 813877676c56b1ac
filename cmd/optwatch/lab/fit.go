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
	r2        float64  // the share of the variance of y that it explains
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
