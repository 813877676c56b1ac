package matrix

// MulTransposed is Z = D·Wᵀ, z[i][u] = Σ_c d[i][c]·w[u][c], for all rows of D
// and W, which have k numbers each.
func MulTransposed(z, d, w []float64, k int) {
	n, units := len(d)/k, len(w)/k
	if len(z) != n*units || len(d) != n*k || len(w) != units*k {
		panic("matrix: dimension mismatch")
	}
	mulTransposedGeneric(z, d, w, k, fastMulTransposed(z, d, w, k, n))
}

// mulTransposedGeneric is MulTransposed for the rows of W from a first one on.
func mulTransposedGeneric(z, d, w []float64, k, first int) {
	n, units := len(d)/k, len(w)/k
	for i := range n {
		for u := first; u < units; u++ {
			z[i*units+u] = Dot(d[i*k:i*k+k], w[u*k:u*k+k])
		}
	}
}

// Gate is `for i := range x { if !(open[i] > 0) { x[i] = 0 } }`.
func Gate(x, open []float64) {
	mustReach(open, x)
	for i := fastGate(x, open); i < len(x); i++ {
		if !(open[i] > 0) {
			x[i] = 0
		}
	}
}
