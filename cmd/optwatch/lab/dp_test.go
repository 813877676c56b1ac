package lab

import (
	"math"
	"testing"

	"optwatch/train/study"
)

// TestAccounting holds the accountant against the known table, and would notice
// a cost that is off by a thousandth.
func TestAccounting(t *testing.T) {
	judged := func(of accountant) study.Study {
		p := page()
		accounting(p, true, of)
		return p.Study()
	}
	s := judged(accounted)
	if len(s.Claims) != 1 || s.Claims[0].Verdict != study.Holds || len(s.Tables[0].Rows) != len(knownEpsilons) {
		t.Errorf("%+v", s)
	}
	for _, curve := range append(s.Figures[0].Series, s.Figures[1].Series...) {
		for i := 1; i < len(curve.X); i++ {
			if curve.X[i] <= curve.X[i-1] || curve.Y[i] <= curve.Y[i-1] {
				t.Errorf("%s falls after %g rounds", curve.Name, curve.X[i-1])
			}
		}
	}
	off := func(rate, noise float64, steps int, delta float64) float64 {
		return 1.001 * accounted(rate, noise, steps, delta)
	}
	if s = judged(off); s.Claims[0].Verdict != study.Refuted {
		t.Errorf("a wrong cost is not noticed: %+v", s.Claims)
	}
}

// TestRises judges accuracies of three seeds that rise, that fall within a point,
// that fall by more, that end where they began, and that scatter too much to say.
func TestRises(t *testing.T) {
	for _, c := range []struct {
		name string
		at   [][]float64 // of each seed, by budget
		want study.Verdict
	}{
		{"rising", [][]float64{{0.5, 0.51, 0.52}, {0.7, 0.71, 0.72}, {0.85, 0.86, 0.86}}, study.Holds},
		{"a fall within a point", [][]float64{{0.5, 0.51, 0.52}, {0.700, 0.710, 0.720}, {0.695, 0.705, 0.715}}, study.Holds},
		{"a fall by more", [][]float64{{0.5, 0.5, 0.5}, {0.80, 0.81, 0.81}, {0.71, 0.72, 0.72}}, study.Refuted},
		{"no rise", [][]float64{{0.5, 0.7, 0.6}, {0.6, 0.7, 0.6}, {0.6, 0.61, 0.65}}, study.Unresolved},
		{"a fall from the first to the last", [][]float64{{0.505, 0.515, 0.525}, {0.502, 0.512, 0.522}, {0.501, 0.511, 0.521}}, study.Refuted},
	} {
		m := &privacyMode{name: "all", budgets: []float64{1, 2, 4}}
		for _, seeds := range c.at {
			e := &contender{at: []int64{1}, points: unseen(3, 1)}
			for i, v := range seeds {
				e.points[i][0].TestAccuracy = v
			}
			m.of = append(m.of, e)
		}
		p := page()
		(&privacyStudy{contest: contest{seeds: 3}, page: p}).rises(m)
		if got := p.Study().Claims[0].Verdict; got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// TestMostSNR: 100 clients beside z = 1 in 10,000 numbers are as long as the noise.
func TestMostSNR(t *testing.T) {
	m := &privacyMode{clients: 100, noise: []float64{1, 2.5}}
	if a, b := m.mostSNR(0, 10_000), m.mostSNR(1, 10_000); math.Abs(a-1) > 1e-12 || math.Abs(b-0.4) > 1e-12 {
		t.Errorf("signal beside noise: %g and %g, want 1 and 0.4", a, b)
	}
}
