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
		if c.batch == 1 {
			f.Lines = append(f.Lines, study.Line{Name: fmt.Sprintf("floor of η = %g", c.lr), At: quadratic.floor(c.lr, 1)})
		}
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
		worst.add(e, want)
		t.Rows = append(t.Rows, []string{fmt.Sprint(c.lr), fmt.Sprint(c.batch), fmt.Sprintf("%.5f", want), fmt.Sprintf("%.5f ± %.5f", e.value, e.half), fmt.Sprintf("%.4f", e.value/want)})
	}
	p.Tabulate(t)
	p.Claim(study.Claim{
		Text:      "Noisy quadratic, constant step: E f settles at ηs²/(2(2−ημ)B) for every η and B",
		Predicted: "measured ÷ predicted = 1", Measured: worst.String(), Verdict: study.Judge(worst.within()),
	})
	half, want := quotient(floors[2], floors[3]), quadratic.floor(list[2].lr, 1)/quadratic.floor(list[3].lr, 1)
	p.Claim(study.Claim{
		Text:      "Noisy quadratic: halving η from 0.2 halves the floor, but for the factor (2−ημ/2)/(2−ημ)",
		Predicted: fmt.Sprintf("÷ %.4f", want), Measured: fmt.Sprintf("÷ %s", half), Verdict: study.Judge(half.covers(want, 2)),
	})
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
	slope, exact := fitPower(floats(c.at), centres(got)).slope, fitPower(floats(c.at), want).slope.value
	end := len(c.at) - 1
	p.Claim(study.Claim{
		Text:      "Noisy quadratic, α₀/√t: E f falls like 1/√t (and the slope is within 0.05 of −½)",
		Predicted: fmt.Sprintf("slope −½ (%.4f exactly, for these t)", exact), Measured: fmt.Sprintf("slope %s", slope),
		Verdict: study.Judge(slope.covers(exact, 2) && math.Abs(slope.value+0.5) < 0.05),
	})
	p.Claim(study.Claim{
		Text:      fmt.Sprintf("Noisy quadratic, α₀/√t: after %d steps E f is α₀s²/(4√t)", c.at[end]),
		Predicted: fmt.Sprintf("%.5f (%.5f exactly)", limit[end], want[end]), Measured: got[end].String(), Verdict: study.Judge(got[end].covers(want[end], 2) && got[end].covers(limit[end], 2)),
	})
}

func judgeStrong(p *study.Page, c course, flocks []flock) {
	got, mean := pooled(flocks, last), pooled(flocks, averaged)
	var exact, exactMean, bound []float64
	var worst, worstMean deviation
	below := true
	for i, t := range c.at {
		exact, exactMean, bound = append(exact, quadratic.strong(t)), append(exactMean, quadratic.strongAveraged(t)), append(bound, quadratic.strongBound(t))
		worst.add(got[i], exact[i])
		if t > 1 { // the average of one iterate is x₁, without noise
			worstMean.add(mean[i], exactMean[i])
		}
		below = below && mean[i].value <= bound[i]
	}
	p.Draw(study.Figure{
		Name: "rates-strong", Title: "2/(μ(t+1)), on a noisy quadratic",
		X: study.Axis{Label: "steps T", Log: true}, Y: study.Axis{Label: "E f − f*", Log: true},
		Series: []study.Series{
			banded("last iterate", 0, c.at, got), banded("average weighted by t", 1, c.at, mean),
			{Name: "s²(2T+1)/(3μT(T+1))", Slot: 0, X: floats(c.at), Y: exact, Theory: true},
			{Name: "bound 2G²/(μ(T+1))", Slot: 2, X: floats(c.at), Y: bound, Theory: true},
		},
	})
	late := len(c.at) / 3
	slope, predicted := fitPower(floats(c.at[late:]), centres(got[late:])).slope, fitPower(floats(c.at[late:]), exact[late:]).slope.value
	repeated := len(flocks) * repetitions
	p.Claim(study.Claim{
		Text:      "Noisy quadratic, 2/(μ(t+1)): E f after T steps is s²(2T+1)/(3μT(T+1)) exactly, for every T",
		Predicted: "measured ÷ predicted = 1", Measured: fmt.Sprintf("%s, %d repetitions", worst, repeated), Verdict: study.Judge(worst.within()),
	})
	p.Claim(study.Claim{
		Text:      fmt.Sprintf("Noisy quadratic, 2/(μ(t+1)): E f falls like 1/T, from T = %d on", c.at[late]),
		Predicted: fmt.Sprintf("slope −1 (%.4f exactly, for these T)", predicted), Measured: fmt.Sprintf("slope %s", slope),
		Verdict: study.Judge(slope.covers(predicted, 2)),
	})
	p.Claim(study.Claim{
		Text:      "Noisy quadratic, 2/(μ(t+1)): the average weighted by t is what its expectation says, and below the bound 2G²/(μ(T+1))",
		Predicted: fmt.Sprintf("measured ÷ predicted = 1; %.4g at most at T = %d", bound[len(bound)-1], c.at[len(c.at)-1]),
		Measured:  fmt.Sprintf("%s; %s there", worstMean, mean[len(mean)-1]), Verdict: study.Judge(worstMean.within() && below),
	})
}
