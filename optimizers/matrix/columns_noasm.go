//go:build !amd64 || purego

package matrix

func fastAddColumns(_, _ []float64, _ int, _ *columnBlock, _ float64) bool { return false }
