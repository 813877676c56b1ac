package matrix

import (
	"slices"
	"unsafe"
)

// Shadow is the weights of a linear model rounded to float32, and beside them a sum of
// gradients in float32. It is for mini-batches at one point: weights are rounded once
// for all of the rows, and the sum is added to a gradient of float64 once.
type Shadow interface {
	// Round takes the weights W, [Cols+1][k].
	Round(w []float64)
	// MulRows writes Z = X̃[rows]·W: z is [len(rows)][k]. Products and their sums are
	// in float32, the biases in float64.
	MulRows(z []float64, rows []int32)
	// AddMulRows adds X̃[rows]ᵀ·D to the sum, D rounded to float32; the biases' part in
	// float64. No more than MostOfShadow rows are to be added before the sum is cleared.
	AddMulRows(d []float64, rows []int32)
	// AddTo adds scale times the sum to G, [Cols+1][k], and clears the sum.
	AddTo(g []float64, scale float64)
	// WriteTo makes G scale times the sum, which it clears.
	WriteTo(g []float64, scale float64)
	// Step adds scale times the sum to W, clears the sum and takes W anew. Nothing but the
	// biases may have changed in W since it was last taken.
	Step(w []float64, scale float64)
	// StepParts steps W part by part, so that each is near by until it is done with. Of
	// each part it makes g scale times the sum, has step change W by it, from its index lo
	// on, and takes the part anew. The sum is cleared. A part begins at a multiple of
	// sixteen; the last has the biases.
	StepParts(w []float64, scale float64, step func(g []float64, lo int))
	// Pays says whether so many rows take less time so than in float64. It follows from
	// shapes alone: examples are to be computed alike beside others and by themselves.
	Pays(rows int) bool
}

// MostOfShadow is how many rows a sum may have: its error grows with their number.
const MostOfShadow = 1024

// NewShadow is the shadow of weights for k outputs over a matrix; nil where there is none,
// as float64 is no slower: with loops in Go, for few outputs over sparse rows, and over
// sparse rows of numbers, whose mini-batches seldom have as many entries as features.
func NewShadow(x Matrix, k int) Shadow {
	if !Accelerated() {
		return nil
	}
	switch x := x.(type) {
	case *CSR:
		if x.Compact() && k > 4 {
			return newSparseShadow(x, k)
		}
	case *Packed:
		return newDenseShadow(x, k)
	}
	return nil
}

// leastOfShadow is how many sparse rows are computed in float32 at least.
const leastOfShadow = 48

// sparseShadow is the shadow over sparse rows of bytes. Its rows are padded with zeros to
// whole vectors that begin where cache lines do.
type sparseShadow struct {
	x             *CSR
	k, stride     int
	weights       []float32 // [features][stride]
	sum           []float32 // likewise, of gradients
	bias, biasSum []float64 // biases, and the sum of their gradients
	block         []float32 // [rows][stride], products or what is multiplied with rows
	part          []float64 // the gradient of a part of the weights
}

var _ Shadow = (*sparseShadow)(nil)

// partFeatures is how many features a part of a step has: what a step reads and writes of
// them and of ten outputs stays in the nearest cache.
const partFeatures = 64

// eachPart calls do for the features of each part, from lo on and before hi, with room for
// the gradient of their weights, and of the biases in the last.
func eachPart(features, k int, room *[]float64, do func(lo, hi int, g []float64)) {
	if *room == nil {
		*room = make([]float64, (partFeatures+1)*k)
	}
	for lo := 0; ; lo += partFeatures {
		hi := min(lo+partFeatures, features)
		n := (hi - lo) * k
		if hi == features {
			do(lo, hi, (*room)[:n+k])
			return
		}
		do(lo, hi, (*room)[:n])
	}
}

// levels32 are the values of a byte, so that one load makes a vector of it.
var levels32 = func() (l [256]float32) {
	for v := range l {
		l[v] = float32(v)
	}
	return l
}()

func newSparseShadow(x *CSR, k int) *sparseShadow {
	s := &sparseShadow{x: x, k: k, stride: (k + 15) &^ 15, bias: make([]float64, k), biasSum: make([]float64, k)}
	if k <= 8 {
		s.stride = 8
	}
	return s
}

// aligned is so many zeros that begin where a cache line does.
func aligned(n int) []float32 {
	const line = 64
	v := make([]float32, n+line/4)
	past := int(uintptr(unsafe.Pointer(unsafe.SliceData(v)))%line) / 4
	first := (line/4 - past) % (line / 4)
	return v[first : first+n : first+n]
}

// Pays says whether so many rows take less time so than in float64: 48 and more, and more
// than a sixteenth of the features, whose weights are rounded and whose gradients are added
// once a mini-batch. That was measured by steps of SGD and Adam on rows of which a fifth to a
// quarter is not 0, of 126 and 784 features, with 5 to 47 outputs. What counts is how many
// entries the rows have for a feature, seven or so; but that is not to be asked, see Shadow. So
// sparser rows, as of 784 features a 25th, take up to 1.4 times as long so.
func (s *sparseShadow) Pays(rows int) bool {
	return rows >= leastOfShadow && rows > s.x.cols/16
}

// Round takes the weights.
func (s *sparseShadow) Round(w []float64) {
	s.checkShape(w)
	s.begin()
	s.round(s.weights, w, s.x.cols)
	copy(s.bias, w[s.x.cols*s.k:])
}

// begin makes room, which those take that are used.
func (s *sparseShadow) begin() {
	if s.weights == nil {
		s.weights, s.sum = aligned(s.x.cols*s.stride), aligned(s.x.cols*s.stride)
	}
}

// room is the block, for so many rows.
func (s *sparseShadow) room(rows int) []float32 {
	if len(s.block) < rows*s.stride {
		s.block = aligned(rows * s.stride)
	}
	return s.block[:rows*s.stride]
}

// MulRows writes Z = X̃[rows]·W.
func (s *sparseShadow) MulRows(z []float64, rows []int32) {
	if len(z) != len(rows)*s.k {
		panic("matrix: dimension mismatch")
	}
	s.begin()
	block := s.room(len(rows))
	if !s.fastMul(block, rows) {
		s.mulGeneric(block, rows)
	}
	s.widen(z, block, len(rows), 1/s.x.small.divisor)
}

// AddMulRows adds X̃[rows]ᵀ·D to the sum.
func (s *sparseShadow) AddMulRows(d []float64, rows []int32) {
	if len(d) != len(rows)*s.k {
		panic("matrix: dimension mismatch")
	}
	s.begin()
	block := s.room(len(rows))
	s.round(block, d, len(rows))
	if !s.fastAddMul(block, rows) {
		s.addMulGeneric(block, rows)
	}
	for d := range slices.Chunk(d, s.k) {
		for c, v := range d {
			s.biasSum[c] += v
		}
	}
}

// AddTo adds the scaled sum to g and clears it.
func (s *sparseShadow) AddTo(g []float64, scale float64) { s.move(g, scale, true) }

// WriteTo makes g the scaled sum, which it clears.
func (s *sparseShadow) WriteTo(g []float64, scale float64) {
	clear(g[len(g)-s.k:])
	s.move(g, scale, false)
}

func (s *sparseShadow) move(g []float64, scale float64, add bool) {
	s.checkShape(g)
	s.begin()
	s.movePart(g, 0, s.x.cols, scale, add)
	s.moveBias(g, scale)
}

// movePart adds or writes the scaled sum of some features, and clears it.
func (s *sparseShadow) movePart(g []float64, lo, hi int, scale float64, add bool) {
	if entries := scale / s.x.small.divisor; !s.fastMove(g, lo, hi, entries, add) {
		s.moveGeneric(g, lo, hi, entries, add)
	}
}

// StepParts steps W part by part.
func (s *sparseShadow) StepParts(w []float64, scale float64, step func(g []float64, lo int)) {
	s.checkShape(w)
	s.begin()
	eachPart(s.x.cols, s.k, &s.part, func(lo, hi int, g []float64) {
		s.movePart(g, lo, hi, scale, false)
		if hi == s.x.cols {
			biases := g[len(g)-s.k:]
			clear(biases)
			s.moveBias(biases, scale)
		}
		step(g, lo*s.k)
		s.round(s.weights[lo*s.stride:], w[lo*s.k:], hi-lo)
	})
	copy(s.bias, w[s.x.cols*s.k:])
}

// Step adds the scaled sum to w, clears it and takes the weights anew.
func (s *sparseShadow) Step(w []float64, scale float64) {
	s.checkShape(w)
	s.begin()
	if entries := scale / s.x.small.divisor; !s.fastStep(w, entries) {
		s.moveGeneric(w, 0, s.x.cols, entries, true)
		s.round(s.weights, w, s.x.cols)
	}
	s.moveBias(w, scale)
	copy(s.bias, w[s.x.cols*s.k:])
}

// moveBias adds the scaled sum of the biases to the end of g, and clears it.
func (s *sparseShadow) moveBias(g []float64, scale float64) {
	g = g[len(g)-s.k:]
	for c, v := range s.biasSum {
		g[c] += scale * v
		s.biasSum[c] = 0
	}
}

func (s *sparseShadow) checkShape(w []float64) {
	if len(w) != (s.x.cols+1)*s.k {
		panic("matrix: dimension mismatch")
	}
}

// round rounds n rows.
func (s *sparseShadow) round(narrow []float32, wide []float64, n int) {
	if s.fastRound(narrow, wide, n) {
		return
	}
	for i := range n {
		for c, v := range wide[i*s.k : (i+1)*s.k] {
			narrow[i*s.stride+c] = float32(v)
		}
	}
}

// widen makes products of n rows float64, scaled and with their biases.
func (s *sparseShadow) widen(wide []float64, narrow []float32, n int, scale float64) {
	if s.fastWiden(wide, narrow, n, scale) {
		return
	}
	for i := range n {
		for c, b := range s.bias {
			wide[i*s.k+c] = b + scale*float64(narrow[i*s.stride+c])
		}
	}
}

// moveGeneric adds or writes the scaled sum of some features, and clears it.
func (s *sparseShadow) moveGeneric(g []float64, lo, hi int, scale float64, add bool) {
	for j := lo; j < hi; j++ {
		row, to := s.sum[j*s.stride:j*s.stride+s.k], g[(j-lo)*s.k:]
		for c, v := range row {
			if add {
				to[c] += scale * float64(v)
			} else {
				to[c] = scale * float64(v)
			}
		}
		clear(row)
	}
}

func (s *sparseShadow) mulGeneric(z []float32, rows []int32) {
	for i, r := range rows {
		out := z[i*s.stride : i*s.stride+s.k]
		clear(out)
		cols, values := s.x.Bytes(int(r))
		for p, j := range cols {
			x := float32(values[p])
			for c, w := range s.weights[int(j)*s.stride:][:s.k] {
				out[c] += x * w
			}
		}
	}
}

func (s *sparseShadow) addMulGeneric(d []float32, rows []int32) {
	for i, r := range rows {
		in := d[i*s.stride : i*s.stride+s.k]
		cols, values := s.x.Bytes(int(r))
		for p, j := range cols {
			x := float32(values[p])
			sum := s.sum[int(j)*s.stride:][:s.k]
			for c, v := range in {
				sum[c] += x * v
			}
		}
	}
}
