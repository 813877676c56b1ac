package fed

import (
	crand "crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"slices"
)

// secret is a key from the system's random numbers that all random streams of a
// federation then follow from: who knows the seed alone knows neither the noise
// nor who was selected. A round that is made again has the same noise, unless
// the process has ended in between: the key is never saved.
//
// It hides them from others than the server, which makes it, and sends clients
// the streams of their noise.
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
