package search

import (
	"context"
	"math"
	"slices"
	"testing"

	"optwatch/cmd/optwatch/trials"
	"optwatch/optimizers"
	"optwatch/train"
	"optwatch/train/study"
)

// TestLadder climbs where the scores are known: the whole grid with the first
// budget, then the best and smaller ones as long as they are better; where none of
// these is any good, all others.
func TestLadder(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	truth := [][]float64{{9, 7, 5, 3, 4, inf}, {5, 2, 3, 4, 6, inf}, {inf, inf, inf, 3, 1, 2}}
	l := &Ladder{Values: []float64{1, 2, 4, 8, 16, 32}}
	for range truth {
		l.scores = append(l.scores, slices.Repeat([]float64{nan}, 6))
	}
	for k, tried := range [][]float64{{1, 2, 4, 8, 16, 32}, {1, 2, 4, 8}, {1, 2, 4, 8, 16, 32}} {
		for want := l.wanted(k); len(want) > 0; want = l.wanted(k) {
			for _, i := range want {
				l.scores[k][i] = truth[k][i]
			}
		}
		if got := l.Tried(k); !slices.Equal(got, tried) {
			t.Errorf("with budget %d it has tried %v, want %v", k, got, tried)
		}
		if got, want := l.Best(k), []int{3, 1, 4}[k]; got != want {
			t.Errorf("with budget %d the best is %d, want %d", k, got, want)
		}
	}
	l.scores[0] = slices.Repeat([]float64{inf}, 6)
	if l.Best(0) != -1 || len(l.wanted(0)) > 0 {
		t.Errorf("of a ladder that diverged the best is %d, and it still wants %v", l.Best(0), l.wanted(0))
	}
}

// horizonsOf searches for the best rates of cosine steps on the digits.
func horizonsOf(t *testing.T, threads int) (*Horizons, *Ladder, study.Study) {
	t.Helper()
	notebook := study.NewNotebook(nil, study.Study{Name: "test"})
	s := trials.NewSession(context.Background(), options("digits", threads), notebook)
	t.Cleanup(s.Close)
	b, err := s.Bench(trials.Problem{Model: "softmax", L2: 1e-3, Val: -1})
	if err != nil {
		t.Fatal(err)
	}
	h := &Horizons{Bench: b, Key: "lr", Budgets: []int64{8000, 24_000}, Seeds: 2, Seed: 1, Score: func(p train.Point) float64 { return p.Loss }}
	l := &Ladder{Recipe: optimizers.Default().Must("sgd:batch=64,schedule=cosine")[0], Values: []float64{0.01, 0.1, 1, 1e8}}
	if err := h.Run(s, notebook.Pages()[0], []*Ladder{l}); err != nil {
		t.Fatal(err)
	}
	return h, l, notebook.Pages()[0].Study()
}

// TestHorizons searches with one slot and with three: the same scores to the
// bit, each that of a trial which was laid out for the budget.
func TestHorizons(t *testing.T) {
	h, one, found := horizonsOf(t, 1)
	_, three, _ := horizonsOf(t, 3)
	for k, evals := range h.Budgets {
		for i, score := range one.scores[k] {
			if other := three.scores[k][i]; score != other && !(math.IsNaN(score) && math.IsNaN(other)) {
				t.Errorf("lr %g with %d evaluations comes to %g with one slot, to %g with three", one.Values[i], evals, score, other)
			}
		}
		if one.Best(k) < 1 || one.Best(k) > 2 {
			t.Errorf("the best lr with %d evaluations is number %d of %v", evals, one.Best(k), one.Values)
		}
	}
	if !math.IsInf(one.scores[0][3], 1) {
		t.Errorf("lr = 1e8 has the score %g, not that of what diverged", one.scores[0][3])
	}
	var whole []float64
	for seed := range uint64(2) {
		trial, err := h.Bench.Trial("sgd:batch=64,schedule=cosine,lr=0.1", 1+seed, 24_000)
		if err != nil {
			t.Fatal(err)
		}
		trial.Bare().Advance(24_000)
		whole = append(whole, trial.Last().Loss)
	}
	if want := trials.Median(whole); one.scores[1][1] != want {
		t.Errorf("lr = 0.1 has the score %g, a trial of that budget %g", one.scores[1][1], want)
	}
	if found.Evals != one.Evals || one.Evals == 0 {
		t.Errorf("the page says %d evaluations, the ladder %d", found.Evals, one.Evals)
	}
}
