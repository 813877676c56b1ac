package follow

import (
	"math"
	"slices"

	"optwatch/train/view"
)

// The axes on which points have places.
const (
	onStep = iota
	onEpoch
	onTokens
	onRelative // seconds since the run began
	onClock    // seconds since 1970; viewers are shown seconds since Watch.began
	axisCount
)

var axes = []view.Axis{
	onStep:     {Key: "step", Title: "steps", Name: "step", Format: view.Count, Steps: true},
	onEpoch:    {Key: "epoch", Title: "epochs", Name: "epoch", None: "no epochs"},
	onTokens:   {Key: "tokens", Title: "tokens or samples", Name: "tokens", Format: view.Count, None: "counts no tokens"},
	onRelative: {Key: "relative", Title: "seconds since it began", None: "no times", At: "in"},
	onClock:    {Key: "elapsed", Title: "wall time, s", Clock: true, None: "no times"},
}

// place is where a point lies on the axes; NaN where it has no place.
type place [axisCount]float64

// points are some of a curve in their order. Slices that are shown to somebody never
// change below their length, so that whoever looks may keep them.
type points struct {
	at     [axisCount][]float64 // nil where none has a place
	values []float64
}

func (p *points) add(at place, value float64) {
	n := len(p.values)
	p.values = append(p.values, value)
	for i, v := range at {
		if p.at[i] == nil {
			if math.IsNaN(v) {
				continue
			}
			p.at[i] = make([]float64, n, max(n+1, cap(p.values)))
			for j := range p.at[i] {
				p.at[i][j] = math.NaN()
			}
		}
		p.at[i] = append(p.at[i], v)
	}
}

// place is that of a point.
func (p *points) place(i int) (at place) {
	for axis := range at {
		at[axis] = math.NaN()
		if p.at[axis] != nil {
			at[axis] = p.at[axis][i]
		}
	}
	return at
}

// cut takes off what follows the first n, and gives it back. Where the points are
// shown to somebody, what is added next is put elsewhere than what was there.
func (p *points) cut(n int, shown bool) points {
	tail := points{values: slices.Clone(p.values[n:])}
	room := func(at []float64) []float64 {
		if shown {
			return slices.Clip(at[:n])
		}
		return at[:n]
	}
	p.values = room(p.values)
	for i, at := range p.at {
		if at != nil {
			tail.at[i] = slices.Clone(at[n:])
			p.at[i] = room(at)
		}
	}
	return tail
}

// join adds others after these.
func (p *points) join(others *points) {
	for i, v := range others.values {
		p.add(others.place(i), v)
	}
}

// first are the first n of the points, for others to be added after them. Unless they
// are to stay where they are, they get room of their own for so many.
func (p *points) first(n, room int, stay bool) points {
	out := points{values: p.values[:n]}
	if !stay {
		out.values = append(make([]float64, 0, room), out.values...)
	}
	for i, at := range p.at {
		if at == nil {
			continue
		}
		out.at[i] = at[:n]
		if !stay {
			out.at[i] = append(make([]float64, 0, room), out.at[i]...)
		}
	}
	return out
}

// thinned are the points without those that lie between others after the first n: of
// each so many in a row the lowest and the highest stay, in their order, so that no
// spike is lost. One that is not finite counts as the highest. They are added to out,
// which has the first n and may be where all of them are.
func (p *points) thinned(n, of int, out points) points {
	for from := n; from < len(p.values); from += of {
		lo, hi := from, from
		for i := from; i < min(from+of, len(p.values)); i++ {
			if rank(p.values[i]) < rank(p.values[lo]) {
				lo = i
			}
			if rank(p.values[i]) >= rank(p.values[hi]) {
				hi = i
			}
		}
		out.add(p.place(min(lo, hi)), p.values[min(lo, hi)])
		if lo != hi {
			out.add(p.place(max(lo, hi)), p.values[max(lo, hi)])
		}
	}
	return out
}

// rank puts what is not finite above everything.
func rank(v float64) float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return math.Inf(1)
	}
	return v
}

// The number of points that are kept: of a curve, and of all together.
const (
	mostPoints  = 8192
	leastPoints = 128
	allPoints   = 750_000
)

// limit is how many points each of so many curves keeps.
func limit(curves int) int { return max(leastPoints, min(mostPoints, allPoints/max(1, curves))) }

// curve is what was logged under one tag, in the life that goes on.
type curve struct {
	tag   string
	short bool // 32-bit floats
	means *meaning
	rival *curve // that is drawn as what both mean; nil where this one is, and where it means nothing
	life  int    // that of the run which it has come to
	kept  points
	thin  int  // so many of those kept are thinned, the others come after them
	every int  // how many logged points two that are kept stand for; 0 for all
	since int  // points logged after those that are thinned
	shown bool // what is kept was handed out since it was moved last
	order order

	count    int64 // points logged, of all lives
	min, max float64
	last     float64
	lastAt   place
}

func newCurve(tag string, short bool, life int) *curve {
	nan := math.NaN()
	return &curve{tag: tag, short: short, life: life, min: nan, max: nan, last: nan, lastAt: place{nan, nan, nan, nan, nan}}
}

// add takes a point in, and keeps no more than so many.
func (c *curve) add(at place, value float64, most int) {
	c.last, c.lastAt = value, at
	c.note(at, value)
	if n := len(c.kept.values); n == cap(c.kept.values) {
		c.move(min(2*n+8, max(n, most)+1))
	}
	c.kept.add(at, value)
	c.since++
	switch {
	case c.every == 0:
	case c.since >= c.every:
		c.settle()
	case len(c.kept.values)-c.thin > most/4: // of a long log, many points of one that is kept
		c.thinAfter(c.thin, len(c.kept.values))
	}
	c.fit(most)
}

// note counts a point.
func (c *curve) note(at place, value float64) {
	c.count++
	c.order.add(at)
	if !(value >= c.min) && !math.IsNaN(value) {
		c.min = value
	}
	if !(value <= c.max) && !math.IsNaN(value) {
		c.max = value
	}
}

// fit thins what is kept until it is no more than so many, and gives back room that
// was made for many more. It says whether it did.
func (c *curve) fit(most int) bool {
	before := c.every
	for len(c.kept.values) > most {
		c.settle()
		c.thinAfter(0, 4)
		c.thin, c.since = len(c.kept.values), 0
		c.every = max(4, 2*c.every)
	}
	if cap(c.kept.values) > most+most/4 {
		c.move(len(c.kept.values) + 8)
		return true
	}
	return c.every != before
}

// move puts what is kept into other room, for so many.
func (c *curve) move(room int) {
	c.kept, c.shown = c.kept.first(len(c.kept.values), room, false), false
}

// settle thins what came after what is thinned.
func (c *curve) settle() {
	if c.every > 0 {
		c.thinAfter(c.thin, len(c.kept.values))
		c.thin, c.since = len(c.kept.values), 0
	}
}

// thinAfter thins what follows the first n, in place unless somebody has been given
// what is there.
func (c *curve) thinAfter(n, of int) {
	kept := &c.kept
	room := n + 2*((len(kept.values)-n)/max(1, of)+1) + 8
	c.kept = kept.thinned(n, of, kept.first(n, room, !c.shown))
	c.shown = false
}

// all are the points to draw.
func (c *curve) all() points {
	c.shown = true
	return c.kept
}

// backTo takes off the points at a place on an axis and after it.
func (c *curve) backTo(axis int, v float64) points {
	c.settle()
	n := c.before(axis, v)
	tail := c.kept.cut(n, c.shown)
	c.thin, c.since, c.shown, c.order = n, 0, false, order{}
	return tail
}

// before is how many of the points that are kept lie before a place on an axis.
func (c *curve) before(axis int, v float64) int {
	n := len(c.kept.values)
	for n > 0 && c.kept.at[axis] != nil && !(c.kept.at[axis][n-1] < v) {
		n--
	}
	return n
}
