package optimizers

import "slices"

// foreseen is how many rows a foresight is of: enough that vectors read once
// for all of them stay in a near cache.
const foreseen = 32

// foresight is products of rows that are drawn soon with vectors that do not
// change meanwhile: made for many rows at once, they are cheaper than one by one.
type foresight struct {
	rows     []int32
	next     int       // row to be drawn next
	snapshot []float64 // x̃ᵢᵀθ̃, [rows][k]; of no use where residuals are stored
	mu       []float64 // x̃ᵢᵀμ̃
}

// find is where the rows just drawn are. If they were not foreseen, they and
// those that are drawn after them are now, at most n in all.
func (f *foresight) find(s *SVRG, o LazyOracle, rows []int32, n int) int {
	if end := f.next + len(rows); end <= len(f.rows) && slices.Equal(f.rows[f.next:end], rows) {
		f.next = end
		return end - len(rows)
	}
	f.rows = append(f.rows[:0], rows...)
	if n = min(foreseen, n) - len(rows); n > 0 {
		f.rows = append(f.rows, o.Ahead(n)...)
	}
	k := o.Width()
	o.Products(scratch(&f.mu, len(f.rows)*k), s.mu, f.rows)
	if !s.Stored {
		o.Products(scratch(&f.snapshot, len(f.rows)*k), s.snapshot, f.rows)
	}
	f.next = len(rows)
	return 0
}

// forget is for when a vector has changed.
func (f *foresight) forget() { f.rows, f.next = f.rows[:0], 0 }
