package wire

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"slices"
)

// Inline is the most bytes of numbers that a message carries itself: 512 KiB, half
// of what servers accept. Longer vectors go through a bucket.
const Inline = 512 << 10

// Vector names a vector by what is in it.
type Vector struct {
	Len int    // numbers
	Sum string // SHA-256 of its bytes, in hexadecimal
}

// Bytes are the numbers, 8 bytes each, little-endian.
func Bytes(x []float64) []byte {
	return appendBytes(make([]byte, 0, 8*len(x)), x...)
}

func appendBytes(b []byte, x ...float64) []byte {
	from := len(b)
	b = slices.Grow(b, 8*len(x))[:from+8*len(x)]
	for i, v := range x {
		binary.LittleEndian.PutUint64(b[from+8*i:], math.Float64bits(v))
	}
	return b
}

// Numbers are those of some bytes.
func Numbers(b []byte) ([]float64, error) {
	if len(b)%8 != 0 {
		return nil, fmt.Errorf("wire: %d bytes are no vector", len(b))
	}
	out := make([]float64, len(b)/8)
	for i := range out {
		out[i] = math.Float64frombits(binary.LittleEndian.Uint64(b[8*i:]))
	}
	return out, nil
}

// VectorOf is the name of the vector that some bytes are.
func VectorOf(b []byte) Vector { return Vector{len(b) / 8, Sum(b)} }

// Is says whether some bytes are the vector.
func (v Vector) Is(b []byte) bool { return len(b) == 8*v.Len && Sum(b) == v.Sum }

// Sum is the SHA-256 of some bytes, in hexadecimal.
func Sum(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
