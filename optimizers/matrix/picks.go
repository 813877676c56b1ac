package matrix

// Picks are the entries of the rows of a mini-batch, gathered from a matrix, in
// float32 and by pairs of columns: of pair j, columns 2j and 2j+1, those rows in
// which either is not zero. What belongs to a pair of columns, weights or sums of
// the gradient, then stays in registers, and the float64 that it comes from or
// goes to are passed over once a mini-batch; what belongs to the rows fits the
// nearest cache. Neighbours that are both not zero, as the pixels of a stroke are,
// share what is loaded and stored.
type Picks struct {
	n, cols int
	stride  int     // of the rows of float32 that are picked
	columns []int32 // the first of each pair that has entries
	starts  []int32 // those of the i-th of them are picks[starts[i]] … picks[starts[i+1]−1]
	picks   []pick

	next    []int32   // of each pair, how many entries it has, and where the next goes; scratch
	side    []float64 // eight numbers of each column; scratch of kernels
	entries []entry   // of a matrix without bytes, row by row; scratch
	ends    []int32   // of the entries of each row
	levels  [256]float32
	divisor float64                      // what levels are of
	visit   func(col int, value float64) // take; a method value made for each row would be garbage
}

// pick is a row, by how many bytes it lies from the first, and what it has in the
// two columns of a pair.
type pick struct {
	at uint32
	x  [2]float32
}

// entry is one of a row.
type entry struct {
	col   int32
	value float32
}

// Gather takes rows of a matrix, for products with k outputs.
func (p *Picks) Gather(x Matrix, rows []int32, k int) {
	p.n, p.cols, p.stride = len(rows), x.Cols(), strideOf(k)
	if pairs := (p.cols + 1) / 2; len(p.next) != pairs {
		p.next = make([]int32, pairs)
	}
	clear(p.next)
	if csr, ok := x.(*CSR); ok && csr.Compact() {
		p.gatherBytes(csr, rows)
		return
	}
	p.entries, p.ends = p.entries[:0], p.ends[:0]
	if p.visit == nil {
		p.visit = p.take
	}
	for _, r := range rows {
		from := len(p.entries)
		x.Row(int(r), p.visit)
		last := int32(-1)
		for _, e := range p.entries[from:] {
			p.next[e.col/2] += other(e.col/2, last)
			last = e.col / 2
		}
		p.ends = append(p.ends, int32(len(p.entries)))
	}
	p.lay()
	from := int32(0)
	for i, until := range p.ends {
		last := int32(-1)
		for _, e := range p.entries[from:until] {
			last = p.put(i, e.col, last, e.value)
		}
		from = until
	}
}

// take keeps an entry. Dense rows have zeros, too.
func (p *Picks) take(col int, value float64) {
	if value != 0 {
		p.entries = append(p.entries, entry{int32(col), float32(value)})
	}
}

// gatherBytes is Gather of a matrix of bytes: twice over its entries, of which the
// second time is fast.
func (p *Picks) gatherBytes(m *CSR, rows []int32) {
	if p.divisor != m.Divisor() {
		p.divisor = m.Divisor()
		for v := range p.levels {
			p.levels[v] = float32(float64(v) / p.divisor)
		}
	}
	for i, r := range rows {
		if i+ahead < len(rows) {
			m.prefetchEntries(rows[i+ahead : i+ahead+1])
		}
		cols, _ := m.Bytes(int(r))
		last := int32(-1)
		for _, col := range cols {
			pair := int32(col) / 2
			p.next[pair] += other(pair, last)
			last = pair
		}
	}
	p.lay()
	for i, r := range rows {
		cols, values := m.Bytes(int(r))
		values = values[:len(cols)]
		last := int32(-1)
		for q, col := range cols {
			last = p.put(i, int32(col), last, p.levels[values[q]])
		}
	}
}

// ahead is how many rows ahead of the one at work entries are asked for.
const ahead = 8

// other is 1 unless both are the same.
func other(a, b int32) int32 {
	if a != b {
		return 1
	}
	return 0
}

// lay makes room for the entries that have been counted, and leaves in next where
// those of a pair begin, less one.
func (p *Picks) lay() {
	p.columns, p.starts = p.columns[:0], append(p.starts[:0], 0)
	total := int32(0)
	for pair, n := range p.next {
		if n > 0 {
			p.next[pair] = total - 1
			total += n
			p.columns, p.starts = append(p.columns, int32(2*pair)), append(p.starts, total)
		}
	}
	p.columns = append(p.columns, 0, 0)[:len(p.columns)] // the kernels read so far ahead
	if cap(p.picks) < int(total) {
		p.picks = make([]pick, total+total/4)
	}
	p.picks = p.picks[:total]
	clear(p.picks)
}

// put adds an entry of the i-th row, and returns its pair. Entries of a row come by
// columns in order, so that the second of a pair finds the first.
func (p *Picks) put(i int, col, last int32, value float32) int32 {
	pair := col / 2
	at := p.next[pair] + other(pair, last)
	p.next[pair] = at
	q := &p.picks[at]
	q.at = uint32(4 * p.stride * i)
	q.x[col&1] = value
	return pair
}

// MulRectified writes Z = max(0, X̃·W): z is [n][k], w is [features+1][k] of
// float64, which are rounded.
func (p *Picks) MulRectified(z *Single, w []float64) {
	if z.rows < p.n || z.stride != p.stride || len(w) != (p.cols+1)*z.cols {
		panic("matrix: dimension mismatch")
	}
	for i := range p.n {
		if i == 0 {
			narrow(z.Row(0), w[p.cols*z.cols:])
		} else {
			copy(z.Row(i), z.Row(0))
		}
	}
	if !p.fastAdd(z, w) {
		p.addGeneric(z, w)
	}
	z.rectify(p.n)
}

// addGeneric adds X·W.
func (p *Picks) addGeneric(z *Single, w []float64) {
	for i, col := range p.columns {
		for _, q := range p.picks[p.starts[i]:p.starts[i+1]] {
			out := z.data[int(q.at)/4:][:z.cols]
			for j, x := range q.x {
				if x == 0 {
					continue
				}
				for c, v := range w[(int(col)+j)*z.cols:][:z.cols] {
					out[c] += x * float32(v)
				}
			}
		}
	}
}

// AddOuter adds X̃ᵀ·D to G: g is [features+1][k] of float64, to which the sums of
// the rows are added as they are, d is [n][k].
func (p *Picks) AddOuter(g []float64, d *Single) {
	if d.rows < p.n || d.stride != p.stride || len(g) != (p.cols+1)*d.cols {
		panic("matrix: dimension mismatch")
	}
	if !p.fastAddOuter(g, d) {
		p.addOuterGeneric(g, d)
	}
	d.addSum(g[p.cols*d.cols:], p.n)
}

// addOuterGeneric is AddOuter without the biases.
func (p *Picks) addOuterGeneric(g []float64, d *Single) {
	sum := make([]float32, d.cols)
	for i, col := range p.columns {
		for j := range 2 {
			clear(sum)
			for _, q := range p.picks[p.starts[i]:p.starts[i+1]] {
				at := int(q.at) / 4
				axpySingle(sum, q.x[j], d.data[at:at+d.cols])
			}
			addWide(g[(int(col)+j)*d.cols:], sum)
		}
	}
}
