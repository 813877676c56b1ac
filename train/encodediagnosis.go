package train

import (
	"math"

	"optwatch/train/diagnosis"
	"optwatch/train/view"
)

// How a diagnosis is written to bytes.

func (c *coder) probe(p *ProbeState) {
	c.sampler(&p.Sampler)
	whole(c, &p.First, &p.Spent, &p.Charged, &p.Hold, &p.Since, &p.At)
	whole(c, &p.Size, &p.Clients)
	c.real(&p.Seconds)
	c.text(&p.Recipe)
	c.flag(&p.Known, &p.Waiting)
	c.reals(&p.Before)
	c.average(&p.Noise.Trace)
	c.average(&p.Noise.Square)
	c.reals(&p.Sharp.V)
	whole(c, &p.Sharp.Turns)
	c.average(&p.Sharp.Value)
	for i := range p.Watch.Active {
		c.flag(&p.Watch.Active[i])
		whole(c, &p.Watch.Since[i])
		if c.version > 2 {
			whole(c, &p.Watch.Ended[i])
		}
	}
	c.view(&p.View)
}

func (c *coder) average(a *diagnosis.Average) { c.real(&a.Sum, &a.Weight, &a.Variance, &a.Probes) }

func (c *coder) view(v *view.Diagnosis) {
	whole(c, &v.Step, &v.Evals, &v.Cost)
	whole(c, &v.Probes, &v.Rows)
	c.real(&v.Elapsed, &v.Seconds, &v.UpdateRatio, &v.Floored)
	maybe(c, &v.Noise, (*coder).noise)
	maybe(c, &v.Curvature, func(c *coder, v *view.Curvature) {
		c.estimate(&v.L)
		c.text(&v.Law, &v.Rule)
		c.real(&v.LR, &v.Limit, &v.Times)
		c.share(v)
	})
	maybe(c, &v.Variance, func(c *coder, v *view.Variance) {
		c.real(&v.SGD, &v.Own)
		c.estimate(&v.Ratio)
	})
	maybe(c, &v.Snapshot, func(c *coder, v *view.SnapshotAge) {
		whole(c, &v.Age, &v.Every)
		c.real(&v.Passes)
	})
	maybe(c, &v.Clients, (*coder).clients)
	p := &v.Plateau
	c.real(&p.Falling, &p.Slope, &p.Error, &p.Loss, &p.Passes)
	whole(c, &p.Points)
	if c.version > 2 {
		c.flag(&p.Searching)
		maybe(c, &p.Gap, func(c *coder, v *view.Gap) { c.real(&v.Mean, &v.Falling, &v.Slope, &v.Error) })
	}
	if c.version > 3 {
		c.real(&p.Start)
	} else if c.reading {
		p.Start = math.NaN()
	}
	list(c, &v.Active, 8, (*coder).condition)
	c.condition(&v.Advice.Condition)
	c.text(&v.Advice.Text)
}

// share was not written at first: then it is taken for that of a constant step.
func (c *coder) share(v *view.Curvature) {
	if c.version > 2 {
		c.real(&v.Share)
	} else if c.reading {
		v.Share = 1
	}
}

func (c *coder) condition(v *view.Condition) { oneOf(c, v, view.Plateaued) }

func (c *coder) estimate(e *view.Estimate) {
	c.real(&e.Value, &e.Low, &e.High)
	c.flag(&e.Resolved)
}

func (c *coder) noise(n *view.Noise) {
	c.estimate(&n.GradNorm)
	c.estimate(&n.Trace)
	c.estimate(&n.Simple)
	c.flag(&n.Dominated)
	whole(c, &n.Batch)
	c.real(&n.Times, &n.Floor)
}

func (c *coder) clients(v *view.Agreement) {
	whole(c, &v.Round, &v.Count, &v.Client)
	c.real(&v.Drift, &v.Agreement, &v.Alignment, &v.Lowest, &v.Local, &v.Global)
}
