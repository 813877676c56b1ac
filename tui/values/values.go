// Package values is a table over the screen: all metrics of all runs at one place, that
// of the value cursor, or as they are now.
package values

import (
	"encoding/csv"
	"io"
	"slices"
	"strconv"

	"optwatch/train/view"
	"optwatch/tui/draw"
	"optwatch/tui/pane"
	"optwatch/tui/runs"
)

// Cursor knows where runs stand.
type Cursor interface {
	// At is where the value cursor is; "" where it is off, and runs stand where they are now.
	At() string
	// Value is a metric of a run, or the median of a group, and Place where they are on
	// an axis; NaN where that is not known.
	Value(e runs.Entry, metric string) float64
	Place(e runs.Entry, axis int) float64
	// Turn moves the value cursor, as the keys h and l do.
	Turn(key string)
}

// table is the overlay.
type table struct {
	*runs.Runs
	Cursor
	from, seen int // columns: the first that is seen, and how many are
}

var (
	_ pane.Tabular  = (*table)(nil)
	_ pane.Scroller = (*table)(nil)
)

// Open lays the table over the screen.
func Open(q *runs.Runs, c Cursor) { q.Over = &table{Runs: q, Cursor: c} }

// Mode is where its keys are.
func (*table) Mode() pane.Mode { return pane.Tabling }

// Keys are those of the table while it is open.
func Keys(q *runs.Runs) []pane.Binding {
	open := func() *table { t, _ := q.Over.(*table); return t }
	turn := pane.Acts(func(key string) { open().Turn(key) })
	move := pane.Acts(func(key string) { open().move(key) })
	scroll := pane.Acts(func(key string) { open().turn(key) })
	return []pane.Binding{
		{In: pane.Tabling, Rank: 1300, Keys: []string{"h", "l", "left", "right"}, Ways: []pane.Way{pane.On("cursor-left", "value cursor to the left", "h", "left"), pane.On("cursor-right", "value cursor to the right", "l", "right")}, Show: "h l ← →", Foot: "place", Doc: "move the value cursor, and with it what is told of the runs", Do: turn},
		{In: pane.Tabling, Rank: 1310, Keys: []string{"j", "k", "down", "up"}, Ways: []pane.Way{pane.On("next", "select the next run", "j", "down"), pane.On("previous", "select the run before", "k", "up")}, Show: "j k ↑ ↓", Foot: "run", Doc: "select a run", Do: move},
		{In: pane.Tabling, Rank: 1320, Keys: []string{"tab", "shift+tab"}, Ways: []pane.Way{pane.On("more", "more metrics, to the right", "tab"), pane.On("back", "metrics to the left", "shift+tab")}, Show: "tab shift+tab", Foot: "more metrics", Doc: "the metrics for which there is no room", When: func() bool { t := open(); return t != nil && t.seen < len(t.columns()) }, Do: scroll},
		{In: pane.Tabling, Rank: 1350, Name: "close", Keys: []string{"esc", "q", "V"}, Show: "esc", Foot: "close", Doc: "close", Do: pane.Does(q.Close)},
	}
}

func (t *table) move(key string) {
	by := 1
	if key == "k" || key == "up" {
		by = -1
	}
	t.Move(by)
}

// Scroll selects another run.
func (t *table) Scroll(by int) { t.Move(by) }

// turn goes on by the columns that are seen, or back.
func (t *table) turn(key string) {
	by := max(1, t.seen)
	if key == "shift+tab" {
		by = -by
	}
	t.from = max(0, min(t.from+by, len(t.columns())-t.seen))
}

// column is a metric, or an axis.
type column struct {
	key, head string
	value     func(runs.Entry) float64
	text      func(v float64) string
}

// columns are the metrics that any run has, and then the axes that any is on.
func (t *table) columns() []column {
	var out []column
	all := t.All()
	for i := range t.Snap.Metrics {
		m := &t.Snap.Metrics[i]
		if slices.ContainsFunc(all, func(r *view.Run) bool { return r.Of(m.Key) != nil }) {
			out = append(out, column{m.Key, runs.Brief(m), func(e runs.Entry) float64 { return t.Value(e, m.Key) }, func(v float64) string { return runs.Value(m, v) }})
		}
	}
	for i, a := range t.Snap.Axes {
		if slices.ContainsFunc(all, func(r *view.Run) bool { return r.Takes(i) }) {
			head := a.Name
			if head == "" {
				head = a.Title
			}
			out = append(out, column{a.Key, draw.Clean(head), func(e runs.Entry) float64 { return t.Place(e, i) }, func(v float64) string { return runs.Write(a.Format, v) }})
		}
	}
	return out
}

// Title is what the table is of.
func (t *table) Title() string {
	if at := t.At(); at != "" {
		return "all values near " + at
	}
	return "all values now"
}

// Rows are the table as it is read, the heads first.
func (t *table) Rows() [][]string {
	columns := t.columns()
	rows := [][]string{{"run"}}
	for _, c := range columns {
		rows[0] = append(rows[0], c.head)
	}
	for _, e := range t.Entries() {
		row := []string{e.Name()}
		for _, c := range columns {
			row = append(row, c.text(c.value(e)))
		}
		rows = append(rows, row)
	}
	return rows
}

// Write writes it as CSV under the keys of the source, with all digits. What is not
// known is empty.
func (t *table) Write(w io.Writer) error {
	columns, entries := t.columns(), t.Entries()
	out := csv.NewWriter(w)
	head := []string{"run"}
	for _, c := range columns {
		head = append(head, draw.Clean(c.key))
	}
	_ = out.Write(head) // Flush tells
	for _, e := range entries {
		row := []string{e.Name()}
		for _, c := range columns {
			text := ""
			if v := c.value(e); draw.Known(v) {
				text = strconv.FormatFloat(v, 'g', -1, 64)
			}
			row = append(row, text)
		}
		_ = out.Write(row)
	}
	out.Flush()
	return out.Error()
}
