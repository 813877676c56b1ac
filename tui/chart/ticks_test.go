package chart

import (
	"math"
	"strings"
	"testing"

	"optwatch/train/study/axis"
	"optwatch/tui/draw"
)

func TestScales(t *testing.T) {
	curve := []float64{10, 60, 80, 90, 91, 91.5, 92, 92, 92, 92.1, 92.1, 92.1, 92.2, 92.2, 92.3, 92.3, 92.3, 92.3, 92.3, 92.3, 92.3, 92.3, 92.3, 92.3}
	s := Extent{Better: 1, Least: 1, Most: 100}.Scale([][]float64{curve})
	if s.Lo < 89 || s.Lo > 91 || s.Hi < 92.3 || s.Hi > 93 {
		t.Errorf("accuracy from %g to %g: the differences above 90 %% do not show", s.Lo, s.Hi)
	}
	s = Extent{Log: true, Better: -1}.Scale([][]float64{{0, -6.5, 0.3}})
	if s.Lo > -6.5 || s.Lo < -7 || s.Hi < 0.3 || s.Hi > 0.7 {
		t.Errorf("log from %g to %g", s.Lo, s.Hi)
	}
	for _, c := range [][]float64{nil, {nan}, {5}, {5, 5, 5}, {0}, {1e300, -1e300}, {1e11, -1e11}} {
		for _, log := range []bool{false, true} {
			s := Extent{Log: log, Better: -1}.Scale([][]float64{c})
			if !(s.Lo < s.Hi) || math.IsInf(s.Hi-s.Lo, 0) {
				t.Errorf("%v, log %v: from %g to %g", c, log, s.Lo, s.Hi)
			}
			if n := len(Ticks(s, 5, nil)); n == 0 || n > 12 {
				t.Errorf("%v, log %v: %d ticks", c, log, n)
			}
		}
	}
}

// A spike, or a run that ran away, does not flatten what else there is; what
// merely falls far is shown from its beginning.
func TestScalesLeaveOutWhatFlattens(t *testing.T) {
	spiked, falls := make([]float64, 40), make([]float64, 40)
	for i := range spiked {
		spiked[i], falls[i] = 3+math.Sin(float64(i)), 3+8*math.Exp(-float64(i)/8)
	}
	spiked[17], spiked[30] = 1e9, -1e300
	for _, test := range []struct {
		extent Extent
		curves [][]float64
		lo, hi float64 // the ends lie in a tenth of their distance of these
	}{
		{Extent{}, [][]float64{spiked}, 2, 4},
		{Extent{}, [][]float64{falls}, 3, 11},
		{Extent{}, [][]float64{falls, spiked}, 2, 11},
		{Extent{Log: true}, [][]float64{spiked}, 2, 4}, // coordinates
		{Extent{Log: true, Better: -1}, [][]float64{{0, -1, -1.1, -1.2, -1.3, -1.3, -1.2, -1.1, -1, 300}}, -1.3, 0},
		{Extent{Log: true, Better: -1}, [][]float64{{0, -1, -1.1, -1.2, -1.3, -1.3, -1.2, -1.1, -1, -60}}, -60, 0}, // the better end is never left out
		{Extent{}, [][]float64{{0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0}}, 0, 1},                                        // nothing but what is rare
		{Extent{}, [][]float64{{1, 2, 1e6}}, 0, 1e6},                                                               // too few to tell
	} {
		s := test.extent.Scale(test.curves)
		if near := 0.1 * (test.hi - test.lo); !(math.Abs(s.Lo-test.lo) <= near && math.Abs(s.Hi-test.hi) <= near) {
			t.Errorf("%+v: from %g to %g, want about %g to %g", test.extent, s.Lo, s.Hi, test.lo, test.hi)
		}
	}
}

// A value that never changes is told by the labels about it.
func TestScaleOfOneValue(t *testing.T) {
	for _, v := range []float64{31.4, 0, -2e-7, 1.91e5} {
		s := Extent{}.Scale([][]float64{{v, v, v}})
		labels := map[string]bool{}
		for _, k := range Ticks(s, 6, nil) {
			labels[k.Label] = true
		}
		if len(labels) < 2 || s.Lo > v || s.Hi < v {
			t.Errorf("%g: from %g to %g, labelled %v", v, s.Lo, s.Hi, labels)
		}
	}
}

func TestTicks(t *testing.T) {
	labels := func(s axis.Scale, most int, f func(v, step float64) string) string {
		var out []string
		for _, k := range Ticks(s, most, f) {
			out = append(out, k.Label)
		}
		return strings.Join(out, " ")
	}
	for _, test := range []struct {
		s    axis.Scale
		most int
		f    func(v, step float64) string
		want string
	}{
		{axis.Scale{Lo: 0, Hi: 950_000}, 5, draw.SIStep, "0 200k 400k 600k 800k"},
		{axis.Scale{Lo: 0, Hi: 1_900_000}, 8, draw.SIStep, "0 250k 500k 750k 1M 1.25M 1.5M 1.75M"},
		{axis.Scale{Lo: -0.5, Hi: 0.5}, 4, nil, "-0.50 -0.25 0.00 0.25 0.50"},
		{axis.Scale{Lo: -6, Hi: 1, Log: true}, 9, nil, "1e-6 1e-5 1e-4 1e-3 1e-2 0.1 1 10"},
		{axis.Scale{Lo: -13, Hi: 0, Log: true}, 4, nil, "1e-12 1e-8 1e-4 1"},
		{axis.Scale{Lo: -2.31, Hi: -1.69, Log: true}, 5, nil, "5e-3 1e-2 2e-2"},
		{axis.Scale{Lo: 5.6, Hi: 6.4, Log: true}, 5, draw.SIStep, "500k 1M 2M"},
		{axis.Scale{Lo: 2, Hi: 7, Log: true}, 9, draw.SIStep, "100 1k 10k 100k 1M 10M"},
	} {
		if got := labels(test.s, test.most, test.f); got != test.want {
			t.Errorf("%v: got %q, want %q", test.s, got, test.want)
		}
	}
}

// Labels neither touch the frame nor say the same of different rows.
func TestLabelsOfSmallNumbers(t *testing.T) {
	c := &Plot{Cols: 10, Rows: 12, X: axis.Scale{Lo: 0, Hi: 1}, Y: axis.Scale{Lo: 0.006510, Hi: 0.006514}}
	c.YTicks = Ticks(c.Y, 4, nil)
	seen := map[string]bool{}
	for _, s := range c.yLabels() {
		if s[0] != ' ' || len(s) != LabelWidth {
			t.Errorf("label %q", s)
		}
		if text := strings.TrimSpace(s); text != "" && seen[text] {
			t.Errorf("%s twice", text)
		}
		seen[strings.TrimSpace(s)] = true
	}
}
