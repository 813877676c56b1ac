package fed

import (
	crand "crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"math/rand/v2"
	"slices"
)

// secret is a key of the system's that all random streams of a federation then
// follow from: who knows the seed alone knows neither the noise nor who was
// selected. A round that is made again has the same noise.
type secret [32]byte

func newSecret() *secret {
	var s secret
	if _, err := crand.Read(s[:]); err != nil {
		panic("fed: the system gives no random numbers: " + err.Error())
	}
	return &s
}

// derive is the key of one stream.
func (s *secret) derive(stream uint64) [32]byte {
	return sha256.Sum256(binary.LittleEndian.AppendUint64(slices.Clone(s[:]), stream))
}

// stream is the number of the stream for a purpose, a client and a round.
func (r *Round) stream(p purpose, parts ...int) uint64 {
	stream := p.stream(parts...)
	if r.secret == nil {
		return stream
	}
	key := r.secret.derive(stream)
	return binary.LittleEndian.Uint64(key[:])
}

// rng is the generator of that stream.
func (r *Round) rng(p purpose, parts ...int) *rand.Rand {
	if r.secret == nil {
		return p.rng(r.seed, parts...)
	}
	return rand.New(rand.NewChaCha8(r.secret.derive(p.stream(parts...))))
}
