//go:build !purego

package matrix

// fastAddColumns is addColumns where there is a kernel for it, and says whether.
func fastAddColumns(g, d []float64, b *columnBlock, divisor float64) bool {
	if !avx2 {
		return false
	}
	if len(b.heads) > 0 {
		addColumns10(&g[0], &d[0], &b.heads[0], len(b.heads), &b.pairs[0], &levels[0], 1/divisor)
	}
	return true
}
