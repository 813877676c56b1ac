package record

import (
	"fmt"
	"math"
	"slices"

	"optwatch/train/view"
)

// real is a number of a column, NaN where it is NULL.
type real float64

// Scan takes what the driver read.
func (r *real) Scan(from any) error {
	switch v := from.(type) {
	case nil:
		*r = real(math.NaN())
	case float64:
		*r = real(v)
	case int64:
		*r = real(v)
	default:
		return fmt.Errorf("is damaged: found %T, expected a number", from)
	}
	return nil
}

func instantOf(elapsed real) instant {
	return instant{float64(elapsed), max(0, durationOf(float64(elapsed)))}
}

// damaged says where something was found that no writer writes.
func damaged(where string, err error) error { return fmt.Errorf("is damaged: %s: %w", where, err) }

// longestText is how much of a name, a reason or a line of the log is read, in
// bytes; columns that are read as cut are longer in no record that was written.
const longestText = 4096

// cut are columns of texts, each read no farther than that. It is by bytes, of which
// SQLite has none to cut in an empty text: the letters of one end at its first NUL.
func cut(columns ...string) string {
	text := ""
	for i, column := range columns {
		if i > 0 {
			text += ", "
		}
		text += fmt.Sprintf("ifnull(CAST(substr(CAST(%[1]s AS BLOB), 1, %[2]d) AS TEXT), substr(%[1]s, 1, 0))", column, longestText)
	}
	return text
}

// shownColumn is a column of JSON, read as far as decode reads.
var shownColumn = fmt.Sprintf("substr(shown, 1, %d)", mostJSON+1)

func (r *Reader) readShown(c *contents) error {
	return r.query(func(scan func(...any) error) error {
		var text string
		if err := scan(&text); err != nil {
			return err
		}
		if err := decode(text, &c.shown); err != nil {
			return damaged("experiment.shown", err)
		}
		return nil
	}, "SELECT "+shownColumn+" FROM experiment LIMIT 1")
}

func (r *Reader) readAxes(c *contents) error {
	return r.query(func(scan func(...any) error) error {
		var a axis
		var text string
		if err := scan(&a.column, &text); err != nil {
			return err
		}
		if err := decode(text, &a.Axis); err != nil {
			return damaged("axes.declared", err)
		}
		c.axes = append(c.axes, a)
		return nil
	}, fmt.Sprintf(`SELECT %s, substr(declared, 1, %d) FROM axes ORDER BY position LIMIT %d`, cut(quoted("column")), mostJSON+1, mostAxes))
}

func (r *Reader) readMetrics(c *contents) error {
	return r.query(func(scan func(...any) error) error {
		var m view.Metric
		var text string
		if err := scan(&text); err != nil {
			return err
		}
		if err := decode(text, &m); err != nil {
			return damaged("metrics.declared", err)
		}
		c.metrics = append(c.metrics, m)
		return nil
	}, fmt.Sprintf("SELECT substr(declared, 1, %d) FROM metrics ORDER BY position", mostJSON+1))
}

func (r *Reader) readRuns(c *contents) error {
	return r.query(func(scan func(...any) error) error {
		run := &recorded{Run: view.Run{Left: -1, Rate: math.NaN()}}
		var seed int64
		var state string
		err := scan(&run.ID, &seed, &run.Name, &run.Recipe, &run.Method, &run.Group, &state, &run.Reason)
		if err != nil {
			return err
		}
		run.Seed = uint64(seed)
		if run.State, err = constantOf[view.State](state); err != nil {
			return damaged("runs.state", err)
		}
		c.runs = append(c.runs, run)
		c.Runs = append(c.Runs, RunSummary{run.ID, run.Name, run.Recipe, state, run.Reason})
		return nil
	}, "SELECT id, seed, "+cut("name", "recipe", "method", "family", "state", "reason")+" FROM runs ORDER BY id")
}

// mostEvents are as many lines of the log as are read, the newest.
const mostEvents = 100_000

func (r *Reader) readEvents(c *contents) error {
	err := r.query(func(scan func(...any) error) error {
		var e view.Event
		var elapsed real
		var kind string
		err := scan(&e.Number, &elapsed, &e.Run, &kind, &e.Text)
		if err != nil {
			return err
		}
		if e.Kind, err = constantOf[view.EventKind](kind); err != nil {
			return damaged("events.kind", err)
		}
		e.Elapsed = instantOf(elapsed).at
		c.events = append(c.events, dated[view.Event]{e.Elapsed, e})
		return nil
	}, fmt.Sprintf("SELECT number, elapsed, %s FROM events WHERE number > 0 ORDER BY number DESC LIMIT %d", cut("run", "kind", "text"), mostEvents))
	slices.Reverse(c.events)
	for i := 1; i < len(c.events); i++ {
		c.events[i].at = max(c.events[i].at, c.events[i-1].at)
	}
	return err
}

func (r *Reader) readDevices(c *contents) error {
	return r.query(func(scan func(...any) error) error {
		var elapsed real
		if err := scan(&elapsed); err != nil {
			return err
		}
		c.devices = append(c.devices, instantOf(elapsed))
		return nil
	}, "SELECT elapsed FROM devices ORDER BY elapsed")
}
