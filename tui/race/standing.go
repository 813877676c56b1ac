package race

import (
	"math"
	"time"

	"optwatch/train/view"
	"optwatch/tui/runs"
)

// standing is a row of the standings with what stands in it: a run as it is
// now or at the value cursor, or a group by the median of each of its numbers.
type standing struct {
	*sight
	entry runs.Entry
	run   *view.Run // that stands for the entry
	seen  []*view.Run
}

// standing is an entry as it stands.
func (s *sight) standing(e runs.Entry) *standing {
	out := &standing{sight: s, entry: e, run: e.Run}
	if e.Run != nil {
		if s.begun(e.Run) {
			out.seen = []*view.Run{e.Run}
		}
		return out
	}
	for _, r := range e.Group {
		if s.begun(r) && !(r.State.Broken() && len(e.Group) > 1 && s.pastItsEnd(r)) {
			out.seen = append(out.seen, r)
		}
	}
	out.run = standIn(e.Group)
	return out
}

// standIn is a run that stands for a group: it goes as long as any of them.
func standIn(g view.Group) *view.Run {
	v := *g[0]
	v.State, v.Recipe = runs.Leading(g).State, runs.SharedRecipe(g)
	var rates []float64
	v.Left = time.Duration(-1)
	for _, r := range g {
		if r.State == view.Running {
			rates = append(rates, r.Rate)
		}
		if runs.Goes(r) {
			v.Left = max(v.Left, r.Left)
		}
	}
	_, v.Rate, _ = g.Spread(rates)
	return &v
}

// begun says whether a run had any value at the value cursor; without that, it
// always has.
func (s *sight) begun(r *view.Run) bool {
	if !s.values {
		return true
	}
	for i := range r.Series {
		if s.Charted(r.Series[i].Metric) && s.atCursor(&r.Series[i]) >= 0 {
			return true
		}
	}
	return false
}

// pastItsEnd says whether the value cursor, if it is on, stands where a run
// that broke has ended: from there on it has no place among others.
func (s *sight) pastItsEnd(r *view.Run) bool {
	if !s.values {
		return true
	}
	at, end := s.placeOf(r, 0), r.Place(0)
	return at >= end
}

// placeOf is where a run is on an axis, now or at the value cursor; NaN where
// that is not known.
func (s *sight) placeOf(r *view.Run, axis int) float64 {
	if !s.values {
		return r.Place(axis)
	}
	place, least := math.NaN(), math.Inf(1)
	for i := range r.Series { // metrics may be logged at different steps
		k := &r.Series[i]
		if j := s.atCursor(k); s.Charted(k.Metric) && j >= 0 && j < len(k.On(axis)) {
			if away := math.Abs(s.scale().Of(k.On(s.axis)[j]) - s.cursor); away < least {
				place, least = k.On(axis)[j], away
			}
		}
	}
	return place
}

// valueOf is a metric of a run, now or at the value cursor; NaN where that is
// not known.
func (s *sight) valueOf(r *view.Run, metric string) float64 {
	k := r.Of(metric)
	switch {
	case k == nil:
		return math.NaN()
	case !s.values:
		return k.Last
	}
	if i := s.atCursor(k); i >= 0 && i < len(k.Values) {
		return k.Values[i]
	}
	return math.NaN()
}

// spread is the median of a number of the runs that are seen, and how far apart
// they lie.
func (s *standing) spread(value func(*view.Run) float64) (lo, mid, hi float64) {
	if s.entry.Run != nil {
		v := value(s.entry.Run)
		return v, v, v
	}
	values := make([]float64, len(s.seen))
	for i, r := range s.seen {
		values[i] = value(r)
	}
	return s.entry.Group.Spread(values)
}

// value is a metric of the entry.
func (s *standing) value(metric string) float64 {
	_, mid, _ := s.spread(func(r *view.Run) float64 { return s.valueOf(r, metric) })
	return mid
}

// place is where the entry is on an axis; of a group, the whole part of the median.
func (s *standing) place(axis int) float64 {
	_, mid, _ := s.spread(func(r *view.Run) float64 { return s.placeOf(r, axis) })
	if s.entry.Run == nil {
		return math.Trunc(mid)
	}
	return mid
}
