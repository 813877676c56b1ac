package fed

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"optwatch/fed/partition"
	"optwatch/optimizers"
)

// Known answers of whole rounds.

// near wants a number to within an absolute tolerance.
func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s: got %.15g, want %.15g", what, got, want)
	}
}

// FedJAX's fed_avg_test: w = (0, 2, 4), learning rate 1, and the gradient of a
// batch is w over the sum of what is in it. Client 0 has the batches {4, 6} and
// one that sums to 4, and weighs 3; client 1 has {8, 10}, and weighs 2. By hand:
// 0.6·0.9·0.75 + 0.4·17/18 = 0.7827…, of which w becomes a multiple.
func TestFedJAX(t *testing.T) {
	values := []float64{4, 6, 4, 8, 10}
	p := problem{n: 5, d: 3, batch: func(g, theta []float64, rows []int32) float64 {
		sum := 0.0
		for _, row := range rows {
			sum += values[row]
		}
		for j, v := range theta {
			g[j] = v / sum
		}
		return 0
	}}
	o := newOracle(p, 1)
	o.inOrder = true
	s := serve(t, "fedavg:clients=2,partition=iid,batch=2,lr=1", o, partition.Split{{0, 1, 2}, {3, 4}})
	copy(s.theta, []float64{0, 2, 4})
	got := s.rounds(t, 1)
	for j, want := range []float64{0, 1.5655555, 3.131111} {
		near(t, fmt.Sprintf("w[%d]", j), got[j], want, 1e-6)
	}
	for k, want := range []float64{1.4534444262, 0.2484521282} { // in float32, so good to 3e-7
		drift := s.View().Clients[k].Drift
		near(t, fmt.Sprintf("‖Δ%d‖", k), drift, want, 3e-7)
		near(t, fmt.Sprintf("‖Δ%d‖", k), drift, []float64{0.325, 1.0 / 18}[k]*math.Sqrt(20), 1e-14)
	}
}

// twoQuadratics are F₁ = ½θ² and F₂ = ½·4(θ − 10)² at a client each; the
// minimum of their sum is at 8. An epoch is a step.
func twoQuadratics(t *testing.T, recipe string) *server {
	return serve(t, recipe+",clients=2,partition=iid,batch=1", newOracle(quadratics([]float64{1, 4}, []float64{0, 10}), 1), partition.Split{{0}, {1}})
}

// Rounds on the two quadratics, and where they end; computed apart from this
// code in float64. A client whose curvature is a goes the share s = 1 − (1 − αa)ᴷ
// of its way, so that FedAvg ends at Σ sᵢbᵢ / Σ sᵢ and not at the minimum: that
// is its clients' drift.
func TestTwoQuadratics(t *testing.T) {
	for _, c := range []struct {
		recipe string
		first  []float64
		limit  float64
	}{
		{"fedavg:lr=0.1,epochs=1", []float64{2, 3.5}, 8},
		{"fedavg:lr=0.1,epochs=5", []float64{4.6112, 6.1519172}, 6.92502346536512},
		{"fedavg:lr=0.1,epochs=20", []float64{4.999817192077997}, 5.323522540865284},
		{"fedprox:mu=0,lr=0.05,epochs=20", nil, 6.064294262281261},
		{"fedprox:mu=0.1,lr=0.05,epochs=20", nil, 6.106053320005894},
		{"fedprox:mu=1,lr=0.05,epochs=20", []float64{3.987315152244264}, 6.4484462115647},
		{"fedprox:mu=10,lr=0.05,epochs=20", nil, 7.5862071088},
		{"scaffold:lr=0.1,epochs=5", []float64{4.6112, 6.97709144, 7.8530540875556}, 8},
		{"scaffold:lr=0.1,epochs=20", []float64{4.999817192077997, 6.089351003233454}, 8},
	} {
		t.Run(c.recipe, func(t *testing.T) {
			s := twoQuadratics(t, c.recipe)
			for i, want := range c.first {
				near(t, fmt.Sprintf("round %d", i+1), s.rounds(t, 1)[0], want, 1e-12)
			}
			near(t, "limit", s.rounds(t, 400)[0], c.limit, 1e-10)
		})
	}
}

func TestFedAvgEndsWhereItsClosedFormSays(t *testing.T) {
	const alpha = 0.03
	a, b := []float64{0.5, 1, 2, 7}, []float64{-3, 5, 1, 2}
	for _, epochs := range []int{1, 3, 30} {
		s := serve(t, fmt.Sprintf("fedavg:clients=4,partition=iid,batch=1,lr=%g,epochs=%d", alpha, epochs), newOracle(quadratics(a, b), 1),
			partition.Split{{0}, {1}, {2}, {3}})
		up, down := 0.0, 0.0
		for i := range a {
			share := 1 - math.Pow(1-alpha*a[i], float64(epochs))
			up, down = up+share*b[i], down+share
		}
		near(t, fmt.Sprintf("E = %d", epochs), s.rounds(t, 2000)[0], up/down, 1e-12)
	}
}

// SCAFFOLD comes to the minimum of quadratics that differ where FedAvg, with
// the same steps, stays away; with half of the clients a round too.
func TestScaffoldRemovesTheBias(t *testing.T) {
	a, b := []float64{0.5, 1, 2, 4}, []float64{-3, 5, 1, 2}
	up, down := 0.0, 0.0
	for i := range a {
		up, down = up+a[i]*b[i], down+a[i]
	}
	for _, fraction := range []string{"1", "0.5"} {
		rest := ":clients=4,partition=iid,batch=1,lr=0.1,epochs=10,fraction=" + fraction
		p := partition.Split{{0}, {1}, {2}, {3}}
		s := serve(t, "scaffold"+rest, newOracle(quadratics(a, b), 1), p)
		near(t, "scaffold, C = "+fraction, s.rounds(t, 1000)[0], up/down, 1e-12)
		s = serve(t, "fedavg"+rest, newOracle(quadratics(a, b), 1), p)
		if got := s.rounds(t, 1000)[0]; math.Abs(got-up/down) < 0.1 {
			t.Errorf("fedavg, C = %s, comes to %g: the problem tells nothing", fraction, got)
		}
	}
}

// Clients of 1 and of 3 examples: weighted by them SCAFFOLD comes to the minimum of
// the mean over examples, Σaᵢbᵢ / Σaᵢ; where clients count alike, as in the paper, to
// that of the mean of the clients' means.
func TestScaffoldComesToTheMinimumOfItsWeights(t *testing.T) {
	a, b := []float64{0.5, 1, 2, 4}, []float64{-3, 5, 1, 2}
	for weights, of := range map[string][]float64{"sizes": {1, 1, 1, 1}, "uniform": {3, 1, 1, 1}} {
		up, down := 0.0, 0.0
		for i := range a {
			up, down = up+of[i]*a[i]*b[i], down+of[i]*a[i]
		}
		for _, fraction := range []string{"1", "0.5"} {
			s := serve(t, "scaffold:clients=2,partition=iid,batch=n,lr=0.1,epochs=10,weights="+weights+",fraction="+fraction,
				newOracle(quadratics(a, b), 1), partition.Split{{0}, {1, 2, 3}})
			near(t, weights+", C = "+fraction, s.rounds(t, 2000)[0], up/down, 1e-12)
		}
	}
}

// FedNova by hand: w = 1, two clients that come to 0 after 1 step, of 1
// example, and to 0.5 after 5 steps, of 3. τ_eff = ¼·1 + ¾·5 = 4, and w becomes
// 1 − 4(¼·1/1 + ¾·0.5/5) = −0.3, where FedAvg comes to 0.375.
func TestFedNovaByHand(t *testing.T) {
	us := []*Update{{Client: 0, Examples: 1, Steps: 1, Delta: []float64{1}}, {Client: 1, Examples: 3, Steps: 5, Delta: []float64{0.5}}}
	average := func(s strategy, asked turnout) float64 {
		g := 0.0
		for _, u := range us {
			g += s.weight(u, asked) * u.Delta[0]
		}
		return s.scale(us, asked) * g
	}
	for _, asked := range []turnout{{2, 4}, {5, 21}} { // all of whom answer, or these two
		near(t, "fednova", 1-average(&FedNova{}, asked), -0.3, 1e-15)
		near(t, "fedavg", 1-average(&FedAvg{}, asked), 0.375, 1e-15)
		near(t, "scaffold", 1-average(&Scaffold{}, asked), 0.375, 1e-15)
		near(t, "scaffold, uniform", 1-average(&Scaffold{Uniform: true}, asked), 0.25, 1e-15)
	}
}

// With momentum ρ the gradient of the j-th of τ steps is felt in all that
// follow, (1 − ρ^(τ−j+1))/(1 − ρ) times; aₖ is their sum.
func TestFedNovaLength(t *testing.T) {
	for _, rho := range []float64{0, 0.5, 0.9} {
		for _, steps := range []int{1, 2, 7} {
			want := 0.0
			for j := range steps {
				want += (1 - math.Pow(rho, float64(steps-j))) / (1 - rho)
			}
			near(t, fmt.Sprintf("ρ = %g, τ = %d", rho, steps), (&FedNova{Momentum: rho}).length(steps), want, 1e-12*want)
		}
	}
}

// With equal numbers of steps FedNova is FedAvg, to rounding.
func TestFedNovaWithEqualStepsIsFedAvg(t *testing.T) {
	for _, local := range []string{"", ",local=momentum,local_momentum=0.5"} {
		rest := ":clients=4,partition=iid,batch=3,lr=0.05,epochs=3" + local
		run := func(strategy string) []float64 {
			return serve(t, strategy+rest, newOracle(leastSquares(36, 3, 1), 1), neighbours(36, 4)).rounds(t, 10)
		}
		wantVector(t, "fednova"+local, run("fednova"), run("fedavg"), 1e-13)
	}
}

// FedProx with μ = 0 is FedAvg to the bit, and the larger μ the less clients drift.
func TestFedProxHoldsClients(t *testing.T) {
	drift := func(recipe string) float64 {
		s := twoQuadratics(t, recipe+",lr=0.05,epochs=20")
		s.rounds(t, 1)
		return s.View().Clients[1].Drift
	}
	before := math.Inf(1)
	for _, mu := range []float64{0, 0.1, 1, 10} {
		got := drift(fmt.Sprintf("fedprox:mu=%g", mu))
		if mu == 0 && got != drift("fedavg:seed=1") {
			t.Errorf("μ = 0: drift %g, want FedAvg's", got)
		}
		if got >= before {
			t.Errorf("μ = %g: drift %g, want less than %g", mu, got, before)
		}
		before = got
	}
}

// The regulariser λ is in the clients' steps, for the weights alone.
func TestClientsRegularise(t *testing.T) {
	const lambda, alpha = 0.5, 0.1
	p := problem{n: 1, d: 2, add: func(g, _ []float64, _ int32) float64 { g[0]++; g[1]++; return 0 }}
	s := serve(t, "fedavg:clients=1,partition=iid,batch=1,epochs=2,lr=0.1", newOracle(p, 1), partition.Split{{0}})
	s.problem.L2, s.problem.Spans = lambda, spans(0, 1)
	got := s.rounds(t, 1)
	near(t, "weight", got[0], -alpha-alpha*(1-lambda*alpha), 1e-16)
	near(t, "bias", got[1], -2*alpha, 1e-16)
}

// A round in which nobody may move tells SCAFFOLD nothing, and spoils nothing:
// its variates would be divided by the learning rate.
func TestScaffoldStandsStill(t *testing.T) {
	s := serve(t, "scaffold:lr=0.1,schedule=linear,steps=2,clients=4,partition=iid,batch=n", newOracle(leastSquares(40, 2, 1), 1), neighbours(40, 4))
	before := slices.Clone(s.rounds(t, 2)) // the third round has a learning rate of 0
	wantVector(t, "θ after standing still", s.rounds(t, 2), before, 0)
	for _, v := range optimizers.Save(s.State())["ck"] {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			t.Fatalf("a variate is %g", v)
		}
	}
}
