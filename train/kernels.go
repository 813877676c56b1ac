package train

import "optwatch/optimizers/matrix"

// revision rises with every change that alters the last bits of any run: of how
// data lie, of kernels, of the order of sums.
const revision = "6"

// Kernels names the set of kernels that runs compute with, and how they round.
// Together with the architecture it decides their last bits.
func Kernels() string { return matrix.Kernels() + "-" + revision }

// SameBits says whether a state that was computed with some kernels goes on to the same
// bits with others, on the same architecture.
func SameBits(a, b string) bool { return matrix.Rounding(a) == matrix.Rounding(b) }

// ChooseKernels takes a set of kernels for all that follows: avx512 or avx2, where the
// processor has it, or go for the loops in Go; "" leaves things as they are.
func ChooseKernels(name string) error { return matrix.ChooseKernels(name) }
