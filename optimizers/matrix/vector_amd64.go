//go:build !purego

package matrix

// The functions below do the first numbers of a vector and return how many.

func sixteens(n int) int {
	if !avx2 {
		return 0
	}
	return n &^ 15
}

func fastAxpy(y []float64, a float64, x []float64) int {
	n := sixteens(len(x))
	if n > 0 {
		axpy16(&y[0], a, &x[0], n)
	}
	return n
}

func fastScal(x []float64, a float64) int {
	n := sixteens(len(x))
	if n > 0 {
		scal16(&x[0], a, n)
	}
	return n
}

func fastDot(x, y []float64) (float64, int) {
	if !avx2 || len(x) < 4 {
		return 0, 0
	}
	return dotOf(&x[0], &y[0], len(x)), len(x)
}

func fastDistance(x, y []float64) (float64, int) {
	n := sixteens(len(x))
	if n == 0 {
		return 0, 0
	}
	return distance16(&x[0], &y[0], n), n
}
