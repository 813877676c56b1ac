//go:build !amd64 || purego

package matrix

func (m *Packed) fastMulRowsOfFew(_, _ []float64, _ int, _ []int32) bool { return false }

func (m *Packed) fastMulSumRowsOfFew(_ []float64, _ float64, _ []float64, _ float64, _ []float64, _ int, _ []int32) bool {
	return false
}

func (m *Packed) fastAddMulRowsOfFew(_, _ []float64, _ int, _ []int32) bool { return false }

func (m *Packed) fastAddProduct(_ []float64, _ float64, _ []float64, _ int, _ []int32) bool {
	return false
}

func (m *Packed) fastAddTransposed(_, _ []float64, _ int, _ []int32) bool { return false }

func fastUnpackBytes(_ []float64, _ []uint8, _ []int32, _, _, _, _ int) int { return 0 }

func fastUnpackFloats(_ []float64, _ []float32, _ []int32, _, _, _, _ int) int { return 0 }

func fetchRow[V uint8 | float32 | float64]([]V) {}
