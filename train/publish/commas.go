package publish

import (
	"bytes"
	"encoding/csv"
	"math"
	"strconv"
)

// commas is a row a line below the names of the columns. What is not known is
// left blank, and NaN is nan.
type commas struct{}

func (commas) extension() string { return ".csv" }
func (commas) open() bool        { return false }

func (commas) head(columns []string) []byte { return row(columns) }

// row is a row as the standard has it, quoted where that is needed.
func row(cells []string) []byte {
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	_ = w.Write(cells) // to a buffer
	w.Flush()
	return out.Bytes()
}

func (commas) encode(l line, columns []string) []byte {
	cells := make([]string, len(columns))
	for i, name := range columns {
		v, known := l[name]
		switch {
		case !known:
		case math.IsNaN(v):
			cells[i] = "nan"
		case math.IsInf(v, 0):
			cells[i] = map[bool]string{true: "inf", false: "-inf"}[v > 0]
		default:
			cells[i] = string(number(nil, v))
		}
	}
	return row(cells)
}

func (commas) decode(text []byte) (lines []line, columns []string) {
	r := csv.NewReader(bytes.NewReader(text))
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	rows, _ := r.ReadAll() // what comes before an error is there
	if len(rows) == 0 {
		return nil, nil
	}
	columns = rows[0]
	for _, cells := range rows[1:] {
		l := line{}
		for i, cell := range cells[:min(len(cells), len(columns))] {
			if v, err := strconv.ParseFloat(cell, 64); err == nil {
				l[columns[i]] = v
			}
		}
		if len(l) > 0 {
			lines = append(lines, l)
		}
	}
	return lines, columns
}
