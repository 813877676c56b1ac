// Package objective is the functions that are minimised: the data term
// f(θ) = (1/n) Σ fᵢ(θ) of each model, and the regulariser beside it.
//
// A linear model is fᵢ(θ) = φ(Wᵀx̃ᵢ, yᵢ): all of them share Linear and differ
// in their Loss. Parameters are feature-major, [features+1][outputs], the bias
// last (package matrix).
//
// Objectives know no data files and no optimizers, and start no goroutines.
// They are sums over the rows they are given, in the
// order given.
package objective
