package matrix

import "errors"

// Kernels names the set of kernels in use: avx2, or generic for the loops in Go.
// The last bits of a run follow from it, and from the architecture. The kernels
// of other packages are chosen where these are.
func Kernels() string {
	if Accelerated() {
		return "avx2"
	}
	return "generic"
}

// ChooseKernels takes a set of kernels: avx2, where the processor has it, or go for
// the loops in Go; "" leaves things as they are. It must not be called while any
// kernel runs.
func ChooseKernels(name string) error {
	switch name {
	case "":
	case "go", "generic":
		accelerate(false)
	case "avx2":
		if !accelerate(true) {
			return errors.New("there are no kernels of AVX2 and FMA for this processor here")
		}
	default:
		return errors.New("want avx2 or go")
	}
	return nil
}
