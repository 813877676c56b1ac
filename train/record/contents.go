package record

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"optwatch/train/view"
)

// contents are what is read of a record to play or to export it: all but what is
// long, and asked for when it is wanted (moments, devices, checkpoints).
type contents struct {
	Summary
	shown   shown
	axes    []axis
	metrics []view.Metric
	runs    []*recorded
	events  []dated[view.Event]
	devices []instant
}

// axis is an axis with its column in points, trace and marks.
type axis struct {
	view.Axis
	column string
}

// recorded is a run with all that is known of it.
type recorded struct {
	view.Run          // but for its series and its marks, as it was when it was last written
	series   []series // in the order of the metrics
	marks    []dated[view.Mark]
	lines    []dated[string] // of Output
	moments  []waypoint      // in their order
	classes  map[int][]int   // Client.Classes by Client.ID
}

// series is one of package view with the time at which each of its values was there.
type series struct {
	view.Series
	seen []time.Duration // never falls
}

// instant is a time as it stands in a column "elapsed".
type instant struct {
	elapsed float64
	at      time.Duration // the same
}

// waypoint is a moment of which it is known how a run stood.
type waypoint struct {
	instant
	state  view.State
	places []float64 // on each axis, of a run that has curves or marks whose times no clock tells; else nil
}

// dated is something that happened, and when.
type dated[T any] struct {
	at   time.Duration
	what T
}

// load reads the record as it is at one moment.
func (r *Reader) load() (*contents, error) {
	c := new(contents)
	err := r.atOnce(func() error {
		for _, read := range []func(*contents) error{
			r.readSummary, r.readShown, r.readAxes, r.readMetrics, r.readRuns, r.readMoments, r.readClasses, r.readEvents,
			r.readDevices, r.readPoints, r.readTrace, r.readMarks, r.readLogs, r.readOutput, r.readPlaces,
		} {
			if err := read(c); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	c.sort()
	c.date()
	return c, nil
}

// atOnce makes some queries see the record as it is at one moment.
func (r *Reader) atOnce(f func() error) error {
	say := func(text string) error {
		return r.guarded(func() error { _, err := r.db.Exec(text); return err })
	}
	if err := say("BEGIN"); err != nil {
		return fmt.Errorf("%s: %s", r.path, explain(err))
	}
	err := f()
	if end := say("COMMIT"); err == nil && end != nil {
		err = fmt.Errorf("%s: %s", r.path, explain(end))
	}
	return err
}

// sort puts the series of each run in the order of the metrics.
func (c *contents) sort() {
	position := map[string]int{}
	for i, m := range c.metrics {
		position[m.Key] = i - len(c.metrics) // those that are no longer declared come after these
	}
	for _, r := range c.runs {
		slices.SortStableFunc(r.series, func(a, b series) int { return cmp.Compare(position[a.Metric], position[b.Metric]) })
	}
}

// run is a run by its ID; nil if there is none.
func (c *contents) run(id int) *recorded {
	i, found := slices.BinarySearchFunc(c.runs, id, func(r *recorded, id int) int { return cmp.Compare(r.ID, id) })
	if !found {
		return nil
	}
	return c.runs[i]
}

// declared are the axes as the source declared them.
func (c *contents) declared() []view.Axis {
	axes := make([]view.Axis, len(c.axes))
	for i, a := range c.axes {
		axes[i] = a.Axis
	}
	return axes
}

// clock is the position of the axis of elapsed time; -1 if there is none.
func (c *contents) clock() int {
	return slices.IndexFunc(c.axes, func(a axis) bool { return a.Clock })
}
