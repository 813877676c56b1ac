package race

import (
	"slices"
	"strings"
	"testing"

	"optwatch/train/view"
)

// The descent of a run that has converged keeps its room while others go on: the
// axis is logarithmic from there on, unless it was chosen.
func TestAxisOfAConvergedRun(t *testing.T) {
	src := sample(60, centralised(2)...)
	q := newRace(src)
	if q.logX {
		t.Fatal("the x-axis is logarithmic before any run has converged")
	}
	r := src.run(0)
	end := len(r.Series[0].Places[onEvals]) / 2
	for i := range r.Series { // all share their places
		k := &r.Series[i]
		k.Values = k.Values[:end]
		k.Places = slices.Clone(k.Places)
		for axis, at := range k.Places {
			k.Places[axis] = at[:min(end, len(at))]
		}
	}
	r.State = view.Converged
	for axis, at := range r.Series[0].Places {
		if len(at) > 0 {
			r.At[axis] = at[len(at)-1]
		}
	}
	follow(q)
	if !q.logX {
		t.Errorf("a run has converged at %g of %g, and the x-axis is linear", r.At[onEvals], src.run(1).At[onEvals])
	}
	if got := q.charts[0].axisTitle(); got != "gradient evaluations, log" {
		t.Errorf("the axis is called %q", got)
	}
	if !strings.Contains(q.Flash.Text, "x is logarithmic now") {
		t.Errorf("nobody says that it changes by itself: %q", q.Flash.Text)
	}
	for w := 9; w < 100; w++ { // whatever is left out, the key is not
		if got := q.Flash.In(w); !strings.HasSuffix(got, "linear: L") {
			t.Errorf("in %d columns it says %q", w, got)
		}
	}
	press(t, q, "L")
	if follow(q); q.logX {
		t.Error("a linear axis was chosen, and is not kept")
	}

	q = newRace(src)
	press(t, q, "h")
	r.State = view.Running
	if follow(q); !q.logX {
		t.Error("the axis changes under the value cursor")
	}
	press(t, q, "esc")
	if follow(q); q.logX {
		t.Error("no run has converged any more, and the axis stays logarithmic")
	}
}

// m never leads to the metric of the other chart, whichever chart was there first.
func TestChartsNeverShowTheSame(t *testing.T) {
	q := newRace(sample(20, centralised(2)...))
	for i, keys := range [][]string{{"1", "m"}, {"m"}, {"2", "m"}, {"m"}, {"m"}, {"1", "m"}, {"m"}, {"m"}} {
		press(t, q, keys...)
		follow(q)
		a, b := q.charts[0].metric().Key, q.charts[1].metric().Key
		if a == b {
			t.Errorf("after %d steps both charts show %s", i+1, a)
		}
	}
}
