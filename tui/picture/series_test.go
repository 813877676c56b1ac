package picture

import (
	"bytes"
	"math"
	"testing"

	"optwatch/train/study"
	"optwatch/train/study/axis"
	"optwatch/train/view"
)

// A sign stands on the straight line between two points, past the end on the last,
// and on the edge where the curve has left the chart.
func TestOn(t *testing.T) {
	f := Frame{X: axis.Scale{Lo: 0, Hi: 10}, Y: axis.Scale{Lo: -2, Hi: 2, Log: true}}
	s := &study.Series{X: []float64{2, 4, 6}, Y: []float64{1, 100, 1e9}}
	for _, test := range []struct {
		place, x, y float64
		ok          bool
	}{{3, 3, 10, true}, {2, 2, 1, true}, {1, 2, 1, true}, {9, 6, 100, true}, {11, 0, 0, false}} {
		x, y, ok := f.On(s, test.place, 0)
		if ok != test.ok || math.Abs(x-test.x) > 1e-9 || math.Abs(y-test.y) > 1e-9*math.Max(1, test.y) {
			t.Errorf("at %g: %g, %g, %v, want %+v", test.place, x, y, ok, test)
		}
	}
}

// Of what lies beyond the window the nearest point stays, and where a curve goes back
// there is a gap.
func TestPoints(t *testing.T) {
	f := Frame{X: axis.Scale{Lo: 3, Hi: 5}, Y: axis.Scale{Lo: 0, Hi: 9}}
	xs, ys := f.Points([]float64{1, 2, 4, 3, 6, 7}, []float64{1, 2, 4, 3, 6, 7})
	want := []float64{2, 4, 3, 3, 6}
	for i := range want {
		if i >= len(xs) || xs[i] != want[i] || math.IsNaN(ys[i]) != (i == 2) {
			t.Fatalf("%v, %v, want places %v and a gap before the third", xs, ys, want)
		}
	}
}

func TestValues(t *testing.T) {
	k := &view.Series{Places: [][]float64{{1, 2, 3}, {10, 20, math.NaN()}}, Values: []float64{0.5, math.NaN(), 0.25}}
	v := Values{Axes: []string{"step", "evals"}, Window: axis.Scale{Lo: 2, Hi: 3}, Curves: []Curve{{"sgd", "loss", k}}}
	var out bytes.Buffer
	if err := v.Write(&out); err != nil {
		t.Fatal(err)
	}
	if want := "run,metric,step,evals,value,low,high\nsgd,loss,2,20,,,\nsgd,loss,3,,0.25,,\n"; out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
}
