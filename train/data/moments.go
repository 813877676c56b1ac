package data

import (
	"fmt"
	"math"
	"strconv"

	"optwatch/optimizers/matrix"
)

// moments are the mean and the deviation of each column over some rows,
//
//	mⱼ = (1/n) Σ xᵢⱼ        sⱼ² = (1/n) Σ (xᵢⱼ − mⱼ)²
//
// of the entries that are no gaps. They are computed in passes, on columns
// divided by their largest entry, so that nothing overflows and nothing
// cancels.
type moments struct {
	rows      int
	mean, dev []float64
	largest   []float64 // |xᵢⱼ|
	constant  []bool    // all entries are the same
	set, gaps []int     // entries that are not 0, and of those the gaps
}

// measure takes the moments of so many rows of a matrix, evenly spread over all.
func measure(x matrix.Matrix, rows int) *moments {
	n := x.Cols()
	m := &moments{
		rows: rows, mean: make([]float64, n), dev: make([]float64, n), largest: make([]float64, n),
		constant: make([]bool, n), set: make([]int, n), gaps: make([]int, n),
	}
	low, high := make([]float64, n), make([]float64, n)
	for j := range n {
		low[j], high[j] = math.Inf(1), math.Inf(-1)
	}
	m.each(x, func(j int, v float64) {
		if m.set[j]++; math.IsNaN(v) {
			m.gaps[j]++
			return
		}
		low[j], high[j] = min(low[j], v), max(high[j], v)
	})
	for j := range n {
		if m.set[j] < rows {
			low[j], high[j] = min(low[j], 0), max(high[j], 0)
		}
		m.constant[j] = !(low[j] < high[j])
		if m.present(j) > 0 {
			m.largest[j] = max(-low[j], high[j])
		}
	}
	m.takeMeans(x, low)
	m.takeDeviations(x)
	return m
}

// each visits the entries of the rows that are measured, but for zeros, which a dense
// matrix keeps.
func (m *moments) each(x matrix.Matrix, visit func(j int, v float64)) {
	set := func(j int, v float64) {
		if v != 0 {
			visit(j, v)
		}
	}
	for i := range m.rows {
		x.Row(int(int64(i)*int64(x.Rows())/int64(m.rows)), set)
	}
}

// present is how many entries of a column are no gaps.
func (m *moments) present(j int) int { return m.rows - m.gaps[j] }

// takeMeans needs the lowest entries, which those of a constant column all are.
func (m *moments) takeMeans(x matrix.Matrix, low []float64) {
	m.each(x, func(j int, v float64) {
		if !math.IsNaN(v) && v != 0 {
			m.mean[j] += v / m.largest[j]
		}
	})
	for j := range m.mean {
		switch {
		case m.present(j) == 0:
			m.mean[j] = 0
		case m.constant[j]:
			m.mean[j] = low[j]
		default:
			m.mean[j] *= m.largest[j] / float64(m.present(j))
		}
	}
}

func (m *moments) takeDeviations(x matrix.Matrix) {
	m.each(x, func(j int, v float64) {
		if !math.IsNaN(v) && !m.constant[j] {
			d := v/m.largest[j] - m.mean[j]/m.largest[j]
			m.dev[j] += d * d
		}
	})
	for j := range m.dev {
		if m.constant[j] {
			continue
		}
		d := m.mean[j] / m.largest[j]
		sum := m.dev[j] + float64(m.rows-m.set[j])*d*d
		m.dev[j] = m.largest[j] * math.Sqrt(sum/float64(m.present(j)))
	}
}

// dense says whether most entries of a column are set.
func (m *moments) dense(j int) bool { return 2*m.set[j] > m.rows }

// filling only fills gaps, with means.
func (m *moments) filling() *affine {
	a := &affine{shift: make([]float64, len(m.mean)), scale: make([]float64, len(m.mean)), fill: m.mean}
	for j := range a.scale {
		a.scale[j] = 1
	}
	return a
}

// standardizing brings deviations to 1, and the means of columns to 0 of which
// most entries are set: what is sparse stays so. A constant column becomes 0.
func (m *moments) standardizing() *affine {
	a := m.filling()
	for j := range m.mean {
		if m.dev[j] > 0 {
			a.scale[j] = m.dev[j]
		}
		if m.dense(j) && m.mean[j] != 0 {
			a.shift[j] = m.mean[j]
			a.centred = append(a.centred, j)
		}
	}
	return a
}

const (
	// farApart is how far scales of columns must lie apart to be spoken of.
	farApart = 1000
	// surveyed is how many rows are looked at for that.
	surveyed = 4096
)

// extremes are the largest column of a data set, as it stands, and the one that
// varies least; −1 where none varies at all. A step is bounded by the one and
// gets on in the other as far as that varies.
func (m *moments) extremes() (largest, smallest int, size, spread float64) {
	largest, smallest, spread = -1, -1, math.Inf(1)
	for j := range m.mean {
		if m.constant[j] {
			continue
		}
		rms := math.Hypot(m.mean[j], m.dev[j])
		own := m.dev[j]
		if !m.dense(j) { // that an entry is rare makes it no smaller
			rms *= math.Sqrt(float64(m.rows) / float64(m.set[j]))
			own = rms
		}
		if rms > size {
			largest, size = j, rms
		}
		if own < spread {
			smallest, spread = j, own
		}
	}
	return largest, smallest, size, spread
}

// ScalesApart says whether scales of columns differ a thousandfold, by some of
// the training rows, and gives the deviation of each.
func (d *Dataset) ScalesApart() (deviations []float64, apart bool) {
	m := measure(d.Train.X, min(d.Train.Len(), surveyed))
	largest, _, size, spread := m.extremes()
	return m.dev, largest >= 0 && size >= farApart*spread
}

// scales is a line about columns whose scales lie so far apart that one step
// suits no two of them; "" if they do not.
func (d *Dataset) scales() string {
	largest, smallest, size, spread := measure(d.Train.X, min(d.Train.Len(), surveyed)).extremes()
	if largest < 0 || !(size >= farApart*spread) {
		return ""
	}
	return fmt.Sprintf("scales of columns differ %.0e-fold (%s is about %.2g, %s varies by %.2g), and no lr suits both: --standardize evens them out",
		size/spread, d.column(largest), size, d.column(smallest), spread)
}

// column is a column in words.
func (d *Dataset) column(j int) string {
	if j < len(d.columns) && d.columns[j] != "" {
		return quote(d.columns[j])
	}
	return "column " + strconv.Itoa(j+1)
}
