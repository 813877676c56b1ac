package fed

import (
	"encoding/binary"
	"math/rand/v2"

	"optwatch/fed/client"
)

// purpose keeps the random streams of a federation apart. The numbers are part
// of what a seed means: none may change.
type purpose uint64

const (
	forBatches purpose = iota + 1
	forPartition
	forCohort
	forSlowness
	forFailure
	forServerNoise
	forClientNoise
	forComparison
)

// number is that of the random stream for a purpose, a client and a round, or
// whatever else tells draws apart.
func (p purpose) number(parts ...int) uint64 {
	h := mix(uint64(p))
	for _, v := range parts {
		h = mix(h ^ uint64(v))
	}
	return h
}

// rng is the generator of that stream, which who knows the seed knows.
func (p purpose) rng(seed uint64, parts ...int) *rand.Rand {
	return client.Stream{Seed: seed, Number: p.number(parts...)}.Rand()
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

// streams are the random streams of a federation.
type streams struct {
	seed   uint64
	secret *secret // instead of the seed; nil where all may be reproduced
}

// stream is that for a purpose, a client and a round.
func (s streams) stream(p purpose, parts ...int) client.Stream {
	out := client.Stream{Seed: s.seed, Number: p.number(parts...)}
	if s.secret != nil {
		key := s.secret.derive(out.Number)
		out.Number, out.Key = binary.LittleEndian.Uint64(key[:]), key[:]
	}
	return out
}

// rng is the generator of that stream.
func (s streams) rng(p purpose, parts ...int) *rand.Rand { return s.stream(p, parts...).Rand() }
