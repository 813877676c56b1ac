//go:build !amd64 || purego

package matrix

// Accelerated says whether kernels in assembly are used.
func Accelerated() bool { return false }

// Vectors512 says whether kernels with vectors of 512 bits are used, too.
func Vectors512() bool { return false }

func accelerate(set string) bool { return set == generic }

func (m *CSR) fastMulRows(_, _ []float64, _ int, _ []int32) bool { return false }

func (m *CSR) fastMulSumRows(_ []float64, _ float64, _ []float64, _ float64, _ []float64, _ int, _ []int32) bool {
	return false
}

func (m *CSR) fastAddMulRows(_, _ []float64, _ int, _ []int32) bool { return false }

// Prefetch asks the memory for the entries of rows that are wanted soon, where it can.
func (m *CSR) Prefetch(_ []int32, _, _ int) {}

func (m *CSR) prefetchEntries([]int32) {}
