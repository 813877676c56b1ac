package objective

import "math"

// Softmax is the cross-entropy of the softmax over k classes:
//
//	φ(z, y) = log Σ eᶻᶜ − z_y        ∇φ = p − e_y        ∇²φ = diag(p) − ppᵀ
type Softmax struct{}

var (
	_ BlockLoss      = Softmax{}
	_ ShiftInvariant = Softmax{}
)

// ShiftInvariant says that only differences of outputs count.
func (Softmax) ShiftInvariant() {}

// Residual overwrites z with p − e_y and returns the cross-entropy.
func (Softmax) Residual(z []float64, y float64) float64 {
	target := z[int(y)]
	top, sum := probabilities(z)
	z[int(y)]--
	return top + math.Log(sum) - target
}

// Value is the cross-entropy, and whether y has the largest output.
func (Softmax) Value(z []float64, y float64) (float64, bool) {
	top, best := largest(z)
	sum := 0.0
	for _, v := range z {
		sum += expClamped(v - top)
	}
	return top + math.Log(sum) - z[int(y)], best == int(y)
}

// Residuals overwrites z with p − e_y of every row and returns the sum of cross-entropies.
func (Softmax) Residuals(z, y []float64, rows []int32) float64 {
	if len(rows) == 0 {
		return 0
	}
	k, targets := len(z)/len(rows), 0.0
	for i, row := range rows {
		targets += z[i*k+int(y[row])]
	}
	sum := softmaxRows(z, k) - targets
	for i, row := range rows {
		z[i*k+int(y[row])]--
	}
	return sum
}

// Values is the sum of cross-entropies, and for how many rows y has the largest output.
func (Softmax) Values(z, y []float64, rows []int32) (sum float64, correct int) {
	if len(rows) == 0 {
		return 0, 0
	}
	k, targets := len(z)/len(rows), 0.0
	for i, row := range rows {
		out, class := z[i*k:i*k+k], int(y[row])
		targets += out[class]
		if _, best := largest(out); best == class {
			correct++
		}
	}
	return softmaxRows(z, k) - targets, correct
}

// AddCurvature adds diag(p) − ppᵀ.
func (Softmax) AddCurvature(h, z []float64, _ float64) {
	probabilities(z)
	k := len(z)
	for a, pa := range z {
		for b, pb := range z {
			h[a*k+b] -= pa * pb
		}
		h[a*k+a] += pa
	}
}

// probabilities overwrites z with softmax(z), and returns the largest z and
// the sum of exponentials relative to it.
func probabilities(z []float64) (top, sum float64) {
	top, _ = largest(z)
	for c, v := range z {
		z[c] = expClamped(v - top)
		sum += z[c]
	}
	for c := range z {
		z[c] /= sum
	}
	return top, sum
}

// largest is the largest element and its index; a NaN is returned as soon as it is seen.
func largest(z []float64) (float64, int) {
	top, best := z[0], 0
	for c, v := range z {
		if v > top {
			top, best = v, c
		} else if v != v {
			return v, -1
		}
	}
	return top, best
}

// expClamped is eˣ for x ≤ 0, and 0 where that is lost beside 1: products of
// such small numbers would be subnormal, and slow.
func expClamped(x float64) float64 {
	if x < -80 {
		return 0
	}
	return math.Exp(x)
}
