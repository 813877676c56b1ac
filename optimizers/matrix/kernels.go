package matrix

import (
	"errors"
	"fmt"
	"strings"
)

// generic is the set of loops in Go.
const generic = "generic"

// Kernels names the set of kernels in use: avx512, avx2, or generic for the loops in
// Go. The last bits of a run follow from its rounding and from the architecture. The
// kernels of other packages are chosen where these are.
func Kernels() string {
	switch {
	case Vectors512():
		return "avx512"
	case Accelerated():
		return "avx2"
	}
	return generic
}

// Rounding is what names of sets, with whatever follows them, have in common where runs
// come to the same bits: those of avx512 and of avx2 do.
func Rounding(kernels string) string { return strings.Replace(kernels, "avx512", "avx2", 1) }

// ChooseKernels takes a set of kernels: avx512 or avx2, where the processor has them,
// or go for the loops in Go; "" leaves things as they are. It must not be called while
// any kernel runs, nor while there are matrices of float32 or shadows, whose rows are as
// long as its vectors ask for.
func ChooseKernels(name string) error {
	set := name
	switch name {
	case "":
		return nil
	case "go", generic:
		set = generic
	case "avx2", "avx512":
	default:
		return errors.New("want avx512, avx2 or go")
	}
	if !accelerate(set) {
		return fmt.Errorf("this processor or build has no kernels of %s", map[string]string{"avx2": "AVX2 and FMA", "avx512": "AVX-512 (F, DQ, BW, VL)"}[set])
	}
	return nil
}
