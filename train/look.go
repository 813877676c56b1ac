package train

import (
	"math"
	"math/rand/v2"
	"slices"

	"optwatch/optimizers"
	"optwatch/optimizers/matrix"
	"optwatch/train/diagnosis"
	"optwatch/train/objective"
	"optwatch/train/view"
)

// look draws some examples and sees what their gradients at θ say. A look that
// the end of the run cuts short leaves nothing that anybody reads.
func (p *probe) look(r *run, theta []float64) {
	d := len(theta)
	if p.other == nil {
		p.other = make([]float64, d)
		for q := range p.group {
			p.group[q] = make([]float64, d)
		}
	}
	spent := p.spent
	if p.sharp.Direction() == nil {
		p.begin(r, theta)
	}
	rows := slices.Clone(p.sampler.draw(p.size))
	p.squares = slices.Grow(p.squares[:0], len(rows))[:len(rows)]
	trace := p.moments(r, theta, rows)
	p.curvature(r, theta, rows)
	p.variance(r, theta, rows, trace)
	p.view.Rows = len(rows)
	p.view.Noise = p.noise.Noise(r.stage.estimator.BatchSize())
	p.view.Curvature = p.limit(r)
	e, independent := r.stage.estimator.(optimizers.Independent)
	if rule, ok := r.stage.rule.(optimizers.Stalling); ok && independent {
		p.view.Noise.Floor = rule.NoiseFloor(p.view.Curvature.LR, p.view.Noise.Trace.Value, e.BatchSize())
	}
	p.view.Floored = math.NaN()
	if a, ok := r.stage.rule.(optimizers.Flooring); ok {
		p.view.Floored = a.Floored()
	}
	p.size = p.bounded(2*p.size, r.oracle.Len())
	p.charged += p.spent - spent
}

// gradient writes the mean gradient over rows to g, regulariser left out, and
// ‖∇fᵢ‖² to squares unless that is nil.
func (p *probe) gradient(r *run, g, squares, theta []float64, rows []int32) {
	clear(g)
	scale := 1 / float64(len(rows))
	r.oracle.blocks(rows, func(block []int32) {
		if squares == nil {
			p.exactly(r).AddGrad(g, theta, block, scale)
			return
		}
		r.oracle.objective.AddGradSquares(g, squares, theta, block, scale)
		squares = squares[len(block):]
	})
	r.oracle.turn.yield()
	p.spent += int64(len(rows))
}

// exactly is the run's objective in float64: two gradients at points so near each
// other differ by little more than float32 rounds.
func (p *probe) exactly(r *run) objective.Objective {
	if p.exact == nil {
		p.exact = objective.Exact(r.oracle.objective)
	}
	return p.exact
}

// regularise adds λW, unless the rule decays the weights by itself.
func (p *probe) regularise(r *run, g, theta []float64) {
	if _, ok := r.stage.rule.(optimizers.Decoupled); !ok {
		r.exp.problem.l2.AddGrad(g, theta)
	}
}

// moments sees how noisy the gradients are, and leaves the mean gradient of
// each group, with the regulariser. It returns tr Σ of these examples alone.
func (p *probe) moments(r *run, theta []float64, rows []int32) float64 {
	size := len(rows) / probeGroups
	b := diagnosis.Batch{Size: size, Squares: make([]float64, probeGroups)}
	for q, g := range p.group {
		squares := p.squares[q*size : (q+1)*size]
		p.gradient(r, g, squares, theta, rows[q*size:(q+1)*size])
		bare := matrix.Dot(g, g)
		p.regularise(r, g, theta)
		for _, s := range squares {
			b.Squares[q] += s / float64(size)
		}
		b.Squares[q] += matrix.Dot(g, g) - bare // the regulariser adds the same to each
	}
	b.Gram = p.gram()
	trace, square := b.Moments()
	if finite(trace.Value) && finite(square.Value) {
		p.noise.Add(trace, square, len(rows))
	}
	return trace.Value
}

// gram is the products of the groups' vectors.
func (p *probe) gram() [][]float64 {
	out := make([][]float64, probeGroups)
	for q := range out {
		out[q] = make([]float64, probeGroups)
		for o := range q + 1 {
			out[q][o] = matrix.Dot(p.group[q], p.group[o])
			out[o][q] = out[q][o]
		}
	}
	return out
}

// shift is how far θ is moved along the direction v of length 1, to see how the
// gradient changes: so far that outputs change by about 1e-4.
func shift(r *run) float64 { return 1e-4 / math.Sqrt(r.exp.problem.meanSquare) }

// begin turns a random direction to where the curvature is large, on examples
// of its own.
func (p *probe) begin(r *run, theta []float64) {
	rows := slices.Clone(p.sampler.draw(p.size))
	p.sharp.Begin(p.random(len(theta)))
	here, there := p.group[0], p.group[1]
	p.gradient(r, here, nil, theta, rows)
	p.regularise(r, here, theta)
	for range diagnosis.FirstTurns {
		p.beside(r, there, theta, rows)
		matrix.Axpy(there, -1, here)
		p.sharp.Turn(there)
	}
}

// random is a direction to begin the power iteration with.
func (p *probe) random(d int) []float64 {
	rng := rand.New(&p.sampler.pcg)
	v := make([]float64, d)
	for i := range v {
		v[i] = rng.NormFloat64()
	}
	return v
}

// beside writes the mean gradient over rows at θ + h·v, regulariser included.
func (p *probe) beside(r *run, g, theta []float64, rows []int32) {
	if p.before == nil {
		p.before = make([]float64, len(theta))
	}
	there := p.before // nobody waits for a step now
	copy(there, theta)
	matrix.Axpy(there, shift(r), p.sharp.Direction())
	p.gradient(r, g, nil, there, rows)
	p.regularise(r, g, there)
}

// curvature takes a turn of the power iteration. The groups' gradients become
// their products with the Hessian.
func (p *probe) curvature(r *run, theta []float64, rows []int32) {
	h, size := shift(r), len(rows)/probeGroups
	var along [probeGroups]float64
	for q, g := range p.group {
		p.beside(r, p.other, theta, rows[q*size:(q+1)*size])
		matrix.Scal(g, -1)
		matrix.Axpy(g, 1, p.other)
		along[q] = matrix.Dot(p.sharp.Direction(), g) / h
	}
	p.sharp.Add(diagnosis.MeanMoment(along[:]), len(rows))
	for _, g := range p.group[1:] {
		matrix.Axpy(p.group[0], 1, g)
	}
	p.sharp.Turn(p.group[0])
}

// limit is the stability limit of the run's rule.
func (p *probe) limit(r *run) *view.Curvature {
	c := &view.Curvature{L: p.sharp.Estimate(), LR: r.stage.stepLR(max(r.stage.from, r.steps-1)), Rule: r.recipe.Rule, Limit: math.NaN()}
	c.Share = c.LR / r.stage.lr
	if rule, ok := r.stage.rule.(optimizers.Limited); ok {
		c.Limit, c.Law = rule.Limit(c.L.Value)
	}
	c.Times = c.LR / c.Limit
	return c
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
