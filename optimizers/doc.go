// Package optimizers is the mathematics of stochastic optimization and nothing
// else. Every method of the field is one sentence: estimate a gradient, apply
// a rule, with a step size from a schedule.
//
//	Oracle     the only way to the data
//	Estimator  g ≈ ∇f(θ)
//	Rule       θ ← θ − α·(something of g)
//	Schedule   αₜ
//
// The three parts combine freely, so SVRG with Adam, or AMSGrad with α₀/√t,
// needs no code of its own. The Catalogue is the table of all parts; it drives
// the recipe parser, the help text, the picker on the screen and the exam that
// every part sits.
//
// Optimizers know no clock, no file, no lock, no logger and no random numbers
// but those the oracle gives. What a method carries from step to step is listed
// by name (Var), so that a run can be copied, saved and resumed to the bit.
//
// Throughout, d is the number of parameters, n the number of examples, B the
// batch size; vectors are []float64 of length d.
package optimizers
