package matrix

import (
	"math"
	"math/rand/v2"
	"testing"
)

// collected is what a collector makes of some rows, added as numbers.
func collected(divisor float64, rows [][]float64, cols int) Matrix {
	c := NewCollector(divisor, 0, 0)
	for i, row := range rows {
		for j, v := range row {
			c.Add(j, v)
		}
		c.EndRow(len(row))
		c.Appended(float64(i+1) / float64(len(rows)))
	}
	return c.Matrix(cols)
}

// layout names how a matrix is kept.
func layout(m Matrix) string {
	switch m := m.(type) {
	case *CSR:
		if m.Compact() {
			return "sparse bytes"
		}
		return "sparse"
	case *Packed:
		if m.Divisor() != 0 {
			return "bytes"
		}
		return "float32"
	}
	return "dense"
}

// A collector keeps every number, in the layout that suits all of them, whatever the
// first rows look like: 65,536 cells are 2,048 rows of 32.
func TestCollector(t *testing.T) {
	const cols, few, many = 32, 100, 5000
	rng := rand.New(rand.NewPCG(71, 72))
	pixel := func() float64 { return float64(1+rng.IntN(255)) / 255 }
	count := func() float64 { return float64(rng.IntN(200)) }
	half := func() float64 { return float64(rng.IntN(2000)) / 4 }
	normal := rng.NormFloat64
	rare := func() float64 {
		if rng.IntN(10) > 0 {
			return 0
		}
		return pixel()
	}
	for _, c := range []struct {
		name        string
		divisor     float64
		first, then func() float64
		n           int
		want        string
	}{
		{"pixels", 255, pixel, pixel, few, "bytes"},
		{"pixels", 255, pixel, pixel, many, "bytes"},
		{"counts", 1, count, count, few, "bytes"},
		{"quarters", 1, half, half, many, "float32"},
		{"counts, then quarters", 1, count, half, many, "float32"},
		{"counts, then numbers", 1, count, normal, many, "dense"},
		{"pixels, then numbers", 255, pixel, normal, many, "dense"},
		{"quarters, then numbers", 1, half, normal, many, "dense"},
		{"numbers", 1, normal, normal, few, "dense"},
		{"ink", 255, rare, rare, few, "sparse bytes"},
		{"ink", 255, rare, rare, many, "sparse bytes"},
		{"ink, then pixels", 255, rare, pixel, many, "bytes"},
		{"pixels, then ink", 255, pixel, rare, 5 * many, "sparse bytes"},
	} {
		rows := make([][]float64, c.n)
		for i := range rows {
			next := c.first
			if i >= 2100 || i >= c.n/2 {
				next = c.then
			}
			rows[i] = make([]float64, cols)
			for j := range rows[i] {
				rows[i][j] = next()
			}
		}
		m := collected(c.divisor, rows, cols)
		if got := layout(m); got != c.want || m.Rows() != c.n || m.Cols() != cols {
			t.Errorf("%d rows of %s: got %s, %d×%d, want %s", c.n, c.name, got, m.Rows(), m.Cols(), c.want)
		}
		for i, row := range rows {
			checkRow(t, c.name, m, i, row)
		}
	}
}

// Rows of bytes, and rows that turn out wider than those before.
func TestCollectorOfBytes(t *testing.T) {
	const n, cols = 3000, 32
	rng := rand.New(rand.NewPCG(73, 74))
	for _, wider := range []int{-1, 0, 2500, n - 1} {
		c, rows := NewCollector(255, n, 0), make([][]float64, n)
		for i := range rows {
			row := make([]byte, cols)
			if i == wider {
				row = make([]byte, cols+3)
			}
			rows[i] = make([]float64, cols+3)
			for j := range row {
				row[j] = byte(rng.IntN(256))
				rows[i][j] = float64(row[j]) / 255
			}
			c.AddBytes(row)
		}
		if got := c.Rows(); got != n {
			t.Fatalf("got %d rows", got)
		}
		m := c.Matrix(cols + 3)
		if got := layout(m); got != "bytes" || m.Cols() != cols+3 {
			t.Errorf("wider at %d: got %s of %d columns", wider, got, m.Cols())
		}
		for i, row := range rows {
			checkRow(t, "wider", m, i, row)
		}
	}
}

// A row that is wider than those before keeps what was added of it already, and its gaps.
func TestCollectorWidens(t *testing.T) {
	c := NewCollector(1, 0, 0)
	for range sampled / 4 {
		for j := range 4 {
			c.Add(j, 0.1)
		}
		c.EndRow(4)
	}
	c.Add(1, math.NaN())
	c.Add(9, 3)
	c.EndRow(10)
	m, got := c.Matrix(0), make([]float64, 10)
	m.Row(sampled/4, func(j int, v float64) { got[j] = v })
	if !math.IsNaN(got[1]) || got[9] != 3 || got[0] != 0 || layout(m) != "sparse" {
		t.Errorf("got %v, %s", got, layout(m))
	}
}

// Rows of bytes with more columns than 16 bits count are kept as bytes too, and so are
// the bytes of rows that have gone back to sparse ones in between.
func TestCollectorOfWideBytes(t *testing.T) {
	const cols, n = 70_000, 3
	c, want := NewCollector(255, n, 0), make([]float64, cols)
	row := make([]byte, cols)
	for j := range row {
		row[j] = byte(1 + j%255)
		want[j] = float64(row[j]) / 255
	}
	for range n {
		c.AddBytes(row)
	}
	m := c.Matrix(0)
	if got := layout(m); got != "bytes" {
		t.Errorf("got %s", got)
	}
	for i := range n {
		checkRow(t, "of many columns", m, i, want)
	}

	c = NewCollector(255, 0, 0)
	for range sampled / 4 {
		c.AddBytes([]byte{1, 2, 3, 4})
	}
	c.Add(0, 0.3) // no byte: those before are kept in full
	c.EndRow(4)
	c.AddBytes([]byte{9, 8, 7, 6, 5})
	checkRow(t, "after wider rows", c.Matrix(0), sampled/4+1, []float64{9. / 255, 8. / 255, 7. / 255, 6. / 255, 5. / 255})
	if got := layout(StackFloats(NewDense(0, 3, nil), 3)); got != "float32" {
		t.Errorf("no rows of float32 are %s", got)
	}
}

// TestPicksLeaveNoGarbage: once their room has grown, of dense rows too.
func TestPicksLeaveNoGarbage(t *testing.T) {
	var p Picks
	x, rows := denseSample().m, AllRows(sampleRows)
	if got := testing.AllocsPerRun(10, func() { p.Gather(x, rows, 8) }); got != 0 {
		t.Errorf("%v allocations a mini-batch", got)
	}
}

func TestEmptyCollector(t *testing.T) {
	c := NewCollector(1, 0, 0)
	c.EndRow(3)
	if m := c.Matrix(0); m.Rows() != 1 || m.Cols() != 3 || layout(m) != "sparse bytes" {
		t.Errorf("got %d×%d, %s", m.Rows(), m.Cols(), layout(m))
	}
}

// However rows are stacked, their numbers stay; what does not fit is kept in full.
func TestStacked(t *testing.T) {
	s := compactSample(255)
	for want, m := range map[string]Matrix{
		"bytes":   StackBytes(s.m, sampleCols, 255),
		"dense":   StackNumbers(s.m, sampleCols),
		"dense 2": StackFloats(s.m, sampleCols),
		"dense 3": StackBytes(s.m, sampleCols, 7),
	} {
		if got := layout(m); got != want[:5] {
			t.Errorf("got %s, want %s", got, want)
		}
		if n, ok := m.(interface{ NonZeros() int64 }); !ok || n.NonZeros() != s.m.(*CSR).Stored() {
			t.Errorf("%s: other numbers are 0", want)
		}
		for i, row := range s.rows {
			checkRow(t, want, m, i, row)
		}
	}
}
