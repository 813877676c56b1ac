package client

import "testing"

// The digest of an update of the net's size.
func BenchmarkDigest(b *testing.B) {
	u := Update{Delta: make([]float64, 199_210)}
	for i := range u.Delta {
		u.Delta[i] = float64(i)
	}
	b.SetBytes(int64(8 * len(u.Delta)))
	for b.Loop() {
		u.Digest()
	}
}
