package lab

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestForGood finds where a line becomes positive for good.
func TestForGood(t *testing.T) {
	at, inf := []float64{100, 200, 300, 400}, math.Inf(1)
	for _, c := range []struct {
		name string
		y    []float64
		want float64
	}{
		{"between two looks", []float64{-2, -1, 1, 2}, 250},
		{"not the first time", []float64{1, -1, 3, 3}, 225},
		{"from the first look", []float64{1, 1, 1, 1}, 100},
		{"not at the end", []float64{1, 1, 1, -2}, inf},
		{"level at the end", []float64{-1, 1, 1, 0}, inf},
		{"after it has diverged", []float64{-inf, 1, 1, 1}, 200},
		{"not known before", []float64{math.NaN(), 1, 1, 1}, 200},
	} {
		if got := forGood(at, c.y); got != c.want {
			t.Errorf("%s: at %g, want %g", c.name, got, c.want)
		}
	}
}

// falling are curves of three seeds that fall by e^−rate a pass, with offsets
// of their logarithms that belong to the seed.
func falling(at []float64, from, rate float64, offsets ...float64) [][]float64 {
	out := make([][]float64, len(offsets))
	for seed, offset := range offsets {
		for _, x := range at {
			out[seed] = append(out[seed], from*math.Exp(-rate*x+offset))
		}
	}
	return out
}

// TestOvertakingOf plants curves that cross where it is known. What seeds have in
// common cancels; what they have not is the interval, which for the offsets
// −0.3, 0 and 0.3 is t(0.975; 2)·0.3/√3 = 0.745241 wide either way.
func TestOvertakingOf(t *testing.T) {
	at := []float64{1, 2, 3, 4, 5, 6, 7, 8}
	const half = 4.302652729911275 * 0.3 / 1.7320508075688772
	flat := falling(at, 1, 0, 0, 0, 0)
	for _, c := range []struct {
		name       string
		one, other [][]float64
		want       overtaking
		text       string
	}{
		{"paired", falling(at, math.Exp(4.5), 1, -2, 0, 2), falling(at, 1, 0, -2, 0, 2), overtaking{at: 4.5, from: 4.5, to: 4.5}, "4.5 (4.5 … 4.5)"},
		{"spread", falling(at, math.Exp(4.5), 1, -0.3, 0, 0.3), flat, overtaking{at: 4.5, from: 4.5 - half, to: 4.5 + half}, "4.5 (3.8 … 5.2)"},
		{"never", falling(at, math.Exp(9), 1, -0.1, 0, 0.1), flat, overtaking{at: math.Inf(1), from: math.Inf(1), to: math.Inf(1)}, "not by 8"},
		{"perhaps", falling(at, math.Exp(7.5), 1, -0.3, 0, 0.3), flat, overtaking{at: 7.5, from: 7.5 - half, to: math.Inf(1)}, "not resolved (6.8 … never)"},
		{"always", falling(at, math.Exp(-9), 1, -0.3, 0, 0.3), flat, overtaking{at: 1, from: 1, to: 1}, "before 1"},
		{"anywhere", falling(at, 1, 0, -0.3, 0, 0.3), falling(at, 1.01, 0, 0, 0, 0), overtaking{at: 1, from: 1, to: math.Inf(1)}, "not resolved (start … never)"},
	} {
		got := overtakingOf(at, leads(c.one, c.other, 1e-12))
		for _, v := range [][2]float64{{got.at, c.want.at}, {got.from, c.want.from}, {got.to, c.want.to}} {
			if !(math.Abs(v[0]-v[1]) < 1e-9 || v[0] == v[1]) {
				t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
			}
		}
		if got.String() != c.text {
			t.Errorf("%s reads %q, want %q", c.name, got, c.text)
		}
	}
}

// TestBracketOf judges methods at their ends alone: nothing between the
// horizons is made up.
func TestBracketOf(t *testing.T) {
	at := []float64{3, 10, 30}
	for _, c := range []struct {
		leads      []estimate
		overtakes  bool
		never      bool
		text       string
		whenBroken string
	}{
		{leads: []estimate{{-2, 1}, {-1, 0.5}, {3, 1}}, overtakes: true, text: "10 … 30"},
		{leads: []estimate{{-2, 1}, {1, 2}, {3, 1}}, overtakes: true, text: "3 … 30"},
		{leads: []estimate{{2, 1}, {1, 0.5}, {3, 1}}, overtakes: true, text: "before 3"},
		{leads: []estimate{{1, 2}, {1, 0.5}, {3, 1}}, overtakes: true, text: "start … 10"},
		{leads: []estimate{{2, 1}, {1, 0.5}, {-3, 1}}, never: true, text: "not by 30"},
		{leads: []estimate{{-2, 1}, {-1, 0.5}, {1, 2}}, text: "not resolved (10 … never)"},
	} {
		got := bracketOf(at, c.leads)
		if got.overtakes() != c.overtakes || got.never() != c.never || got.String() != c.text {
			t.Errorf("%v reads %q (%+v), want %q", c.leads, got, got, c.text)
		}
	}
}

// TestLeadOfDiverged knows who leads only where every seed says the same.
func TestLeadOfDiverged(t *testing.T) {
	inf := math.Inf(1)
	for _, c := range []struct {
		samples   []float64
		low, high float64
	}{{[]float64{inf, inf}, inf, inf}, {[]float64{-inf, -inf}, -inf, -inf}, {[]float64{inf, 1}, -inf, inf}, {[]float64{math.NaN(), 1}, -inf, inf}} {
		if e := lead(c.samples); e.low() != c.low || e.high() != c.high {
			t.Errorf("%v: from %g to %g, want %g and %g", c.samples, e.low(), e.high(), c.low, c.high)
		}
	}
}

// TestOvertakingCovers draws the offsets of seeds from a normal distribution, for
// which Student's interval is exact, and counts how often the interval of the
// crossing covers where the means cross: 95 % of 4000 times, to within four
// standard deviations of such a count.
func TestOvertakingCovers(t *testing.T) {
	at := make([]float64, 30)
	for k := range at {
		at[k] = float64(k + 1)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for _, seeds := range []int{3, 5} {
		const times, cross = 4000, 14.3
		covered := 0
		offsets := make([]float64, seeds)
		for range times {
			for i := range offsets {
				offsets[i] = 0.4 * rng.NormFloat64()
			}
			c := overtakingOf(at, leads(falling(at, math.Exp(cross), 1, offsets...), falling(at, 1, 0, make([]float64, seeds)...), 1e-12))
			if c.from <= cross && cross <= c.to {
				covered++
			}
		}
		if got, want := float64(covered)/times, 0.95; math.Abs(got-want) > 4*math.Sqrt(want*(1-want)/times) {
			t.Errorf("with %d seeds the interval covers %.4f of the time, want %.2f", seeds, got, want)
		}
	}
}
