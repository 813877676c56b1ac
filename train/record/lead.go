package record

import (
	"time"

	"optwatch/train/view"
)

// A record may have curves of before it was begun, as of a log that was there when
// it began to be watched: their places in time are negative. Whoever looks is shown
// a time that begins with the first of them, as of what is watched live, in which
// the recording begins later.

// lead is how long before the beginning of the record the first place in time is.
// What would be before 1970 is none.
func (c *contents) lead() time.Duration {
	clock, least, first := c.clock(), -float64(c.Began.Unix()), 0.0
	see := func(at float64) {
		if at < first && at >= least { // NaN is not
			first = at
		}
	}
	for _, r := range c.runs {
		for i := range r.series {
			for _, at := range r.series[i].On(clock) {
				see(at)
			}
		}
		for i := range r.marks {
			see((&view.Run{At: r.marks[i].what.Places}).Place(clock))
		}
	}
	return -durationOf(first)
}

// delay makes all places in time, and the lines of the log, later.
func (c *contents) delay(lead time.Duration) {
	if lead == 0 {
		return
	}
	clock := c.clock()
	for _, r := range c.runs {
		for i := range r.series {
			if times := r.series[i].On(clock); times != nil {
				r.series[i].Places[clock] = added(times, lead.Seconds())
			}
		}
		for i := range r.marks {
			r.marks[i].what.Places = shifted(r.marks[i].what.Places, clock, lead.Seconds())
		}
	}
	for i := range c.events {
		c.events[i].what.Elapsed += lead
	}
}
