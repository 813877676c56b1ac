package fed

import (
	"math"
	"slices"
	"testing"
)

// scalars is updates of one number each.
func scalars(xs ...float64) [][]float64 {
	us := make([][]float64, len(xs))
	for i, x := range xs {
		us[i] = []float64{x}
	}
	return us
}

// wantVector wants a vector to within a relative tolerance.
func wantVector(t *testing.T, what string, got, want []float64, tolerance float64) {
	t.Helper()
	for i := range want {
		if !(math.Abs(got[i]-want[i]) <= tolerance*math.Abs(want[i])) {
			t.Errorf("%s: got %v, want %v", what, got, want)
			return
		}
	}
}

// randomUpdates is n updates of d normal numbers.
func randomUpdates(n, d int, seed uint64) [][]float64 {
	rng, us := seeded(seed), make([][]float64, n)
	for i := range us {
		us[i] = make([]float64, d)
		for j := range us[i] {
			us[i][j] = rng.NormFloat64()
		}
	}
	return us
}

func TestWeightedMean(t *testing.T) {
	dst := []float64{7, 7}
	WeightedMean(dst, [][]float64{{1, 2}, {3, -8}}, []float64{0.25, 0.5})
	wantVector(t, "weights as given", dst, []float64{1.75, -3.5}, 0)
	u := randomUpdates(1, 33, 1)
	dst = make([]float64, 33)
	WeightedMean(dst, u, []float64{1})
	wantVector(t, "a single weight of 1", dst, u[0], 0)
}

// The sum runs in the order of the clients: 1 + 2⁻⁵³ + 2⁻⁵³ is 1 from the left and more from the right.
func TestWeightedMeanOrder(t *testing.T) {
	dst, one := []float64{0}, []float64{1, 1, 1}
	WeightedMean(dst, scalars(1, 0x1p-53, 0x1p-53), one)
	wantVector(t, "from the left", dst, []float64{1}, 0)
	WeightedMean(dst, scalars(0x1p-53, 0x1p-53, 1), one)
	wantVector(t, "from the right", dst, []float64{1 + 0x1p-52}, 0)
}

func TestMedian(t *testing.T) {
	for _, c := range []struct {
		us   [][]float64
		want []float64
	}{
		{scalars(5), []float64{5}},
		{scalars(3, 1), []float64{2}},
		{scalars(9, -1, 4), []float64{4}},
		{scalars(100, 1, 2, 0.5), []float64{1.5}},
		{[][]float64{{1, 30}, {2, 10}, {3, 20}}, []float64{2, 20}},
	} {
		dst := make([]float64, len(c.want))
		Median(dst, c.us)
		wantVector(t, "median", dst, c.want, 0)
	}
}

// The known answers of Flower's tests of its trimmed mean, β = 0.25.
func TestTrimmedMeanOfFlower(t *testing.T) {
	dst := make([]float64, 4)
	us := [][]float64{{0.5, 0.5, 0.5, 0.5}, {1, 0.2, 0.5, 1}, {0.2, 0.5, 1, 0.2}, {0.5, 1, 0.2, 0.5}}
	if err := TrimmedMean(dst, us, 0.25); err != nil {
		t.Fatal(err)
	}
	wantVector(t, "vectors", dst, []float64{0.5, 0.5, 0.5, 0.5}, 0)
	if err := TrimmedMean(dst[:1], scalars(0.5, 1, 2, 100), 0.25); err != nil {
		t.Fatal(err)
	}
	wantVector(t, "scalars", dst[:1], []float64{1.5}, 0)
}

// ⌊βn⌋ on each side: nothing of three at β = 0.3, the outer two of three at β = 0.34, all but the middle at 0.49.
func TestTrimmedMeanCut(t *testing.T) {
	for _, c := range []struct{ beta, want float64 }{{0, 35}, {0.3, 35}, {0.34, 5}, {0.49, 5}} {
		dst := []float64{0}
		if err := TrimmedMean(dst, scalars(100, 0, 5), c.beta); err != nil || dst[0] != c.want {
			t.Errorf("β = %g: got %g, %v, want %g", c.beta, dst[0], err, c.want)
		}
	}
	for beta, want := range map[float64]string{
		0.5:        "trimmed mean: β must be at least 0 and below 0.5, got 0.5",
		-0.1:       "trimmed mean: β must be at least 0 and below 0.5, got -0.1",
		math.NaN(): "trimmed mean: β must be at least 0 and below 0.5, got NaN",
	} {
		if err := TrimmedMean([]float64{0}, scalars(1, 2, 3), beta); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// The robust rules do not care who is who: a permutation of the updates changes no bit.
func TestRobustRulesOfPermutedUpdates(t *testing.T) {
	us := randomUpdates(9, 20, 2)
	rules := map[string]func(dst []float64, us [][]float64) error{
		"median":       func(dst []float64, us [][]float64) error { Median(dst, us); return nil },
		"trimmed mean": func(dst []float64, us [][]float64) error { return TrimmedMean(dst, us, 0.2) },
		"Krum":         func(dst []float64, us [][]float64) error { _, err := Krum(dst, us, 2); return err },
	}
	for name, rule := range rules {
		want, got := make([]float64, 20), make([]float64, 20)
		if err := rule(want, us); err != nil {
			t.Fatal(err)
		}
		permuted := slices.Clone(us)
		slices.Reverse(permuted[2:])
		if err := rule(got, permuted); err != nil {
			t.Fatal(err)
		}
		wantVector(t, name, got, want, 0)
	}
}

func TestAggregatePanics(t *testing.T) {
	dst := []float64{0}
	wantPanic(t, "fed: no updates to aggregate", func() { Median(dst, nil) })
	wantPanic(t, "fed: update 1 has 2 numbers, want 1", func() { WeightedMean(dst, [][]float64{{1}, {1, 2}}, []float64{1, 1}) })
	wantPanic(t, "fed: 1 weights for 2 updates", func() { WeightedMean(dst, scalars(1, 2), []float64{1}) })
	wantPanic(t, "fed: no updates to aggregate", func() { _ = TrimmedMean(dst, nil, 0.1) })
	wantPanic(t, "fed: no updates to aggregate", func() { _, _ = Krum(dst, nil, 0) })
}
