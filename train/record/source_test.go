package record

import (
	"errors"
	"fmt"
	"math"
	"sync"
	"time"

	"optwatch/train/device"
	"optwatch/train/view"
)

// hostile is a source that knows nothing of this project, whose names and
// numbers are whatever a program may come up with.
type hostile struct {
	mu   sync.Mutex
	snap view.Snapshot
	step int64 // of all runs
}

// The names of axes and metrics are those that a table would not like.
var (
	hostileAxes    = []string{"step", "value", "RUN", `a "quoted" one`, "Step", "", "x\x00y", "näïve; DROP TABLE runs", "wall"}
	hostileMetrics = []string{"train/loss", "eval/acc'uracy", "", "running", "\x1b[31mred", "f − best", "train/loss"}
)

var nan = math.NaN()

func newHostile() *hostile {
	h := &hostile{snap: view.Snapshot{Began: time.Unix(0, 0), Phase: view.PhaseTraining, Headline: []string{"train/loss"}, Subject: view.Subject{Name: "hostile"}}}
	for i, key := range hostileAxes {
		h.snap.Axes = append(h.snap.Axes, view.Axis{Key: key, Title: "axis " + key, Clock: i == len(hostileAxes)-1})
	}
	for _, key := range hostileMetrics {
		m := view.Metric{Key: key, Title: key, Floor: 1e300, Least: math.SmallestNonzeroFloat64}
		if key == "running" {
			m.Behind = "train/loss"
		}
		h.snap.Metrics = append(h.snap.Metrics, m)
	}
	for id := range 3 {
		h.snap.Runs = append(h.snap.Runs, view.Run{ID: 7 * id, Name: fmt.Sprintf("run %d", id), Group: "g", Seed: math.MaxUint64 - uint64(id), Left: -1})
		h.event(id, view.EventStart, "begins", 0)
	}
	return h
}

func (h *hostile) Snapshot() *view.Snapshot {
	h.mu.Lock()
	defer h.mu.Unlock()
	s := h.snap
	s.Runs, s.Events, s.Metrics = append([]view.Run(nil), s.Runs...), append([]view.Event(nil), s.Events...), append([]view.Metric(nil), s.Metrics...)
	return &s
}

func (h *hostile) Do(view.Command) error         { return errors.New("not today") }
func (h *hostile) Offer(view.Command) view.Offer { return view.Offer{} }

// change changes something, under the lock.
func (h *hostile) change(f func(s *view.Snapshot)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	f(&h.snap)
	h.snap.Generation++
}

// event is a line of the log of a run by its position; the lock is held, or not needed.
func (h *hostile) event(run int, kind view.EventKind, text string, command uint64) {
	s := &h.snap
	s.Events = append(s.Events, view.Event{
		Number: uint64(len(s.Events) + 1), Elapsed: s.Elapsed, Run: s.Runs[run].Name, Kind: kind, Text: text, Command: command,
	})
}

// goOn takes a step of every run.
func (h *hostile) goOn(d time.Duration) {
	h.change(func(s *view.Snapshot) {
		h.step++
		s.Elapsed += d
		for i := range s.Runs {
			h.stepOf(s, i)
		}
		s.Devices = &device.View{At: time.Unix(h.step, 0), Backend: "test", Devices: []device.DeviceView{{Device: device.Device{ID: "GPU-a"}}}}
	})
}

// stepOf appends a value to each series of a run. Infinities and gaps come in time.
func (h *hostile) stepOf(s *view.Snapshot, i int) {
	r := &s.Runs[i]
	if r.State.Ended() {
		return
	}
	n := float64(h.step)
	r.Generation = s.Generation + 1
	r.At = []float64{n, -n, n / 3, nan, n * n, 1e300 / n, math.Inf(1), n, s.Elapsed.Seconds()}
	if len(r.Series) == 0 {
		for _, key := range hostileMetrics {
			r.Series = append(r.Series, view.Series{Metric: key, Places: make([][]float64, len(s.Axes)-i)})
		}
	}
	r.Series = append([]view.Series(nil), r.Series...)
	for k := range r.Series {
		sr := &r.Series[k]
		v := []float64{1 / n, n, 1e300, nan, math.Inf(1), math.Inf(-1), 5e-324, -1e-300}[(int(h.step)+k+i)%8]
		sr.Values, sr.Last = append(sr.Values, v), v
		places := append([][]float64(nil), sr.Places...)
		for a := range places {
			if a != 3 { // where no run has places
				places[a] = append(places[a], r.At[a])
			}
		}
		sr.Places = places
		if k%2 == 1 {
			sr.Low, sr.High = append(sr.Low, v-1), append(sr.High, nan)
		}
	}
}
