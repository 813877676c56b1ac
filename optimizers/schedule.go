package optimizers

import "math"

// Constant is αₜ = α.
type Constant struct{}

// InvSqrt is αₜ = α/√t, for convex objectives without strong convexity.
//
// Reference: Zinkevich, "Online convex programming and generalized infinitesimal gradient ascent", ICML 2003.
type InvSqrt struct{}

// Strong is αₜ = 2/(μ(t+t₀)) for a μ-strongly convex objective, written as
// α·(1+t₀)/(t+t₀) with α = 2/(μ(1+t₀)). Its guarantee is for the average of
// the iterates weighted by t.
//
// Reference: Lacoste-Julien, Schmidt and Bach, "A simpler approach to obtaining an O(1/t) convergence rate for the
// projected stochastic subgradient method", 2012, where t₀ = 1.
type Strong struct {
	T0 float64 // t₀
}

// Cosine falls from α to 0 over T steps along half a cosine.
//
// Reference: Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts", ICLR 2017, without restarts.
type Cosine struct {
	Steps float64 // T
}

// Linear falls from α to 0 over T steps along a line.
type Linear struct {
	Steps float64 // T
}

// WarmUp rises by equal increments to another schedule's step over its first steps.
//
// Reference: Goyal et al., "Accurate, large minibatch SGD: training ImageNet in 1 hour", 2017, section 2.2.
type WarmUp struct {
	Steps int
	Then  Schedule
}

// At is 1.
func (Constant) At(int) float64 { return 1 }

// At is 1/√t.
func (InvSqrt) At(t int) float64 { return 1 / math.Sqrt(float64(t)) }

// At is (1+t₀)/(t+t₀).
func (s Strong) At(t int) float64 { return (1 + s.T0) / (float64(t) + s.T0) }

// At is (1 + cos(π(t−1)/T))/2, and 0 after T steps.
func (s Cosine) At(t int) float64 {
	return (1 + math.Cos(math.Pi*min(1, float64(t-1)/s.Steps))) / 2
}

// At is 1 − (t−1)/T, and 0 after T steps.
func (s Linear) At(t int) float64 { return max(0, 1-float64(t-1)/s.Steps) }

// At is min(1, t/steps) times the other schedule's.
func (s WarmUp) At(t int) float64 {
	f := s.Then.At(t)
	if t < s.Steps {
		f *= float64(t) / float64(s.Steps)
	}
	return f
}
