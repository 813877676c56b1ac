package lab

import (
	"math"
	"math/rand/v2"
	"testing"

	"optwatch/optimizers"
)

// TestEqualCurvature checks that SVRG, SARAH and SARAH+ are gradient descent
// there over several outer loops, and that SGD and a broken SVRG are not.
func TestEqualCurvature(t *testing.T) {
	for seed := range uint64(5) {
		q := newEqualCurvature(30, 4, 0.7, rand.New(rand.NewPCG(seed, 1)))
		for _, c := range []struct {
			name  string
			e     optimizers.Estimator
			equal bool
		}{
			{"SVRG", &optimizers.SVRG{M: 7, Batch: 1}, true},
			{"SARAH", &optimizers.SARAH{M: 40, Batch: 2}, true},
			{"SARAH+", &optimizers.SARAH{M: 7, Batch: 1, Plus: true}, true},
			{"SGD", &optimizers.Minibatch{Batch: 1}, false},
			{"SVRG without its μ̃", forgetful{&optimizers.SVRG{M: 7, Batch: 1}}, false},
		} {
			most, _, err := q.straying(c.e, 0.3, 40)
			if err != nil {
				t.Fatal(err)
			}
			if (most < 1e-12) != c.equal {
				t.Errorf("seed %d: %s strays by %g", seed, c.name, most)
			}
		}
	}
}

// forgetful adds a little to what an estimator says.
type forgetful struct{ *optimizers.SVRG }

func (f forgetful) Estimate(g, theta []float64, o optimizers.Oracle) (float64, error) {
	loss, err := f.SVRG.Estimate(g, theta, o)
	g[0] += 1e-9
	return loss, err
}

// TestCentre checks b̄ and V on three points worked by hand.
func TestCentre(t *testing.T) {
	q := &equalCurvature{a: 1, b: [][]float64{{0, 0}, {3, 0}, {0, 6}}}
	mean, spread := q.centre()
	if mean[0] != 1 || mean[1] != 2 || math.Abs(spread-10) > 1e-12 { // (1+4 + 4+4 + 1+16)/3
		t.Errorf("mean %v, spread %g; want [1 2] and 10", mean, spread)
	}
}
