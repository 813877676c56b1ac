package optimizers

import (
	"slices"

	"optwatch/optimizers/matrix"
)

// foreseen is how many rows a foresight is of: enough that vectors read once
// for all of them stay in a near cache.
const foreseen = 32

// foresight is products of rows that are drawn soon with what does not change
// meanwhile, μ̃ and θ̃: made for many rows at once and for both together, they are
// cheaper than one by one.
type foresight struct {
	vectors  []float64 // μ̃ and beside it, unless residuals are stored, θ̃: [features+1][width]
	width    int
	rows     []int32
	next     int       // row to be drawn next
	products []float64 // [rows][width]
	residual []float64 // ∇φᵢ(θ̃), [rows][k]
}

// find is where the rows just drawn are. If they were not foreseen, they and
// those that are drawn after them are now, at most n in all.
func (f *foresight) find(s *SVRG, o LazyOracle, rows []int32, n int) int {
	if end := f.next + len(rows); end > len(f.rows) || !slices.Equal(f.rows[f.next:end], rows) {
		f.look(s, o, rows, min(foreseen, n)-len(rows))
	}
	at := f.next
	f.next += len(rows)
	return at
}

// look computes what is known of rows and of up to so many more. Their number is made
// up to a multiple of matrix.AtOnce by the last of them: products are then the same to the
// bit whatever rows they are made with, which for a run that was saved and goes on are others.
func (f *foresight) look(s *SVRG, o LazyOracle, rows []int32, more int) {
	k := o.Width()
	if len(f.vectors) == 0 {
		f.interleave(s, k)
	}
	f.next, f.rows = 0, append(f.rows[:0], rows...)
	if more > 0 {
		f.rows = append(f.rows, o.Ahead(more)...)
	}
	for len(f.rows)%matrix.AtOnce != 0 {
		f.rows = append(f.rows, f.rows[len(f.rows)-1])
	}
	n := len(f.rows)
	o.Products(scratch(&f.products, n*f.width), f.vectors, f.rows)
	r := scratch(&f.residual, n*k)
	if s.Stored { // far apart in memory: they come sooner if all are asked for at once
		for i, row := range f.rows {
			copy(r[i*k:i*k+k], s.residual[int(row)*k:])
		}
		return
	}
	for i := range n {
		copy(r[i*k:i*k+k], f.products[i*f.width+k:])
	}
	o.ProductResiduals(r, f.rows)
}

// interleave puts the vectors side by side.
func (f *foresight) interleave(s *SVRG, k int) {
	if s.Stored {
		f.width, f.vectors = k, append(f.vectors, s.mu...)
		return
	}
	f.width = 2 * k
	for j := 0; j < len(s.mu); j += k {
		f.vectors = append(append(f.vectors, s.mu[j:j+k]...), s.snapshot[j:j+k]...)
	}
}

// forget is for when a vector has changed.
func (f *foresight) forget() { f.vectors, f.rows, f.next = f.vectors[:0], f.rows[:0], 0 }
