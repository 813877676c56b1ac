// Package privacy accounts for differential privacy: how much of it Gaussian
// noise on sampled sums has spent, and how much noise a budget takes.
//
//	Settings    what is hidden, the clipping, the noise, the budget
//	Accountant  ε at δ of any number of noisy steps, exact or an upper bound
//	NoiseFor    the smallest noise with which so many steps keep a budget
//	Ledger      what each of many members has spent, each charged for itself
//	AddNoise    the noise itself, from a stream that the caller gives
//
// The package knows no rounds and no strategies: a step here is one noisy sum.
// It draws nothing of its own.
package privacy
