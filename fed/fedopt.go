package fed

// The server rules of Reddi et al. step along a pseudo-gradient, the mean of the clients' updates with its sign turned:
//
//	gₜ = −Δₜ        Δₜ = Σₖ pₖ(wₖ − wₜ)
//
// so that each is an optimizers.Rule like any other, and its first moment means the same as theirs. There is no bias
// correction, as in the paper; Flower's FedAdam has one. A v that is missing or of another length starts at τ².

// momentFrom makes *v a vector of d numbers x, unless it has that length already.
func momentFrom(v *[]float64, d int, x float64) []float64 {
	if len(*v) != d {
		*v = make([]float64, d)
		for i := range *v {
			(*v)[i] = x
		}
	}
	return *v
}

// flushMoment is x, or 0 where x is so small that squares of it would be subnormal and slow, as for every moment in
// optimizers, which does not lend its own.
func flushMoment(x float64) float64 {
	const tiny = 1e-150
	if x < tiny && x > -tiny {
		return 0
	}
	return x
}
