package train

import (
	"optwatch/optimizers"
	"optwatch/optimizers/matrix"
	"optwatch/train/objective"
)

// oracle is a run's way to the data: the objective over the training rows, the
// run's stream, its meter and its gate.
type oracle struct {
	objective objective.Objective
	all       []int32 // every row
	sampler   *sampler
	gate      *gate
	evals     int64 // gradient evaluations
	busy      func(what string)
	cut       func() bool // whether long work is to be cut short, because the run is to end
	short     bool        // it has been, and its results are worthless
}

// linearOracle is the oracle of a linear model.
type linearOracle struct {
	*oracle
	linear *objective.Linear
}

var (
	_ optimizers.Oracle       = (*oracle)(nil)
	_ optimizers.LinearOracle = linearOracle{}
)

// newOracle wraps an objective for one run.
func newOracle(o objective.Objective, s *sampler, g *gate) *oracle {
	return &oracle{objective: o.Worker(), all: matrix.AllRows(o.Len()), sampler: s, gate: g, busy: func(string) {}, cut: g.stopping}
}

// face is the oracle as a method sees it: with residuals where the model has them.
func (o *oracle) face() optimizers.Oracle {
	if l, ok := o.objective.(*objective.Linear); ok {
		return linearOracle{oracle: o, linear: l}
	}
	return o
}

func (o *oracle) Len() int                { return o.objective.Len() }
func (o *oracle) Dim() int                { return o.objective.Dim() }
func (o *oracle) NextBatch(batch int) int { return o.sampler.next(batch) }
func (o *oracle) Intn(n int) int          { return o.sampler.intn(n) }

func (o *oracle) Draw(batch int) ([]int32, error) {
	if err := o.gate.ask(); err != nil {
		return nil, err
	}
	return o.sampler.draw(batch), nil
}

func (o *oracle) Grad(g, theta []float64, rows []int32) float64 {
	clear(g)
	scale, sum := 1/float64(len(rows)), 0.0
	o.blocks(rows, func(block []int32) { sum += o.objective.AddGrad(g, theta, block, scale) })
	o.evals += int64(len(rows))
	return sum * scale
}

func (o *oracle) GradDiff(g, base, theta1, theta2 []float64, rows []int32) float64 {
	copy(g, base)
	scale, sum := 1/float64(len(rows)), 0.0
	o.blocks(rows, func(block []int32) { sum += o.objective.AddGradDiff(g, theta1, theta2, block, scale) })
	o.evals += 2 * int64(len(rows))
	return sum * scale
}

func (o *oracle) FullGrad(g, theta []float64) (float64, error) {
	clear(g)
	scale, sum := 1/float64(o.Len()), 0.0
	err := o.pass(func(block []int32) { sum += o.objective.AddGrad(g, theta, block, scale) })
	return sum * scale, err
}

// pass goes over all rows, a block at a time, and meters them. It asks the
// gate between blocks.
func (o *oracle) pass(do func(block []int32)) error {
	o.busy("full grad")
	defer o.busy("")
	size := o.objective.Block()
	for lo := 0; lo < len(o.all); lo += size {
		if err := o.gate.ask(); err != nil {
			return err
		}
		do(o.all[lo:min(lo+size, len(o.all))])
	}
	o.evals += int64(len(o.all))
	return nil
}

// blocks divides rows into blocks. Between them it gives up the slot where it
// must, and ends if the run is to end.
func (o *oracle) blocks(rows []int32, do func(block []int32)) {
	size := o.objective.Block()
	for len(rows) > size {
		do(rows[:size])
		rows = rows[size:]
		o.gate.yield()
		if o.short = o.cut(); o.short {
			return
		}
	}
	do(rows)
}

// losses is the mean loss and the share classified rightly over all rows of an
// objective. It gives up the slot between blocks where it must.
func (o *oracle) losses(over objective.Objective, rows []int32, theta []float64) (loss, accuracy float64) {
	sum, correct := 0.0, 0
	o.blocks(rows, func(block []int32) {
		s, c := over.Loss(theta, block)
		sum += s
		correct += c
	})
	n := float64(len(rows))
	return sum / n, float64(correct) / n
}

func (o linearOracle) Width() int { return o.linear.Width() }

func (o linearOracle) Residuals(r, theta []float64, rows []int32) float64 {
	o.evals += int64(len(rows))
	return o.linear.Residuals(r, theta, rows) / float64(len(rows))
}

func (o linearOracle) FullResiduals(r, g, theta []float64) (float64, error) {
	clear(g)
	k := o.Width()
	scale, sum := 1/float64(o.Len()), 0.0
	err := o.pass(func(block []int32) {
		lo := int(block[0])
		part := r[lo*k : (lo+len(block))*k]
		sum += o.linear.Residuals(part, theta, block)
		o.linear.AddOuter(g, part, block, scale)
	})
	return sum * scale, err
}

func (o linearOracle) AddOuter(g, r []float64, rows []int32, scale float64) {
	o.linear.AddOuter(g, r, rows, scale)
}
