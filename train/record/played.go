package record

import (
	"math"
	"slices"
	"sort"
	"time"

	"optwatch/train/view"
)

// played is a run at a moment of its recording.
type played struct {
	*recorded
	reader *Reader
	begun  bool
	run    view.Run
	cuts   []int // of the values of each series, how many are there
	marked int   // how many marks are
	lined  int   // how many lines of output are
	stood  int   // how many of the moments are past
	head   moment
	known  bool // head is that of the latest moment that is past
}

func newPlayed(reader *Reader, r *recorded) *played {
	return &played{recorded: r, reader: reader, cuts: make([]int, len(r.series))}
}

// countPast is how many of n times, which never fall, are not after a moment. So
// many as was were not after the moment before, and mostly that is still so.
func countPast(was, n int, at time.Duration, time func(i int) time.Duration) int {
	if (was == 0 || time(was-1) <= at) && (was == n || time(was) > at) {
		return was
	}
	return sort.Search(n, func(i int) bool { return time(i) > at })
}

// move brings the run to a moment, and says whether anything of it is otherwise there.
func (p *played) move(at time.Duration, axes []view.Axis, metrics []view.Metric, lead time.Duration) bool {
	changed, there := false, false
	set := func(count *int, n int, time func(i int) time.Duration) {
		now := countPast(*count, n, at, time)
		changed = changed || now != *count
		there = there || now > 0
		*count = now
	}
	for i := range p.series {
		s := p.series[i].seen
		set(&p.cuts[i], len(s), func(i int) time.Duration { return s[i] })
	}
	set(&p.marked, len(p.marks), func(i int) time.Duration { return p.marks[i].at })
	set(&p.lined, len(p.lines), func(i int) time.Duration { return p.lines[i].at })
	stood := p.stood
	set(&p.stood, len(p.moments), func(i int) time.Duration { return p.moments[i].at })
	if p.stood != stood {
		p.known = false
	}
	if changed {
		p.begun = there
		p.rebuild(axes, metrics, lead)
	}
	return changed
}

// rebuild makes the run what it is now.
func (p *played) rebuild(axes []view.Axis, metrics []view.Metric, lead time.Duration) {
	p.recall()
	r := p.Run
	if n := len(p.moments); n > 0 { // before the first, it stood as it did then
		r.State = p.moments[max(0, p.stood-1)].state
	}
	p.head.restore(&r, axes)
	for i, a := range axes {
		if a.Clock {
			r.At[i] += lead.Seconds()
		}
	}
	r.Series = p.curves(metrics)
	p.advance(&r)
	r.Marks = make([]view.Mark, p.marked)
	for i := range r.Marks {
		r.Marks[i] = p.marks[i].what
	}
	for _, line := range p.lines[max(0, p.lined-leastPrinted):p.lined] {
		r.Output = append(r.Output, line.what)
	}
	p.run = r
}

// recall asks the record how the run stood. What cannot be read leaves the run
// as it stood before.
func (p *played) recall() {
	if p.known {
		return
	}
	p.known = true
	if p.stood == 0 {
		p.head = moment{Method: p.Method, Recipe: p.Recipe, Left: -1, Rate: math.NaN()}
		return
	}
	m, err := p.reader.momentAt(p.ID, p.moments[p.stood-1].elapsed)
	if err != nil {
		return
	}
	if m.Federation != nil {
		for i := range m.Federation.Clients {
			c := &m.Federation.Clients[i]
			if c.Classes == nil {
				c.Classes = p.classes[c.ID]
			}
		}
	}
	p.head = m
}

// curves are the series as far as they are there, in the order of the metrics,
// and those of metrics that have a latest value alone.
func (p *played) curves(metrics []view.Metric) []view.Series {
	series := make([]view.Series, 0, len(metrics))
	for i := range p.series {
		s := p.series[i].Series
		s.Last = valueOf(p.head.Last, s.Metric)
		n := p.cuts[i]
		s.Values, s.Low, s.High = s.Values[:n:n], upTo(s.Low, n), upTo(s.High, n)
		s.Places = slices.Clone(s.Places)
		for axis, places := range s.Places {
			s.Places[axis] = upTo(places, n)
		}
		series = append(series, s)
	}
	for i := range metrics {
		key := metrics[i].Key
		last, ok := p.head.Last[key]
		if ok && !slices.ContainsFunc(series, func(s view.Series) bool { return s.Metric == key }) {
			series = append(series, view.Series{Metric: key, Last: last})
		}
	}
	return series
}

// upTo are the first n values of a list; nil where there is none.
func upTo(values []float64, n int) []float64 {
	if values == nil {
		return nil
	}
	return values[:n:n]
}

// advance brings the run to where its latest values are, if those are later than
// the moment at which it is known how it stood.
func (p *played) advance(r *view.Run) {
	latest := time.Duration(-1)
	if p.stood > 0 {
		latest = p.moments[p.stood-1].at
	}
	stood := latest
	for i := range p.series {
		n := p.cuts[i]
		if n == 0 || p.series[i].seen[n-1] <= stood {
			continue
		}
		s := &r.Series[i]
		s.Last = s.Values[n-1]
		if seen := p.series[i].seen[n-1]; seen > latest {
			latest = seen
			for axis := range r.At {
				if places := s.On(axis); places != nil && !math.IsNaN(places[n-1]) {
					r.At[axis] = places[n-1]
				}
			}
		}
	}
}
