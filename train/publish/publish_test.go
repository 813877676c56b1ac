package publish

import (
	"context"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"optwatch/train/view"
)

// fixture is a source whose runs are told what to do, as an experiment's would be:
// curves only grow, and one that begins anew has another clock.
type fixture struct {
	mu    sync.Mutex
	gen   uint64
	final bool // f* is certified
	runs  []*fixtureRun
	began time.Time
}

type fixtureRun struct {
	name  string
	began float64
	rate  float64 // that its losses depend on
	steps int     // plot points so far, one every ten steps
	trace int     // buckets so far, one every seven steps
}

func newFixture(names ...string) *fixture {
	f := &fixture{gen: 1, began: time.Unix(1_790_000_000, 0)}
	for i, name := range names {
		f.runs = append(f.runs, &fixtureRun{name: name, began: 0.125 + float64(i), rate: 1})
	}
	return f
}

// go on with a run by so many plot points.
func (f *fixture) advance(run, points int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.gen++
	r := f.runs[run]
	r.steps += points
	r.trace = 10 * r.steps / 7 // a bucket may be told before the plot point of the same step
}

// restart begins a run anew, later by the clock. It takes the same steps again.
func (f *fixture) restart(run int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.gen++
	r := f.runs[run]
	r.began, r.steps, r.trace = r.began+100.5, 0, 0
}

func (f *fixture) certify() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.final = true
	f.gen++
}

var fixtureAxes = []view.Axis{
	{Key: "evals"}, {Key: "epochs"}, {Key: "elapsed", Clock: true}, {Key: "step", Steps: true}, {Key: "rounds"},
}

func (f *fixture) Snapshot() *view.Snapshot {
	f.mu.Lock()
	defer f.mu.Unlock()
	s := &view.Snapshot{
		Generation: f.gen, Began: f.began, Axes: fixtureAxes, Pace: "evals", Phase: view.PhaseTraining,
		Subject: view.Subject{Name: "digits", Title: "softmax regression"},
		Metrics: []view.Metric{
			{Key: "loss"},
			{Key: "suboptimality", Provisional: !f.final, Floor: 1e-13},
			{Key: "val_accuracy"},
			{Key: "grad_norm", Aside: true},
			{Key: "test_accuracy", Aside: true},
			{Key: "mini_batch_loss", Behind: "loss"},
			{Key: "class_accuracy/3", Aside: true},
		},
	}
	for i, r := range f.runs {
		s.Runs = append(s.Runs, r.view(i, f.gen))
	}
	return s
}

func (f *fixture) Do(view.Command) error         { return nil }
func (f *fixture) Offer(view.Command) view.Offer { return view.Offer{} }

// loss is one that takes all of its 53 bits, and is not finite now and then.
func (r *fixtureRun) loss(step float64) float64 {
	switch {
	case step == 170:
		return math.Inf(1)
	case step == 180:
		return math.NaN()
	}
	return math.Exp(-r.rate*step/1000) / 3
}

func (r *fixtureRun) view(id int, gen uint64) view.Run {
	places := make([][]float64, len(fixtureAxes))
	var loss, above, accuracy, norm, test []float64
	at := func(places [][]float64, step float64) [][]float64 {
		for axis, v := range []float64{step * 64, step * 64 / 1437, r.began + step*math.Pi/1e3, step} {
			places[axis] = append(places[axis], v)
		}
		return places
	}
	for i := range r.steps {
		step := float64(10 * i)
		places = at(places, step)
		loss, above = append(loss, r.loss(step)), append(above, r.loss(step)-0.01)
		accuracy, test = append(accuracy, 1-r.loss(step)), append(test, math.NaN())
		norm = append(norm, map[bool]float64{true: math.NaN(), false: step / 7}[i < 3])
	}
	traced := make([][]float64, len(fixtureAxes))
	var mean, low, high []float64
	for i := range r.trace {
		step := float64(7 * (i + 1))
		traced = at(traced, step)
		mean, low, high = append(mean, 1/step), append(low, 0.5/step), append(high, 2/step)
	}
	return view.Run{
		ID: id, Generation: gen, Name: r.name, Recipe: "sgd:lr=0.1", Seed: 1,
		At:       []float64{float64(r.steps * 640), 0, 0, float64(r.steps * 10), math.NaN()},
		Settings: []view.Setting{{Key: "lr", Value: 0.1}},
		Series: []view.Series{
			{Metric: "loss", Places: places, Values: loss},
			{Metric: "suboptimality", Places: places, Values: above},
			{Metric: "val_accuracy", Places: places, Values: accuracy},
			{Metric: "grad_norm", Places: places, Values: norm},
			{Metric: "test_accuracy", Places: places, Values: test},
			{Metric: "mini_batch_loss", Places: traced, Values: mean, Low: low, High: high},
			{Metric: "class_accuracy/3", Last: 0.5},
		},
	}
}

// sitting is a process that writes logs: each look is its own, without a clock.
func sitting(t *testing.T, dir, experiment string) (look func(*fixture), end func()) {
	t.Helper()
	f := newFollower(&Publisher{Experiment: experiment, Say: func(line string) { t.Errorf("it says %s", line) }})
	for _, form := range formats {
		f.Targets = append(f.Targets, Target{form.name, dir})
	}
	return func(s *fixture) { f.look(s.Snapshot(), true) }, f.close
}

// TestRoundTrip wants every value that a source has shown to be in every log, once
// and to the bit, with where it stands.
func TestRoundTrip(t *testing.T) {
	dir, s := t.TempDir(), newFixture("sgd", "svrg:lr=0.1,m=n/2 #2")
	look, end := sitting(t, dir, "k7q2m")
	look(s) // nothing yet
	for range 12 {
		s.advance(0, 1)
		s.advance(1, 2)
		look(s)
	}
	s.certify() // and now what is above it is known of all that was before
	look(s)
	s.advance(0, 13)
	look(s)
	end()
	checkLogs(t, s, filepath.Join(dir, "sgd"), 0, 1)
	checkLogs(t, s, filepath.Join(dir, "svrg_lr=0.1,m=n_2__2"), 1, 1)
}

// checkLogs wants the logs of a run to hold what a source shows of it, in the
// files of its newest life.
func checkLogs(t *testing.T, s *fixture, folder string, run, life int) {
	t.Helper()
	suffix := ""
	if life > 1 {
		suffix = fmt.Sprintf("-%d", life)
	}
	want := expected(s, run)
	for name, got := range map[string]map[string]string{
		"tensorboard": readEvents(t, folder),
		"jsonl":       readJSONLines(t, filepath.Join(folder, "metrics"+suffix+".jsonl")),
		"csv":         readCSV(t, filepath.Join(folder, "metrics"+suffix+".csv")),
	} {
		for _, key := range slices.Sorted(maps.Keys(want)) {
			if got[key] != want[key] {
				t.Errorf("%s: %s is %q, want %q", name, key, got[key], want[key])
			}
		}
		for key := range got {
			if _, has := want[key]; !has {
				t.Errorf("%s: it has %s, which nobody has shown", name, key)
			}
		}
	}
}

// expected are the values that a source shows of a run, by metric and step, with
// the bits of the value, of the evaluations and of the time.
func expected(f *fixture, run int) map[string]string {
	want, s := map[string]string{}, f.Snapshot()
	for _, series := range s.Runs[run].Series {
		if m := s.Metric(series.Metric); m.Provisional {
			continue
		}
		known := false
		for i, v := range series.Values {
			if known = known || !math.IsNaN(v); !known {
				continue
			}
			put := func(metric string, v float64) {
				at := float64(f.began.Unix()) + series.Places[2][i]
				want[keyOf(metric, series.Places[3][i])] = valueOf(v, series.Places[0][i], at)
			}
			put(series.Metric, v)
			if series.Low != nil {
				put(series.Metric+"/min", series.Low[i])
				put(series.Metric+"/max", series.High[i])
			}
		}
	}
	return want
}

func keyOf(metric string, step float64) string { return fmt.Sprintf("%s at %g", metric, step) }

// valueOf is a value with where it stands. Whatever is none is the same NaN.
func valueOf(v, evals, time float64) string {
	if math.IsNaN(v) {
		v = math.NaN()
	}
	return fmt.Sprintf("%x on %x at %x", math.Float64bits(v), math.Float64bits(evals), math.Float64bits(time))
}

// TestResume wants a log that is gone on with twice to have every point once, also
// where the process before was killed in the middle of a line and had come further
// than its last checkpoint.
func TestResume(t *testing.T) {
	dir, s := t.TempDir(), newFixture("sgd")
	s.final = true
	folder := filepath.Join(dir, "sgd")
	for i, came := range []int{5, 9, 16, 21} { // points at which a process ends
		if i > 0 {
			tear(t, folder)
			s.advance(0, -2) // the next one goes on from a checkpoint
		}
		look, end := sitting(t, dir, "k7q2m")
		look(s)
		for s.runs[0].steps < came {
			s.advance(0, 1)
			look(s)
		}
		end()
	}
	checkLogs(t, s, folder, 0, 1)
	if _, err := os.Stat(filepath.Join(dir, "sgd-2")); err == nil {
		t.Error("the run has another folder, though it is the same experiment")
	}
}

// tear leaves half a line at the end of all files of a folder.
func tear(t *testing.T, folder string) {
	t.Helper()
	for _, pattern := range []string{"metrics*", "events*"} {
		paths, err := filepath.Glob(filepath.Join(folder, pattern))
		if err != nil || len(paths) == 0 {
			t.Fatalf("no %s in %s: %v", pattern, folder, err)
		}
		for _, path := range paths {
			f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
			if err != nil {
				t.Fatal(err)
			}
			half := `{"step":30,"lo`
			if strings.HasSuffix(path, ".csv") {
				half = "30,17"
			}
			if _, err := f.WriteString(half); err != nil {
				t.Fatal(err)
			}
			f.Close()
		}
	}
}

// TestRestart wants a run that begins anew to begin files of its own, whether its
// log is still open or is gone on with, and what was before to stay as it was.
func TestRestart(t *testing.T) {
	dir, s := t.TempDir(), newFixture("sgd")
	s.final = true
	folder := filepath.Join(dir, "sgd")
	look, end := sitting(t, dir, "k7q2m")
	s.advance(0, 8)
	look(s)
	first, err := os.ReadFile(filepath.Join(folder, "metrics.csv"))
	if err != nil {
		t.Fatal(err)
	}
	s.restart(0) // the losses are the same again, to the bit
	look(s)
	s.advance(0, 4)
	look(s)
	checkLogs(t, s, folder, 0, 2)
	end()

	look, end = sitting(t, dir, "k7q2m")
	s.restart(0)
	s.advance(0, 3)
	look(s)
	s.advance(0, 3)
	look(s)
	end()
	checkLogs(t, s, folder, 0, 3)
	if again, err := os.ReadFile(filepath.Join(folder, "metrics.csv")); err != nil || string(again) != string(first) {
		t.Errorf("the log of the first life has changed: %v", err)
	}
}

// TestAnotherWay wants a run that goes on from a checkpoint with another learning
// rate, so that points that are there are others now, to begin a log of its own.
func TestAnotherWay(t *testing.T) {
	dir, s := t.TempDir(), newFixture("sgd")
	s.final = true
	look, end := sitting(t, dir, "k7q2m")
	s.advance(0, 10)
	look(s)
	end()
	s.advance(0, -4)
	look, end = sitting(t, dir, "k7q2m")
	look(s)
	if got, err := filepath.Glob(filepath.Join(dir, "sgd", "metrics-2*")); err != nil || len(got) != 0 {
		t.Fatalf("a log of its own begins before anything has changed: %v, %v", got, err)
	}
	s.advance(0, 1)
	s.runs[0].rate = 1.5
	look(s)
	end()
	checkLogs(t, s, filepath.Join(dir, "sgd"), 0, 2)
}

// TestOtherExperiment wants an experiment to leave the logs of another alone.
func TestOtherExperiment(t *testing.T) {
	dir := t.TempDir()
	first, second := newFixture("sgd"), newFixture("sgd")
	for i, s := range []*fixture{first, second} {
		look, end := sitting(t, dir, fmt.Sprint("experiment", i))
		s.advance(0, 4+i)
		look(s)
		end()
	}
	checkLogs(t, first, filepath.Join(dir, "sgd"), 0, 1)
	checkLogs(t, second, filepath.Join(dir, "sgd-2"), 0, 1)
}

// TestHeader wants the columns to be those that are known from the beginning, and
// later ones to come behind them.
func TestHeader(t *testing.T) {
	dir, s := t.TempDir(), newFixture("sgd")
	look, end := sitting(t, dir, "k7q2m")
	defer end()
	header := func() string {
		text, err := os.ReadFile(filepath.Join(dir, "sgd", "metrics.csv"))
		if err != nil {
			t.Fatal(err)
		}
		first, _, _ := strings.Cut(string(text), "\n")
		return first
	}
	s.advance(0, 2)
	look(s)
	const known = "step,time,evals,epochs,elapsed,loss,suboptimality,val_accuracy,mini_batch_loss,mini_batch_loss/min,mini_batch_loss/max"
	if got := header(); got != known {
		t.Errorf("the columns are\n%s, want\n%s", got, known)
	}
	s.advance(0, 4)
	look(s)
	if got, want := header(), known+",grad_norm"; got != want {
		t.Errorf("the columns are\n%s, want\n%s", got, want)
	}
}

// TestTrouble wants a folder that cannot be written to cost two lines, and what
// happened meanwhile to be written once it can be.
func TestTrouble(t *testing.T) {
	parent := t.TempDir()
	dir, s := filepath.Join(parent, "logs"), newFixture("sgd")
	if err := os.WriteFile(dir, nil, 0o666); err != nil { // where the folder should be
		t.Fatal(err)
	}
	var said []string
	f := newFollower(&Publisher{Experiment: "k7q2m", Say: func(line string) { said = append(said, line) }})
	f.Targets = []Target{{"csv", dir}}
	for range 3 {
		s.advance(0, 2)
		f.look(s.Snapshot(), true)
	}
	if len(said) != 1 || !strings.Contains(said[0], "csv:"+dir) || !strings.Contains(said[0], "training goes on") {
		t.Errorf("it says %q, want one line of csv:%s", said, dir)
	}
	if f.Trouble() == "" {
		t.Error("there is no trouble while nothing can be written")
	}
	if err := os.Remove(dir); err != nil {
		t.Fatal(err)
	}
	f.look(s.Snapshot(), true)
	if len(said) != 2 || f.Trouble() != "" {
		t.Errorf("it says %q, want a second line that it is written again; trouble %q", said, f.Trouble())
	}
	got := readCSV(t, filepath.Join(dir, "sgd", "metrics.csv"))
	if want := expected(s, 0); !maps.Equal(got, want) {
		t.Errorf("it has\n%v, want\n%v", got, want)
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	s.advance(0, 1)
	f.look(s.Snapshot(), true) // deleted under it: all is written anew
	if got, want := readCSV(t, filepath.Join(dir, "sgd", "metrics.csv")), expected(s, 0); !maps.Equal(got, want) {
		t.Errorf("after it was deleted it has\n%v, want\n%v", got, want)
	}
	f.close()
}

// TestBrokenFile wants what a write has failed on to be written by the next one.
func TestBrokenFile(t *testing.T) {
	dir, s := t.TempDir(), newFixture("sgd")
	s.final = true
	said := 0
	f := newFollower(&Publisher{Experiment: "k7q2m", Say: func(string) { said++ }})
	for _, form := range formats {
		f.Targets = append(f.Targets, Target{form.name, dir})
	}
	for i := range 6 {
		s.advance(0, 5)
		if i%2 == 1 {
			for _, l := range f.lives {
				switch b := l.book.(type) {
				case *table:
					if b.file != nil { // else it was written anew, and is opened by what follows
						b.file.file.Close()
					}
				case *events:
					b.file.file.Close()
				}
			}
		}
		f.look(s.Snapshot(), true)
	}
	f.look(s.Snapshot(), true)
	f.close()
	if said < 6 {
		t.Errorf("it says %d lines of files that were closed under it: this test proves nothing", said)
	}
	checkLogs(t, s, filepath.Join(dir, "sgd"), 0, 1)
}

// TestFollow wants the last look to be after the context has ended.
func TestFollow(t *testing.T) {
	dir, s := t.TempDir(), newFixture("sgd")
	s.final = true
	ctx, stop := context.WithCancel(context.Background())
	stop()
	s.advance(0, 3)
	p := &Publisher{Experiment: "k7q2m", Targets: []Target{{"jsonl", dir}}}
	p.Follow(ctx, s)
	if got, want := readJSONLines(t, filepath.Join(dir, "sgd", "metrics.jsonl")), expected(s, 0); !maps.Equal(got, want) {
		t.Errorf("it has\n%v, want\n%v", got, want)
	}
}

func TestParse(t *testing.T) {
	for text, want := range map[string]string{
		"csv":         "names no folder",
		"csv:":        "names no folder",
		"wandb:x":     `no format "wandb"`,
		"":            "one of tensorboard, jsonl, csv",
		"/tmp/metric": "one of tensorboard, jsonl, csv",
	} {
		if _, err := ParseAll([]string{text}); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v, want a line with %s", text, err, want)
		}
	}
	if _, err := ParseAll([]string{"csv:a", "jsonl:a", "csv:a"}); err == nil {
		t.Error("two targets that write the same files are taken")
	}
	got, err := ParseAll([]string{"csv:a:b", "tensorboard:/x"})
	if want := []Target{{"csv", "a:b"}, {"tensorboard", "/x"}}; err != nil || !slices.Equal(got, want) {
		t.Errorf("got %v, %v, want %v", got, err, want)
	}
}

func TestFileName(t *testing.T) {
	for name, want := range map[string]string{
		"sgd":              "sgd",
		"":                 "_",
		"..":               "_..",
		"../../etc/passwd": "_.._.._etc_passwd",
		"-rf":              "_-rf",
		"a/b\\c:d\x00\x1b": "a_b_c_d__",
		"µ-β":              "µ-β",
		"\xff":             "_",
	} {
		if got := fileName(name); got != want {
			t.Errorf("%q is %q, want %q", name, got, want)
		}
	}
	if got := fileName(strings.Repeat("β", 300)); len(got) > longestName || !strings.HasPrefix(got, "ββ") {
		t.Errorf("a name of 300 letters is %d bytes long", len(got))
	}
}
