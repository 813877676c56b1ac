package train

import "optwatch/optimizers"

// leapRows is how many rows the steps of a leap look at together, unless θ is long. One by one
// SGD's take about 0.8 ms, and SVRG's, at 1.2 to 1.4 µs a row, 1.25 to 1.4 ms.
// Each batch that is drawn asks the gate, so that nobody waits for them all.
const leapRows = 1024

// formed is how many parameters may be written for each row of a leap, which writes all
// of θ where it ends, at the latest with a bucket of the trace. With a million features,
// 75 numbers a row and buckets of 100 rows SGD took 13 µs a row, and takes 0.7.
const formed = 32

// longest is how many rows a leap takes at most, of so many parameters.
func longest(parameters int) int64 { return max(leapRows, int64(parameters)/formed) }

// firstWidth is how many evaluations of a problem fill a bucket of the trace at first: a
// 200th of a pass, or as many as a leap is worth, up to a pass.
func firstWidth(p *problem) int64 {
	n := int64(p.train.Len())
	width := max(1, n/200)
	if p.model.Linear {
		width = max(width, min(int64(p.train.Dim())/formed, n))
	}
	return width
}

// leap is many steps at once, where the method has a Stepper, and what is
// remembered of them until they are done.
type leap struct {
	seen   func(loss float64) bool // called after every step
	rates  []float64
	evals  []int64 // after each step; empty between leaps
	losses []float64
}

// fuse gives the stage its Stepper, if it has one.
func (r *run) fuse() {
	r.stage.stepper = nil
	if r.lazy == nil {
		return
	}
	r.stage.stepper = optimizers.Fuse(r.stage.estimator, r.stage.rule, r.exp.problem.l2.Lambda)
	r.leap.seen = r.see
}

// advance takes a step, or many at once, and returns the loss of the last.
// The step that comes to a plot point is taken by itself, since ‖∇f‖ is of its
// gradient. Which steps are taken at once follows from the count of evaluations
// alone and changes no bit.
func (r *run) advance() (float64, error) {
	single := r.gate.attention.Load()
	n := r.leapSteps(single)
	if n == 0 {
		return r.step()
	}
	l := &r.leap
	l.rates, l.evals, l.losses = l.rates[:0], l.evals[:0], l.losses[:0]
	for i := range n {
		l.rates = append(l.rates, r.stage.stepLR(r.steps+int64(i)))
	}
	r.lazy.single = single
	done, err := r.stage.stepper.Steps(r.theta, r.lazy, l.rates, l.seen)
	if done == 0 {
		if err != nil {
			return 0, err
		}
		return r.step()
	}
	r.steps += int64(done)
	r.addLosses()
	l.evals = l.evals[:0]
	return l.losses[done-1], err
}

// taken is the number of steps that the evaluations so far are of: in the
// middle of a leap, when its draws publish, r.steps is from before it.
func (r *run) taken() int64 { return r.steps + int64(len(r.leap.evals)) }

// leapSteps is how many steps can be taken at once from here, 0 for none.
func (r *run) leapSteps(single bool) int {
	e := r.stage.estimator
	batch := int64(e.BatchSize())
	if r.stage.stepper == nil || r.due || e.Full() || batch > int64(r.oracle.objective.Block()) || !r.stage.stepper.Pays(r.lazy, int(batch)) {
		return 0
	}
	evals, cost := r.oracle.evals(), int64(e.Cost(r.face))
	if float64(evals+cost) >= r.nextPlot {
		return 0
	}
	if single || r.probe.awaitsStep() {
		return 1
	}
	most := cost / int64(r.oracle.NextBatch(int(batch))) * batch // the cost of a step with a full batch
	rows := longest(len(r.theta))
	if r.lazy.writesAll(int(batch)) { // in every step, so that a longer leap saves nothing
		rows = leapRows
	}
	n := min(max(1, rows/batch), int64((r.nextPlot-1-float64(evals)))/most)
	for _, limit := range []int64{r.budget(), r.stage.until, r.probe.nextAt(r)} {
		if limit > 0 {
			n = min(n, (limit-evals)/most)
		}
	}
	return int(max(1, n))
}

// see is told of every step of a leap, and says whether to go on.
func (r *run) see(loss float64) bool {
	l, evals := &r.leap, r.oracle.evals()
	l.evals, l.losses = append(l.evals, evals), append(l.losses, loss)
	return loss <= r.bound()*r.excess() && evals-r.tr.from < r.tr.width
}

// addLosses adds the losses of a leap to the trace.
func (r *run) addLosses() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, loss := range r.leap.losses {
		if r.tr.add(r.leap.evals[i], loss) {
			r.tr.close(r.steps, r.seconds(), r.exp.elapsed().Seconds(), r.exp.problem.l2.Value(r.theta))
			r.touch()
		}
	}
}

// lazyOracle is the oracle of a leap. Its draws give up the slot like any
// other, but rather than wait in one the leap ends.
type lazyOracle struct {
	linearOracle
	single bool // the leap is one step, of a run that halts after it
	drawn  int  // rows since the slot was last offered
	seen   int  // rows to be drawn that have been read ahead of their time
}

var _ optimizers.LazyOracle = (*lazyOracle)(nil)

func (o *lazyOracle) Draw(batch int) ([]int32, error) {
	if o.single {
		return o.linearOracle.Draw(batch)
	}
	if o.gate.attention.Load() {
		return nil, errInterrupted
	}
	if o.drawn += batch; o.drawn >= o.objective.Block() || o.writesAll(batch) {
		o.drawn = 0
		o.turn.yield()
	}
	rows := o.sampler.draw(batch)
	if o.seen -= len(rows); o.seen <= 0 {
		o.prefetch(batch)
	}
	return rows, nil
}

// writesAll says whether a step with so many rows writes all of θ, or its rounded copy: it
// takes long where there are many parameters.
func (o *lazyOracle) writesAll(batch int) bool { return o.Shadow(batch) != nil }

// Ahead is the rows drawn next. It asks the memory for some of those after them, which come meanwhile.
func (o *lazyOracle) Ahead(n int) []int32 {
	rows := o.sampler.peek(n + min(n, o.linear.Ahead()))
	n = min(n, len(rows))
	o.linear.Prefetch(rows[n:], 1)
	o.seen = n
	return rows[:n]
}

func (o *lazyOracle) Products(z, w []float64, rows []int32) { o.linear.Products(z, w, rows) }

func (o *lazyOracle) Count(evals int) { o.count(evals) }

func (o *lazyOracle) ProductResiduals(z []float64, rows []int32) float64 {
	return o.linear.ProductResiduals(z, rows) / float64(len(rows))
}

func (o *lazyOracle) SumResiduals(r []float64, a float64, u []float64, b float64, v []float64, rows []int32) float64 {
	o.count(len(rows))
	return o.linear.SumResiduals(r, a, u, b, v, rows) / float64(len(rows))
}
