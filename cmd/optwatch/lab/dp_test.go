package lab

import (
	"math"
	"testing"

	"optwatch/train/study"
)

// TestAccounting holds the accountant against the known table, and would notice
// a cost that is off by a thousandth.
func TestAccounting(t *testing.T) {
	accounted := func() study.Study {
		p := page()
		accounting(p, true)
		return p.Study()
	}
	s := accounted()
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
	before := knownEpsilons[0].epsilon
	defer func() { knownEpsilons[0].epsilon = before }()
	knownEpsilons[0].epsilon *= 1.001
	if s = accounted(); s.Claims[0].Verdict != study.Fails {
		t.Errorf("a wrong cost is not noticed: %+v", s.Claims)
	}
}

// TestRises judges accuracies that rise, that fall by less than the seeds
// differ, that fall by more, and that end where they began.
func TestRises(t *testing.T) {
	for _, c := range []struct {
		name string
		at   [][2]float64 // of two seeds, by budget
		want study.Verdict
	}{
		{"rising", [][2]float64{{0.5, 0.6}, {0.7, 0.8}, {0.85, 0.86}}, study.Holds},
		{"a fall within the seeds'", [][2]float64{{0.5, 0.6}, {0.7, 0.8}, {0.71, 0.72}}, study.Holds},
		{"a fall beyond them", [][2]float64{{0.5, 0.5}, {0.80, 0.81}, {0.71, 0.72}}, study.Fails},
		{"no rise with one seed", [][2]float64{{0.5, 0.7}, {0.6, 0.7}, {0.69, 0.8}}, study.Fails},
	} {
		m := &privacyMode{name: "all", budgets: []float64{1, 2, 4}}
		for _, seeds := range c.at {
			e := &contender{at: []int64{1}, points: unseen(2, 1)}
			for i, v := range seeds {
				e.points[i][0].TestAccuracy = v
			}
			m.of = append(m.of, e)
		}
		p := page()
		(&privacyStudy{contest: contest{seeds: 2}, page: p}).rises(m)
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
