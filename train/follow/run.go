package follow

import (
	"math"
	"slices"
	"strconv"
	"time"

	"optwatch/train/follow/logs"
	"optwatch/train/view"
)

// run is what one run has logged.
type run struct {
	id       int
	name     string // unique among all
	path     string // of its log
	format   *logs.Format
	curves   []*curve
	by       map[string]*curve // by tags
	former   map[string]*points
	keys     map[string]string // of metrics, by tags
	titles   int               // how often the metric of a tag has become another
	life     int               // how often it has begun again
	rows     int64
	at       place   // the furthest of the life that goes on
	began    float64 // seconds since 1970 of the first row; NaN before
	heard    time.Time
	gaps     gaps
	marks    []news
	config   []logs.Parameter
	output   []string
	about    logs.About
	end      logs.End
	bad      int // records that could not be read
	signs    signs
	changed  uint64
	deleted  bool // its log is
	state    view.State
	reason   string
	activity string
	pending  view.Pending
	rate     pace
	behind   behind
	steered  *steered      // nil where its script takes no commands
	series   []view.Series // nil where they must be drawn anew
}

// The bounds of what is kept of a run beside its curves.
const (
	mostOutput     = 500
	mostMarks      = 200
	mostTags       = 2000
	mostParameters = 1000
)

func newRun(id int, path string, f *logs.Format) *run {
	nan := math.NaN()
	return &run{
		id: id, path: path, format: f, began: nan, at: place{nan, nan, nan, nan, nan},
		by: map[string]*curve{}, former: map[string]*points{}, keys: map[string]string{},
	}
}

// forget empties a run whose log was written anew.
func (r *run) forget() {
	fresh := newRun(r.id, r.path, r.format)
	fresh.name, fresh.heard, fresh.changed = r.name, r.heard, r.changed
	fresh.behind, fresh.state, fresh.steered, fresh.deleted = r.behind, r.state, r.steered, r.deleted
	*r = *fresh
}

// take takes in what was found. Told is called with what is worth a line of the log.
func (r *run) take(f *logs.Found, most int, told func(news)) {
	if f.Anew {
		r.forget()
	}
	for _, p := range f.Config {
		r.configure(p)
	}
	r.describe(f)
	r.complain(f, told)
	for i := range f.Rows {
		r.row(&f.Rows[i], most, told)
	}
	r.output = append(r.output, f.Lines...)
	if n := len(r.output) - mostOutput; n > 0 {
		r.output = slices.Clone(r.output[n:])
	}
}

// describe takes in what is said of the run as a whole.
func (r *run) describe(f *logs.Found) {
	a := &r.about
	for _, text := range []struct {
		from string
		to   *string
	}{{f.About.Name, &a.Name}, {f.About.Host, &a.Host}, {f.About.Writer, &a.Writer}} {
		if text.from != "" {
			*text.to = text.from
		}
	}
	if f.About.Total > 0 {
		a.Total = f.About.Total
	}
	if f.About.Began > 0 {
		a.Began = f.About.Began
	}
	if f.About.PID > 0 {
		a.PID = f.About.PID
	}
	if f.End.State != logs.Unsaid {
		r.end = f.End
	}
}

// complain tells what is wrong with the log, once: of the records that cannot be
// read the first, and why there is nothing in it yet.
func (r *run) complain(f *logs.Found, told func(news)) {
	nowhere := place{onClock: math.NaN()}
	if f.Bad > 0 && r.bad == 0 {
		told(news{kind: view.EventInfo, at: nowhere, text: "a record is skipped: " + f.Why})
	}
	r.bad += f.Bad
	if note := f.About.Note; note != "" && note != r.about.Note {
		told(news{kind: view.EventInfo, at: nowhere, text: note})
	}
	r.about.Note = f.About.Note
}

// configure takes a parameter in, sorted by key.
func (r *run) configure(p logs.Parameter) {
	i, found := slices.BinarySearchFunc(r.config, p.Key, func(q logs.Parameter, key string) int {
		switch {
		case q.Key < key:
			return -1
		case q.Key > key:
			return 1
		}
		return 0
	})
	switch {
	case found:
		r.config[i] = p
	case len(r.config) < mostParameters:
		r.config = slices.Insert(r.config, i, p)
	}
}

// row takes in what was logged at once.
func (r *run) row(row *logs.Row, most int, told func(news)) {
	if row.Restart {
		r.again(row.Step, r.placeOf(row), told)
		return
	}
	at, usual := r.placeOf(row), r.gaps.usual()
	r.rows++
	r.gaps.add(row.Time)
	for _, v := range row.Values {
		c := r.curve(v)
		if c == nil {
			continue
		}
		at := at
		if math.IsNaN(at[onStep]) && math.IsNaN(at[onEpoch]) {
			at[onStep] = float64(c.count)
		}
		switch axis := c.backOn(at); {
		case axis >= 0 && c.life == r.life && c.late(axis, at, usual):
			c.sortIn(axis, at, v.Number, most)
		case axis >= 0:
			r.backwards(c, axis, at, told)
			fallthrough
		default:
			c.add(at, v.Number, most)
		}
		if c.outdoes() {
			r.depict(c)
		}
		r.judge(c, v.Number, at, told)
		for i := range at {
			if !(r.at[i] >= at[i]) && !math.IsNaN(at[i]) {
				r.at[i] = at[i]
			}
		}
	}
}

// placeOf is where a row lies on the axes.
func (r *run) placeOf(row *logs.Row) place {
	at := place{onStep: row.Step, onEpoch: row.Epoch, onTokens: row.Tokens, onRelative: row.Elapsed, onClock: row.Time}
	if !math.IsNaN(row.Time) {
		if math.IsNaN(r.began) {
			r.began = row.Time
		}
		if math.IsNaN(row.Elapsed) {
			at[onRelative] = row.Time - r.began
		}
	}
	return at
}

// curve is that of a tag; nil where there are too many.
func (r *run) curve(v logs.Value) *curve {
	if c := r.by[v.Tag]; c != nil {
		return c
	}
	if len(r.curves) >= mostTags {
		return nil
	}
	c := newCurve(v.Tag, v.Short, r.life)
	r.by[v.Tag] = c
	r.curves = append(r.curves, c)
	r.entitle(c)
	return c
}

// mark puts a mark on the run's curves, and a line into the log.
func (r *run) mark(kind view.EventKind, at place, text string, told func(news)) {
	r.happened(news{kind: kind, at: at, text: text}, told)
}

// happened is told and marked on the run's curves.
func (r *run) happened(n news, told func(news)) {
	if len(r.marks) < mostMarks {
		r.marks = append(r.marks, n)
	}
	told(n)
}

// news is something that happened to a run.
type news struct {
	kind   view.EventKind
	sign   string // of those that a loss shows; "" for none
	metric string // key of the one that shows it; "" for none
	at     place
	text   string
}

// number is a step, or whatever else counts, in as few digits as it takes.
func number(v float64) string {
	if math.IsNaN(v) {
		return "?"
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}
