package record

import (
	"encoding/csv"
	"io"
	"math"
	"strconv"

	"optwatch/train/device"
)

// WriteCSV writes the curves, a line a point: the name of its run, its metric,
// its places on the axes, its value and what lies about it. What is not known
// is empty.
func (r *Reader) WriteCSV(w io.Writer) error {
	c, err := r.load()
	if err != nil {
		return err
	}
	out := csv.NewWriter(w)
	line := []string{"run", "metric"}
	for _, a := range c.axes {
		line = append(line, device.Printable(a.Key))
	}
	out.Write(append(line, "value", "low", "high")) // it keeps its errors
	for _, run := range c.runs {
		for i := range run.series {
			s := &run.series[i]
			for k, value := range s.Values {
				line = append(line[:0], device.Printable(run.Name), device.Printable(s.Metric))
				for axis := range c.axes {
					line = append(line, cell(placeOf(s.Places, axis, k)))
				}
				out.Write(append(line, cell(value), cell(at(s.Low, k)), cell(at(s.High, k))))
			}
		}
	}
	out.Flush()
	return out.Error()
}

// cell is a number in a table, in as many digits as tell it from any other.
func cell(v float64) string {
	switch {
	case math.IsNaN(v):
		return ""
	case math.IsInf(v, 1):
		return infinity
	case math.IsInf(v, -1):
		return minusInfinity
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}
