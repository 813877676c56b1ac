package publish

import (
	"math"
	"slices"

	"optwatch/train/view"
)

// life is the log of one run in one form, with what is written of the run's
// present life.
type life struct {
	book book

	generation  uint64 // Run.Generation of what is written
	provisional int    // how many metrics were, then

	began float64          // NaN where that is not known
	any   bool             // a line is written
	last  place            // of them
	wrote map[string]place // the last place of each metric, in the log
	seen  map[string]place // likewise, in this process
	known map[string]bool  // metrics that have had a value
	there map[place]line   // what the log had when it was gone on with
}

// open goes on with what the log has of a run, if that is of its present life.
func open(b book, s *view.Snapshot, r *view.Run) (*life, error) {
	l := &life{book: b}
	lines, err := b.read()
	if err != nil {
		return nil, err
	}
	l.begin()
	f := frameOf(s)
	now, clock := f.beganAt(s, r), ""
	if f.clock >= 0 {
		clock = f.axes[f.clock].Key
	}
	sh := f.shapeOf(s, r)
	first := place{math.Inf(1), math.Inf(1)}
	for _, had := range lines {
		at := sh.placeOf(had)
		if first.after(at) {
			first = at
			if v, has := had[clock]; has {
				l.began = v
			}
		}
		l.had(at, had)
	}
	if len(lines) == 0 || !same(l.began, now) {
		l.restart()
	}
	l.began = now
	return l, nil
}

// had takes in a line that the log has.
func (l *life) had(at place, had line) {
	l.there[at] = had
	if !l.any || at.after(l.last) {
		l.any, l.last = true, at
	}
	for name := range had {
		if was, has := l.wrote[name]; !has || at.after(was) {
			l.wrote[name] = at
		}
	}
}

// begin forgets all that was written.
func (l *life) begin() {
	l.began, l.any, l.last = math.NaN(), false, place{}
	l.wrote, l.seen, l.known, l.there = map[string]place{}, map[string]place{}, map[string]bool{}, map[place]line{}
}

// restart begins a log of another life.
func (l *life) restart() {
	l.book.begin()
	l.begin()
}

// write writes what is new of a run.
func (l *life) write(s *view.Snapshot, r *view.Run) error {
	provisional := 0
	for _, m := range s.Metrics {
		if m.Provisional {
			provisional++
		}
	}
	if r.Generation != 0 && r.Generation == l.generation && provisional == l.provisional {
		return nil
	}
	f := frameOf(s)
	if began := f.beganAt(s, r); !same(began, l.began) {
		if math.IsNaN(began) {
			return nil // it has nothing yet
		}
		l.restart()
		l.began = began
	}
	lines, strayed := l.fresh(&f, s, r)
	if strayed {
		l.restart()
		l.began = f.beganAt(s, r)
		lines, _ = l.fresh(&f, s, r)
	}
	if err := l.put(lines, f.shapeOf(s, r)); err != nil {
		return err
	}
	l.generation, l.provisional = r.Generation, provisional
	return nil
}

// put writes lines, which are in the order of their places: those that belong
// before what is written, and those after it.
func (l *life) put(lines []line, sh shape) error {
	late := 0
	for late < len(lines) && l.any && !sh.placeOf(lines[late]).after(l.last) {
		late++
	}
	if late > 0 {
		if err := l.book.fill(lines[:late], sh); err != nil {
			return err
		}
	}
	if late < len(lines) {
		if err := l.book.add(lines[late:], sh); err != nil {
			return err
		}
		l.any, l.last = true, sh.placeOf(lines[len(lines)-1])
	}
	return nil
}

// fresh are the lines that the log lacks. Strayed says that the run has gone
// another way than the log has it.
func (l *life) fresh(f *frame, s *view.Snapshot, r *view.Run) (lines []line, strayed bool) {
	at := map[place]line{}
	for i := range r.Series {
		series := &r.Series[i]
		m := s.Metric(series.Metric)
		if m == nil || m.Provisional {
			continue
		}
		if l.take(f, m, series, at) {
			return nil, true
		}
	}
	places := make([]place, 0, len(at))
	for p := range at {
		places = append(places, p)
	}
	slices.SortFunc(places, func(a, b place) int {
		switch {
		case a.after(b):
			return 1
		case b.after(a):
			return -1
		}
		return 0
	})
	for _, p := range places {
		lines = append(lines, at[p])
	}
	return lines, false
}

// take puts the new values of a series into lines, and says whether those that
// the log has are others.
func (l *life) take(f *frame, m *view.Metric, s *view.Series, lines map[place]line) (strayed bool) {
	seen, looked := l.seen[m.Key]
	from := len(s.Values)
	for from > 0 && (!looked || f.place(s, from-1).after(seen)) {
		from--
	}
	wrote, has := l.wrote[m.Key]
	for i := from; i < len(s.Values); i++ {
		at, v := f.place(s, i), s.Values[i]
		if math.IsNaN(at.step) {
			continue
		}
		l.known[m.Key] = l.known[m.Key] || !math.IsNaN(v)
		if !l.known[m.Key] {
			continue
		}
		l.seen[m.Key] = at
		if has && !at.after(wrote) {
			if l.others(m, at, v, looked) {
				return true
			}
			continue
		}
		l.wrote[m.Key] = at
		if lines[at] == nil {
			lines[at] = f.line(s, i)
		}
		lines[at].set(m.Key, v, s, i)
	}
	return false
}

// others says whether the log has another value than a run that was gone on
// from. What it had before that may have been thinned since. Values that are
// told no better than to some accuracy, or are means of more and more, tell nothing.
func (l *life) others(m *view.Metric, at place, v float64, sinceThen bool) bool {
	if m.Behind != "" || m.Floor > 0 {
		return false
	}
	was, has := l.there[at][m.Key]
	if !has {
		return sinceThen && !math.IsNaN(v)
	}
	return !same(was, v)
}

// set puts a value with its bounds into a line.
func (l line) set(name string, v float64, s *view.Series, i int) {
	l[name] = v
	if i < len(s.Low) {
		l[name+lowSuffix] = s.Low[i]
	}
	if i < len(s.High) {
		l[name+highSuffix] = s.High[i]
	}
}
