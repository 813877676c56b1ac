package train

import (
	"math"
	"slices"
	"testing"
)

// Losses are measured against f* where it is certified, else against the best seen.
func TestBaseline(t *testing.T) {
	certified := &Report{Optimum: Optimum{State: OptimumCertified, Value: 1}}
	if got := certified.baseline().above(1.5); got != 0.5 {
		t.Errorf("1.5 is %g above the optimum at 1", got)
	}
	if got := certified.baseline().above(math.Inf(1)); !math.IsNaN(got) {
		t.Errorf("a loss of +Inf is %g above the optimum", got)
	}
	runs := []RunReport{{Curve: []Point{{Loss: 3}, {Loss: math.NaN()}, {Loss: 2}}}, {Curve: []Point{{Loss: 4}}}}
	for state, want := range map[OptimumState]float64{OptimumUnknown: 2, OptimumSearching: 1.5, OptimumBestKnown: 1.5} {
		s := &Report{Runs: runs, Optimum: Optimum{State: state, Value: 1.5}}
		if got := float64(s.baseline()); got != want {
			t.Errorf("state %d: the best loss seen is %g, want %g", state, got, want)
		}
	}
	if got := new(Report).baseline().above(2); !math.IsNaN(got) {
		t.Errorf("2 is %g above what nobody knows", got)
	}
}

// What has been handed out stays as it was when a curve goes on, is thinned, or
// is measured against another baseline.
func TestColumnsNeverChangeWhatWasSeen(t *testing.T) {
	r := &RunReport{Curve: []Point{{Evals: 10, Loss: 3}, {Evals: 20, Loss: 2}}}
	s := &Report{Runs: []RunReport{*r}, Data: DataView{Train: 10}, Optimum: Optimum{State: OptimumCertified, Value: 1}}
	var c columns
	of := func(key string) []float64 {
		return c.values[slices.IndexFunc(pointMetrics, func(m pointMetric) bool { return m.Key == key })]
	}
	c.update(r, 10, s.baseline())
	loss, gap, at := clipped(of(trainLoss)), clipped(of(suboptimality)), c.at.view()
	r.Curve = append(r.Curve, Point{Evals: 30, Loss: 1.5})
	c.update(r, 10, baseline(0.5))
	if want := []float64{2.5, 1.5, 1}; !slices.Equal(of(suboptimality), want) {
		t.Errorf("above a new baseline: %v, want %v", of(suboptimality), want)
	}
	r.Curve = []Point{{Evals: 20, Loss: 2}, {Evals: 30, Loss: 1.5}, {Evals: 40, Loss: 1.2}} // another array
	c.update(r, 10, baseline(0.5))
	if want := []float64{20, 30, 40}; !slices.Equal(c.at[onEvals], want) || len(of(trainLoss)) != 3 {
		t.Errorf("a thinned curve has places %v and %d losses", c.at[onEvals], len(of(trainLoss)))
	}
	if !slices.Equal(loss, []float64{3, 2}) || !slices.Equal(gap, []float64{2, 1}) || !slices.Equal(at[onEvals], []float64{10, 20}) || !slices.Equal(at[onEpochs], []float64{1, 2}) || at[onRounds] != nil {
		t.Errorf("what was handed out is now %v, %v at %v", loss, gap, at)
	}
}
