package record

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
	"reflect"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"optwatch/train/device"
	"optwatch/train/view"
)

// scripted is a source that does whatever the vocabulary allows. It counts ticks
// of half a second: its runs begin, are restarted, run away and end at some of
// them, and each number says of which tick it is.
type scripted struct {
	mu    sync.Mutex
	began time.Time
	shown []*view.Snapshot // all that were looked at
}

const (
	begins   = 11 // when the second run does
	restarts = 23 // when the third does
	diverges = 31 // when the fourth does
	settles  = 37 // when the provisional metric is final
	ends     = 61 // when all have ended
)

func (h *scripted) Do(view.Command) error         { return nil }
func (h *scripted) Offer(view.Command) view.Offer { return view.Offer{} }

func (h *scripted) Snapshot() *view.Snapshot {
	h.mu.Lock()
	defer h.mu.Unlock()
	elapsed := time.Since(h.began)
	s := h.at(min(int(elapsed/(500*time.Millisecond)), ends), elapsed)
	h.shown = append(h.shown, s)
	return s
}

var scriptedAxes = []view.Axis{
	{Key: "evals", Title: "evaluations", Format: view.Count, Whole: true},
	{Key: "seconds", Title: "s", Clock: true},
	{Key: "value"},
	{Key: "RUN", Steps: true},
	{Key: `"; DROP TABLE runs; --`},
	{Key: "Value"},
}

func (h *scripted) at(tick int, elapsed time.Duration) *view.Snapshot {
	s := &view.Snapshot{
		Generation: uint64(tick + 1), Began: h.began, Elapsed: elapsed, Phase: view.PhaseTraining,
		Subject: view.Subject{Name: "hostile", Classes: []string{"a", "b\x00"}}, Axes: scriptedAxes, Headline: []string{"f − best", "loss"},
		Columns: []view.Column{{Key: "lr", Drop: 3}}, Pace: "evals",
		Metrics: []view.Metric{
			{Key: "loss", Title: "loss", Scale: view.LogFirst, Better: -1, Lines: []view.Line{{Name: "optimum", At: math.Inf(1)}}},
			{Key: "f − best", Provisional: tick < settles, Floor: 1e-17, Progress: view.Progress{Of: "certifying", Done: int64(tick)}},
			{Key: "batch", Behind: "loss"},
			{Key: "share", Aside: true, Format: view.Share, Least: 5e-324},
			{Key: ""},
		},
	}
	for id := range 5 {
		if id != 1 || tick >= begins {
			s.Runs = append(s.Runs, scriptedRun(id, tick))
		}
	}
	if tick == ends {
		s.Phase = view.PhaseEnded
	}
	for k := range min(tick+1, ends) {
		s.Events = append(s.Events, view.Event{Number: uint64(k + 1), Elapsed: time.Duration(k) * 500 * time.Millisecond, Run: fmt.Sprint("run ", k%5), Kind: view.EventKind(k % 10), Text: fmt.Sprintf("tick %d \x1b[2J", k)})
	}
	var i device.Inventory
	i.Opened("test", device.Diagnosis{}, []device.Device{{ID: "GPU-a"}}, h.began)
	at := h.began.Add(time.Duration(tick) * 500 * time.Millisecond)
	sample := device.Sample{ID: "GPU-a", At: at}
	sample.Readings[device.Busy] = device.Measured(float64(tick), at)
	i.Merge(device.Frame{Samples: []device.Sample{sample}}, device.AllTiers, at)
	s.Devices = i.View(at)
	return s
}

func scriptedRun(id, tick int) view.Run {
	from := 0
	switch {
	case id == 1:
		from = begins
	case id == 2 && tick >= restarts:
		from = restarts
	}
	r := view.Run{
		ID: id, Generation: uint64(tick + 1), Name: fmt.Sprint("run ", id), Recipe: "x:lr=1", Seed: math.MaxUint64 - uint64(id), Rate: float64(tick), Left: -1,
		Settings: []view.Setting{{Key: "tick", Format: view.Digits, Value: float64(tick)}, {Key: "lr", Value: math.NaN()}},
		Path:     fmt.Sprintf("runs/\x00%d", id), Parameters: []view.Parameter{{Key: "lr", Text: "\x1b[1m", Differs: true}, {Key: "tick", Text: fmt.Sprint(min(tick, settles))}},
		Activity: "tick", Elsewhere: view.Elsewhere{Metric: "loss", Why: fmt.Sprint("reason ", tick)}, Method: fmt.Sprint("method ", tick), Group: "g",
		At: []float64{float64(100 * (tick - from)), float64(tick) / 2, math.NaN(), 3, 1e300, math.Inf(-1)},
		Diagnosis: &view.Diagnosis{
			Step: int64(tick), Elapsed: math.NaN(), Noise: &view.Noise{Simple: view.Estimate{Value: math.Inf(1), Low: 3, High: math.NaN()}},
			Plateau: view.UnknownPlateau(), Active: []view.Condition{view.Plateaued}, Advice: view.Advice{Condition: view.Plateaued, Text: "wait"},
		},
	}
	if tick == ends {
		r.State, r.Reason = view.Budget, "spent"
	}
	if id == 3 && tick >= diverges {
		r.State, r.Reason = view.Diverged, "NaN"
	}
	if id == 2 && tick >= restarts {
		r.Marks = []view.Mark{{Kind: view.EventRestart, Places: []float64{0, restarts / 2.0, math.NaN()}, Text: "again"}, {Kind: view.EventSwitch}}
	}
	if id == 4 {
		r.Federation = scriptedFederation(tick)
	}
	for k := from; id == 3 && k <= tick; k++ {
		r.Output = append(r.Output, fmt.Sprintf("line %d\x00 \x1b[2J", k/2)) // each twice
	}
	for _, key := range []string{"loss", "f − best", "batch", "share", ""} {
		r.Series = append(r.Series, scriptedSeries(key, id, from, tick))
	}
	return r
}

func scriptedFederation(tick int) *view.Federation {
	f := &view.Federation{Round: tick, Deadline: math.NaN(), Cost: view.UnknownCost(), Privacy: &view.Privacy{Epsilon: math.Inf(1), Budget: math.NaN()}, Refused: []view.Refusal{{Reason: "late", Count: tick}}}
	for k := range 30 {
		f.Clients = append(f.Clients, view.Client{ID: 100 - k, Classes: []int{k, 0, 7}, State: view.ClientState(k % 9), Loss: 1 / float64(k), Done: int64(tick)})
	}
	return f
}

// scriptedSeries has a value for each tick since the run began. There is no −0
// among them: SQLite keeps whole numbers as such, of which there is one zero.
func scriptedSeries(key string, id, from, tick int) view.Series {
	s := view.Series{Metric: key, Last: float64(tick)}
	if key == "share" { // a number for tables alone
		return s
	}
	s.Places = make([][]float64, 5) // fewer than there are axes
	for k := from; k <= tick; k++ {
		value := math.Sin(float64(k*id)) / 3
		switch {
		case id == 3 && k > diverges-9:
			value = []float64{math.NaN(), 1e300, math.Inf(1), math.Inf(-1), -5e-324, 5e-324}[k%6]
		case key == "f − best":
			value -= float64(min(tick, settles)) // all of them change until it is final
		}
		s.Values = append(s.Values, value)
		s.Places[0] = append(s.Places[0], float64(100*(k-from)))
		s.Places[1] = append(s.Places[1], float64(k)/2)
		s.Places[2] = append(s.Places[2], []float64{math.NaN(), float64(-k)}[k%2])
		s.Places[4] = append(s.Places[4], math.NaN())
		if key == "batch" {
			s.Low, s.High = append(s.Low, value-1), append(s.High, math.Inf(1))
		}
	}
	return s
}

// recordScripted records the whole of a hostile source.
func recordScripted(t *testing.T) (string, *scripted) {
	path := filepath.Join(t.TempDir(), "foe22.db")
	h := &scripted{}
	synctest.Test(t, func(t *testing.T) {
		h.began = time.Now()
		w, err := Create(path, About{ID: "foe22", Name: "hostile", Began: h.began})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), ends*500*time.Millisecond+2*time.Second)
		defer cancel()
		w.Follow(ctx, h, nil)
		if trouble := w.Trouble(); trouble != "" {
			t.Error(trouble)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	})
	return path, h
}

func TestWhatIsPlayedIsWhatWas(t *testing.T) {
	path, h := recordScripted(t)
	p, _ := playing(t, path)
	end := seek(t, p, math.Inf(1))
	want := h.shown[len(h.shown)-1]
	if length := end.Playback.Length; length < ends*time.Second/2 || length > want.Elapsed || end.Phase != view.PhaseEnded {
		t.Errorf("got %v, phase %d; want from %v to %v", length, end.Phase, ends*time.Second/2, want.Elapsed)
	}
	wantSame(t, "axes", end.Axes, want.Axes)
	for i := range want.Metrics {
		want.Metrics[i].Progress = view.Progress{}
	}
	wantSame(t, "metrics", end.Metrics, want.Metrics)
	wantSame(t, "what is shown", shownOf(end), shownOf(want))
	wantSame(t, "events", end.Events, want.Events)
	if len(end.Runs) != len(want.Runs) {
		t.Fatalf("%d runs, want %d", len(end.Runs), len(want.Runs))
	}
	for i := range want.Runs {
		got, want := end.Runs[i], want.Runs[i]
		got.Generation, want.Generation = 0, 0
		for k := range want.Series {
			wantSame(t, want.Name+", "+want.Series[k].Metric, padded(*got.Of(want.Series[k].Metric)), padded(want.Series[k]))
		}
		for k := range want.Marks {
			for len(want.Marks[k].Places) < len(scriptedAxes) {
				want.Marks[k].Places = append(want.Marks[k].Places, math.NaN())
			}
		}
		got.Series, want.Series = nil, nil
		wantSame(t, want.Name, got, want)
	}
	if got := end.Devices.Devices[0].Value(device.Busy); got != ends {
		t.Errorf("the device is %v busy, want %v", got, ends)
	}
}

// padded is a series with a place on each axis for each value, NaN where it has none.
func padded(s view.Series) view.Series {
	all := make([][]float64, len(scriptedAxes))
	for axis := range all {
		for i := range s.Values {
			all[axis] = append(all[axis], at(s.On(axis), i))
		}
	}
	s.Places = all
	return s
}

func wantSame(t *testing.T, what string, got, want any) {
	t.Helper()
	if !same(reflect.ValueOf(got), reflect.ValueOf(want)) {
		t.Errorf("%s: got\n%+v, want\n%+v", what, got, want)
	}
}

// At no moment is anything shown of a later one, and what is shown is hardly older.
func TestNothingIsPlayedBeforeItWas(t *testing.T) {
	path, h := recordScripted(t)
	p, _ := playing(t, path)
	for k := range 4 * ends {
		seconds := float64((k*37)%(4*ends)) / 8
		s := seek(t, p, seconds)
		tick := int(2 * seconds)
		was := h.at(tick, s.Elapsed)
		if len(s.Runs) != len(was.Runs) {
			t.Fatalf("at %v: %d runs, want %d", seconds, len(s.Runs), len(was.Runs))
		}
		for i := range s.Runs {
			checkPlayed(t, &s.Runs[i], &was.Runs[i], tick, seconds)
		}
		if n := len(s.Events); n > len(was.Events) || n < len(was.Events)-1 {
			t.Errorf("at %v: %d lines, want %d", seconds, n, len(was.Events))
		}
		if busy := s.Devices.Devices[0].Value(device.Busy); busy > float64(tick) || busy < float64(tick)-3 {
			t.Errorf("at %v: the device is %v busy, want %d or a little less", seconds, busy, tick)
		}
	}
}

func checkPlayed(t *testing.T, got, was *view.Run, tick int, seconds float64) {
	t.Helper()
	about := func(what string, v float64) {
		if v > float64(tick) || v < float64(tick)-3 {
			t.Errorf("at %v, %s: %s is of tick %v, want %d or a little less", seconds, got.Name, what, v, tick)
		}
	}
	value, _ := got.Setting("tick")
	about("setting", value)
	about("diagnosis", float64(got.Diagnosis.Step))
	about("rate", got.Rate)
	about("place", 2*got.At[1])
	if got.Federation != nil {
		about("round", float64(got.Federation.Round))
		if c := got.Federation.Clients[2]; !slices.Equal(c.Classes, []int{2, 0, 7}) {
			t.Errorf("at %v: the client's classes are %v", seconds, c.Classes)
		}
	}
	if n := len(got.Output); n > len(was.Output) || n < len(was.Output)-3 {
		t.Errorf("at %v, %s: %d lines, want %d or a little less", seconds, got.Name, n, len(was.Output))
	}
	if got.State != was.State {
		t.Errorf("at %v, %s: %v, want %v", seconds, got.Name, got.State, was.State)
	}
	for i := range got.Series {
		for _, place := range got.Series[i].On(1) {
			if place > seconds {
				t.Errorf("at %v, %s: a value of %v", seconds, got.Name, place)
			}
		}
	}
	// What a restart has thrown away is in no record.
	if n := len(got.Of("loss").Values); n != len(was.Of("loss").Values) && (got.ID != 2 || tick >= restarts) {
		t.Errorf("at %v, %s: %d values, want %d", seconds, got.Name, n, len(was.Of("loss").Values))
	}
	if n := len(got.Marks); n != len(was.Marks) && (got.ID != 2 || tick >= restarts) {
		t.Errorf("at %v, %s: %d marks, want %d", seconds, got.Name, n, len(was.Marks))
	}
}
