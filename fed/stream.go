package fed

import "math/rand/v2"

// purpose keeps the random streams of a federation apart.
type purpose uint64

const (
	forBatches purpose = iota + 1
	forPartition
	forCohort
	forSlowness
	forFailure
	forServerNoise
	forClientNoise
)

// stream is the number of the random stream for a purpose, a client and a
// round, or whatever else tells draws apart.
func (p purpose) stream(parts ...int) uint64 {
	h := mix(uint64(p))
	for _, v := range parts {
		h = mix(h ^ uint64(v))
	}
	return h
}

// rng is the generator of that stream.
func (p purpose) rng(seed uint64, parts ...int) *rand.Rand {
	return rand.New(rand.NewPCG(seed, p.stream(parts...)))
}

// mix is one step of splitmix64, a bijection without visible structure.
//
// Reference: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
