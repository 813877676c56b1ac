package lab

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"

	"optwatch/train/study"
)

// estimate is a number that was measured, with half the width of its 95 %
// confidence interval by Student's t.
type estimate struct {
	value, half float64
}

// String is the estimate as it is read: value ± half.
func (e estimate) String() string { return fmt.Sprintf("%.4g ± %.1g", e.value, e.half) }

// exp is what an estimate of a logarithm says of the number itself.
func (e estimate) exp() string {
	return fmt.Sprintf("%.3g (%.3g … %.3g)", math.Exp(e.value), math.Exp(e.value-e.half), math.Exp(e.value+e.half))
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

// tolerance is how far from what theory says exactly a claim lets a number be
// that is measured with some standard error: six of them. Its 95 % interval is
// two wide to either side, so that a true claim is resolved unless chance takes
// the centre further than four, once in 16,000, and a number that is off by
// twelve is refuted as surely. The standard error is that of the design, known
// before anything is measured.
func tolerance(standardError float64) float64 { return 6 * standardError }

// medianInterval is the 95 % interval of a median: of the narrowest intervals
// from the k-th smallest sample to the k-th largest, the one that covers it with
// that probability, whatever the samples' distribution. Fewer than six have none.
func medianInterval(samples []float64) estimate {
	sorted := slices.Sorted(slices.Values(samples))
	n, k := len(sorted), 0
	for below := (distuv.Binomial{N: float64(n), P: 0.5}); 2*below.CDF(float64(k)) <= 0.05; k++ {
	}
	if k == 0 {
		return estimate{value: math.NaN(), half: math.NaN()}
	}
	low, high := sorted[k-1], sorted[n-k]
	return estimate{value: (low + high) / 2, half: (high - low) / 2}
}

// line is y = intercept + slope·x by least squares.
type line struct {
	intercept float64
	slope     estimate // its interval takes the errors for independent and alike, which those along one course are not
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

// fittedPower is the power of a law y = c·xˢ that was measured several times:
// the mean of the fits to each, with the interval that their scatter gives. The
// errors along one course hang together, so that what is left of a single fit
// makes its interval too narrow; courses do not hang together.
func fittedPower(x [][]float64, y [][]float64) estimate {
	slopes := make([]float64, len(x))
	for i := range x {
		slopes[i] = fitPower(x[i], y[i]).slope.value
	}
	return average(slopes)
}

// slopeError is the standard error of a fitted slope for errors of y that are
// independent, each with the standard deviation of its point.
func slopeError(x, deviations []float64) float64 {
	mean, _ := stat.MeanStdDev(x, nil)
	spread, sum := 0.0, 0.0
	for _, v := range x {
		spread += (v - mean) * (v - mean)
	}
	for i, v := range x {
		sum += math.Pow((v-mean)*deviations[i]/spread, 2)
	}
	return math.Sqrt(sum)
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
	widest    float64 // the largest tolerance of all
	verdicts  []study.Verdict
}

// add judges a case: measured ÷ predicted must be 1 within a tolerance.
func (d *deviation) add(e estimate, predicted, tolerance float64) {
	ratio := estimate{e.value / predicted, e.half / predicted}
	if len(d.verdicts) == 0 {
		d.low, d.high = ratio.value, ratio.value
	}
	d.low, d.high = min(d.low, ratio.value), max(d.high, ratio.value)
	d.farthest = max(d.farthest, math.Abs(ratio.value-1)/ratio.half)
	d.widest = max(d.widest, tolerance)
	d.verdicts = append(d.verdicts, around(1, tolerance).judge(ratio))
}

// verdict is that on all cases: each must hold.
func (d *deviation) verdict() study.Verdict { return study.All(d.verdicts...) }

// predicted and refutes are what a claim says of it.
func (d *deviation) predicted() string {
	return fmt.Sprintf("measured ÷ predicted = 1, within %.2g %%", 100*d.widest)
}

func (d *deviation) refutes() string {
	return fmt.Sprintf("a case that is off by more than %.2g %% with its whole 95 %% interval", 100*d.widest)
}

func (d deviation) String() string {
	return fmt.Sprintf("%.4f … %.4f in %d cases, the farthest off by %.2f of its 95 %% interval", d.low, d.high, len(d.verdicts), d.farthest)
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
