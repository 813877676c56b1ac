//go:build !purego

package optimizers

import (
	"math"

	"optwatch/optimizers/matrix"
)

//go:generate go -C matrix/_generate run . optimizers -out ../../kernels_amd64.s -stubs ../../kernels_amd64.go -pkg optimizers

// fours is how many of n numbers the kernels take: they go over memory once,
// and leave up to three to the loops of the rules.
func fours(n int) int {
	if !matrix.Accelerated() {
		return 0
	}
	return n &^ 3
}

// The methods below do a step for the first numbers and return how many. They
// fold bias corrections into the step size and ε:
//
//	α·m̂/(√v̂ + ε) = (α·√c₂/c₁)·m/(√v + ε·√c₂)    c₁ = 1−β₁ᵗ, c₂ = 1−β₂ᵗ

func (a *Adam) fast(theta, m, v, g []float64, lr, c1, c2 float64) int {
	n := fours(len(g))
	if n > 0 {
		root := math.Sqrt(c2)
		adam4(&theta[:n][0], &m[:n][0], &v[:n][0], &g[0], n, a.Beta1, 1-a.Beta1, a.Beta2, 1-a.Beta2, lr*root/c1, a.Eps*root)
	}
	return n
}

func (a *AMSGrad) fast(theta, m, v, vmax, g []float64, lr, c1, c2 float64) int {
	n := fours(len(g))
	if n > 0 {
		amsgrad4(&theta[:n][0], &m[:n][0], &v[:n][0], &vmax[:n][0], &g[0], n, a.Beta1, 1-a.Beta1, a.Beta2, 1-a.Beta2, lr/c1, a.Eps, 1/c2)
	}
	return n
}

func (a *AMSGradTorch) fast(theta, m, v, vmax, g []float64, lr, c1, c2 float64) int {
	n := fours(len(g))
	if n > 0 {
		root := math.Sqrt(c2)
		amsgrad4(&theta[:n][0], &m[:n][0], &v[:n][0], &vmax[:n][0], &g[0], n, a.Beta1, 1-a.Beta1, a.Beta2, 1-a.Beta2, lr*root/c1, a.Eps*root, 1)
	}
	return n
}

func (a *Adagrad) fast(theta, s, g []float64, lr float64) int {
	n := fours(len(g))
	if n > 0 {
		adagrad4(&theta[:n][0], &s[:n][0], &g[0], n, lr, a.Eps)
	}
	return n
}

func (r *RMSProp) fast(theta, v, g []float64, lr float64) int {
	n := fours(len(g))
	if n > 0 {
		rmsprop4(&theta[:n][0], &v[:n][0], &g[0], n, r.Rho, 1-r.Rho, lr, r.Eps)
	}
	return n
}

func (m *Momentum) fast(theta, b, g []float64, lr, gain float64) int {
	n := fours(len(g))
	if n > 0 {
		momentum4(&theta[:n][0], &b[:n][0], &g[0], n, m.Mu, gain, lr)
	}
	return n
}

func (n *Nesterov) fast(theta, b, g []float64, lr float64) int {
	first := fours(len(g))
	if first > 0 {
		nesterov4(&theta[:first][0], &b[:first][0], &g[0], first, n.Mu, 1, lr, lr*n.Mu)
	}
	return first
}
