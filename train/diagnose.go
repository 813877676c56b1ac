package train

import (
	"math"

	"optwatch/optimizers/matrix"
	"optwatch/train/diagnosis"
	"optwatch/train/view"
)

// What is published of a run that a probe has looked at, and when it has changed.

// compare sees whether the run has changed since the latest look.
func (p *probe) compare(r *run) {
	if recipe := r.recipe.String(); recipe != p.recipe || r.stage.estimator != p.estimator {
		if p.recipe != "" {
			p.since = r.oracle.evals()
			p.watch.Afresh()
		}
		if r.stage.estimator != p.estimator {
			p.restart()
			p.clients = r.stage.regime.clients()
		}
		p.recipe, p.estimator = recipe, r.stage.estimator
	}
}

// await remembers θ, to see how long the next step is.
func (p *probe) await(r *run) {
	if p.before == nil {
		p.before = make([]float64, len(r.theta))
	}
	copy(p.before, r.theta)
	p.at, p.waiting = r.steps, true
}

// measureStep sees how long the step after a look was.
func (p *probe) measureStep(r *run) {
	p.waiting = false
	weight := matrix.Nrm2(p.before)
	matrix.Axpy(p.before, -1, r.theta)
	p.view.UpdateRatio = matrix.Nrm2(p.before) / weight
	if weight == 0 {
		p.view.UpdateRatio = math.NaN()
	}
	r.stage.regime.stepped(r)
}

// publish judges what has been seen, shows it and logs what begins and ends.
func (p *probe) publish(r *run) {
	p.stamp(r)
	p.fit(r)
	if n := p.view.Noise; n != nil && diagnosis.Overshot(&p.view) { // it is expected of runs that come to rest
		n.Floor = math.NaN()
	}
	began, ended := p.watch.Update(&p.view)
	p.show(r)
	for _, a := range append(ended, began...) {
		r.mark(view.EventDiagnosis, a.Text)
	}
}

// stamp says when the view was taken, and what it cost.
func (p *probe) stamp(r *run) {
	v := &p.view
	v.Step, v.Evals, v.Elapsed = r.stepCount(), r.oracle.evals(), r.exp.elapsed().Seconds()
	v.Cost, v.Seconds = p.spent, p.seconds
	v.Probes++
}

// show makes the view visible.
func (p *probe) show(r *run) {
	v := p.view
	r.mu.Lock()
	r.pub.Diagnosis = &v
	r.mu.Unlock()
	r.touch()
}

// leastPoints is how many plot points a line goes through at least.
const leastPoints = 5

// fit puts a line through the losses of the latter two thirds of the time from
// when a setting was changed to the newest plot point: where these lie a quarter
// apart, there are always five.
func (p *probe) fit(r *run) {
	var x, y []float64
	n, mean, points := float64(r.oracle.Len()), 0.0, r.line.Points()
	from := p.since
	if len(points) > 0 {
		from += max(0, points[len(points)-1].Evals-p.since) / 3
	}
	for _, pt := range points {
		if pt.Evals >= from {
			x, y = append(x, float64(pt.Evals)/n), append(y, pt.Loss)
			mean += pt.Loss
		}
	}
	if len(x) < leastPoints {
		p.view.Plateau = view.UnknownPlateau()
		return
	}
	l, o := diagnosis.FitLine(x, y), r.exp.optimum.get()
	p.view.Plateau = view.Plateau{
		Falling: l.Falling, Slope: l.Slope, Error: l.Error, Loss: mean / float64(len(x)), Start: r.start, Passes: x[len(x)-1] - x[0], Points: len(x),
		Searching: o.State == OptimumSearching,
	}
	if o.State == OptimumCertified {
		p.view.Plateau.Gap = fitGap(x, y, o)
	}
}

// fitGap puts a line through the logarithms of f − f*, of which nothing is known
// below the certificate's bound and rounding.
func fitGap(x, losses []float64, o Optimum) *view.Gap {
	y, mean := make([]float64, len(losses)), 0.0
	for i, loss := range losses {
		y[i] = math.Log10(max(loss-o.Value, o.Bound, rounding*math.Abs(o.Value), math.SmallestNonzeroFloat64))
		mean += y[i] / float64(len(y))
	}
	l := diagnosis.FitLine(x, y)
	return &view.Gap{Mean: math.Pow(10, mean), Falling: l.Falling, Slope: l.Slope, Error: l.Error}
}

// explain looks at where a run began that has diverged: there the numbers are
// finite. The run has ended, and nothing waits for it.
func (r *run) explain(state view.State) {
	p := r.probe
	if p == nil || state != view.Diverged || r.oracle.cut() {
		return
	}
	p.compare(r)
	p.restart()
	r.stage.regime.lookAtStart(r)
	p.stamp(r)
	p.watch.Diverged(&p.view)
	p.show(r)
	r.mark(view.EventDiagnosis, p.view.Advice.Text)
}
