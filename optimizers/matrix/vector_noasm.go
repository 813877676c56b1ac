//go:build !amd64 || purego

package matrix

func fastAxpy(_ []float64, _ float64, _ []float64) int { return 0 }

func fastScal(_ []float64, _ float64) int { return 0 }

func fastDot(_, _ []float64) (float64, int) { return 0, 0 }

func fastDistance(_, _ []float64) (float64, int) { return 0, 0 }
