package follow

import (
	"math"

	"optwatch/train/view"
)

// backwards is what happens when a curve goes back on an axis: the first curve to do so
// begins another life of the run, to which the others come in their turn.
func (r *run) backwards(c *curve, axis int, at place, told func(news)) {
	if c.life == r.life {
		r.life++
		r.mark(view.EventRestart, at, "began again at "+axes[axis].Key+" "+number(at[axis]), told)
		r.at = at
		r.signs = signs{}
	}
	r.retire(c, axis, at[axis])
}

// again begins another life of the run, as its log says.
func (r *run) again(step float64, at place, told func(news)) {
	r.life++
	if r.rows > 0 {
		r.mark(view.EventRestart, at, "began again at step "+number(step), told)
	}
	r.at, r.signs = at, signs{}
	for _, c := range r.curves {
		r.retire(c, onStep, step)
	}
}

// retire takes what a curve had come to at a place and after it out of it. It is
// shown behind it, as a curve of its own: no line leads back.
func (r *run) retire(c *curve, axis int, v float64) {
	c.life = r.life
	tail := c.backTo(axis, v)
	nan := math.NaN()
	c.last, c.lastAt = nan, place{nan, nan, nan, nan, nan}
	if n := len(c.kept.values); n > 0 {
		c.last, c.lastAt = c.kept.values[n-1], c.kept.place(n-1)
	}
	if len(tail.values) == 0 {
		return
	}
	old := r.former[c.tag]
	if old == nil {
		old = &points{}
		r.former[c.tag] = old
	}
	if len(old.values) > 0 {
		old.add(tail.place(0), math.NaN())
	}
	old.join(&tail)
	if len(old.values) > leastPoints*4 {
		*old = old.thinned(0, 4, points{})
	}
}
