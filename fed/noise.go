package fed

import (
	crand "crypto/rand"
	"math/rand/v2"
)

// noise is a source of Gaussian noise.
type noise struct{ rng *rand.Rand }

// reproducible noise follows from a seed: whoever knows that can take it away again.
func reproducible(seed, stream uint64) *noise {
	return &noise{rand.New(rand.NewPCG(seed, stream))}
}

// secret noise nobody can know: ChaCha8 with a key of the system's.
func secret() *noise {
	var key [32]byte
	if _, err := crand.Read(key[:]); err != nil {
		panic("fed: the system gives no random numbers: " + err.Error())
	}
	return &noise{rand.New(rand.NewChaCha8(key))}
}

// add adds N(0, σ²) to every number.
func (n *noise) add(x []float64, sigma float64) {
	if sigma == 0 {
		return
	}
	for i := range x {
		x[i] += sigma * n.rng.NormFloat64()
	}
}
