package fed

import (
	"fmt"
	"math"
	"testing"

	"optwatch/optimizers"
)

// serverRules are the three with the settings of the paper's experiments, but for β₁ of FedAdagrad, which is 0 there.
func serverRules() []optimizers.Rule {
	return []optimizers.Rule{
		&FedAdagrad{Beta1: 0.9, Tau: 1e-3},
		&FedAdam{Beta1: 0.9, Beta2: 0.99, Tau: 1e-3},
		&FedYogi{Beta1: 0.9, Beta2: 0.99, Tau: 1e-3},
	}
}

// w = 0.1, Δ = 0.5 and then 0.25, η = 0.1. The answers were computed from algorithm 2 of Reddi et al. 2021 apart from
// this code, to 14 decimals. By hand, FedAdagrad's first: 0.1 + 0.1·0.05/(√(10⁻⁶ + 0.25) + 0.001).
func TestServerRules(t *testing.T) {
	want := [][]float64{
		{0.10998001999998, 0.12247962070913},
		{0.19802019012095, 0.32150650264080},
		{0.19801999800040, 0.32101983830691},
	}
	for i, rule := range serverRules() {
		w := []float64{0.1}
		for step, delta := range []float64{0.5, 0.25} {
			rule.Apply(w, []float64{-delta}, 0.1)
			if math.Abs(w[0]-want[i][step]) > 0.6e-14 {
				t.Errorf("%T, step %d: got %.14f, want %.14f", rule, step+1, w[0], want[i][step])
			}
		}
	}
}

// Flower's test of its FedAdagrad: w = 0.1, replies 0.2 and 1.0 of equal size, η = 0.1, τ = 0.5, β₁ = 0. There the sum
// of squares starts at 0 and not at τ².
func TestFedAdagradOfFlower(t *testing.T) {
	delta := []float64{0}
	WeightedMean(delta, scalars(0.2-0.1, 1-0.1), []float64{0.5, 0.5})
	rule, w := FedAdagrad{Tau: 0.5, s: []float64{0}}, []float64{0.1}
	rule.Apply(w, []float64{-delta[0]}, 0.1)
	wantVector(t, "w", w, []float64{0.15}, 1e-15)
}

// A rule that is stopped anywhere, before its first step too, and resumed from its saved state goes on to the bit; and
// a model of another size starts anew.
func TestServerRulesResume(t *testing.T) {
	steps := func(rule optimizers.Rule, w []float64, from, to int) {
		for i := from; i < to; i++ {
			rule.Apply(w, []float64{math.Sin(float64(i)), 0.1 * float64(i%3)}, 0.1)
		}
	}
	for i := range serverRules() {
		for at := range 8 {
			first, second := serverRules()[i], serverRules()[i]
			want := []float64{1, -1}
			steps(first, want, 0, at)
			got := []float64{want[0], want[1]}
			if err := optimizers.Restore(second.State(), optimizers.Save(first.State())); err != nil {
				t.Fatal(err)
			}
			steps(first, want, at, 9)
			steps(second, got, at, 9)
			wantVector(t, fmt.Sprintf("%T, resumed after step %d", first, at), got, want, 0)

			fresh, a, b := serverRules()[i], []float64{1, 2, 3}, []float64{1, 2, 3}
			first.Apply(a, []float64{1, 1, 1}, 0.1)
			fresh.Apply(b, []float64{1, 1, 1}, 0.1)
			wantVector(t, fmt.Sprintf("%T, another size", first), a, b, 0)
		}
	}
}

// A sum of squares is not a mean of squares: between FedAdagrad and the others only m is carried.
func TestServerRulesCarry(t *testing.T) {
	want := [3][3]string{{"[m s]", "[m]", "[m]"}, {"[m]", "[m v]", "[m v]"}, {"[m]", "[m v]", "[m v]"}}
	for i, src := range serverRules() {
		src.Apply([]float64{1}, []float64{1}, 0.1)
		for j, dst := range serverRules() {
			if got := fmt.Sprint(optimizers.Carry(dst.State(), src.State())); got != want[i][j] {
				t.Errorf("%T to %T: got %s, want %s", src, dst, got, want[i][j])
			}
		}
	}
}

// Moments that decay on zero updates end in zero, not in subnormal numbers, which make a loop several times slower.
func TestServerMomentsEndInZero(t *testing.T) {
	const smallestNormal = 0x1p-1022
	for _, rule := range serverRules() {
		w := []float64{1}
		rule.Apply(w, []float64{1}, 0.1)
		for range 100_000 {
			rule.Apply(w, []float64{0}, 0.1)
			for _, v := range rule.State() {
				if x := (*v.Vec)[0]; x != 0 && math.Abs(x) < smallestNormal {
					t.Fatalf("%T: %s is %g", rule, v.Name, x)
				}
			}
		}
		if m := (*rule.State()[0].Vec)[0]; m != 0 {
			t.Errorf("%T: m ends at %g", rule, m)
		}
	}
}

// Yogi leaves v alone where it equals g², and moves it by (1−β₂)g² towards g² elsewhere.
func TestFedYogiSecondMoment(t *testing.T) {
	for _, c := range []struct{ v, want float64 }{{4, 4}, {9, 8}, {1, 2}, {0, 1}} {
		y := FedYogi{Beta2: 0.75, Tau: 1, v: []float64{c.v}}
		y.Apply([]float64{0}, []float64{2}, 1)
		if y.v[0] != c.want {
			t.Errorf("v = %g, g² = 4: got %g, want %g", c.v, y.v[0], c.want)
		}
	}
}
