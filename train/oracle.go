package train

import (
	"sync/atomic"

	"optwatch/optimizers"
	"optwatch/optimizers/matrix"
	"optwatch/train/objective"
)

// oracle is a run's way to the data: the objective over its rows, a stream, the
// run's meter and its gate.
type oracle struct {
	objective objective.Objective
	all       []int32 // every row
	sampler   *sampler
	gate      *gate
	turn      *turn // of the goroutine that uses it
	meter     *meter
	busy      func(what string)
	cut       func() bool // whether long work is to be cut short, because the run is to end
	crew      *crew       // nil for a member of one
	quits     func() bool // of a member: whether another has failed
}

// meter counts for a run, whichever of its goroutines evaluates.
type meter struct {
	evals atomic.Int64 // gradient evaluations
	short atomic.Bool  // long work has been cut short, and its results are worthless
}

// linearOracle is the oracle of a linear model.
type linearOracle struct {
	*oracle
	linear *objective.Linear
}

var (
	_ optimizers.Oracle       = (*oracle)(nil)
	_ optimizers.ClientOracle = (*oracle)(nil)
	_ optimizers.LinearOracle = linearOracle{}
)

// newOracle wraps an objective for one run.
func newOracle(o objective.Objective, s *sampler, g *gate) *oracle {
	r := &oracle{
		objective: o.Worker(), all: matrix.AllRows(o.Len()), sampler: s, gate: g, turn: g.turn, meter: new(meter),
		busy: func(string) {}, cut: g.stopping,
	}
	r.crew = &crew{run: r}
	return r
}

// face is the oracle as a method sees it: with residuals where the model has them.
func (o *oracle) face() optimizers.Oracle {
	if l, ok := o.objective.(*objective.Linear); ok {
		return linearOracle{oracle: o, linear: l}
	}
	return o
}

func (o *oracle) evals() int64            { return o.meter.evals.Load() }
func (o *oracle) count(evals int)         { o.meter.evals.Add(int64(evals)) }
func (o *oracle) Len() int                { return len(o.all) }
func (o *oracle) Dim() int                { return o.objective.Dim() }
func (o *oracle) NextBatch(batch int) int { return o.sampler.next(batch) }
func (o *oracle) Intn(n int) int          { return o.sampler.intn(n) }

// ask asks the gate.
func (o *oracle) ask() error {
	if o.crew == nil && o.quits() {
		return errInterrupted
	}
	return o.gate.ask(o.turn)
}

func (o *oracle) Draw(batch int) ([]int32, error) {
	if err := o.ask(); err != nil {
		return nil, err
	}
	return o.sampler.draw(batch), nil
}

func (o *oracle) Grad(g, theta []float64, rows []int32) float64 {
	clear(g)
	scale, sum := 1/float64(len(rows)), 0.0
	o.blocks(rows, func(block []int32) { sum += o.objective.AddGrad(g, theta, block, scale) })
	o.count(len(rows))
	return sum * scale
}

func (o *oracle) DrawEach(rate float64) ([]int32, error) {
	if err := o.ask(); err != nil {
		return nil, err
	}
	return o.sampler.drawEach(rate), nil
}

func (o *oracle) ClippedGrad(g, theta []float64, rows []int32, clip float64) (loss float64, clipped int) {
	clear(g)
	o.blocks(rows, func(block []int32) {
		sum, n := o.objective.AddClippedGrad(g, theta, block, clip)
		loss += sum
		clipped += n
	})
	o.count(len(rows))
	return loss, clipped
}

func (o *oracle) GradDiff(g, base, theta1, theta2 []float64, rows []int32) float64 {
	copy(g, base)
	scale, sum := 1/float64(len(rows)), 0.0
	o.blocks(rows, func(block []int32) { sum += o.objective.AddGradDiff(g, theta1, theta2, block, scale) })
	o.count(2 * len(rows))
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
		if err := o.ask(); err != nil {
			return err
		}
		do(o.all[lo:min(lo+size, len(o.all))])
	}
	o.count(len(o.all))
	return nil
}

// blocks divides rows into blocks. Between them it gives up the slot where it
// must, and ends if the run is to end.
func (o *oracle) blocks(rows []int32, do func(block []int32)) {
	size := o.objective.Block()
	for len(rows) > size {
		do(rows[:size])
		rows = rows[size:]
		o.turn.yield()
		if o.cut() {
			o.meter.short.Store(true)
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
	o.count(len(rows))
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
