//go:build !purego

package matrix

// fastAddColumns is addColumns where there is a kernel for it, and says whether.
func fastAddColumns(g, d []float64, k int, b *columnBlock, divisor float64) bool {
	if !avx2 {
		return false
	}
	for c, n := 0, 0; c < k && len(b.heads) > 0; c += n {
		n = width(k-c, mostOfColumns)
		number, tail := band(n, k)
		if avx512 && n > 10 {
			number, tail = in512+number, 8*(n-8)
		}
		addColumnsBand(number, tail, &g[c], &d[c], &b.heads[0], len(b.heads), &b.pairs[0], &levels[0], 1/divisor, k)
	}
	return true
}
