//go:build !amd64 || purego

package matrix

func (m *Dense) fastMulRows(_, _ []float64, _ int, _ []int32) bool { return false }

func (m *Dense) fastMulSumRowsOf2(_ []float64, _ float64, _ []float64, _ float64, _ []float64, _ []int32) bool {
	return false
}

func (m *Dense) fastAddMulRowsOfFew(_, _ []float64, _ int, _ []int32) bool { return false }

func (m *Dense) fastAddMulRows(_, _ []float64, _ int, _ []int32) int { return 0 }

func fastAddScaledProduct(_ []float64, _ float64, _, _ []float64, _ int) bool { return false }

func fastMulTransposed(_, _, _ []float64, _, _ int) int { return 0 }

func fastGate(_, _ []float64) int { return 0 }
