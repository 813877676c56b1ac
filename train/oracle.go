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
	over      objective.Objective                         // over its rows, shared
	objective objective.Objective                         // its own worker of it
	workers   map[objective.Objective]objective.Objective // and of others, such as those of other splits
	all       []int32                                     // every row
	sampler   *sampler
	gate      *gate
	turn      *turn // of the goroutine that uses it
	meter     *meter
	busy      func(what string)
	goOn      func() bool         // its own between; kept, since to name it allocates
	cut       func() bool         // whether long work is to be cut short, because the run is to end
	pass      *pass               // of the goroutine that uses it
	crew      *crew               // nil for a member of one
	quits     func() bool         // of a member: whether another has failed
	stop      func() error        // of a share: asked instead of the gate; nil for nothing
	order     []int32             // room for the epochs of its latest Sub
	parted    objective.Objective // what its Subs evaluate; nil before the first
}

// meter counts for a run, whichever of its goroutines evaluates.
type meter struct {
	evals atomic.Int64 // gradient evaluations
	short atomic.Bool  // long work has been cut short, and its results are worthless

	within bool  // a step is being taken
	before int64 // evaluations before that
}

// begin and end are around a step, for the run's own goroutine.
func (m *meter) begin() { m.within, m.before = true, m.evals.Load() }
func (m *meter) end()   { m.within = false }

// settled is the evaluations up to the latest step boundary.
func (m *meter) settled() int64 {
	if m.within {
		return m.before
	}
	return m.evals.Load()
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
	return newOracleOf(o, matrix.AllRows(o.Len()), s, g)
}

// newOracleOf is one of some of its rows.
func newOracleOf(o objective.Objective, rows []int32, s *sampler, g *gate) *oracle {
	r := &oracle{
		over: o, objective: o.Worker(), workers: map[objective.Objective]objective.Objective{},
		all: rows, sampler: s, gate: g, turn: g.turn, meter: new(meter), pass: new(pass),
		busy: func(string) {}, cut: g.stopping,
	}
	r.goOn = r.between
	r.crew = &crew{run: r}
	return r
}

// dismiss gives up the crew and all scratch of a run that has ended.
func (o *oracle) dismiss() {
	o.crew.members, o.pass, o.workers = nil, new(pass), map[objective.Objective]objective.Objective{}
	o.order, o.parted = nil, nil
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
	switch {
	case o.stop != nil:
		return o.stop()
	case o.crew == nil && o.quits():
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
	scale := 1 / float64(len(rows))
	sum := o.objective.BatchGrad(g, theta, rows, scale, o.goOn)
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
	return o.fullPass(addGrad, g, nil, theta)
}

// fullPass sums the gradients of all rows, and meters them. It asks the gate
// between blocks.
func (o *oracle) fullPass(add addBlock, g, resid, theta []float64) (float64, error) {
	o.busy("full grad")
	defer o.busy("")
	p, n := o.prepare(o.over, o.all, theta), o.Len()
	p.add, p.ask, p.grad, p.resid, p.scale = add, true, g, resid, 1/float64(n)
	if err := p.run(o); err != nil {
		return 0, err
	}
	o.count(n)
	return p.total.loss * p.scale, nil
}

// prepare is the oracle's pass, over some rows of an objective.
func (o *oracle) prepare(over objective.Objective, rows []int32, theta []float64) *pass {
	o.pass.over, o.pass.rows, o.pass.theta = over, rows, theta
	return o.pass
}

// worker is the oracle's own worker of an objective.
func (o *oracle) worker(over objective.Objective) objective.Objective {
	if over == o.over {
		return o.objective
	}
	if o.workers[over] == nil {
		o.workers[over] = over.Worker()
	}
	return o.workers[over]
}

// blocks divides rows into blocks. Between them it gives up the slot where it
// must, and ends if the run is to end.
func (o *oracle) blocks(rows []int32, do func(block []int32)) {
	size := o.objective.Block()
	for len(rows) > size {
		do(rows[:size])
		rows = rows[size:]
		if !o.goOn() {
			return
		}
	}
	do(rows)
}

// between gives up the slot where it must, and says whether the run is to go on.
func (o *oracle) between() bool {
	o.turn.yield()
	if o.cut() {
		o.meter.short.Store(true)
		return false
	}
	return true
}

// losses is the mean loss and the share classified rightly over rows of an
// objective. Between blocks it gives up the slot where it must, and it ends if
// the run is to end.
func (o *oracle) losses(over objective.Objective, rows []int32, theta []float64) (loss, accuracy float64) {
	p, n := o.prepare(over, rows, theta), float64(len(rows))
	p.add, p.ask, p.grad, p.resid = addLoss, false, nil, nil
	_ = p.run(o) // the meter tells
	return p.total.loss / n, float64(p.total.correct) / n
}

// prefetch asks the memory for the first rows of the next batch.
func (o linearOracle) prefetch(batch int) {
	o.linear.Prefetch(o.sampler.peek(min(batch, o.linear.Ahead())), batch)
}

func (o linearOracle) Draw(batch int) ([]int32, error) {
	rows, err := o.oracle.Draw(batch)
	if err == nil {
		o.prefetch(batch)
	}
	return rows, err
}

func (o linearOracle) Shadow(batch int) matrix.Shadow { return o.linear.Shadow(batch) }

func (o linearOracle) Width() int { return o.linear.Width() }

func (o linearOracle) Residuals(r, theta []float64, rows []int32) float64 {
	o.count(len(rows))
	return o.linear.Residuals(r, theta, rows) / float64(len(rows))
}

func (o linearOracle) FullResiduals(r, g, theta []float64) (float64, error) {
	return o.fullPass(addResiduals, g, r, theta)
}

func (o linearOracle) AddOuter(g, r []float64, rows []int32, scale float64) {
	o.linear.AddOuter(g, r, rows, scale)
}
