package race

import (
	"math"
	"time"

	"optwatch/train/view"
)

// seek puts the value cursor where an event happened, on all charts, and says where
// that is; "" where no curve has such a place.
func (q *Race) seek(e *view.Event) string {
	if !q.stand(q.whereabouts(e)) {
		return ""
	}
	return q.cursorText()
}

// whereabouts is where an event happened on the axis of the charts: where its run
// marks it, or else was at that time. What is of no run happened to the selected
// one. NaN where that is not known.
func (q *Race) whereabouts(e *view.Event) float64 {
	r := q.Run()
	for _, g := range q.Groups {
		for _, other := range g {
			if other.Name == e.Run {
				r = other
			}
		}
	}
	if q.over().Clock {
		return e.Elapsed.Seconds()
	}
	if r == nil {
		return math.NaN()
	}
	clock := q.Snap.Clock()
	for i := len(r.Marks) - 1; i >= 0; i-- {
		m := &r.Marks[i]
		if m.Kind != e.Kind || m.Text != e.Text || q.axis >= len(m.Places) {
			continue
		}
		if clock < 0 || clock >= len(m.Places) || math.Abs(m.Places[clock]-e.Elapsed.Seconds()) < time.Second.Seconds() {
			return m.Places[q.axis]
		}
	}
	for i := range r.Series {
		k := &r.Series[i]
		times, places := k.On(clock), k.On(q.axis)
		if !q.Charted(k.Metric) || len(times) == 0 || len(places) == 0 {
			continue
		}
		if e.Elapsed.Seconds() < times[0] { // as when it was begun
			return places[0]
		}
		if at, ok := q.then(r, k.Metric, e.Elapsed.Seconds()); ok {
			return at
		}
	}
	if e.Elapsed.Seconds() >= r.Place(clock) { // the newest point is older
		return r.Place(q.axis)
	}
	return math.NaN()
}
