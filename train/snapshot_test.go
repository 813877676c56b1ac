package train

import (
	"context"
	"math"
	"slices"
	"testing"

	"optwatch/train/data"
	"optwatch/train/view"
)

func seriesOf(t *testing.T, s *view.Snapshot, run int, metric string) *view.Series {
	t.Helper()
	got := s.Runs[run].Of(metric)
	if got == nil {
		t.Fatalf("run %d has no %s", run, metric)
	}
	return got
}

// What is declared follows from the data: whether there are classes, what
// accuracies can be of, and whether f* is known.
func TestWhatASnapshotDeclares(t *testing.T) {
	classes := []string{"a", "b"}
	nan := math.NaN()
	none := Optimum{Value: nan, Bound: nan, ValAccuracy: nan, TestAccuracy: nan}
	for name, c := range map[string]struct {
		data     DataView
		judged   string // the first of the headline
		val      bool   // accuracies are drawn
		test     bool
		testNote string
	}{
		"classes":             {DataView{Train: 10, Val: 4, Test: 4, Classes: classes}, "val_accuracy", true, true, ""},
		"no validation set":   {DataView{Train: 10, Test: 4, Classes: classes}, "test_accuracy", false, true, "no validation set"},
		"training alone":      {DataView{Train: 10, Classes: classes}, "loss", false, false, "no validation set"},
		"regression":          {DataView{Train: 10, Val: 4, Test: 4}, "loss", false, false, ""},
		"regression, no sets": {DataView{Train: 10}, "loss", false, false, "no validation set"},
	} {
		s := (&Report{Phase: view.PhaseTraining, Data: c.data, Optimum: none}).Snapshot()
		if want := []string{c.judged, "suboptimality"}; !slices.Equal(s.Headline, want) {
			t.Errorf("%s: headline %v, want %v", name, s.Headline, want)
		}
		if v, w := s.Metric("val_accuracy"), s.Metric("test_accuracy"); v.Aside == c.val || w.Aside == c.test || w.Note != c.testNote || v.Lines != nil || w.Lines != nil {
			t.Errorf("%s: %+v and %+v", name, *v, *w)
		}
		var columns []string
		for _, col := range s.Columns {
			columns = append(columns, col.Key)
			if s.Metric(col.Key) == nil && s.Axis(col.Key) < 0 && col.Key != "lr" && col.Key != "batch" {
				t.Errorf("%s: a column of %q, which is nothing", name, col.Key)
			}
		}
		want := []string{"step", "lr", "batch", "evals", "loss"}
		if c.judged != "loss" {
			want = append(want, c.judged)
		}
		if want = append(want, "suboptimality"); !slices.Equal(columns, want) {
			t.Errorf("%s: columns %v, want %v", name, columns, want)
		}
		if !s.Metric("grad_norm").Aside || s.Pace != "evals" || s.Axes[0].Key != "evals" || s.Clock() != s.Axis("elapsed") || s.Leaving != view.LeavesEnded {
			t.Errorf("%s: pace %s, clock %d, leaving %d", name, s.Pace, s.Clock(), s.Leaving)
		}
	}
}

// f − f* is what it is called only where f* is certified, and then says how
// accurate it is.
func TestGapMetric(t *testing.T) {
	for _, c := range []struct {
		optimum     Optimum
		title       string
		provisional bool
		floor       float64
		progress    int64
		busy        bool
	}{
		{Optimum{}, "f − best so far", true, 0, 0, false},
		{Optimum{State: OptimumSearching, Evaluations: 12}, "f − best so far", true, 0, 12, true},
		{Optimum{State: OptimumBestKnown}, "f − best known", true, 0, 0, false},
		{Optimum{State: OptimumCertified, Bound: 1e-9}, "f − f*", false, 1e-9, 0, false},
		{Optimum{State: OptimumCertified, Bound: 1e-15}, "f − f*", false, 1e-13, 0, false},
	} {
		s := (&Report{Phase: view.PhaseTraining, Optimum: c.optimum}).Snapshot()
		m := s.Metric("suboptimality")
		if m.Title != c.title || m.Provisional != c.provisional || m.Floor != c.floor || m.Progress.Done != c.progress || s.Busy != c.busy {
			t.Errorf("%+v: %+v, busy %t", c.optimum, *m, s.Busy)
		}
	}
	s := (&Report{Phase: view.PhaseTraining, Optimum: Optimum{State: OptimumCertified, ValAccuracy: 0.9, TestAccuracy: math.NaN()}}).Snapshot()
	if l := s.Metric("val_accuracy").Lines; len(l) != 1 || l[0].At != 0.9 || s.Metric("test_accuracy").Lines != nil {
		t.Errorf("lines at the optimum: %v", l)
	}
}

// The shortest range of an accuracy is six standard errors of 90 %, one point at least.
func TestLeastRangeOfAnAccuracy(t *testing.T) {
	for n, want := range map[int]float64{900: 0.06, 100000: 0.01, 0: 1.8} {
		s := &Report{Data: DataView{Val: n, Test: n}}
		if got := s.metrics(); math.Abs(got[0].Least-want) > 1e-12 || got[4].Least != got[0].Least {
			t.Errorf("%d examples: %g and %g, want %g", n, got[0].Least, got[4].Least, want)
		}
	}
}

// A run that has ended: values of each metric at places on each axis but those
// of rounds, and what it comes to for each class.
func TestSeriesOfARun(t *testing.T) {
	e := begin(t, config(500, "sgd"))
	if err := e.WaitRuns(t.Context()); err != nil {
		t.Fatal(err)
	}
	s, r := e.Snapshot(), e.Report().Runs[0]
	for _, key := range []string{"loss", "suboptimality", "grad_norm", "val_accuracy", "test_accuracy", "mini_batch_loss"} {
		got := seriesOf(t, s, 0, key)
		for axis, a := range s.Axes {
			places := got.On(axis)
			if none := a.Key == "rounds" || a.Key == "bytes"; none != (places == nil) || !none && (len(places) != len(got.Values) || !slices.IsSorted(places)) {
				t.Errorf("%s on %s: %d values at %v", key, a.Key, len(got.Values), places)
			}
			if s.Runs[0].Takes(axis) == (a.Key == "rounds" || a.Key == "bytes") {
				t.Errorf("it is at %g on %s", s.Runs[0].Place(axis), a.Key)
			}
		}
	}
	loss, gap, mini := seriesOf(t, s, 0, "loss"), seriesOf(t, s, 0, "suboptimality"), seriesOf(t, s, 0, "mini_batch_loss")
	if len(loss.Values) != len(r.Curve) || len(mini.Values) != len(r.Trace) || len(mini.Low) != len(mini.Values) || loss.Low != nil {
		t.Fatalf("%d and %d values of %d points and %d", len(loss.Values), len(mini.Values), len(r.Curve), len(r.Trace))
	}
	for i, p := range r.Curve {
		if loss.Values[i] != p.Loss || gap.Values[i] != p.Loss-e.Report().Optimum.Value || loss.On(s.Axis("epochs"))[i] != float64(p.Evals)/500 || loss.On(s.Axis("step"))[i] != float64(p.Step) {
			t.Errorf("point %d: %+v", i, p)
		}
	}
	last := len(loss.Values) - 1
	if loss.Last != loss.Values[last] || gap.Last != gap.Values[last] || s.Runs[0].Place(s.Axis("evals")) != 2500 {
		t.Errorf("it is at %g evaluations, loss %g, gap %g", s.Runs[0].Place(0), loss.Last, gap.Last)
	}
	mean := 0.0
	rows := e.problem.perClass
	for i, name := range []string{"a", "b", "c"} {
		got := seriesOf(t, s, 0, "class_accuracy/"+name)
		mean += got.Last * float64(len(rows[i])) / 100
		if m := s.Metric("class_accuracy/" + name); m == nil || !m.Aside || m.Name != name || got.Values != nil {
			t.Errorf("class %s: %+v", name, m)
		}
	}
	if math.Abs(mean-seriesOf(t, s, 0, "test_accuracy").Last) > 1e-12 {
		t.Errorf("classes come to %g, the test set to %g", mean, seriesOf(t, s, 0, "test_accuracy").Last)
	}
}

// While a run goes on nothing is known of single classes.
func TestNoClassesBeforeTheEnd(t *testing.T) {
	e := endless(t, "sgd")
	if s := e.Snapshot(); s.Metric("class_accuracy/a") != nil || s.Runs[0].Of("class_accuracy/a") != nil {
		t.Error("there are accuracies of classes")
	}
}

// A regression on training data alone has losses and no accuracy.
func TestSnapshotOfARegression(t *testing.T) {
	c := config(200, "sgd:lr=0.001")
	c.Model = "least-squares"
	c.Load = func(context.Context, data.Progress) (*data.Dataset, error) {
		d := blobs(200)
		d.Val, d.Test, d.Classes = data.Split{}, data.Split{}, nil
		for _, y := range d.Train.Labels {
			d.Train.Targets = append(d.Train.Targets, float64(y))
		}
		d.Train.Labels = nil
		return d, nil
	}
	e := begin(t, c)
	if err := e.WaitRuns(t.Context()); err != nil {
		t.Fatal(err)
	}
	s := e.Snapshot()
	if s.Headline[0] != "loss" || math.IsNaN(seriesOf(t, s, 0, "loss").Last) || s.Subject.Classes != nil {
		t.Errorf("headline %v, subject %+v", s.Headline, s.Subject)
	}
	for _, v := range seriesOf(t, s, 0, "val_accuracy").Values {
		if !math.IsNaN(v) {
			t.Errorf("an accuracy of %g", v)
		}
	}
}

// Runs that differ in their seed alone are one group.
func TestGroupsOfSeeds(t *testing.T) {
	e := endless(t, "sgd:seed=1", "sgd:seed=2", "adam", "sgd:seed=3,lr=0.3")
	s := e.Snapshot()
	want := []string{"seeds of sgd", "seeds of sgd", "", ""}
	for i, r := range s.Runs {
		if r.Group != want[i] {
			t.Errorf("%s is in %q, want %q", r.Name, r.Group, want[i])
		}
	}
}

// A viewer that asks for what changed since misses nothing of a run, and is not
// told of one that stands still.
func TestGenerations(t *testing.T) {
	e := endless(t, "sgd", "adam")
	halt(t, e, 0)
	before := e.Snapshot()
	await(t, e, "a point of the other", func(s *Report) bool { return len(s.Runs[1].Trace) > 0 && s.Runs[1].changed > before.Generation })
	after := e.Snapshot()
	if a, b := before.Runs[0].Generation, after.Runs[0].Generation; a != b || after.Generation <= before.Generation || a > before.Generation {
		t.Errorf("paused it went from %d to %d, all from %d to %d", a, b, before.Generation, after.Generation)
	}
	for i, c := range []view.Command{
		{Kind: view.Set, Setting: "lr", Value: 0.2},
		{Kind: view.Set, Setting: "batch", Value: 16},
		{Kind: view.Switch, Recipe: "momentum"},
		{Kind: view.StepOnce},
		{Kind: view.Resume},
		{Kind: view.Pause},
		{Kind: view.Restart},
		{Kind: view.Stop},
	} {
		last := e.Snapshot().Generation
		c.ID = uint64(i + 1)
		order(t, e, c)
		await(t, e, "the change", func(s *Report) bool { return len(answers(t, s)[c.ID]) == 1 })
		if s := e.Snapshot(); s.Runs[0].Generation <= last || s.Generation < s.Runs[0].Generation {
			t.Errorf("%s: the run is at %d, all at %d, before at %d", c.Kind, s.Runs[0].Generation, s.Generation, last)
		}
		if c.Kind == view.Pause || c.Kind == view.Restart {
			halt(t, e, 0)
		}
	}
	last := e.Snapshot().Generation
	order(t, e, view.Command{Kind: view.Branch, Run: 0})
	if s := await(t, e, "the branch", func(s *Report) bool { return len(s.Runs) == 3 }); s.Runs[2].changed <= last {
		t.Errorf("the branch is at %d, before it all at %d", s.Runs[2].changed, last)
	}
}
