package fed

import (
	"math"
	"slices"
	"testing"

	"optwatch/fed/privacy"
	"optwatch/optimizers/matrix"
)

// What updates have in common, against the cosines one by one: of three
// vectors, one of them short, and one that is 0 and has no direction.
func TestAgreement(t *testing.T) {
	theta := []float64{3, 0, 4}
	us := []*Update{
		{Client: 2, Delta: []float64{1, 2, 2}, Examples: 10, Loss: 0.5},
		{Client: 4, Delta: []float64{-0.1, 0.3, 0.1}, Examples: 30, Loss: 0.1},
		{Client: 5, Delta: []float64{0, 0, 0}, Examples: 10, Loss: 1},
		{Client: 7, Delta: []float64{2, -1, 0.5}, Examples: 50, Loss: 0.3},
	}
	cosine := func(a, b []float64) float64 { return matrix.Dot(a, b) / (matrix.Nrm2(a) * matrix.Nrm2(b)) }
	moving := []*Update{us[0], us[1], us[3]}
	mean, pairs, with, drift := make([]float64, 3), 0.0, 0.0, 0.0
	for _, u := range us {
		matrix.Axpy(mean, 0.25, u.Delta)
		drift += matrix.Nrm2(u.Delta) / 4 / 5
	}
	lowest, whose := 2.0, 0
	for i, u := range moving {
		for _, v := range moving[:i] {
			pairs += cosine(u.Delta, v.Delta) / 3
		}
		c := cosine(u.Delta, mean)
		with += c / 3
		if c < lowest {
			lowest, whose = c, u.Client
		}
	}
	r := &Round{}
	if r.compare(theta, &gathering{us: us, copies: us}, 1); r.Agreement() != nil {
		t.Fatal("nobody asked for the agreement")
	}
	r.Examine()
	r.compare(theta, &gathering{us: us, copies: us}, 9)
	got := r.Agreement()
	for _, c := range []struct {
		what      string
		got, want float64
	}{
		{"agreement", got.Agreement, pairs},
		{"alignment", got.Alignment, with},
		{"drift", got.Drift, drift},
		{"lowest", got.Lowest, lowest},
		{"local loss", got.Local, 0.1*0.5 + 0.3*0.1 + 0.1*1 + 0.5*0.3},
	} {
		if math.Abs(c.got-c.want) > 1e-12 {
			t.Errorf("%s: got %v, want %v", c.what, c.got, c.want)
		}
	}
	if got.Client != whose || got.Count != 4 || got.Round != 9 {
		t.Errorf("got %+v, want the lowest of client %d", *got, whose)
	}

	r.Examine() // at θ = 0 a drift has no measure, and one update agrees with nobody
	r.compare(make([]float64, 3), &gathering{us: us[:1], copies: us[:1]}, 10)
	if got := r.Agreement(); !math.IsNaN(got.Drift) || !math.IsNaN(got.Agreement) || !math.IsNaN(got.Alignment) {
		t.Errorf("one update at 0: %+v", *got)
	}
}

// Nothing is told of updates that are to be hidden.
func TestAgreementIsPrivate(t *testing.T) {
	r := &Round{}
	r.Privacy = privacy.Settings{Unit: "client", Clip: 1, Noise: 1}
	if !r.Privacy.Kept() {
		t.Fatal("no privacy is kept")
	}
	r.Examine()
	us := []*Update{{Delta: []float64{1}, Examples: 1}, {Delta: []float64{2}, Examples: 1}}
	r.compare([]float64{1}, &gathering{us: us, copies: us}, 1)
	if r.Agreement() != nil {
		t.Errorf("the server tells %+v", *r.Agreement())
	}
}

// Of very many clients a random sample is compared, which follows from the seed
// and the round; of fewer all are.
func TestAgreementOfASample(t *testing.T) {
	r := &Round{streams: streams{seed: 7}}
	cohort := make([]int, 10_000)
	for i := range cohort {
		cohort[i] = 3 * i
	}
	of := func(round, d int) []int { return r.sample(cohort, d, &tally{round: round, attempt: 1}) }
	if got := of(1, 1000); got != nil {
		t.Errorf("nobody asked, and %d are compared", len(got))
	}
	r.Examine()
	if got := of(1, 100); !slices.Equal(got, cohort) {
		t.Errorf("%d are compared, want all", len(got))
	}
	for _, c := range []struct{ d, want int }{{7850, 534}, {199_210, 21}, {1_000_000, 16}} { // 4 Mi/d, and 16 at least
		got := of(1, c.d)
		if len(got) != c.want || !slices.IsSorted(got) || len(slices.Compact(slices.Clone(got))) != len(got) {
			t.Errorf("of %d numbers each, %v are compared, want %d", c.d, got, c.want)
		}
		if slices.ContainsFunc(got, func(k int) bool { return k%3 != 0 || k >= 30_000 }) {
			t.Errorf("%v are compared, who are not of the cohort", got)
		}
		if !slices.Equal(got, of(1, c.d)) || slices.Equal(got, of(2, c.d)) {
			t.Errorf("of %d numbers each: the sample must follow from the round", c.d)
		}
	}
}
