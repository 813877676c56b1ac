//go:build !amd64 || purego

package objective

func softmaxRows(z []float64, k int) float64 { return softmaxRowsGeneric(z, k) }

func logisticRows(z, y []float64, rows []int32) float64 { return logisticRowsGeneric(z, y, rows) }
