package optimizers

import (
	"fmt"
	"math"
	"testing"
)

func TestSGDOnAParabola(t *testing.T) {
	// Gradient descent on x²/2 contracts by 1 − α.
	for i, got := range iterates(&SGD{}, 3, 0.1, 20, once) {
		near(t, fmt.Sprintf("step %d", i+1), got, 3*math.Pow(0.9, float64(i+1)), 1e-14)
	}
}

// impulses are what noise of size 1 in the gradient of a/2 x² at one step alone
// moves x by after T steps, for each of the steps, and what x₁ = 1 becomes. SGD
// is linear, so for independent noise of variance s² at every step
//
//	E x² = s²·Σ moved² + kept²·x₁²
//
// exactly.
func impulses(s Schedule, lr, a float64, steps int) (moved []float64, kept float64) {
	theta, g := make([]float64, steps+1), make([]float64, steps+1)
	theta[steps] = 1
	rule := &SGD{}
	for t := range steps {
		for i, x := range theta {
			g[i] = a * x
		}
		g[t]++
		rule.Apply(theta, g, lr*s.At(t+1))
	}
	return theta[:steps], theta[steps]
}

func sumOfSquares(v []float64) float64 {
	sum := 0.0
	for _, x := range v {
		sum += x * x
	}
	return sum
}

// On μ/2 x² with gradient noise of variance s² and αₜ = 2/(μ(t+1)), E f(x_{T+1}) = s²(2T+1)/(3μT(T+1)) whatever x₁ is:
// with x_{t+1} = (t−1)/(t+1) xₜ − 2/(μ(t+1)) zₜ, the product telescopes to t(t+1)/(T(T+1)), and Σt² does the rest. It
// is the case of equality in Lacoste-Julien, Schmidt and Bach 2012.
func TestSGDWithTheStronglyConvexSchedule(t *testing.T) {
	const mu, s2 = 0.25, 9.0
	m := build(t, "sgd:schedule=strong,t0=1,batch=1", Problem{N: 10, L2: mu})
	for _, T := range []int{1, 2, 10, 100, 1000} {
		moved, kept := impulses(m.Schedule, m.LR, mu, T)
		n := float64(T)
		got, want := mu/2*s2*sumOfSquares(moved), s2*(2*n+1)/(3*mu*n*(n+1))
		if math.Abs(got/want-1) > 1e-12 {
			t.Errorf("T=%d: got %.15g, want %.15g", T, got, want)
		}
		if kept != 0 {
			t.Errorf("T=%d: x₁ is remembered by a factor %g, want 0", T, kept)
		}
	}
}

// With a constant step the noise s²/B keeps f at αs²/(2(2−αa)B): V = (1−αa)²V + α²s²/B. At the same α/B the floor is
// the same only where αa is small, which bounds the linear scaling rule.
func TestSGDNoiseFloor(t *testing.T) {
	const s2 = 4.0
	for _, c := range []struct{ a, lr, b float64 }{{1, 0.01, 1}, {1, 0.08, 8}, {2, 0.4, 1}, {0.5, 3, 64}} {
		steps := int(20 / (1 - math.Abs(1-c.lr*c.a))) // (1−αa)^2T < 1e-17
		moved, _ := impulses(Constant{}, c.lr, c.a, steps)
		got, want := c.a/2*s2/c.b*sumOfSquares(moved), c.lr*s2/(2*(2-c.lr*c.a)*c.b)
		if math.Abs(got/want-1) > 1e-12 {
			t.Errorf("%+v: got %.15g, want %.15g", c, got, want)
		}
		if floor := (&SGD{}).NoiseFloor(c.lr, s2, int(c.b)); math.Abs(floor/want-1) > c.lr*c.a/2+1e-12 {
			t.Errorf("%+v: the floor for small steps is %.15g, that of this one %.15g", c, floor, want)
		}
	}
}

// With α₀/√t the last iterate has E f → α₀s²/(4√t), a slope of −½: the floor of a constant step, followed.
func TestSGDWithInvSqrt(t *testing.T) {
	const a, lr, s2 = 1.0, 1.0, 1.0
	f := func(steps int) float64 {
		moved, _ := impulses(InvSqrt{}, lr, a, steps)
		return a / 2 * s2 * sumOfSquares(moved)
	}
	early, late := f(1024), f(4096)
	if slope := math.Log2(late/early) / 2; math.Abs(slope+0.5) > 0.01 {
		t.Errorf("slope: got %g, want -0.5", slope)
	}
	// The corrections are of the order of αₜa = 1/64.
	if want := lr * s2 / (4 * 64); math.Abs(late/want-1) > 1.0/64 {
		t.Errorf("at t=4096: got %g, want %g", late, want)
	}
}
