//go:build !purego

package objective

import (
	"math"

	"optwatch/optimizers/matrix"
)

//go:generate go -C ../../optimizers/matrix/_generate run . objective -out ../../../train/objective/kernels_amd64.s -stubs ../../../train/objective/kernels_amd64.go -pkg objective

// softmaxRows is softmaxRowsGeneric, by the kernel for rows of ten. The kernel
// returns the sum of the largest of each row and the product of the sums of
// exponentials, so that one logarithm does for many rows: such a sum is at most
// ten, and 256 of them do not overflow.
func softmaxRows(z []float64, k int) float64 {
	if !matrix.Accelerated() || k != 10 {
		return softmaxRowsGeneric(z, k)
	}
	const rows = 256
	sum := 0.0
	for len(z) > 0 {
		n := min(len(z)/10, rows)
		tops, product := softmax10(&z[0], n)
		sum += tops + math.Log(product)
		z = z[10*n:]
	}
	return sum
}
