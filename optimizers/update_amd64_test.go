//go:build !purego

package optimizers

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"optwatch/optimizers/matrix"
)

// twins are every rule once with its kernel and once without.
func twins() map[string]func() Rule {
	adam := Adam{Beta1: 0.9, Beta2: 0.999, Eps: 1e-8}
	return map[string]func() Rule{
		"momentum":      func() Rule { return &Momentum{Mu: 0.9, Tau: 0.3} },
		"nesterov":      func() Rule { return &Nesterov{Mu: 0.9} },
		"adagrad":       func() Rule { return &Adagrad{Eps: 1e-8} },
		"rmsprop":       func() Rule { return &RMSProp{Rho: 0.99, Eps: 1e-8} },
		"adam":          func() Rule { a := adam; return &a },
		"amsgrad":       func() Rule { return &AMSGrad{Adam: adam} },
		"amsgrad-torch": func() Rule { return &AMSGradTorch{Adam: adam} },
	}
}

// between is n numbers at an offset, between guard words.
func between(n, offset int) (all, v []float64) {
	all = slices.Repeat([]float64{777}, offset+n+4)
	return all, all[offset : offset+n : offset+n]
}

func guarded(t *testing.T, all []float64, n, offset int) {
	t.Helper()
	for i, x := range all {
		if (i < offset || i >= offset+n) && x != 777 {
			t.Fatalf("guard word %d is %v", i-offset, x)
		}
	}
}

// stepPlain takes a step without the kernels.
func stepPlain(t *testing.T, r Rule, theta, g []float64, lr float64) {
	t.Helper()
	choose := func(name string) {
		if err := matrix.ChooseKernels(name); err != nil {
			t.Fatal(err)
		}
	}
	used := matrix.Kernels()
	choose("go")
	r.Apply(theta, g, lr)
	choose(used)
}

func TestUpdateKernelsOfEveryLength(t *testing.T) {
	if !matrix.Accelerated() {
		t.Skip("this processor has no AVX2")
	}
	for name, make2 := range twins() {
		for n := range 130 {
			offset := n % 4
			rng := rand.New(rand.NewPCG(uint64(n), 31))
			fast, plain := make2(), make2()
			all, theta := between(n, offset)
			want := make([]float64, n)
			for i := range want {
				want[i] = rng.NormFloat64()
			}
			copy(theta, want)
			for step := range 6 {
				gAll, g := between(n, 3-offset)
				for i := range g {
					g[i] = rng.NormFloat64() * math.Pow(10, float64(-2*step))
				}
				plainG := slices.Clone(g)
				fast.Apply(theta, g, 0.1)
				stepPlain(t, plain, want, plainG, 0.1)
				guarded(t, gAll, n, 3-offset)
			}
			guarded(t, all, n, offset)
			agree(t, name, theta, want)
			agreeStates(t, name, fast, plain)
		}
	}
}

// agree wants two results to be the same to within the rounding of a few steps.
func agree(t *testing.T, what string, got, want []float64) {
	t.Helper()
	for i, w := range want {
		if got[i] != w && !(math.IsNaN(got[i]) && math.IsNaN(w)) && !(math.Abs(got[i]-w) <= 1e-14*max(1, math.Abs(w))) {
			t.Fatalf("%s of %d: number %d is %v, want %v", what, len(want), i, got[i], w)
		}
	}
}

func agreeStates(t *testing.T, what string, a, b Rule) {
	t.Helper()
	other := b.State()
	for i, v := range a.State() {
		if v.Vec != nil {
			agree(t, what+" "+v.Name, *v.Vec, *other[i].Vec)
		}
	}
}

// NaN, infinities, zeros and what is flushed come out of the kernels as of the loops.
func TestUpdateKernelsOfOddNumbers(t *testing.T) {
	if !matrix.Accelerated() {
		t.Skip("this processor has no AVX2")
	}
	odd := []float64{0, math.Copysign(0, -1), math.NaN(), math.Inf(1), math.Inf(-1), 5e-324, 1e-160, -1e-160, 1e-149, 1e-76, 1e-70, 1, -1}
	for name, make2 := range twins() {
		fast, plain := make2(), make2()
		theta, want := make([]float64, len(odd)), make([]float64, len(odd))
		for range 3 {
			fast.Apply(theta, slices.Clone(odd), 0.1)
			stepPlain(t, plain, want, slices.Clone(odd), 0.1)
		}
		agree(t, name, theta, want)
		agreeStates(t, name, fast, plain)
	}
}

func FuzzUpdateKernels(f *testing.F) {
	f.Add(1.0, -2.0, 1e-200, 0.1)
	f.Fuzz(func(t *testing.T, a, b, c, lr float64) {
		if !(math.Abs(a)+math.Abs(b)+math.Abs(c) < 1e100) || !(math.Abs(lr) < 1) {
			return
		}
		for name, make2 := range twins() {
			fast, plain := make2(), make2()
			theta, want := make([]float64, 12), make([]float64, 12) // a vector of eight, and one of four
			for _, g := range [][]float64{{a, b, c, 1, b, a, 0, c, c, b, a, 1}, {c, a, b, 0, 1, b, c, a, b, c, 0, a}} {
				fast.Apply(theta, slices.Clone(g), lr)
				stepPlain(t, plain, want, slices.Clone(g), lr)
			}
			for i := range want { // sums of steps that nearly cancel have large errors for their size
				if math.Abs(theta[i]-want[i]) > 1e-12*max(1, math.Abs(a)+math.Abs(b)+math.Abs(c)) {
					t.Fatalf("%s: got %v, want %v", name, theta, want)
				}
			}
		}
	})
}
