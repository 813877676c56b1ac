package optimizers

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// usual are the settings of Kingma and Ba, which are PyTorch's defaults.
var usual = Adam{Beta1: 0.9, Beta2: 0.999, Eps: 1e-8}

// f = x² from 1, lr 0.1. The first three agree with gorgonia v0.9.18's Adam
// to its 14 digits; the others follow from algorithm 1 in float64.
func TestAdam(t *testing.T) {
	rule := usual
	allNear(t, "x", iterates(&rule, 1, 0.1, 10, twice), []float64{
		0.9000000005, 0.8004122286917927, 0.70158627294603, 0.6039390605737458, 0.5079636592643417,
		0.4142364559936616, 0.32342070493910174, 0.2362637245210415, 0.1535845600703632, 0.07624915560691176,
	}, 1e-14)
}

// The corrections cancel in the first step of the family, m̂₁ = g and v̂₁ = g²: it is −α·g/(|g| + ε).
func TestFirstStepOfTheAdamFamily(t *testing.T) {
	for _, g := range []float64{1e-9, -1e-4, 0.3, -7, 1e5} {
		for _, rule := range []Rule{ptr(usual), &AMSGrad{Adam: usual}, &AMSGradTorch{Adam: usual}, &AdamW{Adam: usual}} {
			want := -0.1 * g / (math.Abs(g) + 1e-8)
			near(t, fmt.Sprintf("%T, g=%g", rule, g), iterates(rule, 0, 0.1, 1, always(g))[0], want, 1e-15)
		}
	}
}

func ptr[T any](v T) *T { return &v }

// Three steps on g = 1e-6, lr 0.1: ε = 1e-8 outside the root and after the correction shrinks each step by 1 %. With
// ε before the correction, as in ensmallen, they would end at −0.242.
func TestAdamEpsilon(t *testing.T) {
	rule := usual
	allNear(t, "x", iterates(&rule, 0, 0.1, 3, always(1e-6)), []float64{-0.09900990099, -0.19801980198, -0.29702970297}, 1e-11)
}

// reddi plays the game of Reddi, Kale and Kumar 2018, theorem 1, on [−1, 1]:
//
//	fₜ = big·x in every period-th round, else −small·x
//
// Its average slope is positive, so −1 is best. It returns the last iterate and the mean of all.
func reddi(rule Rule, x, big, small float64, period, rounds int, lr func(t int) float64) (last, mean float64) {
	theta, g := []float64{x}, []float64{0}
	for t := 1; t <= rounds; t++ {
		g[0] = -small
		if t%period == 1 {
			g[0] = big
		}
		rule.Apply(theta, g, lr(t))
		theta[0] = max(-1, min(1, theta[0]))
		mean += theta[0] / float64(rounds)
	}
	return theta[0], mean
}

// invSqrt is α/√t and constant is α.
func invSqrt(alpha float64) func(int) float64 {
	return func(t int) float64 { return alpha * InvSqrt{}.At(t) }
}

func constant(alpha float64) func(int) float64 { return func(int) float64 { return alpha } }

// Theorem 1: C > 2, β₁ = 0, β₂ = 1/(1+C²), f = Cx every third round and −x else. Adam ends at the worst point, +1,
// and AMSGrad at the best, with α/√t as with a constant α.
func TestReddiTheorem(t *testing.T) {
	const rounds = 60_000
	for _, c := range []float64{3, 4, 10} {
		beta2 := 1 / (1 + c*c)
		adam := Adam{Beta2: beta2}
		for name, lr := range map[string]func(int) float64{"α/√t": invSqrt(0.5 * math.Sqrt(1-beta2)), "constant α": constant(0.01)} {
			what := fmt.Sprintf("C=%g, %s", c, name)
			last, mean := reddi(ptr(adam), 1, c, 1, 3, rounds, lr)
			wantSide(t, what+", Adam", last, mean, +1)
			last, mean = reddi(&AMSGrad{Adam: adam}, 1, c, 1, 3, rounds, lr)
			wantSide(t, what+", AMSGrad", last, mean, -1)
		}
	}
}

// wantSide wants iterates that end near one end of [−1, 1] and spent their time there.
func wantSide(t *testing.T, what string, last, mean, side float64) {
	t.Helper()
	if !(last*side > 0.9 && mean*side > 0.9) {
		t.Errorf("%s: got x = %.4f with mean %.4f, want both near %+g", what, last, mean, side)
	}
}

// Section 6 of the paper: 1010x every 101st round and −10x else, β₁ = 0.9, β₂ = 0.99. α = 0.5/√t; with a small
// constant α the maximum of the corrected v̂, pinned by the first round, needs far longer.
func TestReddiSynthetic(t *testing.T) {
	const rounds = 202_000
	adam := Adam{Beta1: 0.9, Beta2: 0.99}
	last, mean := reddi(ptr(adam), 0, 1010, 10, 101, rounds, invSqrt(0.5))
	wantSide(t, "Adam", last, mean, +1)
	last, mean = reddi(&AMSGradTorch{Adam: adam}, 0, 1010, 10, 101, rounds, invSqrt(0.5))
	wantSide(t, "AMSGrad as in PyTorch", last, mean, -1)
	last, mean = reddi(&AMSGrad{Adam: adam}, 0, 1010, 10, 101, rounds, invSqrt(0.5))
	wantSide(t, "AMSGrad", last, mean, -1)
}

// The stochastic game of section 6: 1010x with probability 0.01, else −10x. The mean slope is 0.2 under a noise of
// 100, so AMSGrad is slow: after 10⁶ rounds it is on its way to −1.
func TestReddiStochastic(t *testing.T) {
	adam := Adam{Beta1: 0.9, Beta2: 0.99}
	play := func(rule Rule, seed uint64, rounds int) float64 {
		rng := rand.New(rand.NewPCG(seed, 0))
		theta, g := []float64{0}, []float64{0}
		for t := 1; t <= rounds; t++ {
			g[0] = -10
			if rng.Float64() < 0.01 {
				g[0] = 1010
			}
			rule.Apply(theta, g, 0.5*InvSqrt{}.At(t))
			theta[0] = max(-1, min(1, theta[0]))
		}
		return theta[0]
	}
	for seed := range uint64(3) {
		if x := play(ptr(adam), seed, 100_000); x < 0.9 {
			t.Errorf("Adam, seed %d: got %g, want near +1", seed, x)
		}
		if x := play(&AMSGrad{Adam: adam}, seed, 1_000_000); x > -0.1 {
			t.Errorf("AMSGrad, seed %d: got %g, want well below 0", seed, x)
		}
	}
}
