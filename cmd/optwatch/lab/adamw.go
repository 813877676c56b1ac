package lab

import (
	"fmt"
	"math"
	"math/rand/v2"

	"optwatch/train/study"
)

// Weight decay beside Adam, and inside its gradient. With L2 in the gradient,
// Adam divides the decay of a weight by √v̂ as it does the gradient; AdamW takes
// it outside:
//
//	Adam + L2    θ ← θ − α·m̂/√v̂, where g = ∇f + λθ        shrinks θ by αλ/√v̂ a step
//	AdamW        θ ← (1 − αλ)θ − α·m̂/√v̂, where g = ∇f     shrinks θ by αλ, the paper's λ′
//
// So weights with large gradients hardly decay with L2. And the decay that
// halves a weight in so many steps is in proportion to √v̂/α with L2: it must
// be tuned anew for every α, while λ′ need not.
//
// How far the best decay on the data moves with the learning rate is measured
// by its shift,
//
//	shift = d log λ* / d log α        λ* of the least validation loss
//
// by least squares over a grid: 0 where the two can be tuned one after the
// other, −1 where only their product matters. Above ½ either way they count as
// coupled. On a convex problem that is trained until it has settled, theory has
// both at 0 (λ as a multiple of α, as in PyTorch): Adam with L2 then minimises
// f + (λ/2)‖W‖² whatever α, and AdamW balances E[m̂/√v̂] = −λθ. The paper's
// coupling is of training that ends before, and of nets: on these the claim is
// the paper's, that the best decay of AdamW moves less.
//
// Reference: Loshchilov and Hutter, "Decoupled weight decay regularization", ICLR 2019, propositions 1 to 3, figure 2.
var adamw = Experiment{
	Name:  "adamw",
	Title: "Decoupled weight decay against L2 inside Adam",
	About: "Adam divides an L2 term by √v̂ like everything else in the gradient, so that weights with large gradients hardly decay; AdamW shrinks all alike. " +
		"Measured on weights whose gradients are noise, at scales a hundredfold apart, and as a grid of learning rate and decay on a few examples of the data.",
	net: true,
	run: runAdamW,
}

func runAdamW(s *session, p *study.Page) error {
	grid := newDecayGrid(s.quick, s.model)
	if s.model == netModel { // what is measured without data is the same there
		return s.decayGrid(p, grid, &workload{page: p, total: 2 * float64(grid.trials())})
	}
	// A trial of the grid takes about as long as 25 blocks of shrinking or a halving.
	work := &workload{page: p}
	blocks := shorter(s.quick, 16, 8)
	work.total = float64(blocks*len(scales)) + float64(len(halvingLRs)*len(halvingScales)) + 2*float64(grid.trials())
	if err := s.shrink(p, blocks, work); err != nil {
		return err
	}
	if err := s.halve(p, work); err != nil {
		return err
	}
	return s.decayGrid(p, grid, work)
}

// What theory leaves out of the shrinkage: v̂ is a mean of 1/(1−β₂) = 1000
// squares or so, whose noise raises E[1/√v̂] above 1/√E[v̂] by some parts in
// ten thousand at every scale alike, and the gradient of a step is in its own v̂,
// by one part in a thousand. The tolerances are well above both, and well below
// what tells the two rules apart: slopes of −1 and 0.
const (
	slopeTolerance = 0.02
	valueTolerance = 0.03
)

// scales are those of the gradients, in units of λθ.
var scales = []float64{4, 8, 16, 32, 64, 128, 256, 512}

// shrink measures the shrinkage against the scale of the gradients.
func (s *session) shrink(p *study.Page, blocks int, work *workload) error {
	p.Doing("shrinkage of weights whose gradients are noise")
	setting := shrinkage{alpha: 1e-7, lambda: 1, warm: 3000, steps: 3000}
	var rates [2][][]float64 // of L2 and AdamW, [block][scale]
	for i := range rates {
		rates[i] = make([][]float64, blocks)
		for j := range rates[i] {
			rates[i][j] = make([]float64, len(scales))
		}
	}
	err := s.Each(blocks*len(scales), func(i int) error {
		block, scale := i/len(scales), i%len(scales)
		rates[0][block][scale], rates[1][block][scale] = setting.measure(scales[scale], rand.New(rand.NewPCG(s.Seed, uint64(i))))
		work.add(1)
		return s.Context().Err()
	})
	if err != nil {
		return err
	}
	f := study.Figure{
		Name: "adamw-shrinkage", Title: "decay of a weight in a step, in units of αλθ",
		X: study.Axis{Label: "scale of its gradients, in units of λθ", Log: true}, Y: study.Axis{Label: "shrinkage", Log: true},
	}
	predicted := make([]float64, len(scales))
	for i, sigma := range scales {
		predicted[i] = setting.predicted(sigma)
	}
	theory := [][]float64{predicted, ones(len(scales))}
	for i, name := range [...]string{"Adam + L2", "AdamW"} {
		series := study.Series{Name: name, Slot: i, X: scales, Dots: true}
		slopes := make([]float64, blocks)
		var farthest estimate
		var parts []study.Verdict
		for j := range scales {
			samples := make([]float64, blocks)
			for block := range samples {
				samples[block] = rates[i][block][j] / theory[i][j]
			}
			ratio := average(samples)
			parts = append(parts, around(1, valueTolerance).judge(ratio))
			series.Y = append(series.Y, ratio.value*theory[i][j])
			if math.Abs(ratio.value-1) >= math.Abs(farthest.value-1) || j == 0 {
				farthest = ratio
			}
		}
		for block := range blocks {
			slopes[block] = fitPower(scales, rates[i][block]).slope.value
		}
		slope, want := average(slopes), fitPower(scales, theory[i]).slope.value
		f.Series = append(f.Series, series, study.Series{Name: [...]string{"1/√(σ² + λ²θ²)", "the same at every scale"}[i], Slot: i, X: scales, Y: theory[i], Theory: true})
		p.Claim(study.Claim{
			Text:      fmt.Sprintf("%s: shrinkage of a weight against the scale σ of its gradients (slope within %g, every value within %g %%)", name, slopeTolerance, 100*valueTolerance),
			Predicted: fmt.Sprintf("%s, slope %.3f", [...]string{"αλ/√v̂ = αλ/√(σ² + λ²θ²)", "αλ at every scale"}[i], want),
			Measured:  fmt.Sprintf("slope %.4f ± %.4f, the farthest value %.4f ± %.4f times that", slope.value, slope.half, farthest.value, farthest.half),
			RefutedBy: fmt.Sprintf("%s of the slope, or one outside %g … %g of a value", around(want, slopeTolerance).refutes("%.3f"), 1-valueTolerance, 1+valueTolerance),
			Verdict:   study.All(append(parts, around(want, slopeTolerance).judge(slope))...),
		})
	}
	p.Draw(f)
	return nil
}

// halvingTolerance is for what theory leaves out of a halving: as θ falls, λθ
// does not stay as small beside σ as it was.
const halvingTolerance = 0.05

var (
	halvingLRs    = []float64{3e-3, 1e-2, 3e-2, 1e-1}
	halvingScales = []float64{0.1, 1, 10}
)

// halve measures the decay that halves a weight in a number of steps, by
// learning rate and scale of the gradients.
func (s *session) halve(p *study.Page, work *workload) error {
	const steps = 6000
	p.Doing(fmt.Sprintf("the decay that halves a weight in %d steps", steps))
	var needed [2][][]float64 // of L2 and AdamW, [scale][learning rate]
	for i := range needed {
		needed[i] = make([][]float64, len(halvingScales))
		for j := range needed[i] {
			needed[i][j] = make([]float64, len(halvingLRs))
		}
	}
	err := s.Each(len(halvingLRs)*len(halvingScales), func(i int) error {
		scale, lr := i/len(halvingLRs), i%len(halvingLRs)
		rng := rand.New(rand.NewPCG(s.Seed, 1<<32|uint64(i)))
		for which := range needed {
			needed[which][scale][lr] = halving(halvingLRs[lr], halvingScales[scale], steps, which == 1, rng)
		}
		work.add(1)
		return s.Context().Err()
	})
	if err != nil {
		return err
	}
	f := study.Figure{
		Name: "adamw-halving", Title: fmt.Sprintf("the decay that halves a weight in %d steps", steps),
		X: study.Axis{Label: "learning rate α", Log: true}, Y: study.Axis{Label: "λ of L2, λ′ = αλ of AdamW", Log: true},
	}
	for which, name := range [...]string{"Adam + L2", "AdamW"} {
		var overLR, overScale []float64
		for j, sigma := range halvingScales {
			f.Series = append(f.Series, study.Series{Name: fmt.Sprintf("%s, σ = %g", name, sigma), Slot: which*len(halvingScales) + j, X: halvingLRs, Y: needed[which][j], Dots: true})
			overLR = append(overLR, fitPower(halvingLRs, needed[which][j]).slope.value)
		}
		for k := range halvingLRs {
			column := make([]float64, len(halvingScales))
			for j := range column {
				column[j] = needed[which][j][k]
			}
			overScale = append(overScale, fitPower(halvingScales, column).slope.value)
		}
		wantLR, wantScale := -1.0, 1.0
		if which == 1 {
			wantLR, wantScale = 0, 0
		}
		lr, scale := average(overLR), average(overScale)
		p.Claim(study.Claim{
			Text:      fmt.Sprintf("%s: the decay that halves a weight in %d steps, %s (slopes within %g)", name, steps, [...]string{"λ, is in proportion to σ/α", "λ′ = αλ, depends on neither"}[which], halvingTolerance),
			Predicted: fmt.Sprintf("slope %+.0f over α, %+.0f over σ", wantLR, wantScale),
			Measured:  fmt.Sprintf("%+.4f ± %.4f, %+.4f ± %.4f", lr.value, lr.half, scale.value, scale.half),
			RefutedBy: fmt.Sprintf("%s over α, or %s over σ", around(wantLR, halvingTolerance).refutes("%+.2f"), around(wantScale, halvingTolerance).refutes("%+.2f")),
			Verdict:   study.All(around(wantLR, halvingTolerance).judge(lr), around(wantScale, halvingTolerance).judge(scale)),
		})
	}
	p.Draw(f)
	return nil
}
