package record

import (
	"database/sql"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"optwatch/train/view"
)

// loggedSource is a source over logs: it shows what it was given last.
type loggedSource struct{ snap view.Snapshot }

func (s *loggedSource) Snapshot() *view.Snapshot    { snap := s.snap; return &snap }
func (s *loggedSource) Do(view.Command) error       { return errors.New("it is only looked at") }
func (*loggedSource) Offer(view.Command) view.Offer { return view.Offer{} }

var loggedAxes = []view.Axis{{Key: "step", Title: "steps", Steps: true}, {Key: "epoch"}, {Key: "elapsed", Clock: true}}

// lossOf is a run with a loss at some steps, logged at some times.
func lossOf(id int, steps, times []float64) view.Run {
	r := view.Run{ID: id, Name: fmt.Sprint("run ", id), Left: -1, At: []float64{nan, nan, nan}}
	s := view.Series{Metric: "loss", Places: [][]float64{steps, nil, times}}
	for _, step := range steps {
		s.Values = append(s.Values, 1/(1+step))
		r.At[0] = step
	}
	for _, at := range times {
		r.At[2] = at
	}
	s.Last = s.Values[len(s.Values)-1]
	r.Series = []view.Series{s}
	return r
}

// record writes what the source shows, some time after it began to be recorded.
func (s *loggedSource) record(t *testing.T, f *follower, elapsed time.Duration, runs ...view.Run) {
	t.Helper()
	s.snap.Generation++
	s.snap.Elapsed = elapsed
	s.snap.Runs = runs
	for i := range s.snap.Runs {
		s.snap.Runs[i].Generation = s.snap.Generation
	}
	if !f.record(f.look(), false) {
		t.Fatal(f.w.Trouble())
	}
}

// recordLogs is a source over logs whose record begins when it does.
func recordLogs(t *testing.T) (*loggedSource, *follower) {
	s := &loggedSource{view.Snapshot{Began: began, Axes: loggedAxes, Phase: view.PhaseTraining, Metrics: []view.Metric{{Key: "loss"}, {Key: "loss\x00formerly", Behind: "loss"}}}}
	about := someone
	about.Began = began
	w, err := Create(filepath.Join(t.TempDir(), "abc23.db"), about)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.Close() })
	w.Zero = began
	return s, newFollower(w, s, nil)
}

// A source over logs begins its time anew where an older log is found. In the
// record time begins where it did, and what was before has a negative place: it is
// there from the beginning.
func TestTimeStaysWhereItBegan(t *testing.T) {
	s, f := recordLogs(t)
	s.snap.Events = []view.Event{{Number: 1, Elapsed: 2 * time.Second, Kind: view.EventInfo, Text: "two"}}
	s.record(t, f, 2*time.Second, lossOf(0, []float64{0, 10}, []float64{1, 2}))
	const before = time.Hour
	s.snap.Began = began.Add(-before)
	s.snap.Events = []view.Event{
		{Number: 1, Elapsed: before + 2*time.Second, Kind: view.EventInfo, Text: "two"},
		{Number: 2, Elapsed: before + 4*time.Second, Kind: view.EventInfo, Text: "four"},
	}
	hour := before.Seconds()
	old := lossOf(1, []float64{0, 10, 20}, []float64{0, 60, hour + 5})
	old.Marks = []view.Mark{{Kind: view.EventDiagnosis, Places: []float64{10, nan, 60}, Text: "spike"}}
	s.record(t, f, before+6*time.Second, lossOf(0, []float64{0, 10, 20}, []float64{hour + 1, hour + 2, hour + 3}), old)

	p, _ := playing(t, f.w.path)
	end := seek(t, p, math.Inf(1))
	if b := end.Playback; b.From != before || b.Length != before+6*time.Second || !end.Began.Equal(began.Add(-before)) || end.Elapsed != b.Length || len(end.Runs) != 2 {
		t.Fatalf("it is played from %v to %v after %v, at %v, with %d runs", b.From, b.Length, end.Began, end.Elapsed, len(end.Runs))
	}
	for at, want := range map[float64][2]int{0: {0, 2}, 1: {1, 2}, 2.5: {2, 2}, 4: {3, 2}, 5: {3, 3}} {
		var got [2]int
		for _, r := range seek(t, p, hour+at).Runs {
			got[r.ID] = len(r.Of("loss").Values)
		}
		if got != want {
			t.Errorf("at %v there are %v values, want %v", at, got, want)
		}
	}
	end = seek(t, p, hour+6)
	if times := end.Runs[1].Of("loss").On(2); !slices.Equal(times, []float64{0, 60, hour + 5}) || end.Runs[1].Marks[0].Places[2] != 60 || end.Runs[1].At[2] != hour+5 {
		t.Errorf("the old run is at %v, its times are %v, its mark's %v", end.Runs[1].At, times, end.Runs[1].Marks)
	}
	if e := end.Events; len(e) != 2 || e[0].Elapsed != before+2*time.Second || e[1].Elapsed != before+4*time.Second {
		t.Errorf("the log is %+v", e)
	}
	reader := readerOf(t, f.w.path)
	if got := text(t, reader, "SELECT group_concat(elapsed) FROM points WHERE run = 1"); got != "-3600.0,-3540.0,5.0" {
		t.Errorf("in the record the old run's times are %s", got)
	}
}

// Runs are listed as the source lists them, whenever each of them was found.
func TestRunsKeepTheirOrder(t *testing.T) {
	s, f := recordLogs(t)
	s.record(t, f, time.Second, lossOf(2, []float64{0}, []float64{1}), lossOf(0, []float64{0}, []float64{0}), lossOf(1, []float64{0}, []float64{0}))
	p, _ := playing(t, f.w.path)
	for at, want := range map[float64]string{0: "[0 1]", 1: "[2 0 1]"} {
		var got []int
		for _, r := range seek(t, p, at).Runs {
			got = append(got, r.ID)
		}
		if fmt.Sprint(got) != want {
			t.Errorf("at %v the runs are %v, want %s", at, got, want)
		}
	}
}

// What a log tells no times of was there when the run had come so far: by its
// steps, or where it counts none by its epochs.
func TestPlayedWithoutTimes(t *testing.T) {
	s, f := recordLogs(t)
	for k := range 5 {
		var steps, epochs []float64
		for n := range 3 * (k + 1) {
			steps, epochs = append(steps, float64(10*n)), append(epochs, float64(n))
		}
		byEpochs := lossOf(1, steps, nil)
		byEpochs.At[0], byEpochs.At[1] = nan, epochs[len(epochs)-1]
		byEpochs.Series[0].Places = [][]float64{nil, epochs, nil}
		s.record(t, f, time.Duration(2*k)*time.Second, lossOf(0, steps, nil), byEpochs)
	}
	p, _ := playing(t, f.w.path)
	for at, want := range map[float64]int{0: 3, 1.9: 3, 2: 6, 5: 9, 8: 15} {
		for _, r := range seek(t, p, at).Runs {
			if got := len(r.Of("loss").Values); got != want {
				t.Errorf("at %v, %s: %d values, want %d", at, r.Name, got, want)
			}
		}
	}
}

// A key is whole whatever it holds: what is drawn behind a curve is not the curve.
func TestKeysWithNUL(t *testing.T) {
	s, f := recordLogs(t)
	r := lossOf(0, []float64{0, 10}, []float64{0, 1})
	r.Series = append(r.Series, view.Series{Metric: "loss\x00formerly", Values: []float64{7}, Last: nan})
	s.record(t, f, time.Second, r)
	p, _ := playing(t, f.w.path)
	got := seek(t, p, 1).Runs[0].Series
	if len(got) != 2 || got[0].Metric != "loss" || len(got[0].Values) != 2 || got[1].Metric != "loss\x00formerly" || !slices.Equal(got[1].Values, []float64{7}) {
		t.Errorf("got %+v", got)
	}
}

// Curves of any number are written in transactions that are bounded, and all of
// them in the end.
func TestManyCurves(t *testing.T) {
	most, now := 0, 0
	w, err := createWith(filepath.Join(t.TempDir(), "abc23.db"), someone, func(text string) error {
		switch {
		case text == "COMMIT":
			most, now = max(most, now), 0
		case strings.HasPrefix(text, "INSERT INTO points"):
			now++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.Close() })
	s := &loggedSource{view.Snapshot{Began: began, Axes: loggedAxes}}
	f := newFollower(w, s, nil)
	steps := make([]float64, 1000)
	for i := range steps {
		steps[i] = float64(i)
	}
	var all []view.Run
	for id := range 20 {
		r := lossOf(id, steps, nil)
		for k := range 4 {
			more := r.Series[0]
			more.Metric = fmt.Sprint("metric ", k)
			r.Series = append(r.Series, more)
		}
		all = append(all, r)
	}
	written := func() int { return count(t, readerOf(t, w.path), "SELECT count(*) FROM points") }
	for look := 0; look < 50 && written() < 20*5*1000; look++ { // no look writes for longer than writeWithin
		s.record(t, f, time.Second, all...)
	}
	if got := written(); got != 20*5*1000 {
		t.Errorf("%d points, want %d", got, 20*5*1000)
	}
	if most > mostStatements+len(steps) {
		t.Errorf("a transaction has %d points, want %d at most and a curve", most, mostStatements)
	}
}

// Of what is printed the latest lines are kept, each up to a length, in their order.
func TestOutputIsBounded(t *testing.T) {
	s, f := recordLogs(t)
	r := lossOf(0, []float64{0}, []float64{0})
	const all = mostPrinted + 1300
	for k := range all {
		r.Output = append(slices.Clip(r.Output), fmt.Sprint("line ", k, strings.Repeat("é", longestLine)))
		if n := len(r.Output) - leastPrinted; n > 0 {
			r.Output = r.Output[n:]
		}
		if k%200 == 199 || k == all-1 {
			s.record(t, f, time.Duration(k)*time.Second, r)
		}
	}
	reader := readerOf(t, f.w.path)
	if n, first, longest := count(t, reader, "SELECT count(*) FROM output"), count(t, reader, "SELECT min(number) FROM output"), count(t, reader, "SELECT max(length(CAST(text AS BLOB))) FROM output"); n != mostPrinted || first != all-mostPrinted+1 || longest > longestLine {
		t.Errorf("%d lines from %d on, the longest of %d bytes; want %d from %d on and %d bytes", n, first, longest, mostPrinted, all-mostPrinted+1, longestLine)
	}
	p, _ := playing(t, f.w.path)
	for _, at := range []int{5000 - 1, all - 1} {
		lines := seek(t, p, float64(at)).Runs[0].Output
		if len(lines) != leastPrinted || !strings.HasPrefix(lines[len(lines)-1], fmt.Sprint("line ", at, "é")) {
			t.Errorf("at %d there are %d lines, the last %.20q", at, len(lines), lines[len(lines)-1])
		}
	}
}

func TestNewLines(t *testing.T) {
	for _, c := range []struct{ was, now, want string }{
		{"", "a b", "a b"},
		{"a b", "a b", ""},
		{"a b", "b c", "c"},
		{"a b", "c d", "c d"},
		{"a a b", "a b a", "a"},
		{"a a a", "a a a", ""},
		{"a b c", "a", "a"}, // it was written anew
	} {
		if got := newLines(strings.Fields(c.was), strings.Fields(c.now)); !slices.Equal(got, strings.Fields(c.want)) {
			t.Errorf("after %q, %q: got %q, want %q", c.was, c.now, got, c.want)
		}
	}
}

// A record of before there was anything of other programs in it is played and gone on with.
func TestOlderRecordIsGoneOnWith(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", firstRecord))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "first.db")
	put(t, path, text)
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if lacks, err := missing(db); err != nil || !slices.Equal(lacks, later) {
		t.Fatalf("it lacks %q (%v), want %q", lacks, err, later)
	}
	w, err := Reopen(path)
	if err != nil {
		t.Fatal(err)
	}
	if lacks, err := missing(db); err != nil || len(lacks) > 0 {
		t.Errorf("gone on with, it lacks %q (%v)", lacks, err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	p, _ := playing(t, path)
	if s := seek(t, p, math.Inf(1)); len(s.Runs) != 3 || s.Runs[0].Path != "" || s.Runs[0].Parameters != nil {
		t.Errorf("its runs are %+v", s.Runs)
	}
}
