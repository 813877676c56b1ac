//go:build !amd64 || purego

package matrix

func (s *Single) fastMul(_ *Single, _ *Panels, _ int, _ float32) bool { return false }

func (s *Single) fastMulGated(_ *Single, _ *Panels, _ *Single, _ int) bool { return false }

func (s *Single) fastAddOuter(_ []float64, _ *Single, _ int) bool { return false }

// lanes is how many numbers a vector of float32 has.
func lanes() int { return 8 }

func (p *Panels) fastNarrow(_ []float64, _, _, _ int) int { return 0 }

func turnFast(_, _ []float32, _, _, _, _ int) int { return 0 }

func (s *Single) fastAddSum(_ []float64, _ int) bool { return false }

func (p *Picks) fastAdd(_ *Single, _ []float64) bool { return false }

func (p *Picks) fastAddOuter(_ []float64, _ *Single) bool { return false }

func fastNarrow(_ []float32, _ []float64) int { return 0 }

func (s *Single) fastRectify(_ int) int { return 0 }
