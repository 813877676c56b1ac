// Package diagnosis is what theory says about a run from a few measured
// numbers: how noisy its gradients are, whether its step is stable, whether it
// still gets anywhere, and the one line of advice that follows.
//
//	Noise      tr Σ, ‖∇f‖² and B_simple = tr Σ/‖∇f‖², the batch worth taking
//	Curvature  the largest eigenvalue L of ∇²f and the stability limit of lr
//	Variance   of the estimator beside a mini-batch's
//	Plateau    the probability that the loss still falls
//	Clients    drift and agreement of a federation's updates
//
// It is arithmetic on numbers and vectors that others have measured: the
// package evaluates no objective, draws nothing at random and knows no run. An
// estimate carries its interval, and where that says nothing, so does the
// advice.
package diagnosis
