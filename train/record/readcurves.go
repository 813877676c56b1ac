package record

import (
	"fmt"
	"math"
	"slices"

	"optwatch/train/view"
)

// axisColumns are the columns of the axes after others.
func (c *contents) axisColumns() string {
	text := ""
	for _, a := range c.axes {
		text += ", " + quoted(a.column)
	}
	return text
}

func (r *Reader) readPoints(c *contents) error { return r.readCurves(c, "points") }

func (r *Reader) readTrace(c *contents) error { return r.readCurves(c, "trace") }

// readCurves reads a table of series, a value a row.
func (r *Reader) readCurves(c *contents, table string) error {
	row := make([]real, 3+len(c.axes)) // value, low, high, and places
	var id int
	var metric string
	into := []any{&id, &metric}
	for i := range row {
		into = append(into, &row[i])
	}
	var now *series // that the rows are of
	var of *recorded
	err := r.query(func(scan func(...any) error) error {
		if err := scan(into...); err != nil {
			return err
		}
		if of == nil || of.ID != id {
			if of, now = c.run(id), nil; of == nil {
				return nil
			}
		}
		if now == nil || now.Metric != metric {
			of.series = append(of.series, newSeries(metric, len(c.axes)))
			now = &of.series[len(of.series)-1]
		}
		now.add(row)
		return nil
	}, fmt.Sprintf("SELECT run, %s, value, low, high%s FROM %s ORDER BY run, metric, number", cut("metric"), c.axisColumns(), table))
	for _, run := range c.runs {
		for i := range run.series {
			run.series[i].trim()
		}
	}
	return err
}

func newSeries(metric string, axes int) series {
	return series{Series: view.Series{Metric: metric, Places: make([][]float64, axes), Last: math.NaN()}}
}

// add appends a row: value, low, high, and places.
func (c *series) add(row []real) {
	c.Values = append(c.Values, float64(row[0]))
	c.Low, c.High = append(c.Low, float64(row[1])), append(c.High, float64(row[2]))
	for i, place := range row[3:] {
		c.Places[i] = append(c.Places[i], float64(place))
	}
}

// trim leaves out the columns in which nothing is known.
func (c *series) trim() {
	c.Low, c.High = known(c.Low), known(c.High)
	for i, places := range c.Places {
		c.Places[i] = known(places)
	}
}

// known are the values; nil where none is known.
func known(values []float64) []float64 {
	if slices.ContainsFunc(values, func(v float64) bool { return !math.IsNaN(v) }) {
		return values
	}
	return nil
}

func (r *Reader) readMarks(c *contents) error {
	places := make([]real, len(c.axes))
	var id int
	var kind, text string
	into := []any{&id, &kind, &text}
	for i := range places {
		into = append(into, &places[i])
	}
	return r.query(func(scan func(...any) error) error {
		if err := scan(into...); err != nil {
			return err
		}
		run := c.run(id)
		if run == nil {
			return nil
		}
		m := view.Mark{Text: text, Places: make([]float64, len(places))}
		for i, at := range places {
			m.Places[i] = float64(at)
		}
		var err error
		if m.Kind, err = constantOf[view.EventKind](kind); err != nil {
			return damaged("marks.kind", err)
		}
		run.marks = append(run.marks, dated[view.Mark]{what: m})
		return nil
	}, fmt.Sprintf("SELECT run, %s%s FROM marks ORDER BY run, number", cut("kind", "text"), c.axisColumns()))
}
