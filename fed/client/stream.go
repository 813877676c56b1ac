package client

import "math/rand/v2"

// Stream names a stream of random numbers. Who has the name has the numbers.
type Stream struct {
	Seed   uint64 // of the run
	Number uint64 // of the stream within it
	Key    []byte // 32 bytes, which the numbers then follow from instead; nil for none
}

// Rand is a generator at the beginning of the stream: PCG by seed and number,
// or ChaCha8 by the key.
func (s Stream) Rand() *rand.Rand {
	if s.Key == nil {
		return rand.New(rand.NewPCG(s.Seed, s.Number))
	}
	return rand.New(rand.NewChaCha8([32]byte(s.Key)))
}
