package record

import (
	"math"
	"slices"
	"time"

	"optwatch/train/view"
)

// anchor holds the beginning of time where it is. A source over logs begins its
// time anew where it finds an older one: then all that has a place in time is
// elsewhere, and what is in the record would be of another time than what comes.
// What happened before the beginning that is held has a negative place.
type anchor struct {
	zero  time.Time // zero for no such source
	moved map[int]anchored
}

// anchored is what has been worked out of a run.
type anchored struct {
	generation uint64
	began      time.Time
	times      map[string][]float64 // of series, by metric
}

// hold is a snapshot in the time of the record.
func (a *anchor) hold(snap *view.Snapshot) *view.Snapshot {
	later := snap.Began.Sub(a.zero)
	if a.zero.IsZero() || snap.Began.IsZero() || later == 0 {
		return snap
	}
	out := *snap
	out.Began, out.Elapsed = a.zero, snap.Elapsed+later
	out.Events = slices.Clone(snap.Events)
	for i := range out.Events {
		out.Events[i].Elapsed += later
	}
	if clock := snap.Clock(); clock >= 0 {
		out.Runs = slices.Clone(snap.Runs)
		for i := range out.Runs {
			a.run(&out.Runs[i], clock, snap.Began, later.Seconds())
		}
	}
	return &out
}

// run brings a run to the time of the record. Places that have been worked out for
// the same curves are the same lists again, so that nobody need compare them.
func (a *anchor) run(r *view.Run, clock int, began time.Time, later float64) {
	was := a.moved[r.ID]
	if was.generation != r.Generation || r.Generation == 0 || !was.began.Equal(began) {
		was = anchored{r.Generation, began, map[string][]float64{}}
	}
	r.At = shifted(r.At, clock, later)
	r.Series = slices.Clone(r.Series)
	for i := range r.Series {
		s := &r.Series[i]
		times := s.On(clock)
		if times == nil {
			continue
		}
		if len(was.times[s.Metric]) != len(times) {
			was.times[s.Metric] = added(times, later)
		}
		s.Places = slices.Clone(s.Places)
		s.Places[clock] = was.times[s.Metric]
	}
	r.Marks = slices.Clone(r.Marks)
	for i := range r.Marks {
		r.Marks[i].Places = shifted(r.Marks[i].Places, clock, later)
	}
	if a.moved == nil {
		a.moved = map[int]anchored{}
	}
	a.moved[r.ID] = was
}

// shifted are places of which that in time is later.
func shifted(places []float64, clock int, later float64) []float64 {
	if clock >= len(places) || math.IsNaN(places[clock]) {
		return places
	}
	places = slices.Clone(places)
	places[clock] += later
	return places
}

// added are numbers that are greater by one.
func added(numbers []float64, by float64) []float64 {
	out := make([]float64, len(numbers))
	for i, n := range numbers {
		out[i] = n + by
	}
	return out
}
