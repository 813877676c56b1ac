package study

import (
	"encoding/csv"
	"io"
	"math"
	"strconv"
)

// WriteCSV writes the points of the figure, a row for each x of each series:
// series, x, y, lo, hi. What is not known is empty.
func (f *Figure) WriteCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	if err := out.Write([]string{"series", "x", "y", "lo", "hi"}); err != nil {
		return err
	}
	return out.WriteAll(f.Rows())
}

// Rows are the points of the figure as WriteCSV writes them.
func (f *Figure) Rows() [][]string {
	var rows [][]string
	for i := range f.Series {
		s := &f.Series[i]
		for k := range s.Len() {
			lo, hi := math.NaN(), math.NaN()
			if s.HasBand() {
				lo, hi = s.Lo[k], s.Hi[k]
			}
			rows = append(rows, []string{s.Name, figureText(s.X[k]), figureText(s.Y[k]), figureText(lo), figureText(hi)})
		}
	}
	return rows
}

// figureText is a number with all its digits; "" if it is not known.
func figureText(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return ""
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

// WriteCSV writes the table, its head first.
func (t *Table) WriteCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	if err := out.Write(t.Head); err != nil {
		return err
	}
	return out.WriteAll(t.Rows)
}
