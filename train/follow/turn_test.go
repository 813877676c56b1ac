package follow

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"optwatch/train/follow/logs"
	"optwatch/train/view"
)

// stuck is a log whose file system does not answer.
type stuck struct{ asked, answer chan struct{} }

func (s *stuck) Follow(*logs.Batch) (bool, error) {
	s.asked <- struct{}{}
	<-s.answer
	return false, nil
}

func (s *stuck) Close() error { return nil }

// Neither a screen nor its commands wait for a file that is read.
func TestNobodyWaitsForAFile(t *testing.T) {
	s := &stuck{make(chan struct{}), make(chan struct{})}
	b := newBench(t, func(o *Options) {
		o.Formats = append(slices.Clone(o.Formats), logs.Format{
			Name: "stuck", Title: "a file that is stuck",
			Find: func(d *logs.Folder) []string {
				if d.Has("b.stuck") {
					return []string{"b.stuck"}
				}
				return nil
			},
			Open: func(string) logs.Follower { return s },
		})
	})
	b.write("a.plain", "1 1 loss 5")
	b.write("b.stuck", "")
	done := make(chan struct{})
	go func() { defer close(done); b.Look(context.Background()) }()
	<-s.asked
	answered := make(chan struct{})
	go func() {
		defer close(answered)
		b.Snapshot()
		b.Do(view.Command{Kind: view.Pause})
		b.Offer(view.Command{Kind: view.Pause})
		b.Report()
	}()
	select {
	case <-answered:
	case <-time.After(10 * time.Second):
		t.Error("a screen waits")
	}
	close(s.answer)
	<-done
}

// A format that fails on a folder costs what it would have found there.
func TestFormatThatFails(t *testing.T) {
	b := newBench(t, func(o *Options) {
		o.Formats = append([]logs.Format{{Name: "bad", Title: "a bad one", Find: func(*logs.Folder) []string { panic("a mistake") }}}, o.Formats...)
	})
	b.write("a.plain", "1 1 loss 5")
	s := b.look()
	b.run(s, "a.plain")
	if !slices.ContainsFunc(s.Events, func(e view.Event) bool {
		return strings.HasSuffix(e.Text, "looking for a bad one failed: a mistake")
	}) {
		t.Errorf("it is not told: %+v", s.Events)
	}
}

// The axis of time begins at the earliest time of all logs, and whatever was on it
// before moves with its zero: curves, marks and the lines of the log.
func TestZeroOfTime(t *testing.T) {
	b := newBench(t)
	const noon = 1_789_000_000.0
	b.write("late.plain", "1 1789000100 loss 5", "2 1789000101 loss NaN")
	s := b.look()
	if got := s.Began; !got.Equal(time.Unix(noon+100, 0)) {
		t.Errorf("the axis begins at %v", got)
	}
	began := s.Events[slices.IndexFunc(s.Events, func(e view.Event) bool { return e.Kind == view.EventStart })]
	if at := s.Began.Add(began.Elapsed); !at.Equal(b.now) {
		t.Errorf("the run was found at %v, want %v", at, b.now)
	}
	before := b.run(s, "late.plain").Of("loss").On(onClock)
	b.write("early.plain", "1 1789000000 loss 5")
	s = b.look()
	r := b.run(s, "late.plain")
	if got := r.Of("loss").On(onClock); !slices.Equal(got, []float64{100, 101}) {
		t.Errorf("the curve is at %v", got)
	}
	if got := r.Marks[0].Places[onClock]; got != 101 {
		t.Errorf("the mark is at %v", got)
	}
	if !slices.Equal(before, []float64{0, 1}) {
		t.Errorf("what was handed out has become %v", before)
	}
	for _, e := range s.Events {
		want := b.now
		if e.Kind == view.EventDiverged {
			want = time.Unix(noon+101, 0)
		}
		if at := s.Began.Add(e.Elapsed); !at.Equal(want) && e.Kind != view.EventEnd {
			t.Errorf("%q is at %v, want %v", e.Text, at, want)
		}
	}
}

// A time that no clock can hold is none.
func TestImpossibleTimes(t *testing.T) {
	b := newBench(t)
	b.write("a.plain", "1 5e10 loss 5", "2 -1 loss 4", "total 1e300", "3 1790000000 loss NaN")
	s := b.look()
	if !s.Began.Equal(b.now) {
		t.Errorf("the axis begins at %v", s.Began)
	}
	b.now = b.now.Add(10 * time.Second)
	b.write("a.plain", "4 1790000010 loss 3")
	b.look()
	if r := b.run(b.look(), "a.plain"); r.Left < 0 {
		t.Errorf("it takes %v more", r.Left)
	}
}

// What a log that was written anew no longer has is no metric any more.
func TestMetricsOfALogWrittenAnew(t *testing.T) {
	b := newBench(t)
	b.write("a.plain", "1 1 loss 5", "2 2 loss 4")
	b.look()
	b.rewrite("a.plain", "1 1 accuracy 0.5")
	s := b.look()
	if s.Metric("loss") != nil || s.Metric("accuracy") == nil {
		t.Errorf("the metrics are %+v", s.Metrics)
	}
}

// A run whose process is gone goes on no more, until another one writes its log;
// what its own had still written does not count.
func TestGoesOnWithAnotherProcess(t *testing.T) {
	b := newBench(t)
	b.write("a.plain", "1 1 loss 5")
	b.look()
	b.now = b.now.Add(time.Second)
	b.mu.Lock()
	b.runs[0].behind.life, b.runs[0].behind.gone = Gone, b.now
	b.mu.Unlock()
	state := func() view.State { return b.run(b.look(), "a.plain").State }
	if got := state(); got != view.Silent {
		t.Errorf("once its process is gone it is %v", got)
	}
	b.now = b.now.Add(-time.Second)
	b.write("a.plain", "2 2 loss 4")
	b.now = b.now.Add(time.Second)
	if got := state(); got != view.Silent {
		t.Errorf("after what its process had written it is %v", got)
	}
	b.now = b.now.Add(time.Minute)
	b.write("a.plain", "2 62 loss 4.5")
	if got := state(); got != view.Running {
		t.Errorf("once it goes on it is %v", got)
	}
}

// A run that is only quiet is not drawn anew each second.
func TestQuietRunIsNotDrawnAnew(t *testing.T) {
	b := newBench(t)
	b.write("a.plain", "1 1 loss 5")
	first := b.run(b.look(), "a.plain")
	b.now = b.now.Add(100 * time.Second)
	s := b.look()
	r := b.run(s, "a.plain")
	if r.Activity == "" || &r.Series[0] != &first.Series[0] {
		t.Errorf("it is %q, and drawn anew", r.Activity)
	}
	b.now = b.now.Add(time.Second)
	if next := b.look(); next.Generation == s.Generation || b.run(next, "a.plain").Generation != r.Generation {
		t.Error("how long it is quiet is no change of the source, or one of its curves")
	}
}

// What a loss showed in a life that is over is not held against the next.
func TestSignsAfterARestart(t *testing.T) {
	b := newBench(t)
	b.write("a.plain", "1 1 loss 5", "2 2 loss NaN", "3 3 loss NaN", "1 4 loss 5", "2 5 loss NaN")
	var got []string
	for _, m := range b.run(b.look(), "a.plain").Marks {
		got = append(got, m.Text)
	}
	if want := []string{"loss is NaN at step 2", "began again at step 1", "loss is NaN at step 2"}; !slices.Equal(got, want) {
		t.Errorf("the marks are %q, want %q", got, want)
	}
}

// Drawn while it is thinned, a curve is the same as if nobody had looked, and what
// was handed out stays as it was.
func TestThinningBetweenLooks(t *testing.T) {
	a, b := newCurve("loss", false, 0), newCurve("loss", false, 0)
	type shown struct {
		values, kept []float64
	}
	var all []shown
	for i := range 5000 {
		v := math.Sin(float64(i))
		a.add(place{float64(i)}, v, 128)
		b.add(place{float64(i)}, v, 128)
		if i%37 == 0 {
			p := a.all()
			all = append(all, shown{p.values, slices.Clone(p.values)}, shown{p.at[onStep], slices.Clone(p.at[onStep])})
		}
	}
	if got, want := a.all(), b.all(); !slices.Equal(got.values, want.values) || !slices.Equal(got.at[onStep], want.at[onStep]) {
		t.Errorf("it is %v, want %v", got.values, want.values)
	}
	for i, s := range all {
		if !slices.Equal(s.values, s.kept) {
			t.Fatalf("what was handed out %d-th has changed", i)
		}
	}
}

// However long a log is, its curve is drawn from points all along it.
func TestLongLogKeepsItsShape(t *testing.T) {
	c := newCurve("loss", false, 0)
	const n, most = 300_000, 128
	for i := range n {
		v := math.Sin(float64(i))
		if i == n/3 {
			v = 100
		}
		c.add(place{float64(i)}, v, most)
		if i%1000 == 999 {
			c.all()
		}
		if len(c.kept.values) > most {
			t.Fatalf("it keeps %d points", len(c.kept.values))
		}
	}
	p := c.all()
	before := 0.0
	for _, step := range append(p.at[onStep], n) {
		if step-before > n/8 {
			t.Fatalf("there is nothing between steps %v and %v", before, step)
		}
		before = step
	}
	if slices.Max(p.values) != 100 {
		t.Error("its spike is lost")
	}
}

// Where many curves come, those that were there keep no more than the others.
func TestManyCurvesAreThinned(t *testing.T) {
	b := newBench(t)
	var lines []string
	for i := range 8000 {
		lines = append(lines, strings.Join([]string{number(float64(i)), number(float64(i + 1)), "loss", "1"}, " "))
	}
	b.write("a.plain", lines...)
	if n := len(b.run(b.look(), "a.plain").Of("loss").Values); n != 8000 {
		t.Fatalf("it keeps %d points", n)
	}
	row := "1 1"
	for i := range 1500 {
		row += " tag" + number(float64(i)) + " 1"
	}
	b.write("b.plain", row)
	if n := len(b.run(b.look(), "a.plain").Of("loss").Values); n > 1000 {
		t.Errorf("it still keeps %d points", n)
	}
}
