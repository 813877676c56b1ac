package train

import "slices"

// Curve is what is known of a run at plot points. It has a fixed size: when it
// is full, every four neighbours become the two with the largest and the
// smallest loss, so that spikes stay, and points to come are grouped alike.
type Curve struct {
	points []Point // of groups that are complete
	group  int     // points to come that become two; 1 at first, when all are kept
	open   []Point // of the group that is not complete
	view   []Point
}

const curveSize = 2048

// add appends a point. Slices handed out before stay as they were.
func (c *Curve) add(p Point) {
	c.open = append(c.open, p)
	if len(c.open) >= max(1, c.group) {
		c.points = append(c.points, extremes(c.open)...)
		c.open = c.open[:0]
	}
	if len(c.points) >= curveSize {
		c.points = thin(c.points)
		c.group = max(4, 2*c.group)
	}
	c.show()
}

// show makes the view: the groups that are complete, and of the open one its
// extremes so far and its newest point.
func (c *Curve) show() {
	c.view = slices.Clip(c.points)
	if n := len(c.open); n > 0 {
		c.view = append(append(c.view, extremes(c.open[:n-1])...), c.open[n-1])
	}
}

// Points are the points so far, the newest last; the slice never changes.
func (c *Curve) Points() []Point { return c.view }

// thin keeps the first point, and of every four others the extremes.
func thin(points []Point) []Point {
	kept := make([]Point, 0, curveSize+2)
	kept = append(kept, points[0])
	for group := range slices.Chunk(points[1:], 4) {
		kept = append(kept, extremes(group)...)
	}
	return kept
}

// extremes are the points with the highest and the lowest loss, in their
// order; of equals the first and the last.
func extremes(group []Point) []Point {
	if len(group) <= 1 {
		return group
	}
	lo, hi := 0, len(group)-1
	for i, p := range group {
		if p.Loss < group[lo].Loss {
			lo = i
		}
		if p.Loss > group[hi].Loss {
			hi = i
		}
	}
	if lo == hi {
		return group[lo : lo+1]
	}
	return []Point{group[min(lo, hi)], group[max(lo, hi)]}
}

// plotAfter is the first plot point after a count of evaluations, searched for
// from the plot point at on. Each lies a quarter further out than the one
// before, until they are five passes apart, and beyond 200 passes ten: a point
// takes about two thirds of the time of a pass of SGD, so that all take less
// than a tenth of that of its steps. They are the same for every run of an experiment.
func plotAfter(at, first float64, evals int64, n int) float64 {
	at = max(at, first)
	for at <= float64(evals) {
		passes := 5.0
		if at >= 200*float64(n) {
			passes = 10
		}
		at += max(1, min(at/4, passes*float64(n)))
	}
	return at
}

// trace is the running mini-batch loss, which is free, in buckets of equal
// width in evaluations that double when there are too many.
type trace struct {
	points []TracePoint
	width  int64 // evaluations a bucket
	open   TracePoint
	count  int
	from   int64 // where the open bucket began
}

const traceSize = 1024

// add takes the loss of a step, and says whether it filled a bucket, whose
// times are then to be set.
func (t *trace) add(evals int64, loss float64) bool {
	if t.count == 0 {
		t.open = TracePoint{Mean: loss, Min: loss, Max: loss}
	} else {
		t.open.Mean += (loss - t.open.Mean) / float64(t.count+1)
		t.open.Min, t.open.Max = min(t.open.Min, loss), max(t.open.Max, loss)
	}
	t.open.Evals = evals
	t.count++
	return evals-t.from >= t.width
}

// close appends the full bucket, with where the run is and what the
// regulariser adds there to the losses of the data.
func (t *trace) close(step int64, seconds, elapsed, l2 float64) {
	t.open.Mean, t.open.Min, t.open.Max = t.open.Mean+l2, t.open.Min+l2, t.open.Max+l2
	t.open.Step, t.open.Seconds, t.open.Elapsed = step, seconds, elapsed
	t.from, t.count = t.open.Evals, 0
	if len(t.points) == traceSize {
		t.halve()
	}
	t.points = append(t.points, t.open)
}

func (t *trace) halve() {
	half := make([]TracePoint, 0, traceSize)
	for i := 0; i+1 < len(t.points); i += 2 {
		a, b := t.points[i], t.points[i+1]
		b.Mean = (a.Mean + b.Mean) / 2
		b.Min, b.Max = min(a.Min, b.Min), max(a.Max, b.Max)
		half = append(half, b)
	}
	t.points = half
	t.width *= 2
}

func (t *trace) view() []TracePoint { return t.points[:len(t.points):len(t.points)] }
