package train

import (
	"optwatch/optimizers"
	"optwatch/optimizers/matrix"
	"optwatch/train/diagnosis"
	"optwatch/train/view"
)

// variance sees what the correction of an estimator is worth, on rows whose ‖∇fᵢ‖² and tr Σ are known.
func (p *probe) variance(r *run, theta []float64, rows []int32, trace float64) {
	p.view.Variance, p.view.Snapshot = nil, nil
	c := control(r)
	if c.Every > 0 && c.Taken() {
		p.view.Snapshot = &view.SnapshotAge{Age: c.Age, Every: c.Every, Passes: float64(c.Age*c.Evals) / float64(r.oracle.Len())}
	}
	batch := r.stage.estimator.BatchSize()
	switch {
	case c.Snapshot != nil:
		distances := p.toSnapshot(r, theta, c.Snapshot, rows)
		p.view.Variance = diagnosis.Corrected(p.squares, distances, matrix.Dot(p.other, p.other), trace, batch)
	case c.Table != nil:
		distances := p.toTable(r, theta, c.Table, rows)
		p.view.Variance = diagnosis.Corrected(p.squares, distances, matrix.Dot(p.other, p.other), trace, batch)
	case c.Carried != nil:
		size := len(rows) / probeGroups
		for q, g := range p.group { // nobody needs their gradients now
			p.gradient(r, g, nil, c.At, rows[q*size:(q+1)*size])
			matrix.Axpy(g, -1, c.Carried)
		}
		p.view.Variance = diagnosis.Recursive(diagnosis.SquaredMean(p.gram()), trace, batch)
	}
}

// control is what the run's estimator corrects with, nothing if it does not.
func control(r *run) optimizers.Control {
	if e, ok := r.stage.estimator.(optimizers.Controlled); ok {
		return e.Control()
	}
	return optimizers.Control{}
}

// toSnapshot is ‖∇fᵢ(θ) − ∇fᵢ(θ̃)‖² of the rows. Their mean difference is left in other.
func (p *probe) toSnapshot(r *run, theta, snapshot []float64, rows []int32) []float64 {
	distances := make([]float64, len(rows))
	clear(p.other)
	scale, at := 1/float64(len(rows)), 0
	r.oracle.blocks(rows, func(block []int32) {
		r.oracle.objective.AddGradDiffSquares(p.other, distances[at:], theta, snapshot, block, scale)
		at += len(block)
	})
	p.spent += 2 * int64(len(rows))
	return distances
}

// toTable is ‖∇fᵢ(θ) − aᵢ‖² of the rows. Their mean difference is left in other.
func (p *probe) toTable(r *run, theta, table []float64, rows []int32) []float64 {
	linear := r.lazy.linear // tables are for linear models only
	k := linear.Width()
	residuals, distances := make([]float64, len(rows)*k), make([]float64, len(rows))
	clear(p.other)
	scale, at := 1/float64(len(rows)), 0
	r.oracle.blocks(rows, func(block []int32) {
		part := residuals[at*k : (at+len(block))*k]
		linear.Residuals(part, theta, block)
		for i, row := range block {
			matrix.Axpy(part[i*k:i*k+k], -1, table[int(row)*k:int(row)*k+k])
		}
		linear.OuterSquares(distances[at:], part, block)
		linear.AddOuter(p.other, part, block, scale)
		at += len(block)
	})
	p.spent += int64(len(rows))
	return distances
}
