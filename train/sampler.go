package train

import (
	"math"
	"math/rand/v2"
)

// sampler draws mini-batches from n rows: reshuffled epochs with a short last
// batch, or independent draws with replacement.
type sampler struct {
	n       int
	rows    []int32 // what to draw from; nil for 0 … n−1
	seed    uint64
	replace bool
	pcg     rand.PCG
	order   []int32 // of the epoch; empty before the first
	at      int     // rows of the epoch already drawn
	batch   []int32
	ahead   []int32
	copied  rand.PCG // scratch, to look ahead with
}

// newSampler draws from n rows with the stream of a seed.
func newSampler(n int, seed, stream uint64) *sampler {
	return &sampler{n: n, seed: seed, pcg: *rand.NewPCG(seed, stream)}
}

// newSamplerOf draws from some rows with the stream of a seed.
func newSamplerOf(rows []int32, seed, stream uint64) *sampler {
	s := newSampler(len(rows), seed, stream)
	s.rows = rows
	return s
}

// next is how many rows draw(batch) will give.
func (s *sampler) next(batch int) int {
	if s.replace {
		return batch
	}
	if s.at == len(s.order) {
		return min(batch, s.n)
	}
	return min(batch, len(s.order)-s.at)
}

// draw gives the next rows; they are valid until the next draw.
func (s *sampler) draw(batch int) []int32 {
	size := s.next(batch)
	rng := rand.New(&s.pcg)
	if s.replace {
		if cap(s.batch) < size {
			s.batch = make([]int32, size)
		}
		s.batch = s.batch[:size]
		for i := range s.batch {
			s.batch[i] = s.row(int(rng.Int32N(int32(s.n))))
		}
		return s.batch
	}
	if s.at == len(s.order) {
		s.shuffle(rng)
	}
	rows := s.order[s.at : s.at+size]
	s.at += size
	return rows
}

// peek is up to n of the rows that are drawn next, should nothing else be
// drawn before; fewer, or none, at the end of an epoch. They are valid until the
// next peek or draw.
func (s *sampler) peek(n int) []int32 {
	if !s.replace {
		return s.order[s.at:min(s.at+n, len(s.order))]
	}
	if cap(s.ahead) < n {
		s.ahead = make([]int32, n)
	}
	s.copied = s.pcg
	rng := rand.New(&s.copied)
	for i := range s.ahead[:n] {
		s.ahead[:n][i] = s.row(int(rng.Int32N(int32(s.n))))
	}
	return s.ahead[:n]
}

// row is the i-th row to draw from.
func (s *sampler) row(i int) int32 {
	if s.rows == nil {
		return int32(i)
	}
	return s.rows[i]
}

// drawEach gives every row with a probability, each by itself: the gaps between
// those given are geometrically distributed. They are valid until the next draw.
func (s *sampler) drawEach(rate float64) []int32 {
	rng := rand.New(&s.pcg)
	s.batch = s.batch[:0]
	for i := 0; i < s.n; i++ {
		if rate < 1 {
			gap := math.Log(1-rng.Float64()) / math.Log1p(-rate)
			if gap >= float64(s.n-i) {
				break
			}
			i += int(gap)
		}
		s.batch = append(s.batch, s.row(i))
	}
	return s.batch
}

// shuffle begins an epoch: every row once, in an order that depends only on
// the stream and not on the epochs before.
func (s *sampler) shuffle(rng *rand.Rand) {
	if cap(s.order) < s.n {
		s.order = make([]int32, s.n)
	}
	s.order = s.order[:s.n]
	for i := range s.order {
		s.order[i] = s.row(i)
	}
	rng.Shuffle(s.n, func(i, j int) { s.order[i], s.order[j] = s.order[j], s.order[i] })
	s.at = 0
}

// intn is a uniform number in 0 … n−1.
func (s *sampler) intn(n int) int { return rand.New(&s.pcg).IntN(n) }
