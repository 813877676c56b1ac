//go:build !purego

package matrix

import (
	"math/rand/v2"
	"testing"
)

// guardedNumbers copies what is kept between guard words. What it returns says whether
// they are whole.
func guardedNumbers[V float32 | float64](v *[]V) (whole func() bool) {
	const guards, word = 64, -77777
	all := make([]V, len(*v)+2*guards)
	for i := range all {
		all[i] = word
	}
	at := all[guards : guards+len(*v) : guards+len(*v)]
	copy(at, *v)
	*v = at
	return func() bool {
		for i := range guards {
			if all[i] != word || all[len(all)-1-i] != word {
				return false
			}
		}
		return true
	}
}

// Kernels of a dense shadow write past the end of a band, but never past what is kept.
func TestDenseShadowKeepsToItself(t *testing.T) {
	for cols := 1; cols <= 130; cols++ {
		for k := 1; k <= 30; k++ {
			if cols > 40 && (cols+k)%7 != 0 {
				continue
			}
			for _, m := range packedOf(9, cols) {
				s := newDenseShadow(m, k)
				s.begin()
				checks := []func() bool{
					guardedNumbers(&s.weights), guardedNumbers(&s.sum), guardedNumbers(&s.narrowed), guardedNumbers(&s.bias), guardedNumbers(&s.biases),
					guardedNumbers(&s.scratch.turned), guardedNumbers(&s.scratch.products),
				}
				rng := rand.New(rand.NewPCG(1, 2))
				w, d, z := make([]float64, (cols+1)*k), make([]float64, 70*k), make([]float64, 70*k)
				normals(w, rng)
				normals(d, rng)
				rows := someRows(m, 70)
				s.Round(w)
				s.MulRows(z, rows)
				s.AddMulRows(d, rows)
				s.AddTo(w, 1)
				s.AddMulRows(d[:7*k], rows[:7])
				s.Step(w, 1)
				s.MulRows(z, rows)
				s.AddMulRows(d, rows)
				s.WriteTo(w, 1)
				for i, whole := range checks {
					if !whole() {
						t.Fatalf("%d features, %d outputs: something is written beside vector %d", cols, k, i)
					}
				}
			}
		}
	}
}
