//go:build !purego

package objective

import (
	"math"

	"optwatch/optimizers/matrix"
)

//go:generate go -C ../../optimizers/matrix/_generate run . objective -out ../../../train/objective/kernels_amd64.s -stubs ../../../train/objective/kernels_amd64.go -pkg objective

// softmaxRows is softmaxRowsGeneric, by kernels. A kernel returns the sum of the
// largest of each row and the product of the sums of exponentials, so that one
// logarithm does for many rows: such a sum is at most k, and the product of as
// many as productRows of them does not overflow.
func softmaxRows(z []float64, k int) float64 {
	if !matrix.Accelerated() || k == 0 {
		return softmaxRowsGeneric(z, k)
	}
	sum := 0.0
	for len(z) > 0 {
		n := len(z) / k
		if n > 1 {
			n = min(n, productRows(k))
		}
		var tops, product float64
		if k == 10 {
			tops, product = softmax10(&z[0], n)
		} else {
			tops, product = softmaxRowsOf(&z[0], n, k, matrix.Mask((k-1)%4+1))
		}
		sum += tops + math.Log(product)
		z = z[k*n:]
	}
	return sum
}

// productRows is a number of rows with kʳᵒʷˢ ≤ 2¹⁰²³, and 256 at most.
func productRows(k int) int { return min(256, int(1023/math.Log2(float64(max(2, k))))) }

// logisticRows is logisticRowsGeneric, by a kernel: what a row comes to does not depend on
// the rows beside it.
func logisticRows(z, y []float64, rows []int32) float64 {
	if !matrix.Accelerated() || len(rows) == 0 {
		return logisticRowsGeneric(z, y, rows)
	}
	mustHave(z, y, rows)
	return logisticRowsOf(&z[0], &y[0], &rows[0], len(rows))
}

// mustHave panics unless there is an output for every row, and a target.
func mustHave(z, y []float64, rows []int32) {
	if len(z) < len(rows) {
		panic("objective: rows and outputs differ in number")
	}
	for _, row := range rows {
		_ = y[row]
	}
}
