package train

import "math"

// The axes of an experiment, by their position in Snapshot.Axes.
const (
	onEvals = iota
	onEpochs
	onElapsed
	onSteps
	onRounds
	onBytes
	onSeconds
	axisCount
)

// places are those of some points, column by column. A run that is not
// federated has no place on the axes of rounds and of bytes.
type places [axisCount][]float64

// add appends a place: n is the number of training examples.
func (p *places) add(n int, federated bool, at Point) {
	put := func(axis int, v float64) { p[axis] = append(p[axis], v) }
	put(onEvals, float64(at.Evals))
	put(onEpochs, float64(at.Evals)/float64(max(n, 1)))
	put(onElapsed, at.Elapsed)
	put(onSteps, float64(at.Step))
	put(onSeconds, at.Seconds)
	if federated {
		put(onRounds, float64(at.Rounds))
		put(onBytes, float64(at.Bytes))
	}
}

// view is the places so far; what is appended later leaves it as it is.
func (p *places) view() [][]float64 {
	out := make([][]float64, axisCount)
	for axis, v := range p {
		out[axis] = clipped(v)
	}
	return out
}

// columns are a run's curve and trace as viewers get them, column by column.
// They are brought up to date for each snapshot, by what has been added since; a
// curve that was thinned is taken anew.
type columns struct {
	from   *Point // the first point of the curve that was taken
	at     places
	values [][]float64 // of each of pointMetrics
	over   baseline    // of the values that change with it

	traced         *TracePoint // the first point of the trace that was taken
	traceAt        places
	mean, low, top []float64
}

// update takes in what a run has got since the last time.
func (c *columns) update(r *RunReport, n int, b baseline) {
	federated, taken := r.Federated != nil, len(c.at[onEvals])
	if c.values == nil || len(r.Curve) < taken || len(r.Curve) > 0 && c.from != &r.Curve[0] {
		c.at, c.values, taken = places{}, make([][]float64, len(pointMetrics)), 0
	}
	if len(r.Curve) > 0 {
		c.from = &r.Curve[0]
	}
	for _, p := range r.Curve[taken:] {
		c.at.add(n, federated, p)
	}
	for i, m := range pointMetrics {
		if m.over && c.over != b {
			c.values[i] = nil
		}
		for _, p := range r.Curve[len(c.values[i]):] {
			c.values[i] = append(c.values[i], m.of(p, b))
		}
	}
	c.over = b
	c.updateTrace(r, n)
}

func (c *columns) updateTrace(r *RunReport, n int) {
	if len(r.Trace) < len(c.mean) || len(r.Trace) > 0 && c.traced != &r.Trace[0] {
		c.traceAt, c.mean, c.low, c.top = places{}, nil, nil, nil
	}
	if len(r.Trace) > 0 {
		c.traced = &r.Trace[0]
	}
	for _, p := range r.Trace[len(c.mean):] {
		c.traceAt.add(n, false, Point{Step: p.Step, Evals: p.Evals, Seconds: p.Seconds, Elapsed: p.Elapsed})
		c.mean, c.low, c.top = append(c.mean, p.Mean), append(c.low, p.Min), append(c.top, p.Max)
	}
}

// clipped is a slice to which nothing can be appended in place.
func clipped(v []float64) []float64 { return v[:len(v):len(v)] }

// baseline is what losses are measured against: f* where it is certified, else
// the best loss seen.
type baseline float64

func (s *Report) baseline() baseline {
	if s.Optimum.State == OptimumCertified {
		return baseline(s.Optimum.Value)
	}
	best := math.Inf(1)
	if s.Optimum.State != OptimumUnknown && finite(s.Optimum.Value) {
		best = s.Optimum.Value
	}
	for i := range s.Runs {
		for _, p := range s.Runs[i].Curve {
			if p.Loss < best {
				best = p.Loss
			}
		}
	}
	return baseline(best)
}

// above is f − f*, NaN where that is not known.
func (b baseline) above(loss float64) float64 {
	if d := loss - float64(b); finite(d) {
		return d
	}
	return math.NaN()
}
