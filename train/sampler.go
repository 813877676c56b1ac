package train

import "math/rand/v2"

// sampler draws mini-batches from n rows: reshuffled epochs with a short last
// batch, or independent draws with replacement. It is a value: a copy made by
// clone goes on with the same numbers.
type sampler struct {
	n       int
	replace bool
	pcg     rand.PCG
	order   []int32 // of the epoch
	at      int     // rows of the epoch already drawn
	batch   []int32
}

// newSampler draws from n rows with the stream of a seed.
func newSampler(n int, seed, stream uint64) *sampler {
	return &sampler{n: n, pcg: *rand.NewPCG(seed, stream)}
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
			s.batch[i] = rng.Int32N(int32(s.n))
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

// shuffle begins an epoch: every row once, in an order that depends only on
// the stream and not on the epochs before.
func (s *sampler) shuffle(rng *rand.Rand) {
	if s.order == nil {
		s.order = make([]int32, s.n)
	}
	for i := range s.order {
		s.order[i] = int32(i)
	}
	rng.Shuffle(s.n, func(i, j int) { s.order[i], s.order[j] = s.order[j], s.order[i] })
	s.at = 0
}

// intn is a uniform number in 0 … n−1.
func (s *sampler) intn(n int) int { return rand.New(&s.pcg).IntN(n) }

func (s *sampler) clone() *sampler {
	c := *s
	c.order = append([]int32(nil), s.order...)
	c.batch = nil
	return &c
}
