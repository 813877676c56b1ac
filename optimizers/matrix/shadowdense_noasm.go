//go:build !amd64 || purego

package matrix

// denseShadowScratch is what kernels need beside weights and sums: nothing.
type denseShadowScratch struct{}

func (s *denseShadow) prepare() {}

// denseWidth is how many outputs of those that are left a band has.
func denseWidth(left int) int { return left }

func (s *denseShadow) fastRound(_ []float64, _, _ int) bool { return false }

func (s *denseShadow) fastMul(_ []float64, _ []int32) bool { return false }

func (s *denseShadow) fastAdd(_ []int32, _ bool) bool { return false }

func (s *denseShadow) fastMove(_ []float64, _, _ int, _ float64, _ moving) bool { return false }
