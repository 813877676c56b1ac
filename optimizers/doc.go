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
// by name (Var), so that a run can be copied, saved and resumed to the bit. What
// may be said of a method in a diagnosis it declares itself (Controlled, Limited
// and their like), in the file that has its equations.
//
// Where the processor has AVX2 the updates of the rules go over memory once
// (package matrix says what bounds them). BenchmarkFloor gives, for four
// parameters of softmax regression on MNIST, whose vectors lie in the second cache:
//
//	rule       floor, in cycles                      found   of the peak
//	SGD        64 bytes from the cache: 2            2.05    98 %
//	momentum   96 bytes from the cache: 3            4.0     75 %
//	Nesterov   96 bytes from the cache: 3            4.1     73 %
//	Adagrad    a root and a division: 13.3           13.5    99 %
//	RMSProp    a root and a division: 13.3           13.8    96 %
//	Adam       a root and a division: 13.3           14.7    90 %
//	AMSGrad    a root and a division: 13.3           15.3    87 %
//
// Throughout, d is the number of parameters, n the number of examples, B the
// batch size; vectors are []float64 of length d.
package optimizers
