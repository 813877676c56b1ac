package chart

import (
	"math"
	"slices"
	"testing"

	"optwatch/train/study/axis"
)

func TestColumns(t *testing.T) {
	for _, test := range []struct {
		name       string
		x, y, want []float64
	}{
		{"nothing", nil, nil, []float64{nan, nan, nan, nan, nan}},
		{"a point", []float64{2}, []float64{7}, []float64{nan, nan, 7, nan, nan}},
		{"a line", []float64{0, 4}, []float64{0, 8}, []float64{0, 2, 4, 6, 8}},
		{"a gap", []float64{0, 1, 2, 3, 4}, []float64{1, 1, nan, 2, 2}, []float64{1, 1, nan, 2, 2}},
		{"infinite", []float64{0, 1, 2}, []float64{1, math.Inf(1), 3}, []float64{1, nan, 3, nan, nan}},
		{"a spike within a column", []float64{0, 1, 1.1, 1.2, 2, 3}, []float64{0, 0, 100, 0, 0, 0}, []float64{0, 100, 0, 0, nan}},
		{"a spike before the middle of a column", []float64{0, 1.6, 1.8, 2.1, 3, 4}, []float64{0, 100, 0, 0, 0, 0}, []float64{0, 62.5, 100, 0, 0}},
		{"a spike before the middle, beside points", []float64{0, 1, 1.6, 1.8, 2.1, 3, 4}, []float64{0, 0, 100, 0, 0, 0, 0}, []float64{0, 0, 100, 0, 0}},
		{"a spike in the first column", []float64{0, 0.1, 0.2, 1}, []float64{0, 100, 0, 0}, []float64{100, 0, nan, nan, nan}},
		{"the newest of its column", []float64{0, 1, 2, 2.1}, []float64{0, 0, 50, 1}, []float64{0, 0, 1, nan, nan}},
		{"from outside", []float64{-2, 2, 6}, []float64{0, 4, 8}, []float64{2, 3, 4, 5, 6}},
		{"going back", []float64{0, 4, 1, 3}, []float64{0, 8, 1, 1}, []float64{0, 1, 1, 1, 8}},
		{"wild places", []float64{nan, math.Inf(1), 1}, []float64{1, 1, 3}, []float64{nan, 3, nan, nan, nan}},
	} {
		got := New(5, 2).Columns(test.x, test.y)
		if !same(got, test.want) {
			t.Errorf("%s: got %v, want %v", test.name, got, test.want)
		}
	}
}

func TestToRows(t *testing.T) {
	at := []float64{-50, -5, 2, 9, 15, 30, nan, 4}
	off := toRows(at, axis.Scale{Lo: 0, Hi: 10}, 11, 1)
	if want := []float64{nan, nan, 2, 9, nan, nan, nan, 4}; !same(at, want) {
		t.Errorf("got %v, want %v", at, want)
	}
	if want := []int8{-1, -1, 0, 0, 1, 1, 0, 0}; !slices.Equal(off, want) {
		t.Errorf("off the scale: %v, want %v", off, want)
	}
}

func TestSmoothed(t *testing.T) {
	got := Smoothed([]float64{1, nan, 1, 3}, 0.5)
	want := []float64{(1 + 0.5 + 0.75) / 1.75, nan, (0.5 + 1 + 1.5) / 2, (0.25 + 0.5 + 3) / 1.75}
	if !same(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

var nan = math.NaN()

func same(a, b []float64) bool {
	return slices.EqualFunc(a, b, func(x, y float64) bool { return x == y || math.IsNaN(x) && math.IsNaN(y) || math.Abs(x-y) < 1e-9 })
}
