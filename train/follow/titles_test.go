package follow

import (
	"fmt"
	"slices"
	"testing"

	"optwatch/train/view"
)

// nanoGPT prints the loss of a batch at every step, and now and then that of more
// batches before it. What is drawn as the training loss is the frequent one; the other
// is there by its name, and both are reported with their tags.
func TestFrequentLossIsTheTrainingLoss(t *testing.T) {
	for _, c := range []struct{ rare, frequent, key string }{
		{"train/loss", "loss", "train/loss"},
		{"loss", "train/loss", "loss" + ownName},
	} {
		b := newBench(t)
		b.write("a.plain", "0 nan "+c.rare+" 4.5 val/loss 4.6")
		for i := range 40 {
			b.write("a.plain", fmt.Sprintf("%d nan %s %d", i, c.frequent, i))
		}
		b.write("a.plain", "40 nan "+c.rare+" 3.5 val/loss 3.6", "41 nan "+c.frequent+" NaN")
		s := b.look()
		r := b.run(s, "a.plain")
		if got := r.Of("loss"); got == nil || len(got.Values) != 41 {
			t.Errorf("%s: the training loss is %+v", c.frequent, got)
		}
		if got := r.Of(c.key); got == nil || !slices.Equal(got.Values, []float64{4.5, 3.5}) {
			t.Errorf("%s: by its own name it is %+v", c.rare, got)
		}
		if m := s.Metric(c.key); m == nil || m.Title != c.rare {
			t.Errorf("%s: it is titled %+v", c.rare, m)
		}
		if got := r.Of("val_loss"); got == nil || len(got.Values) != 2 {
			t.Errorf("the validation loss is %+v", got)
		}
		if !slices.ContainsFunc(r.Marks, func(m view.Mark) bool { return m.Kind == view.EventDiverged }) {
			t.Errorf("%s: a NaN in it is not marked", c.frequent)
		}
		metrics := b.Report().Runs[0].Metrics
		if metrics["loss"].Count+metrics["train/loss"].Count != 43 || len(metrics) != 3 {
			t.Errorf("%s: it is reported as %+v", c.frequent, metrics)
		}
	}
}

// Of two that come as often the first is drawn as what both mean.
func TestFirstLossStaysTheTrainingLoss(t *testing.T) {
	b := newBench(t)
	for i := range 40 {
		b.write("a.plain", fmt.Sprintf("%d nan train/loss 1 loss 2", i))
	}
	r := b.run(b.look(), "a.plain")
	if r.Last("loss") != 1 || r.Last("loss"+ownName) != 2 {
		t.Errorf("they are %v and %v, want 1 and 2", r.Last("loss"), r.Last("loss"+ownName))
	}
}
