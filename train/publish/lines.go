package publish

import (
	"math"
	"slices"
	"time"

	"optwatch/train/view"
)

// frame is where the values of a snapshot's runs stand.
type frame struct {
	axes  []view.Axis
	step  int // the axis of steps, or else the first; -1 if there is none
	pace  int // -1 for none
	clock int // likewise
	began time.Time
}

func frameOf(s *view.Snapshot) frame {
	f := frame{axes: s.Axes, pace: s.Axis(s.Pace), clock: s.Clock(), began: s.Began}
	f.step = slices.IndexFunc(s.Axes, func(a view.Axis) bool { return a.Steps })
	if f.step < 0 && len(s.Axes) > 0 {
		f.step = 0
	}
	return f
}

// place is where a value of a series stands; its step is NaN where it stands nowhere.
func (f *frame) place(s *view.Series, i int) place {
	p := place{on(s, f.step, i), on(s, f.pace, i)}
	if math.IsNaN(p.pace) {
		p.pace = 0
	}
	return p
}

// line is a new line at the place of a value.
func (f *frame) line(s *view.Series, i int) line {
	l := line{stepKey: on(s, f.step, i)}
	for axis, a := range f.axes {
		if v := on(s, axis, i); !math.IsNaN(v) && a.Key != stepKey && a.Key != timeKey {
			l[a.Key] = v
		}
	}
	if at := on(s, f.clock, i); !f.began.IsZero() && !math.IsNaN(at) {
		l[timeKey] = float64(f.began.UnixMicro())/1e6 + at
	}
	return l
}

// on is the place of a value on an axis; NaN where it has none.
func on(s *view.Series, axis, i int) float64 {
	if axis < 0 || axis >= len(s.Places) || i >= len(s.Places[axis]) {
		return math.NaN()
	}
	return s.Places[axis][i]
}

// Metrics of which there are also bounds have these appended to their keys.
const (
	lowSuffix  = "/min"
	highSuffix = "/max"
)

// shapeOf are the columns that the log of a run has: what is known of it in this
// snapshot, or will be.
func (f *frame) shapeOf(s *view.Snapshot, r *view.Run) shape {
	out := shape{places: []string{stepKey, timeKey}}
	if f.pace >= 0 {
		out.pace = f.axes[f.pace].Key
	}
	for axis, a := range f.axes {
		if r.Takes(axis) && !slices.Contains(out.places, a.Key) {
			out.places = append(out.places, a.Key)
		}
	}
	for _, m := range s.Metrics {
		series := r.Of(m.Key)
		if series == nil || slices.Contains(out.places, m.Key) || m.Aside && !anyKnown(series.Values) {
			continue
		}
		out.metrics = append(out.metrics, m.Key)
		if series.Low != nil {
			out.metrics = append(out.metrics, m.Key+lowSuffix)
		}
		if series.High != nil {
			out.metrics = append(out.metrics, m.Key+highSuffix)
		}
	}
	return out
}

func anyKnown(values []float64) bool {
	return slices.ContainsFunc(values, func(v float64) bool { return !math.IsNaN(v) })
}

// beganAt is when the life of a run began that its curves are of: when their first
// value was. A run that begins anew has another.
func (f *frame) beganAt(s *view.Snapshot, r *view.Run) float64 {
	first, at := place{math.Inf(1), math.Inf(1)}, math.NaN()
	for i := range r.Series {
		series := &r.Series[i]
		if m := s.Metric(series.Metric); m == nil || m.Behind != "" || len(series.Values) == 0 {
			continue
		}
		if p := f.place(series, 0); first.after(p) {
			first, at = p, on(series, f.clock, 0)
		}
	}
	return at
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// same says whether two numbers are the same to the bit; all that are none are.
func same(a, b float64) bool {
	return math.Float64bits(a) == math.Float64bits(b) || math.IsNaN(a) && math.IsNaN(b)
}
