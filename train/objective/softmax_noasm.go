//go:build !amd64 || purego

package objective

func softmaxRows(z []float64, k int) float64 { return softmaxRowsGeneric(z, k) }
