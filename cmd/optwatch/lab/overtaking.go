package lab

import (
	"fmt"
	"math"
)

// One method leads another at a look by the logarithm of how many times as
// large the other's loss, or its distance to the optimum, is. Seeds are paired:
// of each, both draw from the same stream and start at the same point. The lead
// is their mean, with its 95 % interval by Student's t:
//
//	lead(t) = mean over the seeds of log(other(t)/one(t)) ± half(t)
//
// One overtakes the other where its lead becomes positive for good. Both edges
// of the interval do so too, the upper one before and the lower one after that:
// they are the interval of the crossing, and either may never come.

// leads are those of one method over another at every look, from readings by
// seed and look that are to be small. A reading below the least counts as that:
// f − f* is known no better than f* is.
func leads(one, other [][]float64, least float64) []estimate {
	out := make([]estimate, len(one[0]))
	samples := make([]float64, len(one))
	for k := range out {
		for seed := range one {
			samples[seed] = math.Log(max(other[seed][k], least)) - math.Log(max(one[seed][k], least))
		}
		out[k] = lead(samples)
	}
	return out
}

// lead is the mean of samples. One that is not finite is of a seed with which
// one of the two has diverged: nothing is known then unless all say the same.
func lead(samples []float64) estimate {
	e := average(samples)
	if !math.IsNaN(e.value) && !math.IsInf(e.value, 0) {
		return e
	}
	for _, sign := range []int{1, -1} {
		same := true
		for _, x := range samples {
			same = same && math.IsInf(x, sign)
		}
		if same {
			return estimate{value: math.Inf(sign)}
		}
	}
	return estimate{value: 0, half: math.Inf(1)}
}

func (e estimate) low() float64  { return e.value - e.half }
func (e estimate) high() float64 { return e.value + e.half }

// overtaking is where one method overtakes another for good, in the unit of the
// looks, and its 95 % interval. +Inf stands for never; the first look for from
// the beginning, as far as is known.
type overtaking struct {
	at, from, to float64
	first, last  float64 // looks
	bracketed    bool    // nothing is known between looks: those of methods each of which is judged at its own end
}

// overtakingOf takes leads as straight between looks.
func overtakingOf(at []float64, leads []estimate) overtaking {
	c := overtaking{first: at[0], last: at[len(at)-1]}
	for _, edge := range []struct {
		to   *float64
		read func(estimate) float64
	}{{&c.at, func(e estimate) float64 { return e.value }}, {&c.from, estimate.high}, {&c.to, estimate.low}} {
		y := make([]float64, len(leads))
		for k, e := range leads {
			y[k] = edge.read(e)
		}
		*edge.to = forGood(at, y)
	}
	return c
}

// bracketOf takes leads as known at the looks alone: the crossing lies after
// the last look at which one is behind, and no later than the first from which
// it is ahead for good.
func bracketOf(at []float64, leads []estimate) overtaking {
	c := overtaking{first: at[0], last: at[len(at)-1], bracketed: true, at: math.NaN(), to: math.Inf(1)}
	for k, e := range leads {
		if e.high() < 0 {
			c.from = at[k]
		}
	}
	for k := len(leads) - 1; k >= 0 && leads[k].low() > 0; k-- {
		c.to = at[k]
	}
	if leads[len(leads)-1].high() < 0 {
		c.from = math.Inf(1)
	}
	return c
}

// forGood is where y becomes positive and stays so; +Inf if it is not at the
// end, and the first place if it always is.
func forGood(at, y []float64) float64 {
	k := len(y)
	for k > 0 && y[k-1] > 0 {
		k--
	}
	switch {
	case k == len(y):
		return math.Inf(1)
	case k == 0:
		return at[0]
	}
	before, after := y[k-1], y[k]
	if math.IsInf(before, 0) || math.IsInf(after, 0) || math.IsNaN(before-after) {
		return at[k]
	}
	return at[k-1] + (at[k]-at[k-1])*before/(before-after)
}

// overtakes says whether one is known to be ahead at the end.
func (c overtaking) overtakes() bool { return !math.IsInf(c.to, 1) }

// never says whether one is known to be behind at the end.
func (c overtaking) never() bool { return math.IsInf(c.from, 1) }

// String is the crossing as it is read after "it overtakes": a place with its interval.
func (c overtaking) String() string {
	switch {
	case c.never():
		return fmt.Sprintf("not by %.3g", c.last)
	case c.overtakes() && c.to <= c.first:
		return fmt.Sprintf("before %.3g", c.first)
	case c.bracketed && c.overtakes():
		return fmt.Sprintf("%s … %.3g", c.begin(), c.to)
	case c.overtakes():
		return fmt.Sprintf("%.1f (%s … %.1f)", c.at, c.begin(), c.to)
	}
	return fmt.Sprintf("not resolved (%s … never)", c.begin())
}

// begin is the lower end of the interval.
func (c overtaking) begin() string {
	switch {
	case c.from <= c.first && !c.bracketed || c.from == 0:
		return "start"
	case c.bracketed:
		return fmt.Sprintf("%.3g", c.from)
	}
	return fmt.Sprintf("%.1f", c.from)
}
