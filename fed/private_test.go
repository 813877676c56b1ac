package fed

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"optwatch/fed/partition"
	"optwatch/fed/privacy"
	"optwatch/optimizers"
)

// Privacy in whole rounds. That the accountant is right is tested beside it.

// sendEach lets every client send a vector of its own, or nothing.
func sendEach(s *server, delta func(client int) []float64) {
	s.Transport = sending(func(tasks []Task) (us []*Update) {
		for _, task := range tasks {
			if d := delta(task.Client); d != nil {
				us = append(us, plainly(task, len(s.partition[task.Client]), d...))
			}
		}
		return us
	})
}

// still is a problem of d parameters in which nothing pulls.
func still(n, d int) problem {
	return problem{n: n, d: d, add: func(_, _ []float64, _ int32) float64 { return 1 }}
}

// Updates longer than S are shortened to it and keep their direction, and the
// zero vector stays. By hand, S = 1: (0.6, 0.8), (0.3, 0.4), 0 and (0, −1), of
// clients with 1, 20, 9 and 10 examples. Without noise they weigh by those; with
// noise, here too little to be seen, all weigh the same and the denominator is qN.
func TestClipping(t *testing.T) {
	for _, c := range []struct {
		recipe string
		want   [2]float64
	}{
		{"fedavg:clip=1", [2]float64{-(0.6*1 + 0.3*20) / 40, -(0.8*1 + 0.4*20 - 10) / 40}},
		{"fedprox:clip=1", [2]float64{-(0.6*1 + 0.3*20) / 40, -(0.8*1 + 0.4*20 - 10) / 40}},
		{"fedavg:clip=1,noise=1e-18", [2]float64{-0.9 / 4, -0.2 / 4}},
		{"fedprox:clip=1,noise=1e-18", [2]float64{-0.9 / 4, -0.2 / 4}},
	} {
		s := serve(t, c.recipe+",clients=4,partition=iid", newOracle(still(40, 2), 1), partition.Split{rowsFrom(0, 1), rowsFrom(1, 20), rowsFrom(21, 9), rowsFrom(30, 10)})
		sendEach(s, func(k int) []float64 { return [][]float64{{3, 4}, {0.3, 0.4}, {0, 0}, {0, -7}}[k] })
		got := s.rounds(t, 1)
		near(t, c.recipe+" θ[0]", got[0], c.want[0], 1e-16)
		near(t, c.recipe+" θ[1]", got[1], c.want[1], 1e-16)
		if v := s.View(); v.Privacy != nil && !strings.Contains(c.recipe, "noise") {
			t.Errorf("%s: without noise it claims %+v", c.recipe, v.Privacy)
		}
	}
	s := serve(t, "fedavg:clip=1,noise=1e-18,fraction=0.5,clients=4,partition=iid", newOracle(still(40, 2), 1), neighbours(40, 4))
	sendEach(s, func(int) []float64 { return []float64{1, 0} })
	sizes := map[int]bool{}
	for range 20 {
		before := s.theta[0]
		s.rounds(t, 1)
		v := s.View()
		sizes[v.Cohort] = true
		near(t, "with C = 0.5", before-s.theta[0], float64(v.Cohort)/2, 1e-12)
	}
	if len(sizes) < 3 {
		t.Errorf("cohorts of sizes %v only, want coins", sizes)
	}
}

func rowsFrom(first, n int) []int32 {
	rows := make([]int32, n)
	for i := range rows {
		rows[i] = int32(first + i)
	}
	return rows
}

// The released mean of updates that are zero is noise of mean 0 and deviation
// zS/(qN), within five standard errors of 20,000 numbers.
func TestServerNoise(t *testing.T) {
	const d = 20_000
	s := serve(t, "fedavg:clients=10,partition=iid,fraction=0.4,clip=2,noise=3", newOracle(still(20, d), 1), nil)
	zero := make([]float64, d)
	sendEach(s, func(int) []float64 { return zero })
	wantMoments(t, "noise", s.rounds(t, 1), 0, math.Pow(3*2/(0.4*10), 2))
	first := slices.Clone(s.theta)
	s.rounds(t, 1)
	for j := range first {
		if s.theta[j]-first[j] == first[j] {
			t.Fatal("two rounds have the same noise")
		}
	}
}

// A client that fails changes neither the noise nor what is charged, and nor do all of them.
func TestFailuresChangeNeitherNoiseNorCharge(t *testing.T) {
	run := func(answers func(k int) bool) *server {
		s := serve(t, "fedavg:clients=4,partition=iid,fraction=0.7,noise=1", newOracle(still(40, 3), 1), neighbours(40, 4))
		sendEach(s, func(k int) []float64 {
			if answers(k) {
				return []float64{0, 0, 0}
			}
			return nil
		})
		s.rounds(t, 5)
		return s
	}
	want := run(func(int) bool { return true })
	for what, s := range map[string]*server{
		"one fails": run(func(k int) bool { return k != 2 }),
		"all fail":  run(func(int) bool { return false }),
	} {
		wantVector(t, what, s.theta, want.theta, 0)
		got, want := s.View(), want.View()
		if got.Privacy.Epsilon != want.Privacy.Epsilon || got.Round != want.Round || !(got.Privacy.Epsilon > 0) {
			t.Errorf("%s: got ε = %g after %d rounds, want %g after %d", what, got.Privacy.Epsilon, got.Round, want.Privacy.Epsilon, want.Round)
		}
	}
}

// A Poisson sample may be empty. Such a round releases its noise and is charged like any other.
func TestEmptyCohort(t *testing.T) {
	s := serve(t, "fedavg:clients=3,partition=iid,fraction=0.05,noise=1.5", newOracle(leastSquares(30, 2, 1), 1), neighbours(30, 3))
	var want privacy.Accountant
	empty := 0
	for range 30 {
		before := slices.Clone(s.theta)
		loss, err := s.try()
		if err != nil || math.IsNaN(loss) || math.IsInf(loss, 0) {
			t.Fatalf("got loss %g, %v", loss, err)
		}
		want.Charge(0.05, 1.5, 1)
		v := s.View()
		if v.Cohort == 0 {
			empty++
			if s.theta[0] == before[0] || s.theta[1] == before[1] {
				t.Error("an empty round has no noise")
			}
		}
		if got, want := v.Privacy.Epsilon, want.Epsilon(v.Privacy.Delta); got != want {
			t.Errorf("after round %d: got ε = %g, want %g", v.Round, got, want)
		}
	}
	if empty < 10 || empty == 30 {
		t.Errorf("%d of 30 rounds were empty: the test has shown nothing", empty)
	}
}

// A run ends before its budget is exceeded, and not a round earlier.
func TestBudgetOfEpsilon(t *testing.T) {
	for _, recipe := range []string{
		"fedavg:clients=10,fraction=0.5,noise=2,epsilon=8",
		"fedprox:clients=10,noise=6,epsilon=3",
		"fedavg:clients=3,privacy=example,batch=5,noise=2,epsilon=6",
	} {
		s := serve(t, recipe+",partition=iid", newOracle(leastSquares(60, 2, 1), 1), nil)
		for s.Spent() == "" {
			s.rounds(t, 1)
			if got := s.View().Privacy; got.Epsilon > got.Budget {
				t.Fatalf("%s: ε = %g of %g", recipe, got.Epsilon, got.Budget)
			}
			if s.Rounds() > 1000 {
				t.Fatalf("%s: it never ends", recipe)
			}
		}
		why := s.Spent()
		if s.Rounds() == 0 || !strings.Contains(why, " is spent, another round would take ε to ") || !strings.HasPrefix(why, "ε = ") {
			t.Errorf("%s: after %d rounds: %q", recipe, s.Rounds(), why)
		}
		s.rounds(t, 1)
		if got := s.View().Privacy; got.Epsilon <= got.Budget {
			t.Errorf("%s: another round had taken it to %g of %g", recipe, got.Epsilon, got.Budget)
		}
	}
}

// With ε and a number of rounds the noise is found with which those rounds
// spend that ε: they all run, within the budget, and a hundredth less noise had
// not been enough.
func TestNoiseFromBudget(t *testing.T) {
	for _, c := range []struct {
		recipe    string
		partition partition.Split
	}{
		{"fedavg:clients=10,fraction=0.5,epsilon=4,rounds=12", nil},
		{"fedavg:clients=10,epsilon=2,rounds=5", nil},
		{"fedavg:clients=3,privacy=example,batch=5,epsilon=3,rounds=6", nil},
		{"scaffold:clients=3,privacy=example,batch=10,epochs=2,epsilon=3,rounds=4", nil},
		{"fedavg:clients=3,privacy=example,batch=5,epsilon=3,rounds=6", partition.Split{rowsFrom(0, 7), rowsFrom(7, 13), rowsFrom(20, 40)}},
		// A client of one example more than a batch takes twice the steps of one
		// whose examples are one batch, at nearly the same rate.
		{"fedavg:clients=3,privacy=example,batch=10,epsilon=3,rounds=6", partition.Split{rowsFrom(0, 10), rowsFrom(10, 11), rowsFrom(21, 39)}},
	} {
		s := serve(t, c.recipe+",partition=iid", newOracle(leastSquares(60, 2, 1), 1), c.partition)
		limit := s.Limit
		for s.Spent() == "" {
			s.rounds(t, 1)
		}
		v := s.View()
		if v.Round != limit || v.Privacy.Epsilon > v.Privacy.Budget || v.Privacy.Epsilon < 0.999*v.Privacy.Budget {
			t.Errorf("%s: it ended after %d of %d rounds (%s), ε = %g of %g", c.recipe, v.Round, limit, s.Spent(), v.Privacy.Epsilon, v.Privacy.Budget)
		}
		less := 0.0
		for k := range s.partition {
			var a privacy.Accountant
			s.charges([]int{k}, func(_ int, rate, noise float64, steps int) { a.Charge(rate, 0.99*noise, limit*steps) })
			less = max(less, a.Epsilon(v.Privacy.Delta))
		}
		if less <= v.Privacy.Budget {
			t.Errorf("%s: noise %g is more than it takes: a hundredth less costs %g", c.recipe, v.Privacy.Noise, less)
		}
	}
}

// A δ of one over the number of secrets is refused: at the examples' level by
// the client that holds most of them, which is known once they are divided.
func TestDeltaBelowOneOverN(t *testing.T) {
	p := optimizers.Problem{N: 60}
	c := Catalogue(optimizers.Default())
	for _, row := range []struct{ recipe, want string }{
		{"fedavg:clients=10,partition=iid,noise=1,delta=0.1", "delta must be below one over the number of clients, 1/10; got 0.1"},
		{"fedavg:clients=3,partition=iid,privacy=example,noise=1,delta=0.05", "delta must be below one over the number of examples of a client, 1/20; got 0.05"},
		{"fedavg:clients=10,partition=iid,noise=1,delta=0.0999", ""},
	} {
		r, err := c.Parse(row.recipe)
		if err == nil {
			_, err = c.Build(r, p)
		}
		if row.want == "" && err != nil || row.want != "" && (err == nil || !strings.HasSuffix(err.Error(), ": "+row.want)) {
			t.Errorf("%s: got %v, want %s", row.recipe, err, row.want)
		}
	}
	s := build(t, "fedavg:clients=3,partition=iid,privacy=example,noise=1,delta=0.04", p, newOracle(leastSquares(60, 2, 1), 1))
	s.Partitioning = fixed{partition.Split{rowsFrom(0, 10), rowsFrom(10, 10), rowsFrom(20, 40)}}
	s.Begin(1, nil)
	want := "delta=0.04: it must be below 1/40, one over the number of examples: else a mechanism could give one of them away whole"
	if _, err := s.try(); err == nil || err.Error() != want || s.Spent() != "" {
		t.Errorf("got %v, want %s", err, want)
	}
	for secrets, want := range map[int]float64{10: 1e-5, 100_000: math.Pow(1e5, -1.1)} {
		if got := privacy.DefaultDelta(secrets); got != want || got*float64(secrets) >= 1 {
			t.Errorf("default δ of %d secrets: got %g, want %g", secrets, got, want)
		}
	}
}

// With example-level privacy each local step gets noise zS on the sum of the
// clipped gradients, over B; where nothing pulls, K steps at learning rate α
// leave noise of deviation √K·αzS/B, and in the mean of two clients that by √2.
// No round repeats the noise of another.
func TestNoiseInsideClients(t *testing.T) {
	const d = 20_000
	s := serve(t, "fedavg:clients=2,partition=iid,privacy=example,batch=4,epochs=2,lr=0.5,clip=3,noise=2", newOracle(still(20, d), 1), nil)
	wantMoments(t, "noise", s.rounds(t, 1), 0, 2*3*math.Pow(0.5*2*3/4, 2)/2)
	first := slices.Clone(s.theta)
	wantMoments(t, "noise of two rounds", s.rounds(t, 1), 0, 2*2*3*math.Pow(0.5*2*3/4, 2)/2)
	if s.theta[0]-first[0] == first[0] {
		t.Error("two rounds have the same noise")
	}
	if n := s.View().Clients[0].Drift; !(n > 0) {
		t.Errorf("it drifted %g", n)
	}
}

// What an example can change in a client's noisy sum is at most S: with the
// same draws, and without it, the sums differ by its clipped gradient.
func TestSensitivityOfClippedSum(t *testing.T) {
	o := newOracle(leastSquares(30, 3, 1), 1)
	theta, with, without := []float64{3, -2, 5}, make([]float64, 3), make([]float64, 3)
	for _, clip := range []float64{0.01, 1, 1e9} {
		all := rowsFrom(0, 30)
		_, clipped := o.ClippedGrad(with, theta, all, clip)
		if want := map[float64]int{0.01: 30, 1e9: 0}; clip != 1 && clipped != want[clip] {
			t.Errorf("S = %g: %d of 30 gradients are clipped, want %d", clip, clipped, want[clip])
		}
		for i := range all {
			o.ClippedGrad(without, theta, slices.Delete(slices.Clone(all), i, i+1), clip)
			diff := make([]float64, 3)
			for j := range diff {
				diff[j] = with[j] - without[j]
			}
			if n := norm(diff); n > clip*(1+1e-9) {
				t.Errorf("S = %g: row %d changes the sum by %g", clip, i, n)
			}
		}
	}
}

// A client's examples are charged for the rounds that it was selected in, each
// at its own rate; the ε shown is that of the client that has spent most.
func TestChargePerClient(t *testing.T) {
	partition := partition.Split{rowsFrom(0, 6), rowsFrom(6, 6), rowsFrom(12, 20), rowsFrom(32, 28)}
	for _, batches := range [][]int{{5}, {5, 9, 5, 60}} {
		s := serve(t, "fedavg:clients=4,partition=iid,fraction=0.5,privacy=example,batch=5,epochs=2,noise=2,drop=0.3,retries=2",
			newOracle(leastSquares(60, 2, 1), 1), partition)
		spent := make([]privacy.Accountant, 4)
		for round := range 24 {
			batch := batches[round*len(batches)/24]
			s.SetBatch(batch)
			s.rounds(t, 1)
			for attempt := 1; attempt <= s.View().Attempt; attempt++ {
				for _, k := range s.cohort(round+1, attempt) {
					n := len(partition[k])
					b := min(batch, n)
					spent[k].Charge(float64(b)/float64(n), 2, 2*((n+b-1)/b))
				}
			}
			v := s.View().Privacy
			most := 0.0
			for k := range spent {
				most = max(most, spent[k].Epsilon(v.Delta))
			}
			switch {
			case len(batches) == 1 && v.Epsilon != most:
				t.Fatalf("round %d: got ε = %g, want %g", round+1, v.Epsilon, most)
			case v.Epsilon < most:
				t.Fatalf("round %d, B = %d: got ε = %g, below the %g that a client has spent", round+1, batch, v.Epsilon, most)
			}
		}
	}
}

// An attempt that is made again is charged again, so a retry is made only where
// the budget allows it.
func TestRetriesKeepTheBudget(t *testing.T) {
	for seed := range uint64(10) {
		s := serve(t, "fedavg:clients=4,partition=iid,privacy=example,batch=5,noise=2,epsilon=6,drop=0.4,quorum=0.75,retries=20",
			newOracle(leastSquares(60, 2, 1), seed), nil)
		var err error
		retried := false
		for s.Spent() == "" && err == nil {
			_, err = s.try()
			v := s.View()
			retried = retried || v.Attempt > 1
			if v.Privacy.Epsilon > v.Privacy.Budget {
				t.Fatalf("seed %d: ε = %g of %g after attempt %d", seed, v.Privacy.Epsilon, v.Privacy.Budget, v.Attempt)
			}
		}
		if !retried {
			t.Errorf("seed %d: no round was tried again", seed)
		}
		if err != nil && !strings.Contains(err.Error(), "ε") {
			t.Errorf("seed %d: %v, want it to say that ε is spent", seed, err)
		}
	}
}

// become is the server after a switch to another recipe.
func (s *server) become(t *testing.T, recipe string) *server {
	t.Helper()
	next := build(t, recipe, optimizers.Problem{N: s.o.n}, s.o)
	next.Partitioning = s.Partitioning
	next.Begin(s.o.seed, s.Round)
	if next.err != nil {
		t.Fatal(next.err)
	}
	copy(next.theta, s.theta)
	return next
}

// A guarantee holds for a whole run or not at all: rounds without noise, before
// or after, void it, and it stays void.
func TestVoid(t *testing.T) {
	const private, bare, example = "fedavg:noise=1", "fedavg:lr=0.1", "fedavg:noise=1,privacy=example"
	for _, c := range []struct {
		recipes []string // three rounds of each
		want    string
	}{
		{[]string{private}, ""},
		{[]string{private, "fedprox:noise=2"}, ""},
		{[]string{private, bare}, "the rounds after round 3 have no noise"},
		{[]string{private, bare, private}, "the rounds after round 3 have no noise"},
		{[]string{bare, private}, "rounds 1 to 3 had no noise"},
		{[]string{bare, private, private}, "rounds 1 to 3 had no noise"},
		{[]string{private, example}, "rounds 1 to 3 hid something else"},
	} {
		var s *server
		for i, recipe := range c.recipes {
			recipe += ",clients=4,partition=iid"
			if i == 0 {
				s = serve(t, recipe, newOracle(leastSquares(40, 2, 1), 1), neighbours(40, 4))
			} else {
				s = s.become(t, recipe)
			}
			s.rounds(t, 3)
		}
		v := s.View()
		if v.Privacy == nil || v.Privacy.Void != c.want || math.IsInf(v.Privacy.Epsilon, 1) != (c.want != "") {
			t.Errorf("%q: got %+v, want void %q", c.recipes, v.Privacy, c.want)
		}
		if v.Round != 3*len(c.recipes) {
			t.Errorf("%q: got round %d, want %d", c.recipes, v.Round, 3*len(c.recipes))
		}
	}
	// Before the first round nothing has been given away yet.
	s := serve(t, bare+",clients=4,partition=iid", newOracle(leastSquares(40, 2, 1), 1), neighbours(40, 4)).become(t, private+",clients=4,partition=iid")
	if v := s.View().Privacy; v.Void != "" || v.Epsilon != 0 {
		t.Errorf("before the first round: got %+v", v)
	}
}

// What has been spent goes on over a switch: ε is that of all rounds together.
func TestSpendingGoesOnOverASwitch(t *testing.T) {
	s := serve(t, "fedavg:clients=4,partition=iid,noise=3", newOracle(leastSquares(40, 2, 1), 1), neighbours(40, 4))
	s.rounds(t, 3)
	s = s.become(t, "fedprox:clients=4,partition=iid,noise=2,fraction=0.5")
	s.rounds(t, 2)
	var want privacy.Accountant
	want.Charge(1, 3, 3)
	want.Charge(0.5, 2, 2)
	if got := s.View().Privacy; got.Epsilon != want.Epsilon(got.Delta) {
		t.Errorf("got ε = %g, want %g", got.Epsilon, want.Epsilon(got.Delta))
	}
}

// ε is told at the δ that now holds, and clients who come to hold other examples
// have nothing guaranteed from before.
func TestSwitchOfWhatIsHidden(t *testing.T) {
	s := serve(t, "fedavg:clients=4,partition=iid,noise=3,delta=1e-5", newOracle(leastSquares(40, 2, 1), 1), neighbours(40, 4))
	s.rounds(t, 3)
	s = s.become(t, "fedavg:clients=4,partition=iid,noise=3,delta=1e-9")
	var want privacy.Accountant
	want.Charge(1, 3, 3)
	if got := s.View().Privacy; got.Epsilon != want.Epsilon(1e-9) || got.Void != "" {
		t.Errorf("got ε = %g and %q, want %g", got.Epsilon, got.Void, want.Epsilon(1e-9))
	}
	next := build(t, "fedavg:clients=4,partition=iid,noise=3,delta=1e-9", optimizers.Problem{N: 40}, s.o)
	next.Partitioning = fixed{partition.Split{rowsFrom(0, 4), rowsFrom(4, 16), rowsFrom(20, 10), rowsFrom(30, 10)}}
	next.Begin(s.o.seed, s.Round)
	if v := next.View().Privacy; v.Void != "rounds 1 to 3 hid something else" || !math.IsInf(v.Epsilon, 1) {
		t.Errorf("with another partition: got %+v", v)
	}
}

// Who knows the seed of a secret federation knows neither who was selected nor
// which rows were drawn; and a round that is made again has the same noise.
func TestSecretStreams(t *testing.T) {
	const recipe = "fedavg:clients=20,partition=iid,fraction=0.5,noise=1,private="
	cohorts := func(private string) (all [][]int, stream uint64) {
		s := serve(t, recipe+private, newOracle(leastSquares(100, 2, 1), 1), neighbours(100, 20))
		for round := range 5 {
			all = append(all, s.cohort(round+1, 1))
			if again := s.cohort(round+1, 1); !slices.Equal(again, all[round]) {
				t.Errorf("private=%s: round %d selects %v, and when made again %v", private, round+1, all[round], again)
			}
		}
		x := make([]float64, 3)
		y := slices.Clone(x)
		privacy.AddNoise(x, 1, s.rng(forServerNoise, 1, 1))
		privacy.AddNoise(y, 1, s.rng(forServerNoise, 1, 1))
		wantVector(t, "the noise of a round made again", y, x, 0)
		return all, s.stream(forBatches, 3, 1).Number
	}
	a, streamA := cohorts("0")
	b, streamB := cohorts("0")
	if !slices.EqualFunc(a, b, slices.Equal) || streamA != streamB {
		t.Errorf("private=0: got %v and %v", a, b)
	}
	a, streamA = cohorts("1")
	b, streamB = cohorts("1")
	if slices.EqualFunc(a, b, slices.Equal) || streamA == streamB {
		t.Errorf("private=1: the same seed selects %v twice, streams %d and %d", a, streamA, streamB)
	}
}

// branch is another server that goes on from the state of this one.
func (s *server) branch(t *testing.T, recipe string) *server {
	t.Helper()
	next := build(t, recipe, optimizers.Problem{N: s.o.n}, s.o)
	next.Partitioning = s.Partitioning
	next.Begin(s.o.seed, nil)
	for _, part := range []struct{ to, from []optimizers.Var }{
		{next.State(), s.State()}, {next.method.Rule.State(), s.method.Rule.State()},
	} {
		if err := optimizers.Restore(part.to, optimizers.Save(part.from)); err != nil {
			t.Fatal(err)
		}
	}
	copy(next.theta, s.theta)
	next.t = s.t
	return next
}

// A run that has been switched from private to bare and back, with clients of
// several sizes, is branched like any other, and both go on alike.
func TestBranchAfterASwitchOfPrivacy(t *testing.T) {
	partition := partition.Split{rowsFrom(0, 6), rowsFrom(6, 6), rowsFrom(12, 20), rowsFrom(32, 28)}
	recipes := []string{
		"fedavg:noise=2", "fedavg:lr=0.05", "fedavg:noise=2,privacy=example,batch=5", "scaffold:privacy=example,clip=2,batch=7", "fedprox:clip=1", "fednova:lr=0.2",
	}
	for _, first := range recipes {
		for _, second := range recipes {
			s := serve(t, first+",clients=4,partition=iid", newOracle(leastSquares(60, 2, 1), 1), partition)
			s.rounds(t, 2)
			second += ",clients=4,partition=iid"
			s = s.become(t, second)
			s.rounds(t, 2)
			b := s.branch(t, second)
			wantVector(t, first+", then "+second, b.rounds(t, 2), s.rounds(t, 2), 0)
			got, want := b.View().Privacy, s.View().Privacy
			if (got == nil) != (want == nil) || got != nil && (got.Void != want.Void || got.Epsilon != want.Epsilon || got.Delta != want.Delta) {
				t.Errorf("%s, then %s: the branch has %+v, its original %+v", first, second, got, want)
			}
		}
	}
}

// private=1 draws noise of the system's, which nobody can draw again;
// private=0 draws it from the seed.
func TestSecretNoise(t *testing.T) {
	for _, level := range []string{"client", "example"} {
		run := func(private int) *server {
			s := serve(t, fmt.Sprintf("fedavg:clients=4,partition=iid,privacy=%s,noise=1,private=%d", level, private), newOracle(leastSquares(40, 2, 1), 1), nil)
			s.rounds(t, 2)
			return s
		}
		a, b := run(0), run(0)
		if !slices.Equal(a.theta, b.theta) || !a.View().Privacy.Reproduced {
			t.Errorf("%s, private=0: got %v and %v", level, a.theta, b.theta)
		}
		c, d := run(1), run(1)
		if slices.Equal(c.theta, d.theta) || slices.Equal(a.theta, c.theta) || c.View().Privacy.Reproduced {
			t.Errorf("%s, private=1: got %v and %v, without it %v", level, c.theta, d.theta, a.theta)
		}
		if got, want := c.View().Privacy.Epsilon, a.View().Privacy.Epsilon; got != want {
			t.Errorf("%s: ε = %g with private=1 and %g without", level, got, want)
		}
	}
}

// The signal-to-noise ratio is ‖Σ clipped‖/(zS√d). By hand at the clients'
// level: (0.6, 0.8) + (0.3, 0.4) has length 1.5, S = 1, z = 2, d = 2. At the
// examples': ten gradients (3, 4), clipped to S = 1, in every step of a client.
func TestSignalToNoise(t *testing.T) {
	s := serve(t, "fedavg:clients=2,partition=iid,clip=1,noise=2", newOracle(still(4, 2), 1), nil)
	sendEach(s, func(k int) []float64 { return [][]float64{{3, 4}, {0.3, 0.4}}[k] })
	s.rounds(t, 1)
	v := s.View().Privacy
	near(t, "clients' SNR", v.SNR, 1.5/(2*math.Sqrt2), 1e-15)
	near(t, "share clipped", v.Clipped, 0.5, 0)

	pull := problem{n: 20, d: 2, add: func(g, _ []float64, _ int32) float64 { g[0] += 3; g[1] += 4; return 1 }}
	s = serve(t, "fedavg:clients=2,partition=iid,privacy=example,batch=n,epochs=3,clip=1,noise=2", newOracle(pull, 1), nil)
	s.rounds(t, 1)
	v = s.View().Privacy
	near(t, "examples' SNR", v.SNR, 10/(2*math.Sqrt2), 1e-13)
	near(t, "share clipped", v.Clipped, 1, 0)
}
