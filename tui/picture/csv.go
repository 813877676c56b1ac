package picture

import (
	"encoding/csv"
	"io"
	"strconv"

	"optwatch/train/study/axis"
	"optwatch/train/view"
	"optwatch/tui/draw"
)

// Values are the curves of charts by their numbers, as their source knows them.
type Values struct {
	Axes   []string   // by their keys, in their order
	Along  int        // the one that the charts are drawn over
	Window axis.Scale // of it: what lies beyond is left out
	Curves []Curve
}

// Curve is one metric of one run.
type Curve struct {
	Run, Metric string
	Series      *view.Series
}

// Write writes the points as CSV, one a row: run, metric, the place on each axis,
// value, and low and high about it. What is not known is empty.
func (v *Values) Write(w io.Writer) error {
	out := csv.NewWriter(w)
	_ = out.Write(append(append([]string{"run", "metric"}, v.Axes...), "value", "low", "high")) // Flush tells
	for _, k := range v.Curves {
		along := k.Series.On(v.Along)
		for i := range min(len(k.Series.Values), len(along)) {
			if !v.within(along[i]) {
				continue
			}
			row := []string{k.Run, k.Metric}
			for a := range v.Axes {
				row = append(row, number(k.Series.On(a), i))
			}
			_ = out.Write(append(row, number(k.Series.Values, i), number(k.Series.Low, i), number(k.Series.High, i)))
		}
	}
	out.Flush()
	return out.Error()
}

// within says whether a place is in the window, whose ends are rounded.
func (v *Values) within(place float64) bool {
	const rounding = 1e-9
	c := v.Window.Of(place)
	return c >= v.Window.Lo-rounding && c <= v.Window.Hi*(1+rounding)+rounding
}

// number is one of some numbers with all its digits; "" where it is not known.
func number(of []float64, i int) string {
	if i >= len(of) || !draw.Known(of[i]) {
		return ""
	}
	return strconv.FormatFloat(of[i], 'g', -1, 64)
}
