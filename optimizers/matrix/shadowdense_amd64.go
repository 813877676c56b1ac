//go:build !purego

package matrix

//go:generate go -C _generate run . shadowdense -out ../shadowdensekernels_amd64.s -stubs ../shadowdensekernels_amd64.go -pkg matrix

import (
	"slices"
	"unsafe"
)

type (
	denseMul = func(z *float64, w *float32, rows **uint8, n, from, vectors int, masks *uint32)
	denseAdd = func(sum, d *float32, rows **uint8, n, vectors int, masks *uint32, keep bool)
)

// denseShadowKernels are those for a number of outputs, of a set and of one kind of rows.
type denseShadowKernels struct {
	mul [13]denseMul
	add [13]denseAdd
}

var (
	denseBytes = denseShadowKernels{
		mul: [13]denseMul{nil, mulShadowBytes1, mulShadowBytes2, mulShadowBytes3, mulShadowBytes4, mulShadowBytes5, mulShadowBytes6},
		add: [13]denseAdd{nil, addShadowBytes1, addShadowBytes2, addShadowBytes3, addShadowBytes4, addShadowBytes5, addShadowBytes6},
	}
	denseFloats = denseShadowKernels{
		mul: [13]denseMul{nil, mulShadowFloats1, mulShadowFloats2, mulShadowFloats3, mulShadowFloats4, mulShadowFloats5, mulShadowFloats6},
		add: [13]denseAdd{nil, addShadowFloats1, addShadowFloats2, addShadowFloats3, addShadowFloats4, addShadowFloats5, addShadowFloats6},
	}
	denseBytes512 = denseShadowKernels{
		mul: [13]denseMul{
			1: mulShadowBytes1AVX512, 2: mulShadowBytes2AVX512, 3: mulShadowBytes3AVX512, 4: mulShadowBytes4AVX512, 5: mulShadowBytes5AVX512,
			6: mulShadowBytes6AVX512, 8: mulShadowBytes8AVX512, 10: mulShadowBytes10AVX512, 12: mulShadowBytes12AVX512,
		},
		add: [13]denseAdd{
			1: addShadowBytes1AVX512, 2: addShadowBytes2AVX512, 3: addShadowBytes3AVX512, 4: addShadowBytes4AVX512, 5: addShadowBytes5AVX512,
			6: addShadowBytes6AVX512, 8: addShadowBytes8AVX512, 10: addShadowBytes10AVX512, 12: addShadowBytes12AVX512,
		},
	}
	denseFloats512 = denseShadowKernels{
		mul: [13]denseMul{
			1: mulShadowFloats1AVX512, 2: mulShadowFloats2AVX512, 3: mulShadowFloats3AVX512, 4: mulShadowFloats4AVX512, 5: mulShadowFloats5AVX512,
			6: mulShadowFloats6AVX512, 8: mulShadowFloats8AVX512, 10: mulShadowFloats10AVX512, 12: mulShadowFloats12AVX512,
		},
		add: [13]denseAdd{
			1: addShadowFloats1AVX512, 2: addShadowFloats2AVX512, 3: addShadowFloats3AVX512, 4: addShadowFloats4AVX512, 5: addShadowFloats5AVX512,
			6: addShadowFloats6AVX512, 8: addShadowFloats8AVX512, 10: addShadowFloats10AVX512, 12: addShadowFloats12AVX512,
		},
	}
)

// What the kernels in assembly go by.
const (
	denseTile    = 4            // what the rows of a tile divide
	denseFetched = 8            // how many rows ahead one is asked for
	denseTurned  = partFeatures // features that are turned at a time
)

// denseShadowScratch is what kernels need beside weights and sums.
type denseShadowScratch struct {
	kernels  *denseShadowKernels // nil where there are none
	wide     bool                // vectors are of 512 bits
	rows     []*uint8            // of a chunk and ahead
	products []float64           // of a chunk, tile by tile
	turned   []float32           // weights or sums with outputs along the rows
	// Kernels read whole pairs of vectors. The rows from late on, which end too near the
	// end of the data for that, have copies with zeros behind them.
	late   int
	bytes  []uint8
	floats []float32
	// Of which numbers of a pair of vectors are part of a row, all bits are set: of the last, and of others.
	last, all [2 * shadowLanes]uint32
}

// denseWidth is how many outputs a band has where so many are left; one more than these
// where a band of them is not there.
func denseWidth(left int) int {
	switch {
	case avx512 && left > 6:
		return min(left+left%2, 12)
	case left == 7: // four and three are better than six and one
		return 4
	}
	return min(left, 6)
}

func (s *denseShadow) prepare() {
	if !avx2 || s.vectors == 0 {
		return
	}
	c, x := &s.scratch, s.x
	c.wide = avx512
	switch floats := x.floats != nil; {
	case floats && c.wide:
		c.kernels = &denseFloats512
	case floats:
		c.kernels = &denseFloats
	case c.wide:
		c.kernels = &denseBytes512
	default:
		c.kernels = &denseBytes
	}
	c.rows = make([]*uint8, shadowChunk+denseFetched)
	products := 0
	for _, b := range s.bands {
		rows, stride := c.tile(b.outputs)
		products += shadowChunk / rows * stride
	}
	c.products = make([]float64, products)
	c.turned = make([]float32, denseTurned*s.k+shadowLanes)
	for i := range c.last {
		c.all[i] = 1<<32 - 1
		if i < x.cols-(s.padded()-len(c.last)) {
			c.last[i] = 1<<32 - 1
		}
	}
	if n := x.rows*x.cols - s.padded(); n >= 0 {
		c.late = min(n/x.cols+1, x.rows)
	}
	c.bytes, c.floats = nil, nil
	for i := c.late; i < x.rows; i++ {
		if x.floats != nil {
			c.floats = append(append(c.floats, x.floatRow(i)...), make([]float32, s.padded()-x.cols)...)
		} else {
			c.bytes = append(append(c.bytes, x.Bytes(i)...), make([]uint8, s.padded()-x.cols)...)
		}
	}
}

// at is where a row has the number of a feature.
func (s *denseShadow) at(row int32, feature int) *uint8 {
	at := int(row)*s.x.cols + feature
	copied := (int(row)-s.scratch.late)*s.padded() + feature
	switch {
	case s.x.floats == nil && copied < 0:
		return &s.x.bytes[at]
	case s.x.floats == nil:
		return &s.scratch.bytes[copied]
	case copied < 0:
		return (*uint8)(unsafe.Pointer(&s.x.floats[at]))
	}
	return (*uint8)(unsafe.Pointer(&s.scratch.floats[copied]))
}

// tile is how many rows a kernel multiplies with a band at once, and how far their
// products are from those of the next.
func (c *denseShadowScratch) tile(outputs int) (rows, stride int) {
	rows, lanes := 1, 8
	if c.wide {
		lanes = 16
	}
	switch {
	case c.wide && outputs <= 6:
		rows = 4
	case c.wide || outputs <= 3:
		rows = 2
	}
	return rows, lanes * vectors(rows*outputs, lanes)
}

// lastVector is which numbers of the last vector are part of a row.
func (s *denseShadow) lastVector() *uint32 {
	return &s.scratch.last[shadowLanes*(1-s.vectors%2)]
}

// fastMul is mulGeneric where there are kernels, of the first rows of a list, as many as
// z has room for; others are asked for.
func (s *denseShadow) fastMul(z []float64, rows []int32) bool {
	c := &s.scratch
	if c.kernels == nil {
		return false
	}
	n := len(z) / s.k
	tiles := denseTile * vectors(n, denseTile)
	for i := range tiles {
		c.rows[i] = s.at(rows[min(i, n-1)], 0)
	}
	clear(c.products)
	size := int(s.x.Size())
	for v := 0; v < s.vectors; v += s.block {
		count, masks := s.block, &c.all[0]
		if v+count >= s.vectors {
			count, masks = s.vectors-v, s.lastVector()
			s.askNext(rows, n, tiles)
		} else {
			s.askBlock(rows, n, tiles)
		}
		products := c.products
		for _, b := range s.bands {
			w := &s.weights[b.place(v*shadowLanes, 0)]
			c.kernels.mul[b.outputs](&products[0], w, &c.rows[0], tiles, v*shadowLanes*size, count, masks)
			products = products[s.bandProducts(b):]
		}
	}
	s.finish(z, n)
	return true
}

// bandProducts is how many products of a chunk with a band there is room for.
func (s *denseShadow) bandProducts(b shadowBand) int {
	rows, stride := s.scratch.tile(b.outputs)
	return shadowChunk / rows * stride
}

// askBlock has the last rows ask for the next block of the first.
func (s *denseShadow) askBlock(rows []int32, n, tiles int) {
	for i := range denseFetched {
		s.scratch.rows[tiles+i] = s.at(rows[min(i, n-1)], s.block*shadowLanes)
	}
}

// askNext has them ask for the rows of the next chunk.
func (s *denseShadow) askNext(rows []int32, n, tiles int) {
	for i := range denseFetched {
		s.scratch.rows[tiles+i] = s.at(rows[min(n+i, len(rows)-1)], 0)
	}
}

// finish writes Z, of n rows, from the products.
func (s *denseShadow) finish(z []float64, n int) {
	scale, products := 1/s.x.divisor, s.scratch.products
	for _, b := range s.bands {
		rows, stride := s.scratch.tile(b.outputs)
		bias := s.bias[b.first:][:s.outputs(b)]
		for i := 0; i < n; i += rows {
			for row := range min(rows, n-i) {
				out := z[(i+row)*s.k+b.first:][:len(bias)]
				for c, v := range products[i/rows*stride+row*b.outputs:][:len(bias)] {
					out[c] = bias[c] + scale*v
				}
			}
		}
		products = products[s.bandProducts(b):]
	}
}

// fastAdd is addGeneric where there are kernels.
func (s *denseShadow) fastAdd(rows []int32, keep bool) bool {
	c := &s.scratch
	if c.kernels == nil {
		return false
	}
	for i, r := range rows {
		c.rows[i] = s.at(r, 0)
	}
	masks := s.lastVector()
	if c.wide {
		masks = &c.last[0]
	}
	d := s.narrowed
	for _, b := range s.bands {
		c.kernels.add[b.outputs](&s.sum[b.at], &d[0], &c.rows[0], len(rows), s.vectors, masks, keep)
		d = d[len(rows)*b.outputs:]
	}
	return true
}

// fastRound is roundGeneric where there are kernels.
func (s *denseShadow) fastRound(w []float64, lo, hi int) bool {
	if s.scratch.kernels == nil {
		return false
	}
	s.eachTurned(w, lo, hi, func(w []float64, lo, features int, turned []float32) {
		narrow(turned, w)
		s.turn(lo, features)
	})
	return true
}

// fastMove is moveGeneric where there are kernels.
func (s *denseShadow) fastMove(g []float64, lo, hi int, scale float64, how moving) bool {
	if s.scratch.kernels == nil {
		return false
	}
	s.eachTurned(g, lo, hi, func(g []float64, lo, features int, turned []float32) {
		s.turnBack(lo, features)
		moveTurned(g, turned, scale, how)
		if how == stepping {
			s.turn(lo, features)
		}
	})
	return true
}

// eachTurned calls do for a few features after the other of some, with what v has of them,
// from the first of these on, and with room for as many, with outputs along the rows.
func (s *denseShadow) eachTurned(v []float64, lo, hi int, do func(v []float64, lo, features int, turned []float32)) {
	for ; lo < hi; lo += denseTurned {
		features := min(denseTurned, hi-lo)
		n := features * s.k
		do(v[:n], lo, features, s.scratch.turned[:n])
		v = v[n:]
	}
}

// fours is how many times four outputs a band has, and by how many the last overlap.
func (s *denseShadow) fours(b shadowBand) (fours, back int) {
	n := s.outputs(b)
	if n < 4 {
		return 1, 0
	}
	return vectors(n, 4), 4*vectors(n, 4) - n
}

// turn takes the weights of some features from where they are turned.
func (s *denseShadow) turn(lo, features int) {
	c, count := &s.scratch, vectors(features, shadowLanes)
	clear(c.turned[features*s.k : count*shadowLanes*s.k])
	for _, b := range s.bands {
		fours, back := s.fours(b)
		to, from := &s.weights[b.place(lo, 0)], &c.turned[b.first]
		if c.wide {
			turnShadowAVX512(to, from, count, b.outputs, fours, back, s.k)
		} else {
			turnShadow(to, from, count, b.outputs, fours, back, s.k)
		}
	}
}

// turnBack turns the sums of some features. A last band of fewer than four outputs
// writes too much, over which the others then are written.
func (s *denseShadow) turnBack(lo, features int) {
	c, count := &s.scratch, vectors(features, shadowLanes)
	for _, b := range slices.Backward(s.bands) {
		fours, back := s.fours(b)
		to, from := &c.turned[b.first], &s.sum[b.place(lo, 0)]
		if c.wide {
			turnShadowBackAVX512(to, from, count, b.outputs, fours, back, s.k)
		} else {
			turnShadowBack(to, from, count, b.outputs, fours, back, s.k)
		}
	}
}

// moveTurned moves sums to float64, and where it is a step leaves the new weights.
func moveTurned(g []float64, turned []float32, scale float64, how moving) {
	n := eights(len(g))
	if n > 0 {
		switch how {
		case adding:
			addTurned8(&g[0], &turned[0], scale, n)
		case writing:
			writeTurned8(&g[0], &turned[0], scale, n)
		case stepping:
			stepTurned8(&g[0], &turned[0], scale, n)
		}
	}
	for i := n; i < len(g); i++ {
		how.to(&g[i], scale, turned[i])
		turned[i] = float32(g[i])
	}
}
