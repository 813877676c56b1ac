// Command generate writes the kernels of optwatch for AVX2 and AVX-512. Each package that has
// some calls it from a go:generate line; the files that it writes are committed,
// so that avo is needed by nobody but their author.
package main

import (
	"fmt"
	"os"

	. "github.com/mmcloughlin/avo/build"
)

// kernels are the functions that write the kernels of each package; those of matrix
// in float32 are a file of their own.
var kernels = map[string]func(){
	"matrix":      func() { rowKernels(); denseKernels(); oneOrTwoKernels(); panelKernels(); vectorKernels() },
	"optimizers":  ruleKernels,
	"objective":   objectiveKernels,
	"single":      func() { singleKernels(avx2) },
	"single512":   func() { singleKernels(avx512) },
	"octets":      octetKernels,
	"shadow":      shadowKernels,
	"shadowdense": denseShadowKernels,
}

func main() {
	if len(os.Args) < 2 || kernels[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "usage: generate matrix|single|single512|octets|shadow|shadowdense|optimizers|objective -out FILE.s -stubs FILE.go -pkg NAME")
		os.Exit(2)
	}
	write := kernels[os.Args[1]]
	os.Args = append(os.Args[:1], os.Args[2:]...)
	ConstraintExpr("!purego")
	write()
	Generate()
}
