package record

import (
	"fmt"
	"slices"
	"strings"

	"optwatch/train/view"
)

// declared writes what a source declares: its axes, its metrics, its runs, and
// what a screen must know of it as a whole.
type declared struct {
	columns map[string]string // of the axes by their keys; they stay
	axes    []string          // as they are written
	metrics []string
	shown   string
	runs    map[int]runRow
}

// runRow is a row of runs but for its identity.
type runRow struct {
	name, recipe, method, family string
	seed                         uint64
	state, reason                string
}

func newDeclared(columns map[string]string) declared {
	if columns == nil {
		columns = map[string]string{}
	}
	return declared{columns: columns, runs: map[int]runRow{}}
}

// mostAxes is how many axes have a column: a table has at most 2000.
const mostAxes = 200

// axisColumn is the column of an axis, and where that stands in the snapshot.
type axisColumn struct {
	column string
	at     int
}

// active are the columns of a snapshot's axes: of those with one key, of the first.
func (d *declared) active(snap *view.Snapshot) []axisColumn {
	var out []axisColumn
	seen := map[string]bool{}
	for i, a := range snap.Axes {
		if column, ok := d.columns[a.Key]; ok && !seen[a.Key] {
			seen[a.Key] = true
			out = append(out, axisColumn{column, i})
		}
	}
	return out
}

// write plans to write what is declared otherwise than it is written.
func (d *declared) write(p *plan, snap *view.Snapshot) {
	d.writeAxes(p, snap.Axes)
	d.writeMetrics(p, snap.Metrics)
	d.writeRuns(p, snap.Runs)
	failed := snap.Phase == view.PhaseFailed && len(d.columns) == 0 // else what was trained before is still worth showing
	if text := encode(shownOf(snap)); text != d.shown && (len(snap.Axes) > 0 || failed) {
		p.add("UPDATE experiment SET shown = ?", text)
		p.after(func() { d.shown = text })
	}
}

// writeAxes adds the columns of new axes first. A column that could not be
// written in the end is still new the next time.
func (d *declared) writeAxes(p *plan, axes []view.Axis) {
	var texts []string
	for _, a := range axes[:min(len(axes), mostAxes)] {
		texts = append(texts, encode(a))
	}
	if slices.Equal(texts, d.axes) {
		return
	}
	added := map[string]string{}
	p.add("DELETE FROM axes")
	for i, text := range texts {
		key := axes[i].Key
		column, ok := d.columns[key]
		if !ok {
			column = d.free(key)
			d.columns[key], added[key] = column, column
			for _, table := range []string{"points", "trace", "marks"} {
				p.add(fmt.Sprintf("ALTER TABLE %s ADD COLUMN %s REAL", table, quoted(column)))
			}
		}
		p.add("INSERT INTO axes (position, key, column, title, declared) VALUES (?, ?, ?, ?, ?)", i, key, column, axes[i].Title, text)
	}
	p.otherwise(func() {
		for key := range added {
			delete(d.columns, key)
		}
	})
	p.after(func() { d.axes = texts })
}

// fixed are the columns that are not of axes, in capitals.
var fixed = []string{"RUN", "METRIC", "NUMBER", "VALUE", "LOW", "HIGH", "KIND", "TEXT", "ROWID", "OID", "_ROWID_"}

// longestColumn is how long the name of a column may be, in bytes.
const longestColumn = 200

// free is a name for the column of an axis that no other column has, its key
// where that is free. Names that differ in case alone are the same to SQL.
func (d *declared) free(key string) string {
	name := strings.ReplaceAll(strings.ToValidUTF8(key, "?"), "\x00", "?")
	if name == "" {
		name = "axis"
	}
	name = strings.ToValidUTF8(name[:min(len(name), longestColumn)], "")
	for taken := d.taken(name); taken; taken = d.taken(name) {
		name += "_"
	}
	return name
}

func (d *declared) taken(name string) bool {
	for _, column := range d.columns {
		if strings.EqualFold(column, name) {
			return true
		}
	}
	return slices.Contains(fixed, strings.ToUpper(name))
}

// quoted is a name as SQL takes it, whatever is in it.
func quoted(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func (d *declared) writeMetrics(p *plan, metrics []view.Metric) {
	var texts []string
	for _, m := range metrics {
		texts = append(texts, encode(m))
	}
	if slices.Equal(texts, d.metrics) {
		return
	}
	p.add("DELETE FROM metrics")
	for i, m := range metrics {
		p.add("INSERT INTO metrics (position, key, title, behind, declared) VALUES (?, ?, ?, nullif(?, ''), ?)", i, m.Key, m.Title, m.Behind, texts[i])
	}
	p.after(func() { d.metrics = texts })
}

func (d *declared) writeRuns(p *plan, runs []view.Run) {
	for i := range runs {
		r := &runs[i]
		row := runRow{r.Name, r.Recipe, r.Method, r.Group, r.Seed, wordOf(r.State), r.Reason}
		if was, ok := d.runs[r.ID]; ok && was == row {
			continue
		}
		p.add(`INSERT INTO runs (id, name, recipe, method, family, seed, state, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (id) DO UPDATE SET name = excluded.name, recipe = excluded.recipe, method = excluded.method,
				family = excluded.family, seed = excluded.seed, state = excluded.state, reason = excluded.reason`,
			r.ID, row.name, row.recipe, row.method, row.family, int64(row.seed), row.state, row.reason)
		p.after(func() { d.runs[r.ID] = row })
	}
}
