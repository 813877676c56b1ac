package fed

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"optwatch/fed/partition"
	"optwatch/optimizers"
)

// The exam that every combination of the catalogue sits.

// tiny is 60 rows of three classes, and the oracle of a problem over them.
func tiny() (optimizers.Problem, *oracle) {
	return optimizers.Problem{N: 60, L2: 1e-3, Spans: spans(0, 2), Labels: balanced(60, 3), Classes: 3, Evals: 60_000}, newOracle(leastSquares(60, 3, 2), 4)
}

// Every strategy with every server's rule, average and partition is built, or
// refused in one line that says why; takes two rounds; is saved and restored to
// the bit; and goes on as it would have.
func TestEveryCombination(t *testing.T) {
	p, o := tiny()
	c := Catalogue(optimizers.Default())
	built, refused := 0, map[string]int{}
	for _, m := range methods() {
		for _, rule := range c.Rules {
			for _, aggregate := range []string{"mean", "median", "trimmed", "krum", "multi-krum"} {
				for _, w := range partition.Schemes() {
					recipe := fmt.Sprintf("%s+%s:clients=6,epochs=2,batch=5,aggregate=%s,partition=%s,drop=0.05,seed=1", m.name, rule.Name, aggregate, w.Name)
					parsed, err := c.Parse(recipe)
					if err != nil {
						t.Fatal(err)
					}
					if _, err = c.Build(parsed, p); err != nil {
						_, why, _ := strings.Cut(err.Error(), `": `)
						if strings.Contains(why, "\n") {
							t.Errorf("%s: %q is more than a line", recipe, why)
						}
						refused[why]++
						continue
					}
					built++
					s := build(t, recipe, p, o)
					s.Begin(1, nil)
					s.rounds(t, 2)
					next := build(t, recipe, p, o)
					next.Begin(1, nil)
					for _, part := range []struct{ from, to []optimizers.Var }{
						{s.State(), next.State()}, {s.method.Rule.State(), next.method.Rule.State()},
					} {
						saved := optimizers.Save(part.from)
						if len(saved) != len(part.from) {
							t.Fatalf("%s: %d parts of its state are saved under %d names", recipe, len(part.from), len(saved))
						}
						if err := optimizers.Restore(part.to, saved); err != nil {
							t.Fatalf("%s: %v", recipe, err)
						}
						wantSaved(t, recipe, optimizers.Save(part.to), saved)
					}
					copy(next.theta, s.theta)
					next.t = s.t
					if got, want := next.rounds(t, 1), s.rounds(t, 1); !slices.Equal(got, want) || !finite(got) || norm(got) == 0 {
						t.Errorf("%s: restored it goes on to %v, else to %v", recipe, got, want)
					}
				}
			}
		}
	}
	parts := len(partition.Schemes())
	rules := len(c.Rules) - 1 // AdamW decays the weights by itself
	if want := rules * parts * (2*5 + 2); built != want {
		t.Errorf("%d combinations are built, want %d: FedAvg and FedProx with all averages, the others with their own", built, want)
	}
	want := map[string]int{"adamw decays the weights by itself, which the clients do already; it cannot be the server's rule": parts * (2*5 + 2)}
	for _, name := range []string{"scaffold", "fednova"} {
		for _, aggregate := range []string{"median", "trimmed", "krum", "multi-krum"} {
			want[fmt.Sprintf("%s has an average of its own; aggregate=%s goes with fedavg and fedprox", name, aggregate)] = parts * (rules + 1)
		}
	}
	for why, n := range want {
		if refused[why] != n {
			t.Errorf("refused %d times, want %d: %s", refused[why], n, why)
		}
	}
	if len(refused) != len(want) {
		t.Errorf("refused are %v", refused)
	}
}

// What cannot be is refused in one line that says what to do instead.
func TestEveryRefusal(t *testing.T) {
	labelled, _ := tiny()
	numeric := labelled
	numeric.Labels, numeric.Classes = nil, 0
	c := Catalogue(optimizers.Default())
	for _, row := range []struct {
		p            optimizers.Problem
		recipe, want string
	}{
		{labelled, "scaffold:local=adam", "scaffold's correction is not defined for local=adam; it takes local=sgd"},
		{labelled, "fednova:local=nesterov", "fednova's correction is not defined for local=nesterov; it takes local=sgd, momentum"},
		{labelled, "fedavg:clients=61,partition=iid", "partition iid: 61 clients are more than the 60 examples"},
		{labelled, "fedavg:clients=2,partition=classes-1", "partition classes-1: 2 × 1 classes leave rows of the 3 classes without an owner; take more clients or a larger k"},
		{labelled, "fedavg:clients=61,partition=iid,delta=1e-5,aggregate=krum,fraction=0.01", "partition iid: 61 clients are more than the 60 examples"}, // one thing at a time
		{labelled, "fedavg:partition=dirichlet,alpha=1e9", "partition dirichlet: alpha must be from 1e-6 to 1e6, got 1e+09"},
		{labelled, "fedavg:partition=classes-4", "partition classes-4: there are only 3 classes"},
		{labelled, "fedavg:partition=classes-0", "partition classes-0: k is a whole number of at least 1, got \"0\""},
		{numeric, "fedavg", "partition classes-2: it needs class labels; iid and sizes do not"},
		{numeric, "fedavg:partition=dirichlet", "partition dirichlet: it needs class labels; iid and sizes do not"},
		{labelled, "scaffold:aggregate=median", "scaffold has an average of its own; aggregate=median goes with fedavg and fedprox"},
		{labelled, "fedavg:aggregate=krum,clients=4", "aggregate=krum needs 5 updates a round, and a round selects 4"},
		{labelled, "fedavg:aggregate=multi-krum,byzantine=3,clients=10,fraction=0.5", "aggregate=multi-krum needs 9 updates a round, and a round selects 5"},
		{labelled, "fedavg:aggregate=multi-krum,keep=10", "keep must be at most the 10 selected less byzantine, got 10"},
		{labelled, "fedavg:delta=1e-5", "delta needs noise or epsilon: without noise there is no privacy"},
		{labelled, "fedavg:noise=1,clip=0", "noise needs a clip above 0: what is not bounded cannot be hidden"},
		{labelled, "fedavg:epsilon=1", "epsilon without noise needs rounds, to find the noise that spends it in so many"},
		{labelled, "fedavg:epsilon=1,noise=0", "epsilon needs noise above 0"},
		{labelled, "fedavg:noise=1,delta=0.1", "delta must be below one over the number of clients, 1/10; got 0.1"},
		{labelled, "fedavg:noise=1,privacy=example,delta=0.2", "delta must be below one over the number of examples of a client, 1/6; got 0.2"},
		{labelled, "fedavg:noise=1,quorum=0.5", "quorum does not go with noise at the client's level: there is a result whoever answers"},
		{labelled, "fedavg:noise=1,retries=2", "retries does not go with noise at the client's level: there is a result whoever answers"},
		{labelled, "scaffold:noise=1", "scaffold has no noise at the client's level; privacy=example has, or fedavg and fedprox"},
		{labelled, "fednova:noise=1", "fednova has no noise at the client's level; privacy=example has, or fedavg and fedprox"},
		{labelled, "fedavg:noise=1,aggregate=median", "noise at the client's level is for aggregate=mean"},
		// At q = 1, z = 1 and δ = 1e-5 one round costs 4.3772, as in TestKnownAnswers.
		{labelled, "fedavg:noise=1,epsilon=1,delta=1e-5", "epsilon=1: one round with noise=1 costs 4.377 already"},
		{labelled, "fedavg:private=1", "private needs noise or epsilon: without noise there is no privacy"},
		{labelled, "fedavg:privacy=example", "privacy=example needs noise or epsilon, or a clip: else nothing is hidden"},
		{labelled, "fedavg:alpha=0.1", "alpha changes nothing with partition=classes-2"},
		{labelled, "fedavg:trim=0.2", "trim changes nothing with aggregate=mean"},
		{labelled, "fedavg:byzantine=2,aggregate=median", "byzantine changes nothing with aggregate=median"},
		{labelled, "fedavg:keep=2,aggregate=krum", "keep changes nothing with aggregate=krum"},
		{labelled, "fedavg:slowness=2", "slowness changes nothing with slow=0"},
		{labelled, "fednova:local=momentum,local_dampening=0.5", "fednova's weights are not defined for local_dampening"},
	} {
		r, err := c.Parse(row.recipe)
		if err == nil {
			_, err = c.Build(r, row.p)
		}
		if want := fmt.Sprintf("recipe %q: %s", row.recipe, row.want); err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}

// Parameters out of range are refused when a recipe is read.
func TestParameterRanges(t *testing.T) {
	c := Catalogue(optimizers.Default())
	for _, bad := range []string{
		"clients=0", "clients=100001", "clients=1.5", "partition=rings", "alpha=0", "fraction=0", "fraction=1.1", "epochs=0", "epochs=1001", "batch=0",
		"local=fedadam", "rounds=0", "aggregate=mode", "trim=0.5", "trim=-0.1", "byzantine=-1", "keep=0", "slow=1.1", "slow=-1", "slowness=0.5", "drop=2",
		"deadline=0", "quorum=1.5", "quorum=-0.1", "retries=-1", "retries=1001", "max_norm=0", "privacy=none", "clip=-1", "noise=-1", "epsilon=0", "delta=0", "delta=1",
		"private=2", "warm=1", "sample=replace", "server_lr=0", "local_momentum=0.5", "mu=1",
	} {
		if _, err := c.Parse("fedavg:" + bad); err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: got %v, want an error of one line", bad, err)
		}
	}
	for _, good := range []string{"fedavg:local=momentum,local_momentum=0.5", "fedprox:mu=0", "fedavg:batch=n", "fedavg:batch=n/10", "fedadam:beta1=0.5,server_lr=0.1,tau=1e-2"} {
		if _, err := c.Parse(good); err != nil {
			t.Error(err)
		}
	}
}

// A budget that is spread over rounds by a schedule takes its rounds from what a
// round costs.
func TestSchedulesCountRounds(t *testing.T) {
	p, o := tiny()
	p.Evals = 60 * 2 * 5 // five rounds of two epochs
	for recipe, want := range map[string]float64{
		"fedavg:clients=3,epochs=2,schedule=linear":              5,
		"fedavg:clients=3,epochs=2,rounds=4,schedule=linear":     4,
		"fedavg:clients=3,epochs=2,rounds=40,schedule=linear":    5,
		"fedavg:clients=4,epochs=2,fraction=0.5,schedule=linear": 10,
		// 20 examples a client in batches of 15, two of them on average: 90 evaluations an epoch, 600 in all
		"fedavg:clients=3,epochs=2,batch=15,privacy=example,noise=1,schedule=linear": 3,
	} {
		m := build(t, recipe, p, o).method
		first, last := m.Schedule.At(1), m.Schedule.At(int(want)+1)
		if !(first > 0.99-1/want) || math.Abs(last) > 1e-12 || !(m.Schedule.At(int(want)) > 0) {
			t.Errorf("%s: the rate goes from %g by %g to %g after %g rounds, want 0", recipe, first, m.Schedule.At(int(want)), last, want)
		}
	}
}
