//go:build !amd64 || purego

package matrix

func (s *sparseShadow) fastMul([]float32, []int32) bool { return false }

func (s *sparseShadow) fastAddMul([]float32, []int32) bool { return false }

func (s *sparseShadow) fastRound([]float32, []float64, int) bool { return false }

func (s *sparseShadow) fastWiden([]float64, []float32, int, float64) bool { return false }

func (s *sparseShadow) fastMove([]float64, int, int, float64, bool) bool { return false }

func (s *sparseShadow) fastStep([]float64, float64) bool { return false }
