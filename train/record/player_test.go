package record

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"optwatch/train/device"
	"optwatch/train/view"
)

func TestPlayed(t *testing.T) {
	p, _ := playing(t, handmade(t))
	for _, test := range []struct {
		at     float64
		phase  view.Phase
		runs   int
		values []int // of the loss of each run
		lasts  []float64
		evals  []float64
		states []view.State
		rounds []int
		marks  int
		lines  int
		busy   float64
	}{
		{0, view.PhaseTraining, 1, []int{1}, []float64{0}, []float64{0}, []view.State{view.Running}, []int{0}, 0, 1, 0},
		{7.9, view.PhaseTraining, 1, []int{4}, []float64{nan}, []float64{300}, []view.State{view.Running}, []int{5}, 0, 1, 7},
		{8, view.PhaseTraining, 2, []int{5, 1}, []float64{0.25, 0}, []float64{400, 0}, []view.State{view.Running, view.Running}, []int{5, 0}, 0, 2, 8},
		{12, view.PhaseTraining, 2, []int{7, 3}, []float64{12, 0.5}, []float64{120, 200}, []view.State{view.Budget, view.Running}, []int{12, 0}, 1, 2, 12},
		{20, view.PhaseEnded, 2, []int{7, 7}, []float64{12, 12}, []float64{120, 120}, []view.State{view.Budget, view.Budget}, []int{12, 12}, 1, 4, 19},
		{5, view.PhaseTraining, 1, []int{3}, []float64{5}, []float64{50}, []view.State{view.Running}, []int{5}, 0, 1, 5}, // and back
	} {
		s := seek(t, p, test.at)
		if s.Elapsed != time.Duration(test.at*1e9) || s.Phase != test.phase || len(s.Runs) != test.runs || len(s.Events) != test.lines {
			t.Errorf("at %v: %v, phase %d, %d runs, %d lines; want phase %d, %d runs, %d lines", test.at, s.Elapsed, s.Phase, len(s.Runs), len(s.Events), test.phase, test.runs, test.lines)
			continue
		}
		if got := s.Devices.Devices[0].Value(device.Busy); got != test.busy {
			t.Errorf("at %v: the device is %v busy, want %v", test.at, got, test.busy)
		}
		for i := range s.Runs {
			r := &s.Runs[i]
			loss := r.Of("loss")
			got := fmt.Sprint(len(loss.Values), len(loss.On(0)), len(loss.On(1)), loss.Last, r.At[0], r.State, r.Federation.Round, r.Federation.Clients[0].Classes, r.Last("size"), len(r.Of("batch").Low))
			want := fmt.Sprint(test.values[i], test.values[i], test.values[i], test.lasts[i], test.evals[i], test.states[i], test.rounds[i], []int{1, 2}, 7, test.values[i])
			if got != want {
				t.Errorf("at %v, %s: got %s, want %s", test.at, r.Name, got, want)
			}
		}
		if n := len(s.Runs[test.runs-1].Marks); n != test.marks {
			t.Errorf("at %v: %d marks, want %d", test.at, n, test.marks)
		}
	}
}

// What does not change while a record is played.
func TestPlayedWhole(t *testing.T) {
	p, _ := playing(t, handmade(t))
	s := seek(t, p, 20)
	if s.Began != began || s.Subject.Name != "digits" || s.Pace != "evals" || !slices.Equal(s.Headline, []string{"loss"}) || s.Record.Name != "hand2" || s.Leaving != view.LeavesAsItIs {
		t.Errorf("got %+v", s)
	}
	if s.Axis("evals") != 0 || s.Clock() != 1 || len(s.Metrics) != 3 || s.Metric("batch").Behind != "loss" || s.Metric("loss").Progress.Of != "" {
		t.Errorf("axes %+v, metrics %+v", s.Axes, s.Metrics)
	}
	r := &s.Runs[1]
	if r.ID != 1 || r.Name != "=adam\x1b" || r.Group != "f" || r.Seed != math.MaxUint64-1 || r.Recipe != "12" || r.Left != -1 {
		t.Errorf("got %+v", r)
	}
	if v := r.Of("loss").Values; !math.IsInf(v[0], 1) || v[1] != 1 || !math.IsNaN(v[3]) || r.Of("loss").Low != nil {
		t.Errorf("got values %v", v)
	}
	want := view.Mark{Kind: view.EventRestart, Places: []float64{200, 12}, Text: "begun again"}
	if fmt.Sprint(r.Marks) != fmt.Sprint([]view.Mark{want}) {
		t.Errorf("got marks %v, want %v", r.Marks, want)
	}
	if marks := s.Playback.Marks; !slices.Equal(marks, []time.Duration{0, 12 * time.Second, 19 * time.Second}) || s.Playback.Length != 20*time.Second {
		t.Errorf("got %+v", s.Playback)
	}
}

// A recording goes on in its own time, stands still at its end, and begins again.
func TestPlaying(t *testing.T) {
	p, clock := playing(t, handmade(t))
	check := func(what string, at float64, playing bool, speed float64) {
		t.Helper()
		s := p.Snapshot()
		if s.Elapsed != time.Duration(at*1e9) || s.Playback.Playing != playing || s.Playback.Speed != speed || s.Busy != playing {
			t.Errorf("%s: %v, playing %v, speed %v; want %v s, %v, %v", what, s.Elapsed, s.Playback.Playing, s.Playback.Speed, at, playing, speed)
		}
	}
	do := func(k view.CommandKind, value float64) {
		t.Helper()
		if err := p.Do(view.Command{Kind: k, Value: value}); err != nil {
			t.Error(err)
		}
	}
	check("at first", 0, true, 1)
	clock.pass(3 * time.Second)
	check("by itself", 3, true, 1)
	clock.pass(-time.Hour)
	check("where the clock goes back", 3, true, 1)
	do(view.Freeze, 0)
	clock.pass(time.Hour)
	check("frozen", 3, false, 1)
	do(view.Speed, 4)
	do(view.Play, 0)
	clock.pass(time.Second)
	do(view.Play, 0) // it does already
	clock.pass(time.Second)
	check("four times as fast", 11, true, 4)
	do(view.Seek, 2)
	clock.pass(time.Second)
	check("after seeking", 6, true, 4)
	do(view.Speed, 1024)
	clock.pass(1e6 * time.Hour)
	check("at its end", 20, false, 1024)
	clock.pass(time.Second)
	check("past it", 20, false, 1024)
	do(view.Play, 0)
	check("again", 0, true, 1024)
	for seconds, want := range map[float64]float64{-1: 0, math.Inf(-1): 0, 1e300: 20, math.Inf(1): 20, 7.25: 7.25} {
		do(view.Freeze, 0)
		do(view.Seek, seconds)
		check(fmt.Sprint("sought ", seconds), want, false, 1024)
	}
}

func TestPlayerRefuses(t *testing.T) {
	p, _ := playing(t, handmade(t))
	p.Do(view.Command{Kind: view.Freeze})
	before := p.Snapshot()
	for _, test := range []struct {
		view.Command
		want string
	}{
		{view.Command{ID: 1, Kind: view.Speed, Value: 0}, "found a speed of 0; expected one from 0.25 to 1024"},
		{view.Command{ID: 1, Kind: view.Speed, Value: 1025}, "found a speed of 1025"},
		{view.Command{ID: 1, Kind: view.Speed, Value: -1}, "found a speed of -1"},
		{view.Command{ID: 1, Kind: view.Speed, Value: nan}, "found a speed of NaN"},
		{view.Command{ID: 1, Kind: view.Seek, Value: nan}, "found no moment; expected one from 0 to 20 seconds"},
		{view.Command{ID: 1, Kind: view.Pause}, "not be told to pause"},
		{view.Command{ID: 1, Kind: view.Finish}, "not be told to finish"},
	} {
		err := p.Do(test.Command)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%v %v: got %v, want %q", test.Kind, test.Value, err, test.want)
		}
	}
	if p.Snapshot() != before {
		t.Error("what was refused has changed something")
	}
	if got := p.Offer(view.Command{Kind: view.Add}); got.Refused == "" {
		t.Error("a run can be added")
	}
	if got := p.Offer(view.Command{Kind: view.Seek}); got.Refused != "" {
		t.Errorf("seeking is refused: %s", got.Refused)
	}
}

// Each command is answered once, by a number above all that was recorded,
// wherever the recording is.
func TestPlayerAnswers(t *testing.T) {
	p, _ := playing(t, handmade(t))
	heard := uint64(0)
	for i := range 200 {
		if err := p.Do(view.Command{ID: uint64(1000 + i), Kind: view.Seek, Value: float64(7 * i % 20)}); err != nil {
			t.Fatal(err)
		}
		s := p.Snapshot()
		e := s.Events[len(s.Events)-1]
		if e.Command != uint64(1000+i) || e.Text != "" || e.Number <= max(heard, 14) {
			t.Fatalf("command %d: got %+v", i, e)
		}
		heard = e.Number
		if !slices.IsSortedFunc(s.Events, func(a, b view.Event) int { return int(a.Number) - int(b.Number) }) || len(s.Events) > 4+mostAnswers {
			t.Fatalf("got %+v", s.Events)
		}
	}
	n := len(p.Snapshot().Events)
	seek(t, p, 14) // without an ID
	if got := len(p.Snapshot().Events); got > n {
		t.Errorf("%d lines, want %d at most", got, n)
	}
}

// A picture that was drawn of a run is drawn anew if and only if the run is
// otherwise: forwards and backwards.
func TestGenerations(t *testing.T) {
	p, clock := playing(t, handmade(t))
	drawn := map[[2]uint64]string{}
	last := uint64(0)
	for step := range 300 {
		if step%40 == 39 {
			seek(t, p, float64(step%17))
		}
		clock.pass(100 * time.Millisecond)
		s := p.Snapshot()
		if s.Generation < last {
			t.Fatalf("generation %d after %d", s.Generation, last)
		}
		last = s.Generation
		whole := fmt.Sprint(s.Runs, s.Events, s.Playback.Playing)
		for i := range s.Runs {
			r := s.Runs[i]
			key := [2]uint64{uint64(r.ID), r.Generation}
			r.Federation = nil // a pointer
			text := fmt.Sprint(r)
			if was, seen := drawn[key]; seen && was != text {
				t.Fatalf("run %d is otherwise and of the same generation:\n%s\n%s", r.ID, was, text)
			}
			drawn[key] = text
		}
		key := [2]uint64{math.MaxUint64, s.Generation}
		if was, seen := drawn[key]; seen && was != whole {
			t.Fatalf("the whole is otherwise and of the same generation %d:\n%s\n%s", s.Generation, was, whole)
		}
		drawn[key] = whole
	}
	if len(drawn) > 200 {
		t.Errorf("%d generations, want no more than things have changed", len(drawn))
	}
}

// What was handed out never changes.
func TestSnapshotsStay(t *testing.T) {
	p, _ := playing(t, handmade(t))
	early := seek(t, p, 9)
	before := encode(momentOf(&early.Runs[0], early.Axes, true)) + fmt.Sprint(early.Runs[0].Series, early.Events)
	for at := range 20 {
		seek(t, p, float64(at))
	}
	if after := encode(momentOf(&early.Runs[0], early.Axes, true)) + fmt.Sprint(early.Runs[0].Series, early.Events); after != before {
		t.Errorf("got\n%s, want\n%s", after, before)
	}
	if a, b := p.Snapshot(), p.Snapshot(); a != b {
		t.Error("two snapshots of one moment")
	}
}

// Without a clock among the axes, moments tell when a run came to a place.
func TestPlayedWithoutClock(t *testing.T) {
	path := handmade(t)
	a := view.Axis{Key: "seconds", Title: "seconds"}
	change(t, path, "UPDATE axes SET declared = ? WHERE position = 1", encode(a))
	change(t, path, "UPDATE moments SET shown = json_set(shown, '$.at.evals', 50 * elapsed) WHERE run = 0")
	p, _ := playing(t, path)
	for at, want := range map[float64]int{0: 1, 4.9: 1, 5: 3, 11: 3, 12: 7} {
		if got := len(seek(t, p, at).Runs[0].Of("loss").Values); got != want {
			t.Errorf("at %v: %d values, want %d", at, got, want)
		}
	}
}

// Times that cannot be are those of the end, and nothing is lost there.
func TestPlayedHostileTimes(t *testing.T) {
	path := handmade(t)
	change(t, path, "UPDATE points SET seconds = 1e300 WHERE run = 0 AND number = 2")
	change(t, path, "UPDATE points SET seconds = -1e300 WHERE run = 0 AND number = 0")
	change(t, path, "UPDATE points SET seconds = NULL WHERE run = 0 AND number = 1")
	p, _ := playing(t, path)
	for at, want := range map[float64]int{0: 2, 19: 2, 20: 7} {
		if got := len(seek(t, p, at).Runs[0].Of("loss").Values); got != want {
			t.Errorf("at %v: %d values, want %d", at, got, want)
		}
	}
}

// A moment that cannot be read leaves a run as it stood before.
func TestPlayedDamagedMoment(t *testing.T) {
	path := handmade(t)
	change(t, path, "UPDATE moments SET shown = '{' WHERE run = 0 AND elapsed = 5")
	p, _ := playing(t, path)
	for at, want := range map[float64]int{1: 0, 6: 0, 12: 12} {
		seek(t, p, 0)
		if got := seek(t, p, at).Runs[0].Federation.Round; got != want {
			t.Errorf("at %v: round %d, want %d", at, got, want)
		}
	}
}

func TestPlayerRefusesDamage(t *testing.T) {
	for damage, want := range map[string]string{
		"UPDATE runs SET state = 'gone'":                             `runs.state: found "gone", expected one of`,
		"UPDATE events SET kind = 'x'":                               "events.kind",
		"UPDATE marks SET kind = 'x'":                                "marks.kind",
		"UPDATE moments SET state = 'x'":                             "moments.state",
		"UPDATE axes SET declared = '[]'":                            "axes.declared: found [], expected an object",
		"UPDATE metrics SET declared = '{\"format\":1}'":             "metrics.declared: format: found 1, expected a word",
		"UPDATE experiment SET shown = ''":                           "experiment.shown: found no JSON",
		"UPDATE experiment SET began = 'now'":                        `experiment.began: found "now", expected a time`,
		"UPDATE experiment SET status = 'x'":                         "expected running, finished or stopped",
		"DELETE FROM experiment":                                     "found no row in experiment",
		"UPDATE points SET value = 'x' WHERE number = 3 AND run = 1": "expected a number",
	} {
		path := handmade(t)
		change(t, path, damage)
		_, err := open(t, path).Player()
		if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), path) {
			t.Errorf("%s: got %v, want %q", damage, err, want)
		}
	}
}
