package lab

import (
	"fmt"
	"math"

	"optwatch/train/study"
)

func drawConstant(p *study.Page, list []course, results [][]flock) {
	f := study.Figure{
		Name: "rates-constant", Title: "a constant step, on a noisy quadratic",
		X: study.Axis{Label: "steps", Log: true}, Y: study.Axis{Label: "E f − f*", Log: true},
	}
	for i := range results {
		c := list[i]
		f.Series = append(f.Series, banded(c.name, i, c.at, pooled(results[i], last)))
		f.Lines = append(f.Lines, study.Line{Name: "floor of " + c.name, At: quadratic.floor(c.lr, c.batch)})
	}
	p.Draw(f)
}

// judgeConstant compares the floors, averaged over time and flocks, with theory.
func judgeConstant(p *study.Page, list []course, results [][]flock) {
	t := study.Table{
		Name: "rates-floors", Title: "where E f settles on the quadratic",
		Head: []string{"η", "B", "predicted", "measured", "ratio"},
	}
	var floors []estimate
	var worst deviation
	for i, c := range list {
		late := make([]float64, len(results[i]))
		for j, f := range results[i] {
			late[j] = lateMean(c.at, f.last)
		}
		e, want := average(late), quadratic.floor(c.lr, c.batch)
		floors = append(floors, e)
		worst.add(e, want, tolerance(c.settledError()))
		t.Rows = append(t.Rows, []string{fmt.Sprint(c.lr), fmt.Sprint(c.batch), fmt.Sprintf("%.5f", want), fmt.Sprintf("%.5f ± %.5f", e.value, e.half), fmt.Sprintf("%.4f", e.value/want)})
	}
	p.Tabulate(t)
	p.Claim(study.Claim{
		Text:      "Noisy quadratic, constant step: E f settles at ηs²/(2(2−ημ)B) for every η and B",
		Predicted: worst.predicted(), Measured: worst.String(), RefutedBy: worst.refutes(), Verdict: worst.verdict(),
	})
	half, want := quotient(floors[2], floors[3]), quadratic.floor(list[2].lr, 1)/quadratic.floor(list[3].lr, 1)
	allowed := around(want, want*tolerance(math.Hypot(list[2].settledError(), list[3].settledError())))
	p.Claim(study.Claim{
		Text:      "Noisy quadratic: halving η from 0.2 halves the floor, but for the factor (2−ημ/2)/(2−ημ)",
		Predicted: fmt.Sprintf("÷ %.4f", want), Measured: fmt.Sprintf("÷ %s", half), RefutedBy: allowed.refutes("%.3f"), Verdict: allowed.judge(half),
	})
}

// relativeError is the standard error of E f from all flocks of a course, as a
// fraction of it: x is normal, and its square has √2 times its mean as deviation.
func (c course) relativeError() float64 { return math.Sqrt(2 / float64(c.flocks*repetitions)) }

// settledError is that of the mean over all looks once the start was forgotten,
// which lie so far apart that they hardly hang together.
func (c course) settledError() float64 {
	looks := 0.0
	for _, t := range c.at {
		if t >= settled {
			looks++
		}
	}
	return c.relativeError() / math.Sqrt(looks)
}

// slopeError is the standard error of the slope of log E f over log t from a
// look on. Looks are taken for independent; the squares of neighbours hang
// together by correlated at most.
func (c course) slopeError(from int, correlated float64) float64 {
	at := logs(floats(c.at[from:]))
	errors := make([]float64, len(at))
	for i := range errors {
		errors[i] = c.relativeError()
	}
	return slopeError(at, errors) * math.Sqrt((1+correlated)/(1-correlated))
}

// slopes is the power of t in E f from a look on, by the fits to single flocks.
func (c course) slopes(flocks []flock, from int) estimate {
	var x, y [][]float64
	for _, f := range flocks {
		x, y = append(x, floats(c.at[from:])), append(y, f.last[from:])
	}
	return fittedPower(x, y)
}

// lateMean is the mean of what was seen once the start was forgotten.
func lateMean(at []int, y []float64) float64 {
	sum, n := 0.0, 0.0
	for i, t := range at {
		if t >= settled {
			sum += y[i]
			n++
		}
	}
	return sum / n
}

func judgeInvSqrt(p *study.Page, c course, flocks []flock) {
	got, want := pooled(flocks, last), quadratic.expected(c.schedule, c.lr, c.batch, c.at)
	limit := make([]float64, len(c.at))
	for i, t := range c.at {
		limit[i] = c.lr * quadratic.noise * quadratic.noise / (4 * math.Sqrt(float64(t)))
	}
	p.Draw(study.Figure{
		Name: "rates-invsqrt", Title: "α₀/√t, on a noisy quadratic",
		X: study.Axis{Label: "steps", Log: true}, Y: study.Axis{Label: "E f − f*", Log: true},
		Series: []study.Series{
			banded("last iterate", 0, c.at, got),
			{Name: "α₀s²/(4√t)", Slot: 1, X: floats(c.at), Y: limit, Theory: true},
		},
	})
	slope, exact := c.slopes(flocks, 0), fitPower(floats(c.at), want).slope.value
	end, allowed := len(c.at)-1, around(exact, tolerance(c.slopeError(0, 0)))
	p.Claim(study.Claim{
		Text:      "Noisy quadratic, α₀/√t: E f falls like 1/√t",
		Predicted: fmt.Sprintf("slope −½ (%.4f exactly, for these t)", exact), Measured: fmt.Sprintf("slope %s", slope),
		RefutedBy: allowed.refutes("%.3f"), Verdict: allowed.judge(slope),
	})
	// The law is the limit of large t: the exact value has gone to it but for 1 + 1/(α₀μ√t).
	near := around(want[end], want[end]*tolerance(c.relativeError()))
	p.Claim(study.Claim{
		Text:      fmt.Sprintf("Noisy quadratic, α₀/√t: after %d steps E f is α₀s²/(4√t)", c.at[end]),
		Predicted: fmt.Sprintf("%.5f (%.5f exactly)", limit[end], want[end]), Measured: got[end].String(), RefutedBy: near.refutes("%.5f"), Verdict: near.judge(got[end]),
	})
}

func judgeStrong(p *study.Page, c course, flocks []flock) {
	got, mean := pooled(flocks, last), pooled(flocks, averaged)
	var exact, exactMean, granted []float64
	var worst, worstMean deviation
	var below []study.Verdict
	for i, t := range c.at {
		exact, exactMean, granted = append(exact, quadratic.strong(t)), append(exactMean, quadratic.strongAveraged(t)), append(granted, quadratic.strongBound(t))
		worst.add(got[i], exact[i], tolerance(c.relativeError()))
		if t > 1 { // the average of one iterate is x₁, without noise
			worstMean.add(mean[i], exactMean[i], tolerance(c.relativeError()))
		}
		below = append(below, atMost(granted[i]).judge(mean[i]))
	}
	p.Draw(study.Figure{
		Name: "rates-strong", Title: "2/(μ(t+1)), on a noisy quadratic",
		X: study.Axis{Label: "steps T", Log: true}, Y: study.Axis{Label: "E f − f*", Log: true},
		Series: []study.Series{
			banded("last iterate", 0, c.at, got), banded("average weighted by t", 1, c.at, mean),
			{Name: "s²(2T+1)/(3μT(T+1))", Slot: 0, X: floats(c.at), Y: exact, Theory: true},
			{Name: "bound 2G²/(μ(T+1))", Slot: 2, X: floats(c.at), Y: granted, Theory: true},
		},
	})
	late := len(c.at) / 3
	slope, predicted := c.slopes(flocks, late), fitPower(floats(c.at[late:]), exact[late:]).slope.value
	allowed := around(predicted, tolerance(c.slopeError(late, 0.25))) // the squares at T and 1.6·T
	repeated := len(flocks) * repetitions
	p.Claim(study.Claim{
		Text:      "Noisy quadratic, 2/(μ(t+1)): E f after T steps is s²(2T+1)/(3μT(T+1)) exactly, for every T",
		Predicted: worst.predicted(), Measured: fmt.Sprintf("%s, %d repetitions", worst, repeated), RefutedBy: worst.refutes(), Verdict: worst.verdict(),
	})
	p.Claim(study.Claim{
		Text:      fmt.Sprintf("Noisy quadratic, 2/(μ(t+1)): E f falls like 1/T, from T = %d on", c.at[late]),
		Predicted: fmt.Sprintf("slope −1 (%.4f exactly, for these T)", predicted), Measured: fmt.Sprintf("slope %s", slope),
		RefutedBy: allowed.refutes("%.3f"), Verdict: allowed.judge(slope),
	})
	p.Claim(study.Claim{
		Text:      "Noisy quadratic, 2/(μ(t+1)): the average weighted by t is what its expectation says, and below the bound 2G²/(μ(T+1))",
		Predicted: fmt.Sprintf("%s; %.4g at most at T = %d", worstMean.predicted(), granted[len(granted)-1], c.at[len(c.at)-1]),
		Measured:  fmt.Sprintf("%s; %s there", worstMean, mean[len(mean)-1]),
		RefutedBy: worstMean.refutes() + ", or is above the bound with it",
		Verdict:   study.All(append(below, worstMean.verdict())...),
	})
}
