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

// eights is how many of them those of 512 bits take, to the same bits: there may be four left.
func eights(n int) int {
	if !matrix.Vectors512() {
		return 0
	}
	return n &^ 7
}

// The methods below do a step for the first numbers and return how many. They
// fold bias corrections into the step size and ε:
//
//	α·m̂/(√v̂ + ε) = (α·√c₂/c₁)·m/(√v + ε·√c₂)    c₁ = 1−β₁ᵗ, c₂ = 1−β₂ᵗ

func (a *Adam) fast(theta, m, v, g []float64, lr, c1, c2 float64) int {
	root := math.Sqrt(c2)
	return adam(theta, m, v, g, a.Beta1, 1-a.Beta1, a.Beta2, 1-a.Beta2, lr*root/c1, a.Eps*root)
}

func (a *AMSGrad) fast(theta, m, v, vmax, g []float64, lr, c1, c2 float64) int {
	return amsgrad(theta, m, v, vmax, g, a.Beta1, 1-a.Beta1, a.Beta2, 1-a.Beta2, lr/c1, a.Eps, 1/c2)
}

func (a *AMSGradTorch) fast(theta, m, v, vmax, g []float64, lr, c1, c2 float64) int {
	root := math.Sqrt(c2)
	return amsgrad(theta, m, v, vmax, g, a.Beta1, 1-a.Beta1, a.Beta2, 1-a.Beta2, lr*root/c1, a.Eps*root, 1)
}

func (a *Adagrad) fast(theta, s, g []float64, lr float64) int {
	return adagrad(theta, s, g, lr, a.Eps)
}

func (r *RMSProp) fast(theta, v, g []float64, lr float64) int {
	return rmsprop(theta, v, g, r.Rho, 1-r.Rho, lr, r.Eps)
}

func (m *Momentum) fast(theta, b, g []float64, lr, gain float64) int {
	return momentum(theta, b, g, m.Mu, gain, lr)
}

func (n *Nesterov) fast(theta, b, g []float64, lr float64) int {
	return nesterov(theta, b, g, n.Mu, 1, lr, lr*n.Mu)
}

// The functions below call the kernels for as many numbers as each takes.

func adam(theta, m, v, g []float64, beta1, gain1, beta2, gain2, rate, eps float64) int {
	wide, n := eights(len(g)), fours(len(g))
	if wide > 0 {
		adam8(&theta[:wide][0], &m[:wide][0], &v[:wide][0], &g[:wide][0], wide, beta1, gain1, beta2, gain2, rate, eps)
	}
	if wide < n {
		adam4(&theta[wide:n][0], &m[wide:n][0], &v[wide:n][0], &g[wide:n][0], n-wide, beta1, gain1, beta2, gain2, rate, eps)
	}
	return n
}

func amsgrad(theta, m, v, vmax, g []float64, beta1, gain1, beta2, gain2, rate, eps, scale float64) int {
	wide, n := eights(len(g)), fours(len(g))
	if wide > 0 {
		amsgrad8(&theta[:wide][0], &m[:wide][0], &v[:wide][0], &vmax[:wide][0], &g[:wide][0], wide, beta1, gain1, beta2, gain2, rate, eps, scale)
	}
	if wide < n {
		amsgrad4(&theta[wide:n][0], &m[wide:n][0], &v[wide:n][0], &vmax[wide:n][0], &g[wide:n][0], n-wide, beta1, gain1, beta2, gain2, rate, eps, scale)
	}
	return n
}

func momentum(theta, b, g []float64, mu, gain, rate float64) int {
	wide, n := eights(len(g)), fours(len(g))
	if wide > 0 {
		momentum8(&theta[:wide][0], &b[:wide][0], &g[:wide][0], wide, mu, gain, rate)
	}
	if wide < n {
		momentum4(&theta[wide:n][0], &b[wide:n][0], &g[wide:n][0], n-wide, mu, gain, rate)
	}
	return n
}

func nesterov(theta, b, g []float64, mu, gain, rate, ahead float64) int {
	wide, n := eights(len(g)), fours(len(g))
	if wide > 0 {
		nesterov8(&theta[:wide][0], &b[:wide][0], &g[:wide][0], wide, mu, gain, rate, ahead)
	}
	if wide < n {
		nesterov4(&theta[wide:n][0], &b[wide:n][0], &g[wide:n][0], n-wide, mu, gain, rate, ahead)
	}
	return n
}

func adagrad(theta, s, g []float64, rate, eps float64) int {
	wide, n := eights(len(g)), fours(len(g))
	if wide > 0 {
		adagrad8(&theta[:wide][0], &s[:wide][0], &g[:wide][0], wide, rate, eps)
	}
	if wide < n {
		adagrad4(&theta[wide:n][0], &s[wide:n][0], &g[wide:n][0], n-wide, rate, eps)
	}
	return n
}

func rmsprop(theta, v, g []float64, rho, gain, rate, eps float64) int {
	wide, n := eights(len(g)), fours(len(g))
	if wide > 0 {
		rmsprop8(&theta[:wide][0], &v[:wide][0], &g[:wide][0], wide, rho, gain, rate, eps)
	}
	if wide < n {
		rmsprop4(&theta[wide:n][0], &v[wide:n][0], &g[wide:n][0], n-wide, rho, gain, rate, eps)
	}
	return n
}
