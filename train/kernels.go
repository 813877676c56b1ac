package train

import "optwatch/optimizers/matrix"

// revision rises with every change that alters the last bits of any run: of how
// data lie, of kernels, of the order of sums.
const revision = "2"

// Kernels names the set of kernels that runs compute with, and how they round.
// Together with the architecture it decides their last bits: a state goes on to the
// same bits only where both are the same.
func Kernels() string { return matrix.Kernels() + "-" + revision }

// ChooseKernels takes a set of kernels for all that follows: avx2, where the processor
// has it, or go for the loops in Go; "" leaves things as they are.
func ChooseKernels(name string) error { return matrix.ChooseKernels(name) }
