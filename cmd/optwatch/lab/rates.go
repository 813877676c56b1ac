package lab

import (
	"fmt"
	"math"
	"math/rand/v2"
	"sync"

	"optwatch/optimizers"
	"optwatch/train/record"
)

// How fast SGD comes to the minimum, by its step sizes. On (μ/2)x² with
// gradients of variance s² all of it is known exactly:
//
//	η              E f settles at ηs²/(2(2−ημ)B), about ηs²/(4B)
//	α₀/√t          E f ≈ α₀s²/(4√t)
//	2/(μ(t+1))     E f(x_{T+1}) = s²(2T+1)/(3μT(T+1)), wherever it began
//	               the average Σ t·xₜ·2/(T(T+1)) is at most 2G²/(μ(T+1)) above f*
//
// On data the first law reads f − f* ≈ η·tr Σ(θ*)/(4B), for steps that are
// small beside 2/L.
//
// Reference: Robbins and Monro, "A stochastic approximation method", 1951; Lacoste-Julien, Schmidt and Bach, "A simpler
// approach to obtaining an O(1/t) convergence rate for the projected stochastic subgradient method", 2012; Mandt, Hoffman
// and Blei, "Stochastic gradient descent as approximate Bayesian inference", JMLR 18, 2017.
var rates = Experiment{
	Name:  "rates",
	Title: "What each step size brings, and how fast",
	About: "With a constant step SGD falls to a floor in proportion to the step; with α₀/√t the distance falls like 1/√t, with 2/(μ(t+1)) like 1/t. " +
		"Measured on a quadratic with noise, where the constants are known too, over thousands of repetitions, and the floor on the data. " +
		"A measured number passes if it lies within twice its 95 % interval of what is predicted, unless the claim says otherwise.",
	run: runRates,
}

// probed is the quadratic of the experiment. Neither μ nor s is 1, so that both show in the results.
var probed = noisyQuadratic{mu: 0.5, noise: 2, start: 4}

// course is a schedule that flocks follow.
type course struct {
	name     string
	schedule optimizers.Schedule
	lr       float64
	batch    int
	at       []int // where to look
	flocks   int
}

func (c course) work() float64 { return float64(c.flocks * c.at[len(c.at)-1] * (1 + c.batch)) }

// courses are the constant steps, α₀/√t, and 2/(μ(t+1)).
func courses(quick bool) []course {
	var out []course
	for _, c := range []struct {
		lr    float64
		batch int
	}{{0.8, 1}, {0.4, 1}, {0.2, 1}, {0.1, 1}, {0.8, 4}} {
		at := append(geometric(1, 100, 1.4), evenly(settled, 2000, 50)...)
		out = append(out, course{fmt.Sprintf("η = %g, B = %d", c.lr, c.batch), optimizers.Constant{}, c.lr, c.batch, at, shorter(32, quick, 4)})
	}
	return append(
		out,
		course{"α₀/√t", optimizers.InvSqrt{}, 1, 1, geometric(100, shorter(30_000, quick, 6), 1.5), 24},
		course{"2/(μ(t+1))", optimizers.Strong{T0: 1}, 1 / probed.mu, 1, geometric(1, shorter(4000, quick, 4), 1.6), shorter(64, quick, 2)},
	)
}

// settled is how many steps the slowest of the constant ones, for which
// (1−ημ)²ᵗ = e⁻⁵ᵗᐟ⁴⁹ or so, need to forget x₁ but for one part in 10¹⁷.
const settled = 400

func runRates(s *session, p *record.Page) error {
	list := courses(s.o.Quick)
	work := &workload{page: p}
	for _, c := range list {
		work.total += c.work()
	}
	// On a data set a step at B = 16 takes about as long as 2,000 of a coordinate.
	data := floorPlan(s.o.Quick)
	data.unit = 2000.0 / repetitions
	work.total += data.unit * data.steps()

	results := make([][]flock, len(list))
	for i, c := range list {
		p.Doing(fmt.Sprintf("%s, %d repetitions on a noisy quadratic", c.name, c.flocks*repetitions))
		var err error
		if results[i], err = s.follow(c, uint64(i), work); err != nil {
			return err
		}
		switch {
		case i < constants:
			drawConstant(p, list, results[:i+1])
		case i == constants:
			judgeConstant(p, list[:i], results[:i])
			judgeInvSqrt(p, list[i], results[i])
		default:
			judgeStrong(p, list[i], results[i])
		}
	}
	return s.floors(p, data, work)
}

// constants is how many of the courses have a constant step.
const constants = 5

// follow sends the flocks of a course out, each with a stream of its own.
func (s *session) follow(c course, stream uint64, work *workload) ([]flock, error) {
	out := make([]flock, c.flocks)
	var mu sync.Mutex
	err := s.each(c.flocks, func(i int) error {
		f, err := probed.walk(s.ctx, c.schedule, c.lr, c.batch, c.at, rand.New(rand.NewPCG(s.o.Seed, stream<<32|uint64(i))))
		mu.Lock()
		defer mu.Unlock()
		out[i] = f
		work.add(c.work() / float64(c.flocks))
		return err
	})
	return out, err
}

// pooled are the means over flocks at each place.
func pooled(flocks []flock, pick func(flock) []float64) []estimate {
	out := make([]estimate, len(pick(flocks[0])))
	samples := make([]float64, len(flocks))
	for i := range out {
		for j, f := range flocks {
			samples[j] = pick(f)[i]
		}
		out[i] = average(samples)
	}
	return out
}

func last(f flock) []float64     { return f.last }
func averaged(f flock) []float64 { return f.averaged }

// banded is a series with its 95 % intervals.
func banded(name string, slot int, at []int, values []estimate) record.Series {
	out := record.Series{Name: name, Slot: slot, X: floats(at)}
	for _, e := range values {
		out.Y = append(out.Y, e.value)
		out.Lo = append(out.Lo, e.value-e.half)
		out.Hi = append(out.Hi, e.value+e.half)
	}
	return out
}

func drawConstant(p *record.Page, list []course, results [][]flock) {
	f := record.Figure{
		Name: "rates-constant", Title: "a constant step, on a noisy quadratic",
		X: record.Axis{Label: "steps", Log: true}, Y: record.Axis{Label: "E f − f*", Log: true},
	}
	for i := range results {
		c := list[i]
		f.Series = append(f.Series, banded(c.name, i, c.at, pooled(results[i], last)))
		if c.batch == 1 {
			f.Lines = append(f.Lines, record.Line{Name: fmt.Sprintf("floor of η = %g", c.lr), At: probed.floor(c.lr, 1)})
		}
	}
	p.Draw(f)
}

// judgeConstant compares the floors, averaged over time and flocks, with theory.
func judgeConstant(p *record.Page, list []course, results [][]flock) {
	t := record.Table{
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
		e, want := average(late), probed.floor(c.lr, c.batch)
		floors = append(floors, e)
		worst.add(e, want)
		t.Rows = append(t.Rows, []string{fmt.Sprint(c.lr), fmt.Sprint(c.batch), fmt.Sprintf("%.5f", want), fmt.Sprintf("%.5f ± %.5f", e.value, e.half), fmt.Sprintf("%.4f", e.value/want)})
	}
	p.Tabulate(t)
	p.Claim(record.Claim{
		Text:      "Noisy quadratic, constant step: E f settles at ηs²/(2(2−ημ)B) for every η and B",
		Predicted: "measured ÷ predicted = 1", Measured: worst.String(), Verdict: record.Judge(worst.within()),
	})
	half, want := quotient(floors[2], floors[3]), probed.floor(list[2].lr, 1)/probed.floor(list[3].lr, 1)
	p.Claim(record.Claim{
		Text:      "Noisy quadratic: halving η from 0.2 halves the floor, but for the factor (2−ημ/2)/(2−ημ)",
		Predicted: fmt.Sprintf("÷ %.4f", want), Measured: fmt.Sprintf("÷ %s", half), Verdict: record.Judge(half.covers(want, 2)),
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

func judgeInvSqrt(p *record.Page, c course, flocks []flock) {
	got, want := pooled(flocks, last), probed.expected(c.schedule, c.lr, c.batch, c.at)
	limit := make([]float64, len(c.at))
	for i, t := range c.at {
		limit[i] = c.lr * probed.noise * probed.noise / (4 * math.Sqrt(float64(t)))
	}
	p.Draw(record.Figure{
		Name: "rates-invsqrt", Title: "α₀/√t, on a noisy quadratic",
		X: record.Axis{Label: "steps", Log: true}, Y: record.Axis{Label: "E f − f*", Log: true},
		Series: []record.Series{
			banded("last iterate", 0, c.at, got),
			{Name: "α₀s²/(4√t)", Slot: 1, X: floats(c.at), Y: limit, Theory: true},
		},
	})
	slope, exact := fitPower(floats(c.at), values(got)).slope, fitPower(floats(c.at), want).slope.value
	end := len(c.at) - 1
	p.Claim(record.Claim{
		Text:      "Noisy quadratic, α₀/√t: E f falls like 1/√t (and the slope is within 0.05 of −½)",
		Predicted: fmt.Sprintf("slope −½ (%.4f exactly, for these t)", exact), Measured: fmt.Sprintf("slope %s", slope),
		Verdict: record.Judge(slope.covers(exact, 2) && math.Abs(slope.value+0.5) < 0.05),
	})
	p.Claim(record.Claim{
		Text:      fmt.Sprintf("Noisy quadratic, α₀/√t: after %d steps E f is α₀s²/(4√t)", c.at[end]),
		Predicted: fmt.Sprintf("%.5f (%.5f exactly)", limit[end], want[end]), Measured: got[end].String(), Verdict: record.Judge(got[end].covers(want[end], 2)),
	})
}

func judgeStrong(p *record.Page, c course, flocks []flock) {
	got, mean := pooled(flocks, last), pooled(flocks, averaged)
	var exact, exactMean, bound []float64
	var worst, worstMean deviation
	below := true
	for i, t := range c.at {
		exact, exactMean, bound = append(exact, probed.strong(t)), append(exactMean, probed.strongAveraged(t)), append(bound, probed.strongBound(t))
		worst.add(got[i], exact[i])
		if t > 1 { // the average of one iterate is x₁, without noise
			worstMean.add(mean[i], exactMean[i])
		}
		below = below && mean[i].value <= bound[i]
	}
	p.Draw(record.Figure{
		Name: "rates-strong", Title: "2/(μ(t+1)), on a noisy quadratic",
		X: record.Axis{Label: "steps T", Log: true}, Y: record.Axis{Label: "E f − f*", Log: true},
		Series: []record.Series{
			banded("last iterate", 0, c.at, got), banded("average weighted by t", 1, c.at, mean),
			{Name: "s²(2T+1)/(3μT(T+1))", Slot: 0, X: floats(c.at), Y: exact, Theory: true},
			{Name: "bound 2G²/(μ(T+1))", Slot: 2, X: floats(c.at), Y: bound, Theory: true},
		},
	})
	late := len(c.at) / 3
	slope, predicted := fitPower(floats(c.at[late:]), values(got[late:])).slope, fitPower(floats(c.at[late:]), exact[late:]).slope.value
	repeated := len(flocks) * repetitions
	p.Claim(record.Claim{
		Text:      "Noisy quadratic, 2/(μ(t+1)): E f after T steps is s²(2T+1)/(3μT(T+1)) exactly, for every T",
		Predicted: "measured ÷ predicted = 1", Measured: fmt.Sprintf("%s, %d repetitions", worst, repeated), Verdict: record.Judge(worst.within()),
	})
	p.Claim(record.Claim{
		Text:      fmt.Sprintf("Noisy quadratic, 2/(μ(t+1)): E f falls like 1/T, from T = %d on", c.at[late]),
		Predicted: fmt.Sprintf("slope −1 (%.4f exactly, for these T)", predicted), Measured: fmt.Sprintf("slope %s", slope),
		Verdict: record.Judge(slope.covers(predicted, 2)),
	})
	p.Claim(record.Claim{
		Text:      "Noisy quadratic, 2/(μ(t+1)): the average weighted by t is what its expectation says, and below the bound 2G²/(μ(T+1))",
		Predicted: fmt.Sprintf("measured ÷ predicted = 1; %.4g at most at T = %d", bound[len(bound)-1], c.at[len(c.at)-1]),
		Measured:  fmt.Sprintf("%s; %s there", worstMean, mean[len(mean)-1]), Verdict: record.Judge(worstMean.within() && below),
	})
}
