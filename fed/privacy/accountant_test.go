package privacy

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"optwatch/optimizers"
)

// dpSpend is one charge of a test.
type dpSpend struct {
	rate, noise float64
	steps       int
}

func dpCharged(spends ...dpSpend) *Accountant {
	a := new(Accountant)
	for _, s := range spends {
		a.Charge(s.rate, s.noise, s.steps)
	}
	return a
}

// dpNear wants got within a relative tolerance of want.
func dpNear(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance*math.Abs(want)) {
		t.Errorf("%s: got %.17g, want %.17g within %g of it", what, got, want, tolerance)
	}
}

// dpDigits wants got to be want rounded to so many decimals.
func dpDigits(t *testing.T, what string, got, want float64, decimals int) {
	t.Helper()
	if g, w := fmt.Sprintf("%.*f", decimals, got), fmt.Sprintf("%.*f", decimals, want); g != w {
		t.Errorf("%s: got %s (%.17g), want %s", what, g, got, w)
	}
}

// dpLedgers are an exact, a sampled and a mixed one, and one whose samples leave so few out that it is best not to count on it.
var dpLedgers = map[string][]dpSpend{
	"full":    {{1, 4, 30}, {1, 7, 100}},
	"sampled": {{0.04, 1.5, 2250}, {0.01, 1, 100}, {0.5, 3, 20}},
	"mixed":   {{0.04, 1.5, 200}, {1, 8, 10}},
	"nearly":  {{0.9999, 4, 30}},
}

func TestPrivacyRoundTrip(t *testing.T) {
	for name, spends := range dpLedgers {
		a := dpCharged(spends...)
		for _, delta := range []float64{0.1, 1e-3, 1e-5, 1e-9, 1e-30} {
			dpNear(t, name+", δ(ε(δ))", a.Delta(a.Epsilon(delta)), delta, 1e-12)
		}
		for _, eps := range []float64{3, 6, 10, 20} {
			dpNear(t, name+", ε(δ(ε))", a.Epsilon(a.Delta(eps)), eps, 1e-12)
		}
	}
}

func TestEpsilonRisesAndFalls(t *testing.T) {
	const delta = 1e-5
	eps := func(rate, noise float64, steps int) float64 {
		return dpCharged(dpSpend{rate, noise, steps}).Epsilon(delta)
	}
	rising := func(what string, eps ...float64) {
		t.Helper()
		for i := 1; i < len(eps); i++ {
			if !(eps[i] > eps[i-1]) {
				t.Errorf("%s: ε does not rise: %v", what, eps)
			}
		}
	}
	for _, rate := range []float64{0.001, 0.01, 0.1, 0.5, 0.9, 1} {
		for _, z := range []float64{0.4, 1, 2, 8} {
			what := fmt.Sprintf("q=%g z=%g", rate, z)
			rising(what+", steps", eps(rate, z, 1), eps(rate, z, 2), eps(rate, z, 10), eps(rate, z, 1000), eps(rate, z, 1e6))
			rising(what+", less noise", eps(rate, 2*z, 100), eps(rate, 1.001*z, 100), eps(rate, z, 100), eps(rate, z/2, 100))
		}
	}
	for _, z := range []float64{0.4, 1, 2, 8} {
		rising(fmt.Sprintf("z=%g, rate", z), eps(1e-3, z, 100), eps(0.01, z, 100), eps(0.1, z, 100), eps(0.5, z, 100), eps(0.8, z, 100))
		for _, rate := range []float64{0.9, 0.99, 0.999999, 1 - 1e-16} {
			if got, want := eps(rate, z, 100), eps(1, z, 100); !(got <= want) || got < 0.8*want {
				t.Errorf("q=%g z=%g: got ε = %g, want at most that of q = 1, %g, and near it", rate, z, got, want)
			}
		}
	}
}

func TestPrivacyComposes(t *testing.T) {
	const delta = 1e-5
	// Neighbouring floats are different charges, so these are not merged but composed.
	whole := dpCharged(dpSpend{0.1, 1.2, 100})
	halves := dpCharged(dpSpend{0.1, 1.2, 50}, dpSpend{0.1, math.Nextafter(1.2, 2), 50})
	if got := len(halves.rate); got != 2 {
		t.Fatalf("got %d charges, want 2", got)
	}
	dpNear(t, "two halves, sampled", halves.Epsilon(delta), whole.Epsilon(delta), 1e-13)
	// 3-4-5: ten Gaussians of 3 and of 4 have the precision of ten of 12/5.
	dpNear(t, "two Gaussians", dpCharged(dpSpend{1, 3, 10}, dpSpend{1, 4, 10}).Epsilon(delta), dpCharged(dpSpend{1, 2.4, 10}).Epsilon(delta), 1e-14)
	if got, want := dpCharged(dpLedgers["mixed"]...).Epsilon(delta), dpCharged(dpLedgers["mixed"][0]).Epsilon(delta); !(got > want) {
		t.Errorf("rate 1 beside a sampled charge: got ε = %g, want more than %g, what the sampled one costs alone", got, want)
	}
}

func TestAccountantMerges(t *testing.T) {
	a := dpCharged(dpSpend{0.1, 1, 3}, dpSpend{0.2, 1, 5}, dpSpend{0.1, 1, 4}, dpSpend{0.1, 2, 0})
	if !slices.Equal(a.rate, []float64{0.1, 0.2}) || !slices.Equal(a.noise, []float64{1, 1}) || !slices.Equal(a.steps, []float64{7, 5}) {
		t.Errorf("got rates %v, noises %v and steps %v, want (0.1, 1) seven times and (0.2, 1) five times", a.rate, a.noise, a.steps)
	}
	if a.Epsilon(1e-5); len(a.curves) != 2 {
		t.Errorf("got %d curves, want the 2 of the distinct charges", len(a.curves))
	}
}

func TestAccountantAfter(t *testing.T) {
	next := dpSpend{0.3, 2, 7}
	for name, spends := range dpLedgers {
		a := dpCharged(spends...)
		before := a.Epsilon(1e-5)
		got := a.After(next.rate, next.noise, next.steps, 1e-5)
		if a.Epsilon(1e-5) != before {
			t.Errorf("%s: After has charged", name)
		}
		if again := a.After(spends[0].rate, spends[0].noise, 1, 1e-5); !(again > before) || a.Epsilon(1e-5) != before {
			t.Errorf("%s: one more of the first charge: got ε = %g, want more than %g, and nothing charged", name, again, before)
		}
		a.Charge(next.rate, next.noise, next.steps)
		if want := a.Epsilon(1e-5); got != want || got <= before {
			t.Errorf("%s: got ε = %.17g, want %.17g as after Charge", name, got, want)
		}
	}
	if got, want := new(Accountant).After(1, 1, 1, 1e-5), dpCharged(dpSpend{1, 1, 1}).Epsilon(1e-5); got != want {
		t.Errorf("the zero accountant: got ε = %g, want %g", got, want)
	}
}

func TestAccountantRestores(t *testing.T) {
	for name, spends := range dpLedgers {
		a, b := dpCharged(spends...), dpCharged(dpSpend{0.7, 0.7, 7})
		b.Epsilon(1e-5) // its curves must not outlive its charges
		if err := optimizers.Restore(b.State(), optimizers.Save(a.State())); err != nil {
			t.Fatal(err)
		}
		if got, want := b.Epsilon(1e-5), a.Epsilon(1e-5); got != want {
			t.Errorf("%s: got ε = %g after restoring, want %g", name, got, want)
		}
		a.Charge(spends[0].rate, spends[0].noise, 5)
		b.Charge(spends[0].rate, spends[0].noise, 5)
		if got, want := b.Epsilon(1e-5), a.Epsilon(1e-5); got != want || len(b.rate) != len(spends) {
			t.Errorf("%s: got ε = %g with %d charges five steps later, want %g with %d", name, got, len(b.rate), want, len(spends))
		}
	}
}

func TestNoPrivacySpentAndNoneLeft(t *testing.T) {
	inf := math.Inf(1)
	for _, test := range []struct {
		what       string
		a          *Accountant
		eps, delta float64 // at δ = 1e-5 and at ε = 1
	}{
		{"nothing charged", new(Accountant), 0, 0},
		{"no steps", dpCharged(dpSpend{1, 1, 0}, dpSpend{0.1, 0, 0}), 0, 0},
		{"no noise", dpCharged(dpSpend{1, 0, 1}), inf, 1},
		{"no noise on a sample", dpCharged(dpSpend{0.1, 0, 1}), inf, 1},
		{"no noise once", dpCharged(dpSpend{0.1, 8, 10}, dpSpend{1, 8, 10}, dpSpend{0.1, 0, 1}), inf, 1},
		{"hardly any noise on a sample", dpCharged(dpSpend{0.1, 1e-170, 1}), inf, 1},
	} {
		if got := test.a.Epsilon(1e-5); got != test.eps {
			t.Errorf("%s: got ε = %g, want %g", test.what, got, test.eps)
		}
		if got := test.a.Delta(1); got != test.delta {
			t.Errorf("%s: got δ = %g, want %g", test.what, got, test.delta)
		}
	}
	for name, spends := range dpLedgers {
		a := dpCharged(spends...)
		if got := [...]float64{a.Epsilon(0), a.Epsilon(1), a.Delta(inf)}; got != [...]float64{inf, 0, 0} {
			t.Errorf("%s: got ε(0), ε(1), δ(∞) = %v, want +Inf, 0, 0", name, got)
		}
	}
}

func TestAccountantPanics(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	restored := func(rate, noise, steps []float64) func() {
		return func() { (&Accountant{rate: rate, noise: noise, steps: steps}).Epsilon(1e-5) }
	}
	for what, f := range map[string]func(){
		"rate 0":         func() { dpCharged(dpSpend{0, 1, 1}) },
		"rate -1":        func() { dpCharged(dpSpend{-1, 1, 1}) },
		"rate 1.5":       func() { dpCharged(dpSpend{1.5, 1, 1}) },
		"rate NaN":       func() { dpCharged(dpSpend{nan, 1, 1}) },
		"noise -1":       func() { dpCharged(dpSpend{1, -1, 1}) },
		"noise NaN":      func() { dpCharged(dpSpend{1, nan, 1}) },
		"noise +Inf":     func() { dpCharged(dpSpend{1, inf, 1}) },
		"steps -1":       func() { dpCharged(dpSpend{1, 1, -1}) },
		"After rate 2":   func() { new(Accountant).After(2, 1, 1, 1e-5) },
		"After δ 2":      func() { new(Accountant).After(1, 1, 1, 2) },
		"δ -1":           func() { new(Accountant).Epsilon(-1) },
		"δ NaN":          func() { new(Accountant).Epsilon(nan) },
		"ε -1":           func() { new(Accountant).Delta(-1) },
		"ε NaN":          func() { new(Accountant).Delta(nan) },
		"NoiseFor rate":  func() { _, _ = NoiseFor(0, 1, 1, 1e-5) },
		"NoiseFor steps": func() { _, _ = NoiseFor(1, -1, 1, 1e-5) },
		"restored short": restored([]float64{1}, []float64{1, 1}, []float64{1, 1}),
		"restored noise": restored([]float64{1}, nil, []float64{1}),
		"restored steps": restored([]float64{1}, []float64{1}, []float64{-1}),
		"restored NaN":   restored([]float64{1}, []float64{1}, []float64{nan}),
	} {
		func() {
			defer func() {
				if msg, ok := recover().(string); !ok || !strings.HasPrefix(msg, "privacy: ") {
					t.Errorf("%s: got panic %q, want one of privacy", what, msg)
				}
			}()
			f()
		}()
	}
}

// A thousand clients with 300 distinct rates, once their curves are known.
func BenchmarkEpsilon(b *testing.B) {
	var a Accountant
	for i := range 300 {
		a.Charge(float64(i+1)/1000, 1.1, 100)
	}
	a.Epsilon(1e-5)
	for b.Loop() {
		a.Epsilon(1e-5)
	}
}
