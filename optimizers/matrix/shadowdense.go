package matrix

import "math"

// denseShadow is the Shadow of dense rows. Weights and sums lie output by output, so that
// neighbouring features, which are neighbours in a row too, fill vectors:
//
//	weights[band][v][c][l]    feature 16v+l, output c of a band of a few outputs
//
// and a row's bytes are taken apart once for all outputs of a band. Whatever is divided
// by the divisor is float64 by then.
//
// For numbers within the range of float32: a product is computed in blocks of up to 768 features, each in float32 as 16 sums of up
// to 48 products, and the blocks are added in float64. It differs from that of float64 by
// less than 54·2⁻²⁴·Σ|xⱼwⱼ|: a weight is rounded once, a sum 48 times and then as it is
// added to the 15 others. A gradient is a sum in float32 of up to 1,024 rows, and so differs
// by less than 1,026·2⁻²⁴·Σ|xᵢdᵢ|. As errors are of either sign both are mostly well
// below 2⁻²⁴ of that: of 3,072 features 0.07, of 1,000 rows 0.35.
//
// Both sets of kernels come to the same bits: what is a sum, and in what order it is
// added, does not depend on the length of their vectors.
type denseShadow struct {
	x     *Packed
	k     int
	bands []shadowBand
	// vectors is how many hold the features, block how many a product adds in float32.
	vectors, block int

	weights, sum []float32
	bias, biases []float64 // the weights' and the sum's
	pending      int       // rows in the sum
	narrowed     []float32 // D: [band][row][c]
	part         []float64 // the gradient of a part of the weights
	scratch      denseShadowScratch
}

// shadowBand is some outputs, from a first one on. In weights it begins at a place.
type shadowBand struct{ first, outputs, at int }

const (
	shadowLanes = 16              // features of a vector
	shadowBlock = 48              // vectors that are added in float32
	shadowChunk = 64              // rows at a time, which then stay in the second cache
	shadowSlack = 4 * shadowLanes // behind a band, for what is written too much
	shadowLeast = 0x1p-100        // a residual below it is 0
)

var _ Shadow = (*denseShadow)(nil)

func newDenseShadow(x *Packed, k int) *denseShadow { return &denseShadow{x: x, k: k} }

// begin makes room, which those take that are used.
func (s *denseShadow) begin() {
	if s.bias != nil {
		return
	}
	s.vectors = vectors(s.x.cols, shadowLanes)
	blocks := max(1, vectors(s.vectors, shadowBlock))
	s.block = vectors(s.vectors, blocks)
	at, pairs := 0, s.vectors+s.vectors%2
	for c := 0; c < s.k; {
		width := denseWidth(s.k - c)
		s.bands = append(s.bands, shadowBand{c, width, at})
		c += width
		at += pairs*width*shadowLanes + shadowSlack
	}
	s.weights, s.sum = make([]float32, at), make([]float32, at)
	s.bias, s.biases = make([]float64, s.k), make([]float64, s.k)
	s.narrowed = make([]float32, shadowChunk*(s.k+shadowLanes))
	s.prepare()
}

// padded is how many features there are with those that fill up a pair of vectors.
func (s *denseShadow) padded() int { return shadowLanes * (s.vectors + s.vectors%2) }

// outputs are those of a band that are there: the last may have more.
func (s *denseShadow) outputs(b shadowBand) int { return min(b.outputs, s.k-b.first) }

// Round takes the weights W, [Cols+1][k].
func (s *denseShadow) Round(w []float64) {
	features := s.x.cols * s.k
	if len(w) != features+s.k {
		panic("matrix: dimension mismatch")
	}
	s.begin()
	copy(s.bias, w[features:])
	s.round(w[:features], 0, s.x.cols)
}

// round takes the weights of some features.
func (s *denseShadow) round(w []float64, lo, hi int) {
	if !s.fastRound(w, lo, hi) {
		s.roundGeneric(w, lo, hi)
	}
}

// MulRows writes Z = X̃[rows]·W.
func (s *denseShadow) MulRows(z []float64, rows []int32) {
	if len(z) != len(rows)*s.k {
		panic("matrix: dimension mismatch")
	}
	s.x.mustHave(rows)
	s.begin()
	for len(rows) > 0 {
		n := min(len(rows), shadowChunk)
		if !s.fastMul(z[:n*s.k], rows) {
			s.mulGeneric(z[:n*s.k], rows[:n])
		}
		z, rows = z[n*s.k:], rows[n:]
	}
}

// AddMulRows adds X̃[rows]ᵀ·D to the sum.
func (s *denseShadow) AddMulRows(d []float64, rows []int32) {
	if len(d) != len(rows)*s.k {
		panic("matrix: dimension mismatch")
	}
	s.x.mustHave(rows)
	s.begin()
	for len(rows) > 0 {
		n := min(len(rows), shadowChunk)
		s.narrow(d[:n*s.k], n)
		if keep := s.pending > 0; !s.fastAdd(rows[:n], keep) {
			s.addGeneric(rows[:n], keep)
		}
		s.pending += n
		d, rows = d[n*s.k:], rows[n:]
	}
}

// narrow rounds D, and adds the biases' part. Numbers of which products with a float32
// might be too small for their full precision, and slow for it, become 0.
func (s *denseShadow) narrow(d []float64, n int) {
	to := s.narrowed
	for _, b := range s.bands {
		for i := range n {
			in, biases := d[i*s.k+b.first:][:s.outputs(b)], s.biases[b.first:]
			for c, v := range in {
				biases[c] += v
				if math.Abs(v) < shadowLeast {
					v = 0
				}
				to[c] = float32(v)
			}
			clear(to[len(in):b.outputs])
			to = to[b.outputs:]
		}
	}
}

// moving is what is done with a sum: it is added to a number, or written in its place; or
// it is a step of weights, which it is added to and which are then rounded anew.
type moving int

const (
	adding moving = iota
	writing
	stepping
)

// to moves a scaled number.
func (m moving) to(x *float64, scale float64, v float32) {
	if m == writing {
		*x = 0
	}
	*x += scale * float64(v)
}

// moveSum moves the scaled sum of some features.
func (s *denseShadow) moveSum(g []float64, lo, hi int, scale float64, how moving) {
	switch {
	case s.pending == 0 && how == writing:
		clear(g)
	case s.pending == 0 && how == stepping:
		s.round(g, lo, hi)
	case s.pending > 0 && !s.fastMove(g, lo, hi, scale, how):
		s.moveGeneric(g, lo, hi, scale, how)
	}
}

// AddTo adds scale times the sum to G, [Cols+1][k], and clears the sum.
func (s *denseShadow) AddTo(g []float64, scale float64) { s.moveAll(g, scale, adding) }

// WriteTo makes G scale times the sum, which it clears.
func (s *denseShadow) WriteTo(g []float64, scale float64) {
	s.moveAll(g, scale, writing)
}

// Step adds scale times the sum to W, clears the sum and takes W anew.
func (s *denseShadow) Step(w []float64, scale float64) {
	s.moveAll(w, scale, stepping)
	copy(s.bias, w[s.x.cols*s.k:])
}

// moveAll moves what is in float32 and in float64, and the biases' part.
func (s *denseShadow) moveAll(g []float64, scale float64, how moving) {
	features := s.x.cols * s.k
	if len(g) != features+s.k {
		panic("matrix: dimension mismatch")
	}
	s.begin()
	s.moveBiases(g[features:], scale, how)
	s.moveSum(g[:features], 0, s.x.cols, scale/s.x.divisor, how)
	s.pending = 0
}

func (s *denseShadow) moveBiases(g []float64, scale float64, how moving) {
	if how == writing {
		clear(g)
	}
	Axpy(g, scale, s.biases)
	clear(s.biases)
}

// StepParts steps W part by part.
func (s *denseShadow) StepParts(w []float64, scale float64, step func(g []float64, lo int)) {
	if len(w) != (s.x.cols+1)*s.k {
		panic("matrix: dimension mismatch")
	}
	s.begin()
	eachPart(s.x.cols, s.k, &s.part, func(lo, hi int, g []float64) {
		n := (hi - lo) * s.k
		s.moveSum(g[:n], lo, hi, scale/s.x.divisor, writing)
		if hi == s.x.cols {
			s.moveBiases(g[n:], scale, writing)
		}
		step(g, lo*s.k)
		s.round(w[lo*s.k:hi*s.k], lo, hi)
	})
	s.pending = 0
	copy(s.bias, w[s.x.cols*s.k:])
}

// Pays says whether a mini-batch of so many rows is faster so than in float64: by the
// measurements of BenchmarkDenseShadow. What is done once for all rows, and for few
// features for each of them, takes longer than what it saves.
func (s *denseShadow) Pays(rows int) bool {
	switch {
	case s.x.cols < 28:
		return false
	case s.k == 1:
		return rows >= 32
	case s.k < 8:
		return rows >= 8
	case s.k <= 32:
		return rows >= 16 && rows*s.x.cols >= 3200
	}
	return rows >= 32 && s.x.cols >= 200
}
