package matrix

import "bytes"

// DenseShare is the share of entries that are not 0 from which a matrix is kept dense.
//
// BenchmarkLayouts finds where a mini-batch of bytes costs the same in both layouts:
// between 20 and 45 % with 10, 47 and 100 outputs. With one and with two it is near 20 %
// for counts, and nowhere for pixels, of which even full rows take less in octets. A dense row
// of bytes takes less memory from 33 % on, one of float64 from 67 % on. A pass over all
// rows of sparse bytes may go by columns, which puts the crossing higher: at half, dense
// loses nothing.
const DenseShare = 0.5

// sampled is how many cells, rows times columns, show how dense the rest will be.
const sampled = 1 << 16

// Collector collects rows into the layout that suits them: a CSR, or where at least
// DenseShare of the entries are set a Packed or a Dense. It begins sparse, and goes on
// dense once the first rows show that it should: then what is kept never takes twice its
// size.
type Collector struct {
	divisor float64
	sparse  *Builder // nil while rows are collected dense
	dense   *stack
	set     int64 // entries that are not 0
	tried   bool  // the first rows have been looked at
}

// NewCollector prepares for rows whose values are bytes divided by divisor, if that is
// what they turn out to be: 255 for pixels, 1 for counts and flags. The sizes are hints,
// as for NewBuilder.
func NewCollector(divisor float64, rows, stored int) *Collector {
	return &Collector{divisor: divisor, sparse: NewBuilder(divisor, rows, stored)}
}

// Appended is Builder.Appended.
func (c *Collector) Appended(share float64) {
	if c.dense != nil {
		c.dense.share = share
	} else {
		c.sparse.Appended(share)
	}
}

// Rows is the number of rows closed so far.
func (c *Collector) Rows() int {
	if c.dense != nil {
		return c.dense.rows
	}
	return c.sparse.Rows()
}

// Cols is the largest number of columns seen so far.
func (c *Collector) Cols() int {
	if c.dense != nil {
		return c.dense.cols
	}
	return c.sparse.Cols()
}

// AddBytes appends a dense row of stored bytes.
func (c *Collector) AddBytes(row []byte) {
	c.set += int64(len(row) - bytes.Count(row, []byte{0}))
	if c.dense != nil && c.dense.addBytes(row) {
		return
	}
	c.thin()
	c.sparse.AddBytes(row)
	c.look()
}

// Add appends an entry to the row being built. Columns of a row must rise.
func (c *Collector) Add(col int, value float64) {
	if value == 0 {
		return
	}
	c.set++
	if c.dense != nil && col >= 0 && col < c.dense.cols {
		c.dense.row[col] = value
		return
	}
	c.thin()
	c.sparse.Add(col, value)
}

// EndRow closes the row being built, which has at least the given number of columns.
func (c *Collector) EndRow(cols int) {
	if c.dense != nil && cols <= c.dense.cols {
		c.dense.endRow()
		return
	}
	c.thin()
	c.sparse.EndRow(cols)
	c.look()
}

// look goes on dense, if enough rows have been seen and are so.
func (c *Collector) look() {
	if rows, cols := c.sparse.Rows(), c.sparse.Cols(); !c.tried && rows*cols >= sampled {
		c.tried = true
		if c.set >= int64(DenseShare*float64(rows*cols)) {
			c.dense = stacked(c.sparse.CSR(0), c.divisor)
			c.dense.share = c.sparse.share
			c.sparse = nil
		}
	}
}

// thin goes back to sparse rows, if they are collected dense: one of them has more
// columns than those before.
func (c *Collector) thin() {
	if c.dense == nil {
		return
	}
	row := c.dense.row
	c.sparse, c.dense = unstacked(c.dense), nil
	for j, v := range row {
		c.sparse.Add(j, v)
	}
}

// Matrix is the matrix collected, with at least the given number of columns. The
// collector must not be used any more.
func (c *Collector) Matrix(cols int) Matrix {
	cols = max(cols, c.Cols())
	dense := c.set > 0 && float64(c.set) >= DenseShare*float64(c.Rows())*float64(cols)
	switch {
	case dense && c.dense != nil && cols == c.dense.cols:
		return c.dense.matrix()
	case c.dense != nil:
		c.sparse, c.dense = unstacked(c.dense), nil
	}
	m := c.sparse.CSR(cols)
	if !dense {
		return m
	}
	return stacked(m, c.divisor).matrix()
}

// CSR is the matrix collected as a CSR, with at least the given number of columns. The
// collector must not be used any more.
func (c *Collector) CSR(cols int) *CSR {
	c.thin()
	return c.sparse.CSR(cols)
}
