package axis

import (
	"math"
	"slices"
	"testing"
)

var nan = math.NaN()

func TestCoordinates(t *testing.T) {
	for _, test := range []struct {
		log     bool
		v, want float64
	}{
		{false, -3, -3},
		{true, 1000, 3},
		{true, 0, nan},
		{true, -1, nan},
		{false, math.Inf(1), nan},
		{true, nan, nan},
	} {
		s := Scale{Log: test.log}
		got := s.Of(test.v)
		if got != test.want && !(math.IsNaN(got) && math.IsNaN(test.want)) {
			t.Errorf("log %v: %g is at %g, want %g", test.log, test.v, got, test.want)
		}
		if !math.IsNaN(got) && math.Abs(s.Value(got)-test.v) > 1e-9*math.Abs(test.v) {
			t.Errorf("log %v: %g comes back as %g", test.log, test.v, s.Value(got))
		}
	}
	if got := (Scale{Lo: -2, Hi: 2}).Cell(1, 9); got != 6 {
		t.Errorf("in cell %g, want 6", got)
	}
}

func TestRoundNumbers(t *testing.T) {
	for _, test := range []struct {
		f        func(float64) float64
		of, want float64
	}{
		{RoundStep, 1.1, 2},
		{RoundStep, 2.2, 2.5},
		{RoundStep, 260, 500},
		{RoundStep, 6e-3, 1e-2},
		{RoundUp, 1.84e6, 1.9e6},
		{RoundUp, 4.1, 4.25},
		{RoundUp, 97, 100},
		{RoundUp, -1, 1},
		{FloorDecade, -2.5, -3 + math.Log10(2)},
		{CeilDecade, -2.5, -3 + math.Log10(5)},
		{FloorDecade, 3, 3},
		{CeilDecade, 3, 3},
	} {
		if got := test.f(test.of); math.Abs(got-test.want) > 1e-12*math.Max(1, math.Abs(test.want)) {
			t.Errorf("%g becomes %g, want %g", test.of, got, test.want)
		}
	}
}

// The ends of an axis are round, and no longer than its values can be.
func TestRounded(t *testing.T) {
	for _, test := range []struct {
		s           Scale
		least, most float64
		want        Scale
	}{
		{Scale{Lo: 90.3, Hi: 92.4}, 0, 100, Scale{Lo: 90.25, Hi: 92.5}},
		{Scale{Lo: 99, Hi: 99.9}, 4, 100, Scale{Lo: 96.5, Hi: 100}},
		{Scale{Lo: 99, Hi: 99.9}, 4, 0, Scale{Lo: 96.5, Hi: 100.5}},
		{Scale{Lo: 0, Hi: 0.1}, 10, 0, Scale{Lo: 0, Hi: 3}},
		{Scale{Lo: -6.5, Hi: 0.2, Log: true}, 0, 0, Scale{Lo: -7 + math.Log10(2), Hi: math.Log10(2), Log: true}},
		{Scale{Lo: 1, Hi: 1, Log: true}, 0, 0, Scale{Lo: 0.7, Hi: 1.3, Log: true}},
	} {
		got := test.s.Rounded(test.least, test.most)
		if math.Abs(got.Lo-test.want.Lo) > 1e-9 || math.Abs(got.Hi-test.want.Hi) > 1e-9 || got.Log != test.want.Log {
			t.Errorf("%v becomes %v, want %v", test.s, got, test.want)
		}
	}
}

func TestPlaces(t *testing.T) {
	step, at := Scale{Lo: -0.5, Hi: 0.5}.Even(4)
	if want := []float64{-0.5, -0.25, 0, 0.25, 0.5}; step != 0.25 || !slices.Equal(at, want) {
		t.Errorf("steps of %g at %v, want %v", step, at, want)
	}
	values := func(places []Power) (out []float64) {
		for _, p := range places {
			out = append(out, p.Value())
		}
		return out
	}
	s := Scale{Lo: -1, Hi: 1.4, Log: true}
	if got, want := values(s.Powers(1, 1, 2, 5)), []float64{0.1, 0.2, 0.5, 1, 2, 5, 10, 20}; !slices.EqualFunc(got, want, func(a, b float64) bool { return math.Abs(a-b) < 1e-12 }) {
		t.Errorf("got %v, want %v", got, want)
	}
	s = Scale{Lo: -12.5, Hi: 0, Log: true}
	if stride := s.Stride(4); stride != 4 || !slices.Equal(values(s.Powers(stride, 1)), []float64{1e-12, 1e-8, 1e-4, 1}) {
		t.Errorf("every %g decades: %v", stride, values(s.Powers(stride, 1)))
	}
	if n := len(Scale{Lo: -1e11, Hi: 1e11, Log: true}.Powers(1, 1, 2, 5)); n > mostPlaces+3 {
		t.Errorf("%d places on an endless axis", n)
	}
}
