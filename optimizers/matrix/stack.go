package matrix

import "math"

// stack is dense rows on top of each other. Its numbers are bytes as long as that loses
// nothing, then float32, then float64.
type stack struct {
	rows, cols int
	share      float64   // as in Builder
	row        []float64 // being built
	divisor    float64   // of bytes
	bytes      []uint8
	floats     []float32
	numbers    []float64
	kind       kind
	only       bool // bytes widen to float64 at once
}

// kind says how a stack keeps numbers.
type kind int

const (
	ofBytes kind = iota
	ofFloats
	ofNumbers
)

// stacked is the rows of a CSR, dense: as bytes divided by divisor, if that is what they are.
func stacked(m *CSR, divisor float64) *stack {
	s := &stack{cols: m.cols, row: make([]float64, m.cols), divisor: divisor}
	n := m.Rows() * m.cols
	switch {
	case m.small != nil, exactBytes(m.wide.val, divisor):
		s.bytes = make([]uint8, 0, n)
	case exactFloats(m.wide.val):
		s.kind, s.floats = ofFloats, make([]float32, 0, n)
	default:
		s.kind, s.numbers = ofNumbers, make([]float64, 0, n)
	}
	for i := range m.Rows() {
		if m.small != nil {
			cols, values := m.Bytes(i)
			s.bytes = s.bytes[:len(s.bytes)+s.cols]
			row := s.bytes[len(s.bytes)-s.cols:]
			for p, j := range cols {
				row[j] = values[p]
			}
			s.rows++
			continue
		}
		m.Row(i, func(j int, v float64) { s.row[j] = v })
		s.endRow()
	}
	return s
}

// unstacked is the rows of a stack, sparse.
func unstacked(s *stack) *Builder {
	m := s.matrix()
	b := NewBuilder(s.divisor, s.rows, 0)
	for i := range s.rows {
		m.Row(i, b.Add)
		b.EndRow(s.cols)
		b.Appended(float64(i+1) / float64(s.rows))
	}
	b.Appended(s.share)
	return b
}

func (s *stack) matrix() Matrix {
	switch s.kind {
	case ofBytes:
		return NewBytes(s.rows, s.cols, s.bytes, s.divisor)
	case ofFloats:
		return NewFloats(s.rows, s.cols, s.floats)
	}
	return NewDense(s.rows, s.cols, s.numbers)
}

// addBytes appends a row of bytes, if it is as long as the others, and says whether.
func (s *stack) addBytes(row []byte) bool {
	if len(row) != s.cols {
		return false
	}
	if s.kind == ofBytes {
		s.bytes = append(room(s.bytes, s.cols, s.share), row...)
		s.rows++
		return true
	}
	for j, v := range row {
		s.row[j] = float64(v) / s.divisor
	}
	s.endRow()
	return true
}

// endRow appends the row being built.
func (s *stack) endRow() {
	for !s.push() {
		s.widen()
	}
	s.rows++
	clear(s.row)
}

// push appends the row being built as numbers of the present kind, if it loses nothing.
func (s *stack) push() bool {
	switch s.kind {
	case ofBytes:
		s.bytes = room(s.bytes, s.cols, s.share)
		to := s.bytes[len(s.bytes) : len(s.bytes)+s.cols]
		for j, v := range s.row {
			stored, ok := asByte(v, s.divisor)
			if !ok {
				return false
			}
			to[j] = stored
		}
		s.bytes = s.bytes[:len(s.bytes)+s.cols]
	case ofFloats:
		s.floats = room(s.floats, s.cols, s.share)
		to := s.floats[len(s.floats) : len(s.floats)+s.cols]
		for j, v := range s.row {
			f, ok := asFloat32(v)
			if !ok {
				return false
			}
			to[j] = f
		}
		s.floats = s.floats[:len(s.floats)+s.cols]
	default:
		s.numbers = append(room(s.numbers, s.cols, s.share), s.row...)
	}
	return true
}

// widen goes over to the next kind that keeps all numbers so far.
func (s *stack) widen() {
	m := s.matrix()
	if s.kind++; s.kind == ofFloats {
		s.floats = make([]float32, 0, cap(s.bytes))
		if fraction, _ := math.Frexp(s.divisor); s.only || fraction != 0.5 { // v/divisor is rounded
			s.kind = ofNumbers
		}
	}
	if s.kind == ofNumbers {
		s.numbers = make([]float64, 0, max(cap(s.bytes), cap(s.floats)))
	}
	for i := range s.rows {
		m.Row(i, func(_ int, v float64) {
			if s.kind == ofFloats {
				s.floats = append(s.floats, float32(v))
			} else {
				s.numbers = append(s.numbers, v)
			}
		})
	}
	s.bytes = nil
	if s.kind == ofNumbers {
		s.floats = nil
	}
}

// StackBytes is the rows of a matrix, dense and as bytes that are divided by divisor if
// they all fit, else as float64, with the given number of columns.
func StackBytes(m Matrix, cols int, divisor float64) Matrix {
	return restack(m, &stack{cols: cols, divisor: divisor, only: true})
}

// StackFloats is StackBytes with float32.
func StackFloats(m Matrix, cols int) Matrix {
	return restack(m, &stack{cols: cols, divisor: 1, kind: ofFloats, only: true})
}

// StackNumbers is StackBytes with float64.
func StackNumbers(m Matrix, cols int) Matrix {
	return restack(m, &stack{cols: cols, divisor: 1, kind: ofNumbers, only: true})
}

func restack(m Matrix, s *stack) Matrix {
	s.row = make([]float64, s.cols)
	for i := range m.Rows() {
		m.Row(i, func(j int, v float64) { s.row[j] = v })
		s.endRow()
		s.share = float64(i+1) / float64(m.Rows())
	}
	return s.matrix()
}

// asByte is the byte that stands for a number, and whether there is one.
func asByte(v, divisor float64) (uint8, bool) {
	stored := uint8(math.Round(max(0, min(v*divisor, 255))))
	return stored, float64(stored)/divisor == v
}

// exactBytes says whether all numbers are bytes divided by divisor.
func exactBytes(v []float64, divisor float64) bool {
	for _, x := range v {
		if _, ok := asByte(x, divisor); !ok {
			return false
		}
	}
	return true
}

// exactFloats says whether all numbers are float32.
func exactFloats(v []float64) bool {
	for _, x := range v {
		if _, ok := asFloat32(x); !ok {
			return false
		}
	}
	return true
}
