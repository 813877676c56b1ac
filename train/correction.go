package train

import (
	"optwatch/optimizers"
	"optwatch/optimizers/matrix"
	"optwatch/train/diagnosis"
)

// variance sees what the correction of SVRG, SARAH or SAGA is worth, on rows
// whose ‖∇fᵢ‖² and tr Σ are known.
func (p *probe) variance(r *run, theta []float64, rows []int32, trace float64) {
	p.view.Variance, p.view.Snapshot = nil, nil
	if taken, every, age, cost := p.correction(r); taken {
		p.view.Snapshot = &diagnosis.Snapshot{Age: age, Every: every, Passes: float64(age*cost) / float64(r.oracle.Len())}
	}
	batch := r.stage.estimator.BatchSize()
	switch e := r.stage.estimator.(type) {
	case *optimizers.SVRG:
		if at, _ := e.Snapshot(); at != nil {
			distances := p.toSnapshot(r, theta, at, rows)
			p.view.Variance = diagnosis.Corrected(p.squares, distances, matrix.Dot(p.other, p.other), trace, batch)
		}
	case *optimizers.SAGA:
		if table := e.Table(); table != nil {
			distances := p.toTable(r, theta, table, rows)
			p.view.Variance = diagnosis.Corrected(p.squares, distances, matrix.Dot(p.other, p.other), trace, batch)
		}
	case *optimizers.SARAH:
		if v, at, _ := e.Recursion(); v != nil {
			size := len(rows) / probeGroups
			for q, g := range p.group { // nobody needs their gradients now
				p.gradient(r, g, nil, at, rows[q*size:(q+1)*size])
				matrix.Axpy(g, -1, v)
			}
			p.view.Variance = diagnosis.Recursive(diagnosis.SquaredMean(p.gram()), trace, batch)
		}
	}
}

// correction says whether the run corrects with a snapshot that has been taken,
// after how many steps there is a new one, how many have been taken since, and
// how many gradient evaluations each.
func (p *probe) correction(r *run) (taken bool, every, age, cost int) {
	switch e := r.stage.estimator.(type) {
	case *optimizers.SVRG:
		at, age := e.Snapshot()
		if e.Stored {
			return at != nil, e.M, age, e.Batch
		}
		return at != nil, e.M, age, 2 * e.Batch
	case *optimizers.SARAH:
		v, _, age := e.Recursion()
		return v != nil, e.M, age, 2 * e.Batch
	}
	return false, 0, 0, 0
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
	linear := r.lazy.linear // SAGA is for linear models only
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
