package matrix

// Kernels names the set of kernels in use: avx2, or generic for the loops in Go.
// The last bits of a run follow from it, and from the architecture. The kernels
// of other packages are chosen where these are.
func Kernels() string {
	if Accelerated() {
		return "avx2"
	}
	return "generic"
}
