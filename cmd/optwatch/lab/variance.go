package lab

import (
	"fmt"
	"math"
	"sync"

	"optwatch/cmd/optwatch/trials"
	"optwatch/optimizers"
	"optwatch/optimizers/matrix"
	"optwatch/train"
	"optwatch/train/objective"
	"optwatch/train/study"
	"optwatch/train/view"
)

// How far an estimate g of the gradient is from ∇f, and where that leads. With
// one example a step, and i drawn uniformly,
//
//	SGD      E‖g − ∇f‖² = tr Σ(θ), which stays as it is at the optimum
//	SVRG     Var of ∇fᵢ(θ) − ∇fᵢ(θ̃), at most 4L(f(θ) − f* + f(θ̃) − f*)
//	SAGA     Var of ∇fᵢ(θ) − aᵢ, with the table aᵢ of the gradients seen last
//	SARAH    ‖v − ∇f‖², of an estimate that is not unbiased
//
// vanish with f − f* for all but SGD, so that a constant step converges
// linearly: log(f − f*) over evaluations is a straight line in the end. All are
// computed over all examples, and so exact. Where all fᵢ have the same curvature, SVRG
// and SARAH are gradient descent.
//
// SARAH+ stands for SARAH. Its estimate is the same, but it goes on from the
// last iterate of an outer loop; SARAH goes on from one drawn at random, which
// scatters its curve about the line. SAGA, which takes n steps a pass, has a
// step so small that it falls no faster than a row of the table is renewed:
// with a larger one f − f* falls in jerks, whenever one of the last rows that
// have not been drawn yet is.
//
// Reference: Johnson and Zhang, NIPS 2013; Defazio, Bach and Lacoste-Julien, NIPS 2014; Nguyen, Liu, Scheinberg and
// Takáč, ICML 2017.
var variance = Experiment{
	Name:  "variance",
	Title: "Variance reduction: the noise of the estimate goes to zero",
	About: "The distance of the estimated gradient from ∇f, computed over all examples while SGD, SVRG, SARAH and SAGA run with constant steps and one example a step. " +
		"It goes to zero with f − f* for all but SGD, and f − f* falls faster than any power of the passes.",
	run: runVariance,
}

// reducer is a method whose estimate is watched.
type reducer struct {
	name   string
	recipe string // but for the learning rate
	lr     float64
	error2 func(b *train.Bench, t *train.Trial) float64 // E‖g − ∇f‖² for one example
}

func reducers() []reducer {
	return []reducer{
		{"SGD", "sgd:batch=1,sample=replace", 0.005, func(b *train.Bench, t *train.Trial) float64 { return gradientsAt(b, t.Theta()).trace }},
		{"SVRG", "svrg:m=n/10", 0.03, snapshotError},
		{"SARAH+", "sarah-plus:m=n/10", 0.03, recursionError},
		{"SAGA", "saga:batch=1", 0.004, tableError},
	}
}

// snapshotError is Var(∇fᵢ(θ) − ∇fᵢ(θ̃)).
func snapshotError(b *train.Bench, t *train.Trial) float64 {
	o, snapshot := b.Objective(), vector(t.Carried(), "snapshot")
	mean, squares, meanSquare := make([]float64, o.Dim()), make([]float64, o.Block()), 0.0
	n := float64(o.Len())
	b.Compute(func(yield func()) {
		blocks(o, func(rows []int32) {
			o.AddGradDiffSquares(mean, squares, t.Theta(), snapshot, rows, 1/n)
			for i := range rows {
				meanSquare += squares[i] / n
			}
			yield()
		})
	})
	return meanSquare - matrix.Dot(mean, mean)
}

// recursionError is ‖v − ∇f‖² at the θ that v was the estimate for.
func recursionError(b *train.Bench, t *train.Trial) float64 {
	state := t.Carried()
	return squaredDistance(vector(state, "v"), gradientsAt(b, vector(state, "last")).mean)
}

// tableError is Var(∇fᵢ(θ) − aᵢ).
func tableError(b *train.Bench, t *train.Trial) float64 {
	o := b.Objective().(*objective.Linear)
	table, k := vector(t.Carried(), "table"), o.Width()
	mean, squares, meanSquare := make([]float64, o.Dim()), make([]float64, o.Block()), 0.0
	r, n := make([]float64, o.Block()*k), float64(o.Len())
	b.Compute(func(yield func()) {
		blocks(o, func(rows []int32) {
			diff := r[:len(rows)*k]
			o.Residuals(diff, t.Theta(), rows)
			matrix.Axpy(diff, -1, table[int(rows[0])*k:(int(rows[0])+len(rows))*k])
			o.OuterSquares(squares, diff, rows)
			o.AddOuter(mean, diff, rows, 1/n)
			for i := range rows {
				meanSquare += squares[i] / n
			}
			yield()
		})
	})
	return meanSquare - matrix.Dot(mean, mean)
}

// watched is what was seen of one trial, at the end of each outer loop of SVRG.
type watched struct {
	passes, gap, error2 []float64
}

const (
	// loop is the passes of an outer loop of SVRG and SARAH with m = n/10, the
	// time between two looks: at its end the snapshot is at its oldest.
	loop = 1.2
	// burnIn is the looks that are not yet asymptotic: before, f − f* falls
	// faster, along directions that are less flat.
	burnIn = 16
	// exhausted is the f − f* below which a trial is not followed: f* is known to 1e-12.
	exhausted = 1e-10
)

func runVariance(s *session, p *study.Page) error {
	if err := s.sameCurvature(p); err != nil {
		return err
	}
	if err := s.otherCurvature(p, &optimizers.SVRG{M: math.MaxInt, Batch: 1}); err != nil {
		return err
	}
	p.Doing("reading the data")
	b, err := s.Bench(assigned)
	if err != nil {
		return err
	}
	loops, seeds := shorter(s.quick, 50, 30), shorter(s.quick, 4, 3)
	methods := reducers()
	work := &workload{page: p, total: float64(loops * seeds * len(methods))}
	seen := make([][]watched, len(methods))
	for i := range seen {
		seen[i] = make([]watched, seeds)
	}
	var mu sync.Mutex
	p.Doing("SGD, SVRG, SARAH and SAGA, the exact variance of their estimates after each outer loop")
	err = s.Each(len(methods)*seeds, func(i int) error {
		which, seed := i%len(methods), i/len(methods)
		return methods[which].train(p, b, s.TrialSeed(seed), loops, func(passes, gap, error2 float64) {
			mu.Lock()
			defer mu.Unlock()
			w := &seen[which][seed]
			w.passes, w.gap, w.error2 = append(w.passes, passes), append(w.gap, gap), append(w.error2, error2)
			drawVariance(p, methods, seen)
		}, work)
	})
	if err != nil {
		return err
	}
	near, err := s.approach(p, b)
	if err != nil {
		return err
	}
	return s.judgeVariance(p, b, methods, seen, gradientsAt(b, near.Theta()).trace)
}

// train trains with a method, and looks at it after each loop until f − f* is exhausted.
func (m reducer) train(p *study.Page, b *train.Bench, seed uint64, loops int, look func(passes, gap, error2 float64), work *workload) error {
	optimum, n := b.Optimum().Value, float64(b.Objective().Len())
	evals := func(k int) int64 { return int64(math.Round(float64(k) * loop * n)) }
	t, err := b.Trial(fmt.Sprintf("%s,lr=%.6g", m.recipe, m.lr*lrScale(b)), seed, evals(loops))
	if err != nil {
		return err
	}
	for k := 1; k <= loops; k++ {
		state, err := trials.Advance(p, t, evals(k))
		if err != nil {
			return err
		}
		work.add(1)
		gap := t.Last().Loss - optimum
		if state == view.Converged || state == view.Diverged || gap < exhausted {
			break
		}
		look(float64(t.Evals())/n, gap, m.error2(b, t))
	}
	return nil
}
