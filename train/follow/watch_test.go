package follow

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"optwatch/train/view"
)

func TestReadsAsItGrows(t *testing.T) {
	b := newBench(t)
	if s := b.look(); s.Phase != view.PhaseLoading || !strings.HasPrefix(s.Loading.What, "no logs in ") {
		t.Errorf("without a log it says %v, %q", s.Phase, s.Loading.What)
	}
	b.write("a.plain", "1 1790000001 train/loss 2", "2 1790000002 train/loss 1.5 val/loss 1.75")
	s := b.look()
	r := b.run(s, "a.plain")
	loss := r.Of("loss")
	if loss == nil || !slices.Equal(loss.Values, []float64{2, 1.5}) || !slices.Equal(loss.On(onStep), []float64{1, 2}) || !slices.Equal(loss.On(onClock), []float64{0, 1}) {
		t.Fatalf("the loss is %+v", loss)
	}
	if got := r.Last("val_loss"); got != 1.75 {
		t.Errorf("the validation loss is %v", got)
	}
	if m := s.Metric("loss" + besides); m == nil || m.Behind != "loss" {
		t.Error("the validation loss is not drawn behind the training loss")
	}
	b.write("a.plain", "3 1790000003 train/loss 1.25")
	b.write("deep/er/b.plain", "1 1790000009 train/loss 9")
	s = b.look()
	if got := b.run(s, "a.plain").Of("loss").Values; !slices.Equal(got, []float64{2, 1.5, 1.25}) {
		t.Errorf("after more it is %v", got)
	}
	if !slices.Equal(loss.Values, []float64{2, 1.5}) {
		t.Error("what was handed out has changed")
	}
	b.run(s, "deep/er/b.plain")
	if len(s.Axes) != axisCount || s.Axes[onClock].Clock != true {
		t.Error("the axes are not those of the places")
	}
}

// A curve that goes back is another life of the run: no line leads back, and what
// was there is drawn behind it.
func TestBeginsAgain(t *testing.T) {
	for name, lines := range map[string][]string{
		"told":   {"1 1 loss 5 acc 1", "2 2 loss 4 acc 2", "3 3 loss 3 acc 3", "restart 2", "2 12 loss 3.5 acc 2", "3 13 loss 2.5 acc 3"},
		"untold": {"1 1 loss 5 acc 1", "2 2 loss 4 acc 2", "3 3 loss 3 acc 3", "2 12 loss 3.5 acc 2", "3 13 loss 2.5 acc 3"},
	} {
		b := newBench(t)
		b.write("a.plain", lines...)
		s := b.look()
		r := b.run(s, "a.plain")
		if got := r.Of("loss").Values; !slices.Equal(got, []float64{5, 3.5, 2.5}) {
			t.Errorf("%s: the life that goes on is %v", name, got)
		}
		old := r.Of("loss" + formerly)
		if old == nil || !slices.Equal(old.Values, []float64{4, 3}) || !slices.Equal(old.On(onStep), []float64{2, 3}) {
			t.Errorf("%s: what was before is %+v", name, old)
		}
		if m := s.Metric("loss" + formerly); m == nil || m.Behind != "loss" {
			t.Errorf("%s: it is not drawn behind", name)
		}
		marks := 0
		for _, m := range r.Marks {
			if m.Kind == view.EventRestart {
				marks++
			}
		}
		if marks != 1 {
			t.Errorf("%s: %d marks say that it began again, want 1", name, marks)
		}
	}
}

// A file that is written anew is read anew.
func TestWrittenAnew(t *testing.T) {
	b := newBench(t)
	b.write("a.plain", "1 1 loss 5", "2 2 loss 4", "3 3 loss 3")
	b.look()
	b.rewrite("a.plain", "1 1 loss 7")
	if got := b.run(b.look(), "a.plain").Of("loss").Values; !slices.Equal(got, []float64{7}) {
		t.Errorf("it is %v, want what was written anew alone", got)
	}
}

func TestStanding(t *testing.T) {
	b := newBench(t)
	b.write("a.plain", fmt.Sprint("1 ", b.now.Unix(), " loss 5"))
	state := func() string {
		r := b.run(b.look(), "a.plain")
		return strings.TrimSpace(r.State.String() + " " + r.Activity + r.Reason)
	}
	for _, step := range []struct {
		after time.Duration
		want  string
	}{
		{0, "running"},
		{59 * time.Second, "running"},
		{30 * time.Second, "running quiet 89 s"},
		{5 * time.Minute, "running quiet 6 min"},
		{10 * time.Minute, "silent nothing has come for 16 min"},
	} {
		b.now = b.now.Add(step.after)
		if got := state(); got != step.want {
			t.Errorf("after %v more it is %q, want %q", step.after, got, step.want)
		}
	}
	b.write("a.plain", fmt.Sprint("2 ", b.now.Unix(), " loss 4"))
	if got := state(); got != "running" {
		t.Errorf("once it goes on it is %q", got)
	}
	b.write("a.plain", "done")
	if got := state(); got != "finished finished" {
		t.Errorf("once its log says so it is %q", got)
	}
	if n := len(b.alerts); n == 0 || b.alerts[n-1].Kind != "finished" {
		t.Errorf("the alerts are %+v", b.alerts)
	}
}

// A run of which it is known how many steps it takes says how long they will.
func TestTimeLeft(t *testing.T) {
	b := newBench(t)
	b.write("a.plain", "total 100", fmt.Sprint("0 ", b.now.Unix(), " loss 5"))
	b.look()
	b.now = b.now.Add(10 * time.Second)
	b.write("a.plain", fmt.Sprint("20 ", b.now.Unix(), " loss 4"))
	b.look()
	if r := b.run(b.look(), "a.plain"); r.Rate != 2 || r.Left != 40*time.Second {
		t.Errorf("it makes %v steps a second and takes %v more, want 2 and 40s", r.Rate, r.Left)
	}
}

func TestTroubleIsToldOnce(t *testing.T) {
	b := newBench(t)
	b.write("a.plain", "1 1 loss 5", "panic")
	b.write("b.plain", "1 1 loss 5")
	b.look()
	b.write("a.plain", "panic")
	s := b.look()
	b.run(s, "b.plain")
	told := 0
	for _, e := range s.Events {
		if strings.Contains(e.Text, "a reader's mistake") {
			told++
		}
	}
	if told != 1 {
		t.Errorf("the trouble is told %d times, want once: %+v", told, s.Events)
	}
}

// What is wrong with a log is told once, and counted.
func TestBadRecordsAreTold(t *testing.T) {
	b := newBench(t)
	b.write("a.plain", "1 1 loss 5", "bad", "note nothing-flushed-yet", "bad")
	b.look()
	b.write("a.plain", "bad", "2 2 loss 4")
	var told []string
	for _, e := range b.look().Events {
		if e.Run == "a.plain" && e.Kind == view.EventInfo {
			told = append(told, e.Text)
		}
	}
	if want := []string{"a record is skipped: a line is bad", "nothing-flushed-yet"}; !slices.Equal(told, want) {
		t.Errorf("it tells %q, want %q", told, want)
	}
	if got := b.Report().Runs[0].Skipped; got != 3 {
		t.Errorf("%d records are skipped, want 3", got)
	}
}

func TestConfiguration(t *testing.T) {
	b := newBench(t, func(o *Options) { o.Group = "seed" })
	b.write("a.plain", "set lr 0.1", "set seed 1", "set model net", "1 1 loss 5")
	b.write("b.plain", "set lr 0.1", "set seed 2", "set model net", "1 1 loss 6")
	b.write("c.plain", "set lr 0.2", "set seed 1", "set model net", "1 1 loss 7")
	s := b.look()
	a, bb, c := b.run(s, "a.plain"), b.run(s, "b.plain"), b.run(s, "c.plain")
	if a.Group == "" || a.Group != bb.Group || a.Group == c.Group {
		t.Errorf("the groups are %q, %q and %q", a.Group, bb.Group, c.Group)
	}
	want := []view.Parameter{{Key: "lr", Text: "0.1", Differs: true}, {Key: "model", Text: "net"}, {Key: "seed", Text: "1", Differs: true}}
	if !slices.Equal(a.Parameters, want) {
		t.Errorf("the parameters are %+v, want %+v", a.Parameters, want)
	}
	if a.Recipe != "lr=0.1 seed=1" {
		t.Errorf("what tells it from others is %q", a.Recipe)
	}
}

// Of many points the extremes stay, and how many there were.
func TestThinning(t *testing.T) {
	b := newBench(t)
	var lines []string
	const n = 100_000
	for i := range n {
		v := 1.0
		switch i {
		case 12_345:
			v = 1000
		case 77_777:
			v = -1000
		}
		lines = append(lines, fmt.Sprint(i, " ", i+1, " loss ", v))
	}
	b.write("a.plain", lines...)
	s := b.look()
	k := b.run(s, "a.plain").Of("loss")
	if len(k.Values) > 2*mostPoints {
		t.Errorf("it keeps %d points", len(k.Values))
	}
	for _, want := range []struct{ step, value float64 }{{12_345, 1000}, {77_777, -1000}} {
		if i := slices.Index(k.Values, want.value); i < 0 || k.On(onStep)[i] != want.step {
			t.Errorf("the value %v at step %v is lost", want.value, want.step)
		}
	}
	if !slices.IsSorted(k.On(onStep)) {
		t.Error("the steps are out of order")
	}
	m := b.Report().Runs[0].Metrics["loss"]
	if m.Count != n || m.Min.Value != -1000 || m.Max.Value != 1000 || m.Step.Value != n-1 {
		t.Errorf("the report is %+v", m)
	}
	if last := k.On(onStep)[len(k.Values)-1]; last < n-100 {
		t.Errorf("the curve ends at step %v", last)
	}
}

// Thinning keeps what is not finite too.
func TestThinningKeepsNaN(t *testing.T) {
	var p points
	for i := range 16 {
		v := float64(i)
		if i == 5 {
			v = math.NaN()
		}
		p.add(place{float64(i)}, v)
	}
	thin := p.thinned(0, 8, points{})
	if got := fmt.Sprint(thin.values); got != "[0 NaN 8 15]" {
		t.Errorf("it is %v", got)
	}
}
