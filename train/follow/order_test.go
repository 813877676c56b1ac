package follow

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"optwatch/train/view"
)

// restarts is how often a run has begun again.
func restarts(r *view.Run) (n int) {
	for _, m := range r.Marks {
		if m.Kind == view.EventRestart {
			n++
		}
	}
	return n
}

// Points that come a little late are sorted in, whether points come fast or in
// bursts, and are no new beginning.
func TestLatePointsAreSortedIn(t *testing.T) {
	b := newBench(t)
	b.write("two.plain", "1 101 loss 1", "2 102 loss 2", "4 103 loss 4", "3 104 loss 3", "5 105 loss 5")
	s := b.look()
	b.run(s, "two.plain")
	shown := b.run(s, "two.plain").Of("loss").Values
	b.write("two.plain", "8 106 loss 8", "9 107 loss 9", "6 108 loss 6", "7 109 loss NaN", "10 110 loss 10")
	s = b.look()
	r := b.run(s, "two.plain")
	series := r.Of("loss")
	if got, want := series.On(onStep), []float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}; !slices.Equal(got, want) {
		t.Errorf("its steps are %v, want %v", got, want)
	}
	if got, want := fmt.Sprint(series.Values), "[1 2 3 4 5 6 NaN 8 9 10]"; got != want {
		t.Errorf("its values are %v, want %v", got, want)
	}
	if !slices.Equal(shown, []float64{1, 2, 3, 4, 5}) {
		t.Errorf("what was handed out has become %v", shown)
	}
	if restarts(r) != 0 || r.Of("loss"+formerly) != nil || series.Last != 10 {
		t.Errorf("it has %d beginnings, and ends at %v", restarts(r), series.Last)
	}
	last := math.Inf(-1)
	for _, at := range series.On(onClock) {
		if at < last {
			t.Errorf("on the axis of time it goes back: %v", series.On(onClock))
		}
		if !math.IsNaN(at) {
			last = at
		}
	}
	m := b.Report().Runs[0].Metrics["loss"]
	if m.Count != 10 || m.Max.Value != 10 || m.Step.Value != 10 || len(m.Curve) != 10 {
		t.Errorf("it is reported as %+v", m)
	}
}

// Late points keep their places in a curve that is thinned.
func TestLatePointsOfALongCurve(t *testing.T) {
	b := newBench(t)
	lines := []string{"0 nan loss 0"}
	for i := 0; i < 40_000; i += 2 {
		lines = append(lines, fmt.Sprintf("%d nan loss %d", i+2, i+2), fmt.Sprintf("%d nan loss %d", i+1, i+1))
	}
	b.write("a.plain", lines...)
	r := b.run(b.look(), "a.plain")
	at, values := r.Of("loss").On(onStep), r.Of("loss").Values
	if !slices.IsSorted(at) || !slices.Equal(at, values) || len(at) > mostPoints || len(at) < mostPoints/4 {
		t.Errorf("%d points, sorted: %t", len(at), slices.IsSorted(at))
	}
	if restarts(r) != 0 {
		t.Errorf("it has begun again %d times", restarts(r))
	}
}

// What goes back far, repeats a step, or comes after a while begins a new segment.
func TestGoingBackIsABeginning(t *testing.T) {
	for _, c := range []struct {
		what  string
		lines []string
		kept  []float64
	}{
		{"the same step", []string{"1 1 loss 1", "2 2 loss 2", "3 3 loss 3", "2 4 loss 2"}, []float64{1, 2}},
		{"before the first", []string{"5 1 loss 1", "6 2 loss 2", "7 3 loss 3", "4 4 loss 2"}, []float64{4}},
		{"after a while", []string{"10 1 loss 1", "20 2 loss 2", "30 3 loss 3", "25 60 loss 2"}, []float64{10, 20, 25}},
	} {
		b := newBench(t)
		b.write("a.plain", c.lines...)
		r := b.run(b.look(), "a.plain")
		if got := r.Of("loss").On(onStep); !slices.Equal(got, c.kept) || restarts(r) != 1 || r.Of("loss"+formerly) == nil {
			t.Errorf("%s: steps %v with %d beginnings, want %v with one", c.what, got, restarts(r), c.kept)
		}
	}
	b := newBench(t)
	for i := range 30 {
		b.write("a.plain", fmt.Sprintf("%d nan loss 1", 10*i))
	}
	b.write("a.plain", "105 nan loss 1")
	if r := b.run(b.look(), "a.plain"); restarts(r) != 1 {
		t.Errorf("far back: it has %d beginnings", restarts(r))
	}
}

// A curve that knows nothing but epochs begins a new segment when they go back.
func TestEpochsBeginAgain(t *testing.T) {
	b := newBench(t)
	b.write("a.plain", "nan nan epoch 0 loss 9", "nan nan epoch 1 loss 8", "nan nan epoch 2 loss 7", "nan nan epoch 0 loss 6", "nan nan epoch 1 loss 5")
	s := b.look()
	r := b.run(s, "a.plain")
	if got := r.Of("loss").On(onEpoch); !slices.Equal(got, []float64{0, 1}) {
		t.Errorf("its epochs are %v", got)
	}
	old := r.Of("loss" + formerly)
	if old == nil || !slices.Equal(old.On(onEpoch), []float64{0, 1, 2}) {
		t.Errorf("before that they were %+v", old)
	}
	if restarts(r) != 1 || !slices.ContainsFunc(s.Events, func(e view.Event) bool { return strings.HasSuffix(e.Text, "began again at epoch 0") }) {
		t.Errorf("it has %d beginnings, and is told as %+v", restarts(r), s.Events)
	}
}
