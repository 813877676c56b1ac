package lab

import (
	"math"
	"math/rand/v2"
	"testing"

	"optwatch/train/study"
)

// courseSeen is what would be seen of a method whose f − f* and error are given
// by the passes, but for errors of the looks.
func courseSeen(rng *rand.Rand, loops int, gap, error2 func(passes, gap float64) float64) watched {
	var w watched
	for k := 1; k <= loops; k++ {
		passes := loop * float64(k)
		g := gap(passes, 0) * math.Exp(0.05*rng.NormFloat64())
		w.passes, w.gap, w.error2 = append(w.passes, passes), append(w.gap, g), append(w.error2, error2(passes, g)*math.Exp(0.2*rng.NormFloat64()))
	}
	return w
}

// TestTrendVerdicts plants courses: what reduces its variance holds; an error
// that falls like the square root of f − f*, or stays, and an f that comes to a
// floor are refuted; an f that falls like a power of the passes is on the very
// bound, and is not resolved; one seed resolves nothing.
func TestTrendVerdicts(t *testing.T) {
	linear := func(passes, _ float64) float64 { return math.Pow(0.7, passes) }
	like := func(power float64) func(_, gap float64) float64 {
		return func(_, gap float64) float64 { return 50 * math.Pow(gap, power) }
	}
	holds, refuted, open := study.Holds, study.Refuted, study.Unresolved
	for _, c := range []struct {
		name        string
		gap, error2 func(passes, gap float64) float64
		seeds       int
		want        [3]study.Verdict // power, fall, faster than a power of the passes
	}{
		{"in proportion", linear, like(1), 4, [3]study.Verdict{holds, holds, holds}},
		{"faster", linear, like(1.5), 4, [3]study.Verdict{holds, holds, holds}},
		{"like the square root", linear, like(0.5), 4, [3]study.Verdict{refuted, holds, holds}},
		{"the noise stays", linear, like(0), 4, [3]study.Verdict{refuted, refuted, holds}},
		{"f falls like a power", func(passes, _ float64) float64 { return math.Pow(passes, -12) }, like(1), 4, [3]study.Verdict{holds, holds, open}},
		{"f comes to a floor", func(passes, _ float64) float64 { return math.Pow(0.7, passes) + 1e-5 }, like(1), 4, [3]study.Verdict{holds, holds, refuted}},
		{"one seed", linear, like(1), 1, [3]study.Verdict{open, open, open}},
	} {
		var seen []watched
		for seed := range c.seeds {
			seen = append(seen, courseSeen(rand.New(rand.NewPCG(uint64(seed), 5)), 50, c.gap, c.error2))
		}
		p := page()
		f := trendOf(seen)
		f.judge(p, "it")
		for i, claim := range p.Study().Claims {
			if claim.Verdict != c.want[i] {
				t.Errorf("%s: %s: predicted %s, measured %s: %s, want %s", c.name, claim.Text, claim.Predicted, claim.Measured, claim.Verdict, c.want[i])
			}
		}
	}
	if f := trendOf([]watched{{passes: make([]float64, burnIn), gap: make([]float64, burnIn)}}); f.looks != 0 {
		t.Errorf("a seed that ended within the burn-in was followed over %d looks", f.looks)
	}
}
