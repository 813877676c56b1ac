package lab

import (
	"math"
	"math/rand/v2"
	"testing"

	"optwatch/optimizers"
)

// covered is how often, of many experiments, the interval of an estimate has
// the truth in it; wanted is 95 % within four standard errors of such a count.
func covered(experiments int, truth float64, measure func(rng *rand.Rand) estimate) float64 {
	hits := 0
	for i := range experiments {
		if e := measure(rand.New(rand.NewPCG(7, uint64(i)))); math.Abs(e.value-truth) <= e.half {
			hits++
		}
	}
	return float64(hits) / float64(experiments)
}

// courseOf is c·xᵖ over a course whose errors hang together, as those of a run
// do that is looked at again before it has forgotten: log y is off by a
// stationary AR(1) process with coefficient φ and deviation ½.
func courseOf(rng *rand.Rand, power, phi float64) (x, y []float64) {
	off := 0.5 * rng.NormFloat64()
	for k := range 14 {
		at := math.Pow(1.5, float64(k))
		x, y = append(x, at), append(y, 3*math.Pow(at, power)*math.Exp(off))
		off = phi*off + math.Sqrt(1-phi*phi)*0.5*rng.NormFloat64()
	}
	return x, y
}

// TestIntervalsCover simulates experiments of which the truth is known: of 4,000
// intervals that are 95 %, between 93.6 and 96.4 % cover it, which is four
// standard errors √(0.95·0.05/4000) to either side. What is claimed to be wider
// than that may cover more.
func TestIntervalsCover(t *testing.T) {
	const experiments = 4000
	within := 4 * math.Sqrt(0.95*0.05/experiments)
	normal := func(rng *rand.Rand, n int, mean, deviation float64) []float64 {
		out := make([]float64, n)
		for i := range out {
			out[i] = mean + deviation*rng.NormFloat64()
		}
		return out
	}
	for _, c := range []struct {
		name         string
		truth        float64
		conservative bool
		measure      func(rng *rand.Rand) estimate
	}{
		{"a mean of three", 5, false, func(rng *rand.Rand) estimate { return average(normal(rng, 3, 5, 2)) }},
		{"a power over four courses", -1, false, func(rng *rand.Rand) estimate {
			var x, y [][]float64
			for range 4 {
				a, b := courseOf(rng, -1, 0.8)
				x, y = append(x, a), append(y, b)
			}
			return fittedPower(x, y)
		}},
		{"a slope of independent points with known errors", 2, false, func(rng *rand.Rand) estimate {
			x, y, halves := []float64{0, 1, 2, 3, 4}, make([]float64, 5), make([]float64, 5)
			for i := range x {
				deviation := 0.1 * (1 + x[i])
				y[i], halves[i] = 2*x[i]+deviation*rng.NormFloat64(), 1.959964*deviation
			}
			return estimate{fitLine(x, y).slope.value, slopeError(x, halves)}
		}},
		{"a quotient of means of four", 2, true, func(rng *rand.Rand) estimate {
			return quotient(average(normal(rng, 4, 10, 0.5)), average(normal(rng, 4, 5, 0.25)))
		}},
		{"a median of seven", 0, true, func(rng *rand.Rand) estimate {
			samples := normal(rng, 7, 0, 1)
			for i := range samples {
				samples[i] = math.Sinh(3 * samples[i]) // its distribution does not matter
			}
			return medianInterval(samples)
		}},
		{"a ratio of rates, by logarithms of pairs", math.Log(2), false, func(rng *rand.Rand) estimate {
			a, b := make([]float64, 5), make([]float64, 5)
			for i := range a {
				common := rng.NormFloat64() // what the pair has in common falls out
				a[i], b[i] = 2*math.Exp(common+0.3*rng.NormFloat64()), math.Exp(common+0.3*rng.NormFloat64())
			}
			return average(logs(over(a, b)))
		}},
	} {
		got := covered(experiments, c.truth, c.measure)
		if got < 0.95-within || got > 0.95+within && !c.conservative {
			t.Errorf("%s: %.1f %% of the intervals cover, want 95 ± %.1f", c.name, 100*got, 100*within)
		}
	}
}

// TestResidualsOfOneCourseDeceive: the interval of a single fit, from what is
// left of it, covers far less than it says where errors hang together. That is
// why powers are measured seed by seed.
func TestResidualsOfOneCourseDeceive(t *testing.T) {
	got := covered(2000, -1, func(rng *rand.Rand) estimate { return fitPower(courseOf(rng, -1, 0.8)).slope })
	if got > 0.85 {
		t.Errorf("%.1f %% of the intervals of single fits cover: then seeds are not needed", 100*got)
	}
}

// TestIntervalsOfWalksCover: on the noisy quadratic the slope over t is known
// exactly, and so is what intervals of four flocks must cover: of 300, between
// 90 and 100 % do, four standard errors to either side of 95.
func TestIntervalsOfWalksCover(t *testing.T) {
	if raceEnabled || testing.Short() {
		t.Skip("the race detector has nothing to find in arithmetic of one goroutine")
	}
	c := course{batch: 1, lr: 1 / quadratic.mu, at: []int{13, 21, 34, 55, 89}, flocks: 4}
	exact := make([]float64, len(c.at))
	for i, at := range c.at {
		exact[i] = quadratic.strong(at)
	}
	truth := fitPower(floats(c.at), exact).slope.value
	got := covered(300, truth, func(rng *rand.Rand) estimate {
		flocks := make([]flock, c.flocks)
		for i := range flocks {
			var err error
			if flocks[i], err = quadratic.walk(t.Context(), optimizers.Strong{T0: 1}, c.lr, c.batch, c.at, rng); err != nil {
				t.Fatal(err)
			}
		}
		return c.slopes(flocks, 0)
	})
	if got < 0.9 {
		t.Errorf("%.1f %% of the intervals cover, want 95 ± 5", 100*got)
	}
}

// TestMedianInterval: of seven the extremes cover the median but for 2/2⁷, of
// five they do not but for 2/2⁵, which is more than 5 %.
func TestMedianInterval(t *testing.T) {
	if e := medianInterval([]float64{3, 1, 7, 5, 2, 6, 4}); e.value != 4 || e.half != 3 {
		t.Errorf("of seven %+v, want 4 ± 3", e)
	}
	if e := medianInterval([]float64{1, 2, 3, 4, 5}); !math.IsNaN(e.half) {
		t.Errorf("of five %+v, want none", e)
	}
	var many []float64
	for i := range 14 {
		many = append(many, float64(i+1))
	}
	if e := medianInterval(many); e.value-e.half != 3 || e.value+e.half != 12 { // P(Bin(14, ½) ≤ 2) = 0.0065, ≤ 3 0.029
		t.Errorf("of fourteen %+v, want 3 … 12", e)
	}
}

// TestSlopeError compares with √(σ²/Σ(x−x̄)²) for alike errors.
func TestSlopeError(t *testing.T) {
	if got, want := slopeError([]float64{1, 2, 3}, []float64{0.5, 0.5, 0.5}), 0.5/math.Sqrt2; math.Abs(got-want) > 1e-12 {
		t.Errorf("%g, want %g", got, want)
	}
}
