package record

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"optwatch/train/view"
)

// curves writes the series and the marks of runs. It remembers what is written,
// which costs nothing, for values that were handed out never change: what a
// series has beyond that is added, and from where it differs it is written anew,
// as where a curve was thinned or its run has gone back.
type curves struct {
	axes        []axisColumn
	written     map[curveKey]curve
	marks       map[int][]view.Mark
	looked      map[int]uint64  // Run.Generation of what is written
	provisional map[string]bool // metrics that were when all was looked at
	from        int             // position of the run to begin with
}

// curveKey is a series in the record.
type curveKey struct {
	table  string
	run    int
	metric string
}

// curve is the series as it is written.
type curve struct {
	places            [][]float64 // in the order of curves.axes
	values, low, high []float64
}

func newCurves() curves {
	return curves{written: map[curveKey]curve{}, marks: map[int][]view.Mark{}, looked: map[int]uint64{}, provisional: map[string]bool{}}
}

// mostStatements bounds a transaction: a row to be written takes ten times the
// memory that its numbers take.
const mostStatements = 20_000

// write plans to write what is new, and says whether there is more than one
// transaction takes. Values of a metric that is provisional wait until they are
// final, or for the last time.
func (c *curves) write(p *plan, snap *view.Snapshot, axes []axisColumn, last bool) (more bool) {
	if !slices.Equal(axes, c.axes) { // rows written before lack the new columns
		*c = curves{axes: axes, written: map[curveKey]curve{}, marks: map[int][]view.Mark{}, looked: map[int]uint64{}, provisional: c.provisional}
	}
	provisional, behind := map[string]bool{}, map[string]bool{}
	for _, m := range snap.Metrics {
		provisional[m.Key], behind[m.Key] = m.Provisional && !last, m.Behind != ""
	}
	final := func(metric string) bool { return c.provisional[metric] && !provisional[metric] }
	all := slices.ContainsFunc(snap.Metrics, func(m view.Metric) bool { return final(m.Key) })
	for i := range snap.Runs {
		at := (c.from + i) % len(snap.Runs)
		r := &snap.Runs[at]
		if looked, ok := c.looked[r.ID]; ok && looked == r.Generation && r.Generation != 0 && !all {
			continue
		}
		if len(p.statements) >= mostStatements || !c.writeRun(p, r, provisional, behind) {
			c.from = at // so that none waits for ever while others go on
			return true
		}
		p.after(func() { c.looked[r.ID] = r.Generation })
	}
	p.after(func() { c.provisional = provisional })
	return false
}

// writeRun plans to write what is new of a run, and says whether that is all.
func (c *curves) writeRun(p *plan, r *view.Run, provisional, behind map[string]bool) (all bool) {
	there := map[curveKey]bool{}
	for i := range r.Series {
		s := &r.Series[i]
		key := curveKey{"points", r.ID, s.Metric}
		if behind[s.Metric] {
			key.table = "trace"
		}
		if len(p.statements) >= mostStatements {
			return false
		}
		if !there[key] {
			there[key] = true
			if !provisional[s.Metric] {
				c.writeSeries(p, key, c.of(s))
			}
		}
	}
	for key := range c.written {
		if key.run == r.ID && !there[key] {
			p.add("DELETE FROM "+key.table+" WHERE run = ? AND metric = ?", key.run, key.metric)
			p.after(func() { delete(c.written, key) })
		}
	}
	c.writeMarks(p, r)
	return true
}

// of is a series with its places in the order of the columns.
func (c *curves) of(s *view.Series) curve {
	out := curve{values: slices.Clip(s.Values), low: slices.Clip(s.Low), high: slices.Clip(s.High)}
	for _, a := range c.axes {
		out.places = append(out.places, slices.Clip(s.On(a.at)))
	}
	return out
}

// writeSeries plans to write a series from where it differs from what is written.
func (c *curves) writeSeries(p *plan, key curveKey, s curve) {
	was, known := c.written[key]
	from, rows := was.common(&s), len(was.values)
	switch {
	case !known:
		p.add("DELETE FROM "+key.table+" WHERE run = ? AND metric = ?", key.run, key.metric)
	case from < rows:
		p.add("DELETE FROM "+key.table+" WHERE run = ? AND metric = ? AND number >= ?", key.run, key.metric, from)
	case from == len(s.values):
		return
	}
	text := c.insert(key.table, "run", "metric", "number", "value", "low", "high")
	for i := from; i < len(s.values); i++ {
		args := []any{key.run, key.metric, i, s.values[i], at(s.low, i), at(s.high, i)}
		for _, places := range s.places {
			args = append(args, at(places, i))
		}
		p.add(text, args...)
	}
	p.after(func() { c.written[key] = s })
}

// insert is the statement that writes a row with its places.
func (c *curves) insert(table string, columns ...string) string {
	for _, a := range c.axes {
		columns = append(columns, quoted(a.column))
	}
	return fmt.Sprintf("INSERT INTO %s (%s) VALUES (?%s)", table, strings.Join(columns, ", "), strings.Repeat(", ?", len(columns)-1))
}

// common is how many rows two series begin with that are the same.
func (s *curve) common(o *curve) int {
	n := min(len(s.values), len(o.values))
	n = commonLength(s.values, o.values, n)
	n = commonLength(s.low, o.low, n)
	n = commonLength(s.high, o.high, n)
	for axis := range s.places {
		n = commonLength(s.places[axis], o.places[axis], n)
	}
	return n
}

// commonLength is how many of the first n numbers of two lists are the same to
// the bit. Beyond the end of a list there is nothing, which is NaN.
func commonLength(a, b []float64, n int) int {
	if len(a) > 0 && len(b) > 0 && &a[0] == &b[0] && (len(a) == len(b) || n <= min(len(a), len(b))) {
		return n
	}
	for i := range n {
		if !sameBits(at(a, i), at(b, i)) {
			return i
		}
	}
	return n
}

// sameBits says whether two numbers are the same; all that are none are.
func sameBits(a, b float64) bool {
	return math.Float64bits(a) == math.Float64bits(b) || math.IsNaN(a) && math.IsNaN(b)
}

// at is a number of a list; NaN beyond its end.
func at(list []float64, i int) float64 {
	if i < 0 || i >= len(list) {
		return math.NaN()
	}
	return list[i]
}

// writeMarks plans to write the marks of a run from where they differ.
func (c *curves) writeMarks(p *plan, r *view.Run) {
	was, known := c.marks[r.ID]
	from := 0
	for from < min(len(was), len(r.Marks)) && c.sameMark(&was[from], &r.Marks[from]) {
		from++
	}
	if known && from == len(was) && from == len(r.Marks) {
		return
	}
	p.add("DELETE FROM marks WHERE run = ? AND number >= ?", r.ID, from)
	text := c.insert("marks", "run", "number", "kind", "text")
	for i := from; i < len(r.Marks); i++ {
		m := &r.Marks[i]
		args := []any{r.ID, i, wordOf(m.Kind), m.Text}
		for _, a := range c.axes {
			args = append(args, at(m.Places, a.at))
		}
		p.add(text, args...)
	}
	p.after(func() { c.marks[r.ID] = r.Marks })
}

func (c *curves) sameMark(a, b *view.Mark) bool {
	if a.Kind != b.Kind || a.Text != b.Text {
		return false
	}
	for _, axis := range c.axes {
		if !sameBits(at(a.Places, axis.at), at(b.Places, axis.at)) {
			return false
		}
	}
	return true
}
