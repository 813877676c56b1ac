package follow

import (
	"math"
	"time"
)

// gaps are the times between rows, to tell a run that is slow from one that hangs.
type gaps struct {
	last    float64
	lengths [16]float64
	n       int
}

func (g *gaps) add(time float64) {
	if math.IsNaN(time) {
		return
	}
	if g.n > 0 && time > g.last {
		g.lengths[g.n%len(g.lengths)] = time - g.last
	}
	if g.n == 0 || time > g.last {
		g.last = time
		g.n++
	}
}

// usual is the longest of the latest gaps; 0 where none is known.
func (g *gaps) usual() time.Duration {
	longest := 0.0
	for _, v := range g.lengths {
		longest = max(longest, v)
	}
	return time.Duration(min(longest, 1e6) * float64(time.Second))
}

// pace is how fast a run goes on along its steps.
type pace struct {
	step  float64
	at    time.Time
	value float64 // steps a second, smoothed; 0 where unknown
}

func (p *pace) see(step float64, now time.Time) {
	if math.IsNaN(step) {
		return
	}
	if p.at.IsZero() || step < p.step {
		*p = pace{step: step, at: now}
		return
	}
	if dt := now.Sub(p.at).Seconds(); step > p.step && dt > 0.2 {
		v := (step - p.step) / dt
		if p.value > 0 {
			v = 0.3*v + 0.7*p.value
		}
		*p = pace{step, now, v}
	}
}
