package fed_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"optwatch/fed"
	"optwatch/optimizers"
	"optwatch/optimizers/matrix"
	"optwatch/train"
	"optwatch/train/data"
	"optwatch/train/view"
)

// Federations as runs of an experiment.

// blobs are n examples of four overlapping classes in six dimensions, a fifth as many for the test.
func blobs(n int) *data.Dataset {
	const features, classes = 6, 4
	rng := rand.New(rand.NewPCG(3, 5))
	var centre [classes][features]float64
	for c := range centre {
		for j := range centre[c] {
			centre[c][j] = rng.NormFloat64()
		}
	}
	split := func(n int) data.Split {
		x, y := make([]float64, n*features), make([]int32, n)
		for i := range y {
			y[i] = rng.Int32N(classes)
			for j := range features {
				x[i*features+j] = centre[y[i]][j] + 0.7*rng.NormFloat64()
			}
		}
		return data.Split{X: matrix.NewDense(n, features, x), Labels: y}
	}
	return &data.Dataset{Name: "blobs", Train: split(n), Test: split(n / 5), Features: features, Classes: []string{"a", "b", "c", "d"}, Digest: "blobs"}
}

// parameters is d: weights and biases of six features and four classes.
const parameters = (6 + 1) * 4

func config(n int, recipes ...string) train.Config {
	return train.Config{
		Load:      func(context.Context, data.Progress) (*data.Dataset, error) { return blobs(n), nil },
		Recipes:   lineUp(fed.Catalogue(optimizers.Default()), recipes...),
		Model:     "softmax",
		L2:        1e-3,
		Seed:      1,
		Threads:   2,
		Catalogue: fed.Catalogue(optimizers.Default()),
	}
}

// lineUp is the runs of an experiment, as a catalogue reads them.
func lineUp(c optimizers.Catalogue, recipes ...string) func(train.DataView, train.ProblemView) []optimizers.Recipe {
	return func(train.DataView, train.ProblemView) []optimizers.Recipe { return c.Must(recipes...) }
}

// begin starts an experiment that ends with the test.
func begin(t *testing.T, c train.Config) *train.Experiment {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	e := train.Start(ctx, c)
	t.Cleanup(func() { cancel(); e.Wait() })
	return e
}

// wait waits for the end of all runs.
func wait(t *testing.T, e *train.Experiment) []train.RunReport {
	t.Helper()
	if err := e.WaitRuns(t.Context()); err != nil {
		t.Fatal(err)
	}
	return e.Report().Runs
}

func finished(t *testing.T, c train.Config) []train.RunReport {
	t.Helper()
	return wait(t, begin(t, c))
}

// await polls until the runs satisfy a condition.
func await(t *testing.T, e *train.Experiment, what string, ok func([]train.RunReport) bool) []train.RunReport {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(100 * time.Microsecond) {
		if runs := e.Report().Runs; ok(runs) {
			return runs
		}
	}
	for _, r := range e.Report().Runs {
		t.Logf("%s: %s (%s), step %d, %d evaluations, pending %q", r.Name, r.State, r.Reason, r.Step, r.Evals, r.Pending)
	}
	t.Fatal("never came: " + what)
	return nil
}

// order sends a command that must be accepted.
func order(t *testing.T, e *train.Experiment, c view.Command) {
	t.Helper()
	if err := e.Do(c); err != nil {
		t.Fatal(err)
	}
}

// halt pauses a run, wherever it is.
func halt(t *testing.T, e *train.Experiment, run int) train.RunReport {
	t.Helper()
	order(t, e, view.Command{Kind: view.Pause, Run: run})
	return await(t, e, "the pause", func(runs []train.RunReport) bool {
		return runs[run].State == view.Paused && runs[run].Pending == view.Nothing
	})[run]
}

// started is an experiment of one run that has been halted after so many
// rounds. Its first round is so long that the pause falls into it; then it gets
// the epochs that it is to have, which breaks that round off.
func started(t *testing.T, n int, recipe string, rounds int) *train.Experiment {
	t.Helper()
	for range 20 {
		e := begin(t, config(n, recipe+",epochs=1000"))
		await(t, e, "the run", func(runs []train.RunReport) bool { return len(runs) == 1 })
		if r := halt(t, e, 0); r.Federated.Round > 0 {
			continue
		}
		order(t, e, view.Command{Kind: view.Set, Setting: "epochs", Value: 1})
		settled(t, e)
		steps(t, e, 0, rounds)
		return e
	}
	t.Fatal("the first round is over too soon")
	return nil
}

// settled waits until a halted run has carried its commands out.
func settled(t *testing.T, e *train.Experiment) train.RunReport {
	t.Helper()
	return await(t, e, "the command", func(runs []train.RunReport) bool {
		return runs[0].State == view.Paused && runs[0].Pending == view.Nothing
	})[0]
}

// steps takes single rounds of a halted run. The federation tells of a round before
// the run has counted it.
func steps(t *testing.T, e *train.Experiment, run, rounds int) train.RunReport {
	t.Helper()
	before := e.Report().Runs[run]
	want := before.Federated.Round + rounds
	for range rounds {
		order(t, e, view.Command{Kind: view.StepOnce, Run: run})
	}
	return await(t, e, "single rounds", func(runs []train.RunReport) bool {
		return runs[run].Federated.Round == want && runs[run].Evals > before.Evals && !runs[run].Federated.Underway && runs[run].Pending == view.Nothing && runs[run].State == view.Paused
	})[run]
}

// end stops a run.
func end(t *testing.T, e *train.Experiment, run int) train.RunReport {
	t.Helper()
	order(t, e, view.Command{Kind: view.Stop, Run: run})
	return await(t, e, "the end", func(runs []train.RunReport) bool { return runs[run].State == view.Stopped })[run]
}

// everyMethod are recipes of all strategies and all servers' rules, five clients with two classes each.
func everyMethod(settings string) (recipes []string) {
	c := fed.Catalogue(optimizers.Default())
	for _, e := range c.Estimators {
		if e.Federated {
			recipes = append(recipes, e.Name+":clients=5"+settings)
		}
	}
	for _, r := range c.Rules {
		if _, decoupled := r.New(optimizers.Values{}.Within("", r.Params)).(optimizers.Decoupled); !decoupled {
			recipes = append(recipes, r.Name+"+fedavg:clients=5"+settings)
		}
	}
	return recipes
}

// One client with all the examples, one epoch and one batch take the step of
// gradient descent from θ = 0, to the bit.
func TestOneClientIsGradientDescent(t *testing.T) {
	c := config(500, "fedavg:clients=1,partition=iid,batch=n,lr=0.5,rounds=1", "full:lr=0.5")
	c.Budget.Evals = 500
	runs := finished(t, c)
	if runs[0].ThetaSHA256 != runs[1].ThetaSHA256 || runs[0].Evals != 500 || runs[1].Evals != 500 {
		t.Errorf("got %.8s after %d evaluations, want %.8s after %d", runs[0].ThetaSHA256, runs[0].Evals, runs[1].ThetaSHA256, runs[1].Evals)
	}
	c = config(500, "full:lr=0.5")
	c.Budget.Evals = 1000
	if two := finished(t, c)[0]; two.ThetaSHA256 == runs[0].ThetaSHA256 {
		t.Error("two steps come to where one does")
	}
}

// Every strategy and every server's rule comes to the same parameters with any
// number of threads, alone or beside others.
func TestSameBitsWithAnyThreads(t *testing.T) {
	recipes := everyMethod(",epochs=2,batch=16,rounds=4,fraction=0.8,slow=0.4,slowness=2,drop=0.1,deadline=3")
	want := map[string]string{}
	for _, threads := range []int{1, 2, 4} {
		for _, beside := range []bool{false, true} {
			if beside && threads == 2 {
				continue
			}
			size := 1
			if beside {
				size = 4
			}
			for some := range slices.Chunk(recipes, size) {
				c := config(400, some...)
				c.Threads = threads
				for i, r := range finished(t, c) {
					if r.State != view.Budget || r.Federated.Round != 4 {
						t.Fatalf("%s: %s (%s) after %d rounds", some[i], r.State, r.Reason, r.Federated.Round)
					}
					if w, ok := want[some[i]]; ok && w != r.ThetaSHA256 {
						t.Errorf("%s, %d threads, beside others %v: got %.8s, want %.8s", some[i], threads, beside, r.ThetaSHA256, w)
					}
					want[some[i]] = r.ThetaSHA256
				}
			}
		}
	}
	distinct := map[string]bool{}
	for _, sha := range want {
		distinct[sha] = true
	}
	if len(distinct) != len(recipes)-1 { // the server's rule of FedAvg is SGD, unless told otherwise
		t.Errorf("%d recipes come to %d ends", len(recipes), len(distinct))
	}
	c := config(400, recipes[0])
	c.Seed = 2
	if got := finished(t, c)[0].ThetaSHA256; got == want[recipes[0]] {
		t.Error("another seed comes to the same parameters")
	}
}

// long is a recipe whose rounds last long enough for a pause to fall into them.
const long = "fedprox:clients=10,rounds=5,lr=0.01,fraction=0.8,slow=0.2,slowness=2,deadline=1.5"

// Pauses inside rounds change nothing: neither those that are just resumed nor
// those in which a command breaks the round off, which is then made again.
func TestPausesInsideRoundsChangeNothing(t *testing.T) {
	for _, c := range []struct {
		threads int
		recipe  string
	}{
		{1, long + ",epochs=160,batch=8"},
		{4, long + ",epochs=160,batch=8"},
		{2, "scaffold" + strings.TrimPrefix(long, "fedprox") + ",epochs=100,batch=n"},
		{3, long + ",epochs=160,batch=8,privacy=example,noise=1"},
	} {
		t.Run(fmt.Sprintf("%s, %d threads", c.recipe, c.threads), func(t *testing.T) {
			recipe, threads := c.recipe, c.threads
			c := config(1000, recipe)
			c.Threads = threads
			want := finished(t, c)[0]
			e := begin(t, c)
			inside, interrupted := 0, 0
			for inside < 8 {
				r := await(t, e, "a round or the end", func(runs []train.RunReport) bool {
					return len(runs) == 1 && (runs[0].State.Ended() || runs[0].Federated.Underway)
				})[0]
				if r.State.Ended() || e.Do(view.Command{Kind: view.Pause}) != nil {
					break
				}
				r = await(t, e, "the pause", func(runs []train.RunReport) bool { return runs[0].State != view.Running })[0]
				if r.State == view.Paused && r.Federated.Underway {
					inside++
					if inside == 1 || inside == 4 {
						interrupted++
						order(t, e, view.Command{Kind: view.Set, Setting: "lr", Value: r.LR}) // breaks the round off
						settled(t, e)
						if v := e.Report().Runs[0].Federated; v.Underway || v.Round != r.Federated.Round {
							t.Errorf("broken off in round %d, it is in round %d, under way %v", r.Federated.Round+1, v.Round+1, v.Underway)
						}
					}
				}
				if e.Do(view.Command{Kind: view.Resume}) != nil {
					break
				}
				await(t, e, "the run", func(runs []train.RunReport) bool { return runs[0].State != view.Paused })
				if inside > 3 { // the first few at once, so that they fall into a round for sure
					time.Sleep(time.Millisecond)
				}
			}
			got := wait(t, e)[0]
			if got.ThetaSHA256 != want.ThetaSHA256 || got.Evals != want.Evals || got.Federated.Bytes != want.Federated.Bytes || got.Step != want.Step {
				t.Errorf("%s, %d threads: got %.8s with %d evaluations, %d steps; want %.8s with %d, %d",
					recipe, threads, got.ThetaSHA256, got.Evals, got.Step, want.ThetaSHA256, want.Evals, want.Step)
			}
			if inside < 2 || interrupted == 0 {
				t.Errorf("%s, %d threads: %d pauses fell inside rounds, %d were used for a command: the test has shown little", recipe, threads, inside, interrupted)
			}
		})
	}
}

// A round that is paused stands still: no client takes a step.
func TestPausedRoundStandsStill(t *testing.T) {
	c := config(5000, "fedavg:clients=10,epochs=1000,batch=4")
	c.Threads = 3
	e := begin(t, c)
	for range 5 {
		await(t, e, "a round", func(runs []train.RunReport) bool {
			if len(runs) == 0 || !runs[0].Federated.Underway {
				return false
			}
			working := 0
			for _, k := range runs[0].Federated.Clients {
				if k.State == view.ClientTraining && k.Done > 0 {
					working++
				}
			}
			return working == 3
		})
		before := halt(t, e, 0)
		time.Sleep(10 * time.Millisecond)
		after := e.Report().Runs[0]
		if !before.Federated.Underway || after.Evals != before.Evals || after.State != view.Paused {
			t.Fatalf("%s: %d evaluations before and %d after", after.State, before.Evals, after.Evals)
		}
		for k, c := range after.Federated.Clients {
			if c.Done != before.Federated.Clients[k].Done {
				t.Errorf("client %d has gone from %d to %d while it was paused", k, before.Federated.Clients[k].Done, c.Done)
			}
		}
		order(t, e, view.Command{Kind: view.Resume})
		await(t, e, "the round to move", func(runs []train.RunReport) bool {
			return runs[0].State == view.Running && runs[0].Evals > after.Evals
		})
	}
	before := e.Report().Runs[0]
	if before.Federated.Round != 0 {
		t.Fatal("the round is over too soon")
	}
	r := end(t, e, 0) // at once, out of a round of 100,000 steps
	if r.Evals != 0 || r.Federated.Round != 0 || r.Federated.Underway {
		t.Errorf("stopped inside a round: %d evaluations, %d rounds, under way %v; want none of it to count", r.Evals, r.Federated.Round, r.Federated.Underway)
	}
	for k, c := range r.Federated.Clients {
		if c.State != view.ClientIdle {
			t.Errorf("client %d of a stopped run is %s", k, c.State)
		}
	}
}

// TestCommandsNeverDeadlock throws commands at runs in no order.
func TestCommandsNeverDeadlock(t *testing.T) {
	for _, threads := range []int{1, 2, 4} {
		c := config(400, "fedprox:clients=6,epochs=5,batch=8", "scaffold:clients=6,epochs=30,batch=4", "sgd")
		c.Threads = threads
		e := begin(t, c)
		await(t, e, "the runs", func(runs []train.RunReport) bool { return len(runs) == 3 })
		rng := rand.New(rand.NewPCG(uint64(threads), 1))
		kinds := []view.Command{
			{Kind: view.Pause},
			{Kind: view.Pause},
			{Kind: view.Resume},
			{Kind: view.Resume},
			{Kind: view.StepOnce},
			{Kind: view.Set, Setting: "lr"},
			{Kind: view.Set, Setting: "epochs"},
			{Kind: view.Set, Setting: "mu"},
			{Kind: view.DropClient},
			{Kind: view.RejoinClient},
			{Kind: view.Set, Setting: "batch"},
			{Kind: view.Restart},
		}
		accepted := 0
		for i := range 400 {
			c := kinds[rng.IntN(len(kinds))]
			c.Run, c.Value, c.Client = rng.IntN(3), float64(1+rng.IntN(4)), rng.IntN(6)
			if c.Setting == "lr" {
				c.Value /= 100 // at which none diverges, which would end it
			}
			if e.Do(c) == nil {
				accepted++
			}
			if i%4 == 0 {
				time.Sleep(time.Duration(rng.IntN(1000)) * time.Microsecond)
			}
		}
		if accepted < 100 {
			t.Errorf("only %d of 400 commands were accepted", accepted)
		}
		for run := range 3 {
			order(t, e, view.Command{Kind: view.Restart, Run: run})
		}
		// A restart goes on where the run was paused, and a step may be left over.
		for run := range 3 {
			order(t, e, view.Command{Kind: view.Resume, Run: run})
			at := e.Report().Runs[run]
			await(t, e, "the run to move", func(runs []train.RunReport) bool {
				return runs[run].State == view.Running && runs[run].Evals != at.Evals
			})
			end(t, e, run)
		}
	}
}

// Dropped and taken in again at the same boundary, a client leaves no trace;
// left out for a round, it does.
func TestDropAndRejoin(t *testing.T) {
	recipe := "fedavg:clients=5,batch=16,fraction=0.6"
	sha := map[string]string{}
	for what, commands := range map[string][]view.CommandKind{
		"nothing": nil, "both": {view.DropClient, view.RejoinClient}, "drop": {view.DropClient},
	} {
		e := started(t, 300, recipe, 2)
		for _, kind := range commands {
			order(t, e, view.Command{Kind: kind, Client: 3})
			await(t, e, "the command", func(runs []train.RunReport) bool {
				return (runs[0].Federated.Clients[3].State == view.ClientDropped) == (kind == view.DropClient) && runs[0].Pending == view.Nothing
			})
		}
		steps(t, e, 0, 4)
		sha[what] = end(t, e, 0).ThetaSHA256
	}
	if sha["both"] != sha["nothing"] || sha["drop"] == sha["nothing"] {
		t.Errorf("got %v, want the same with both and with nothing", sha)
	}
	e := started(t, 300, recipe, 1)
	if err := e.Do(view.Command{Kind: view.RejoinClient, Client: 3}); err == nil || !strings.Contains(err.Error(), "c3 has not been dropped") {
		t.Errorf("got %v", err)
	}
}

// A branch goes on as its original does, and shows what its original shows of
// the rounds.
func TestBranch(t *testing.T) {
	recipes := append(everyMethod(",batch=16,fraction=0.6"),
		"fedavg:clients=5,noise=0.5", "fedavg:clients=5,privacy=example,noise=1,batch=10,local=adam", "fednova:clients=5,local=momentum,drop=0.2", "fedadam:clients=5,schedule=cosine,rounds=20")
	for _, recipe := range recipes {
		t.Run(recipe, func(t *testing.T) {
			e := started(t, 200, recipe, 3)
			order(t, e, view.Command{Kind: view.DropClient, Client: 4})
			order(t, e, view.Command{Kind: view.Branch})
			runs := await(t, e, "the branch", func(runs []train.RunReport) bool {
				return len(runs) == 2 && runs[1].State == view.Paused && runs[0].Pending == view.Nothing
			})
			a, b := runs[0].Federated, runs[1].Federated
			if a.Round != b.Round || a.Bytes != b.Bytes || !slices.Equal(a.Refused, b.Refused) || fmt.Sprint(a.Privacy) != fmt.Sprint(withLatest(b.Privacy, a.Privacy)) {
				t.Errorf("the branch shows %+v, its original %+v", b, a)
			}
			for k := range a.Clients {
				if x, y := a.Clients[k], b.Clients[k]; x.Accepted != y.Accepted || x.Refused != y.Refused || (x.State == view.ClientDropped) != (y.State == view.ClientDropped) {
					t.Errorf("client %d: the branch shows %+v, its original %+v", k, y, x)
				}
			}
			var sha [2]string
			for run := range 2 {
				steps(t, e, run, 4)
				sha[run] = end(t, e, run).ThetaSHA256
			}
			if sha[0] != sha[1] {
				t.Errorf("the original ends at %.8s, its branch at %.8s", sha[0], sha[1])
			}
		})
	}
}

// withLatest is a view with what only those who took part in the latest round know.
func withLatest(v, from *view.Privacy) *view.Privacy {
	if v == nil || from == nil {
		return v
	}
	c := *v
	c.Clipped, c.SNR = from.Clipped, from.SNR
	return &c
}

// Another server's rule, or another strategy, goes on with the rounds, the
// clients and the privacy that has been spent.
func TestSwitch(t *testing.T) {
	for _, c := range []struct{ from, to, said string }{
		{"fedavg:clients=5,batch=16", "fedadam:clients=5,batch=16", "the count of rounds goes on"},
		{"fedavg:clients=5,batch=16,noise=1", "fedprox:clients=5,batch=16,noise=1", "the count of rounds goes on"},
		{"fedadam:clients=5,batch=16", "fedyogi:clients=5,batch=16", "m, v kept from fedadam"},
		{"fedavg:clients=5,batch=16", "scaffold:clients=5,batch=16", ""},
	} {
		e := started(t, 300, c.from, 3)
		order(t, e, view.Command{Kind: view.DropClient, Client: 1})
		order(t, e, view.Command{Kind: view.Switch, Recipe: c.to})
		before := e.Report().Runs[0]
		after := await(t, e, "the switch", func(runs []train.RunReport) bool { return runs[0].Recipe == c.to && runs[0].Pending == view.Nothing })[0]
		a, b := before.Federated, after.Federated
		if b.Round != 3 || a.Bytes != b.Bytes || before.Evals != after.Evals || before.Step != after.Step || b.Clients[1].State != view.ClientDropped {
			t.Errorf("%s to %s: before %+v, after %+v", c.from, c.to, a, b)
		}
		for k := range a.Clients {
			x, y := a.Clients[k], b.Clients[k]
			if x.Accepted != y.Accepted || x.Examples != y.Examples || !slices.Equal(x.Classes, y.Classes) || y.Accepted != 3 {
				t.Errorf("%s to %s: client %d was %+v and is %+v", c.from, c.to, k, x, y)
			}
		}
		if (a.Privacy == nil) != (b.Privacy == nil) || a.Privacy != nil && (a.Privacy.Epsilon != b.Privacy.Epsilon || !(a.Privacy.Epsilon > 0)) {
			t.Errorf("%s to %s: privacy was %+v and is %+v", c.from, c.to, a.Privacy, b.Privacy)
		}
		if !logged(e, c.said) {
			t.Errorf("%s to %s: the log does not say %q", c.from, c.to, c.said)
		}
		r := steps(t, e, 0, 2)
		if r.Federated.Round != 5 || r.Federated.Clients[1].Accepted != 3 || r.Federated.Clients[0].Accepted != 5 {
			t.Errorf("%s to %s: after two rounds more %+v", c.from, c.to, r.Federated)
		}
	}
}

// A run whose average is not FedAvg's says that it minimises another objective than
// f, on the screen and in the log; one that does not, does not.
func TestElsewhere(t *testing.T) {
	recipes := map[string]string{
		"scaffold:clients=5,rounds=1,partition=sizes,weights=uniform": "clients with few examples count as much as those with many",
		"scaffold:clients=5,rounds=1,partition=iid,weights=uniform":   "",
		"scaffold:clients=5,rounds=1,partition=sizes":                 "",
		"fedavg:clients=5,rounds=1,partition=sizes":                   "",
		"fedavg:clients=5,rounds=1,aggregate=median":                  "its average leaves out, or outvotes, clients that differ from the others",
		"fedavg:clients=5,rounds=1,noise=0.1,clip=1":                  "contributions are clipped and divided by how many are expected, which privacy asks for",
		"adamw:batch=16": "it decays the weights by itself",
		"adam:batch=16":  "",
	}
	for recipe, why := range recipes {
		c := config(300, recipe)
		c.Budget.Evals = 5000
		e := begin(t, c)
		wait(t, e)
		want := view.Elsewhere{}
		if why != "" {
			want = view.Elsewhere{Metric: "suboptimality", Why: why}
		}
		if got := e.Snapshot().Runs[0].Elsewhere; got != want {
			t.Errorf("%s: %+v, want %+v", recipe, got, want)
		}
		if got := logged(e, "where it settles is not the minimiser of f"); got != (why != "") {
			t.Errorf("%s: in the log: %v", recipe, got)
		}
	}
}

func logged(e *train.Experiment, text string) bool {
	return slices.ContainsFunc(e.Report().Events, func(ev view.Event) bool { return strings.Contains(ev.Text, text) })
}

// What makes no sense is refused, with the reason.
func TestRefusals(t *testing.T) {
	e := begin(t, config(200, "fedavg:clients=5", "sgd", "fedprox:clients=5"))
	await(t, e, "the runs", func(runs []train.RunReport) bool { return len(runs) == 3 })
	for _, c := range []struct {
		command view.Command
		want    string
	}{
		{view.Command{Kind: view.Switch, Recipe: "sgd"}, `fedavg: recipe "sgd": a federated run can switch to another strategy or server's rule only`},
		{view.Command{Kind: view.Switch, Run: 1, Recipe: "fedavg"}, `sgd: recipe "fedavg": a centralised run cannot become a federated one; add it as a run of its own`},
		{view.Command{Kind: view.Switch, Recipe: "fedavg:clients=201,partition=iid"}, `fedavg: recipe "fedavg:clients=201,partition=iid": partition iid: 201 clients are more than the 200 examples`},
		{view.Command{Kind: view.DropClient, Run: 1}, "sgd: it is not a federated run"},
		{view.Command{Kind: view.Set, Setting: "epochs", Run: 1, Value: 2}, "sgd: it is not a federated run"},
		{view.Command{Kind: view.Set, Setting: "mu", Value: 1}, "fedavg: only FedProx has a μ: o switches to it"},
		{view.Command{Kind: view.Set, Setting: "mu", Run: 2, Value: -1}, "fedprox: μ must be at least 0, got -1"},
		{view.Command{Kind: view.Set, Setting: "mu", Run: 2, Value: math.Inf(1)}, "fedprox: μ must be at least 0, got +Inf"},
		{view.Command{Kind: view.Set, Setting: "epochs", Value: 0}, "fedavg: local epochs must be a whole number from 1 to 1000, got 0"},
		{view.Command{Kind: view.Set, Setting: "epochs", Value: 1.5}, "fedavg: local epochs must be a whole number from 1 to 1000, got 1.5"},
		{view.Command{Kind: view.Set, Setting: "epochs", Value: 1001}, "fedavg: local epochs must be a whole number from 1 to 1000, got 1001"},
		{view.Command{Kind: view.DropClient, Client: 5}, "fedavg: there is no client c5"},
		{view.Command{Kind: view.RejoinClient, Client: 0}, "fedavg: c0 has not been dropped"},
	} {
		if err := e.Do(c.command); err == nil || err.Error() != c.want {
			t.Errorf("%+v: got %v, want %s", c.command, err, c.want)
		}
	}
}

// The settings of rounds change at a boundary, and the recipe says so.
func TestSettings(t *testing.T) {
	e := started(t, 300, "fedprox:clients=5,batch=16", 1)
	before := e.Report().Runs[0]
	order(t, e, view.Command{Kind: view.Set, Setting: "epochs", Value: 3})
	order(t, e, view.Command{Kind: view.Set, Setting: "mu", Value: 0.5})
	order(t, e, view.Command{Kind: view.Set, Setting: "batch", Value: 60})
	r := await(t, e, "the settings", func(runs []train.RunReport) bool { return runs[0].Batch == 60 && runs[0].Pending == view.Nothing })[0]
	if r.Federated.Epochs != 3 || r.Federated.Mu != 0.5 || r.Recipe != "fedprox:clients=5,batch=60,epochs=3,mu=0.5" {
		t.Errorf("got E = %d, μ = %g, %s", r.Federated.Epochs, r.Federated.Mu, r.Recipe)
	}
	for _, text := range []string{"local epochs 1 → 3", "μ 0.1 → 0.5", "batch 16 → 60"} {
		if !logged(e, text) {
			t.Errorf("the log does not say %q", text)
		}
	}
	after := steps(t, e, 0, 1)
	if got := after.Evals - before.Evals; got != 3*300 || after.Federated.Clients[0].Work != int64(3*r.Federated.Clients[0].Examples) {
		t.Errorf("a round of three epochs took %d evaluations, want 900", got)
	}
	if got := after.Step - before.Step; got != 3*5 { // no client holds more than 120 examples
		sum := int64(0)
		for _, k := range after.Federated.Clients {
			sum += 3 * int64((k.Examples+59)/60)
		}
		if got != sum {
			t.Errorf("it took %d local steps, want %d", got, sum)
		}
	}
}

// Every rule of the catalogue serves clients, and lowers the loss.
func TestLocalRules(t *testing.T) {
	var recipes []string
	for _, r := range optimizers.Default().Rules {
		recipes = append(recipes, "fedavg:clients=4,partition=iid,rounds=8,epochs=4,batch=16,local="+r.Name)
	}
	for _, threads := range []int{1, 3} {
		c := config(400, recipes...)
		c.Threads = threads
		for i, r := range finished(t, c) {
			if first := r.Curve[0].Loss; r.State != view.Budget || !(r.Last.Loss < 0.99*first) {
				t.Errorf("%s: %s (%s), loss from %g to %g", recipes[i], r.State, r.Reason, first, r.Last.Loss)
			}
		}
	}
}

// Gradient evaluations are E·n a round where all take part and finish, and what
// was done where some did not; a budget of them is not exceeded; rounds= ends a
// run as its budget does.
func TestEvaluationsAndBudgets(t *testing.T) {
	for _, c := range []struct {
		recipe        string
		evals         int64 // budget
		rounds        int
		took          int64
		reason        string
		bytes         int64 // a round
		notAllArrived bool
	}{
		{"fedavg:clients=5,epochs=3,rounds=4", 0, 4, 4 * 3 * 300, "4 of 4 rounds", 2 * 8 * parameters * 5, false},
		{"fedavg:clients=5,epochs=2", 2000, 3, 1800, "1800 of 2000 evaluations, the next step takes 600", 2 * 8 * parameters * 5, false},
		{"scaffold:clients=5", 900, 3, 900, "900 of 900 evaluations, the next step takes 300", 2 * 2 * 8 * parameters * 5, false},
		{"fednova:clients=10,partition=iid,fraction=0.3,rounds=5", 0, 5, 5 * 90, "5 of 5 rounds", 2 * 8 * parameters * 3, false},
		// Two of four clients are slow. With batches of 25 of their 75 examples, and
		// the time for 100 at slowness 1, they do 50 and are late.
		{"fedavg:clients=4,partition=iid,batch=25,slow=0.5,slowness=1.5,deadline=1.1,rounds=3", 0, 3, 3 * (2*75 + 2*50), "3 of 3 rounds", 8 * parameters * (4 + 2), true},
		{"fedprox:clients=4,partition=iid,batch=25,slow=0.5,slowness=1.5,deadline=1.1,rounds=3", 0, 3, 3 * (2*75 + 2*50), "3 of 3 rounds", 2 * 8 * parameters * 4, false},
	} {
		cfg := config(300, c.recipe)
		cfg.Budget.Evals = c.evals
		r := finished(t, cfg)[0]
		if r.State != view.Budget || r.Reason != c.reason || r.Evals != c.took || r.Federated.Round != c.rounds {
			t.Errorf("%s: %s (%s), %d evaluations in %d rounds; want %s, %d in %d", c.recipe, r.State, r.Reason, r.Evals, r.Federated.Round, c.reason, c.took, c.rounds)
		}
		if want := c.bytes * int64(c.rounds); r.Federated.Bytes != want || r.Last.Bytes != want || r.Last.Rounds != int64(c.rounds) {
			t.Errorf("%s: %d bytes, %d at the last point of the curve; want %d", c.recipe, r.Federated.Bytes, r.Last.Bytes, want)
		}
		if late := len(r.Federated.Refused) > 0; late != c.notAllArrived {
			t.Errorf("%s: refused %v", c.recipe, r.Federated.Refused)
		}
	}
}

// faulty is a client's rule that panics.
type faulty struct{}

func (faulty) Apply(_, _ []float64, _ float64) { panic("a planted fault") }
func (faulty) State() []optimizers.Var         { return nil }

// A panic in a client fails its run alone, and the reason is its line.
func TestPanicInAClient(t *testing.T) {
	for _, threads := range []int{1, 3} {
		c := config(200)
		base := optimizers.Default()
		base.Rules = append(base.Rules, optimizers.Part[optimizers.Rule]{
			Name: "faulty", Title: "faulty", LR: 0.1, New: func(optimizers.Values) optimizers.Rule { return faulty{} },
		})
		c.Catalogue, c.Threads = fed.Catalogue(base), threads
		c.Recipes = lineUp(c.Catalogue, "fedavg:clients=5,local=faulty,rounds=3", "fedavg:clients=5,rounds=3")
		e := begin(t, c)
		runs := wait(t, e)
		if r := runs[0]; r.State != view.Failed || r.Reason != "panic: a planted fault" {
			t.Errorf("%d threads: the faulty run is %s (%q)", threads, r.State, r.Reason)
		}
		if !logged(e, "experiment_test.go") {
			t.Errorf("%d threads: the log does not say where", threads)
		}
		if r := runs[1]; r.State != view.Budget || r.Federated.Round != 3 {
			t.Errorf("%d threads: the other run is %s (%s)", threads, r.State, r.Reason)
		}
	}
}

// How federations end that cannot go on.
func TestBadEndings(t *testing.T) {
	for _, c := range []struct {
		recipe string
		state  view.State
		reason string
	}{
		{"fedavg:clients=5,drop=1", view.Failed, "round 1: 0 of 5 clients answered, 1 must, in 4 attempts"},
		{"fedavg:clients=5,drop=1,retries=0", view.Failed, "round 1: 0 of 5 clients answered, 1 must, in 1 attempts"},
		{"fedavg:clients=5,lr=1e12,epochs=40", view.Diverged, "round 1: no update was fit to be averaged: c0 c1 c2 c3 c4 not finite"},
		{"fedavg:clients=5,lr=1e12,epochs=40,drop=0.3", view.Diverged, "round 1: no update was fit to be averaged: c0 c2 c4 broke off, c1 c3 not finite"},
		// A partition that chance does not give, as the example level needs no epoch of nothing.
		{"fedavg:clients=50,partition=dirichlet,alpha=0.001,privacy=example,noise=1,rounds=3", view.Failed, ""},
	} {
		r := finished(t, config(200, c.recipe))[0]
		if r.State != c.state || r.Reason != c.reason && c.reason != "" {
			t.Errorf("%s: %s (%s), want %s (%s)", c.recipe, r.State, r.Reason, c.state, c.reason)
		}
		if r.Federated.Underway {
			t.Errorf("%s: it has ended and a round is under way", c.recipe)
		}
	}
}

// What is shown of a round moves while it goes on, and looking does no harm.
func TestViewsMove(t *testing.T) {
	c := config(2000, "fedavg:clients=8,epochs=1000,batch=4") // a round that lasts
	e := begin(t, c)
	quit := make(chan struct{})
	defer close(quit)
	for range 2 {
		go func() {
			for {
				select {
				case <-quit:
					return
				case <-time.After(50 * time.Microsecond):
					e.Report()
				}
			}
		}()
	}
	var before []view.Client
	await(t, e, "a client at work", func(runs []train.RunReport) bool {
		if len(runs) == 0 || !runs[0].Federated.Underway {
			return false
		}
		v := runs[0].Federated
		if v.Round != 0 {
			t.Fatal("the first round is over too soon")
		}
		now := v.Clients
		defer func() { before = now }()
		for k := range before {
			a, b := before[k], now[k]
			if a.State == view.ClientTraining && b.State == view.ClientTraining && b.Done > a.Done && a.Done > 0 {
				if b.Work != int64(1000*b.Examples) || b.Done > b.Work || !(b.Loss > 0) || !(b.Time > a.Time) {
					t.Errorf("client %d is shown as %+v", k, b)
				}
				return true
			}
		}
		return false
	})
	await(t, e, "clients at every stage", func(runs []train.RunReport) bool {
		seen := map[view.ClientState]bool{}
		for _, k := range runs[0].Federated.Clients {
			seen[k.State] = true
		}
		return runs[0].Federated.Underway && seen[view.ClientSent] && seen[view.ClientTraining] && seen[view.ClientSelected]
	})
}

// A run that is told to restart and then to stop before it has come to that, in
// a long round, stays stopped.
func TestStopAfterRestart(t *testing.T) {
	e := begin(t, config(5000, "fedavg:clients=10,epochs=1000,batch=4"))
	await(t, e, "a round", func(runs []train.RunReport) bool { return len(runs) == 1 && runs[0].Federated.Underway })
	order(t, e, view.Command{Kind: view.Restart})
	order(t, e, view.Command{Kind: view.Stop})
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := e.WaitRuns(ctx); err != nil {
		t.Fatal(err)
	}
	if r := e.Report().Runs[0]; r.State != view.Stopped || logged(e, "restarted") {
		t.Errorf("it is %s, restarted %v", r.State, logged(e, "restarted"))
	}
}

// A run that begins again forgets its rounds, and comes to the same place.
func TestRestart(t *testing.T) {
	e := begin(t, config(200, "scaffold+fedadam:clients=5,rounds=4,fraction=0.6"))
	want := wait(t, e)[0]
	order(t, e, view.Command{Kind: view.Restart})
	got := await(t, e, "the second end", func(runs []train.RunReport) bool { return logged(e, "restarted") && runs[0].State.Ended() })[0]
	if got.ThetaSHA256 != want.ThetaSHA256 || got.Federated.Round != 4 || got.Federated.Bytes != want.Federated.Bytes || got.Evals != want.Evals {
		t.Errorf("got %.8s in %d rounds, want %.8s in 4", got.ThetaSHA256, got.Federated.Round, want.ThetaSHA256)
	}
}

// What decentralising costs is held against the optimum where that is
// certified, and else against a centralised run at as many evaluations.
func TestCost(t *testing.T) {
	c := config(300, "fedavg:clients=4,partition=classes-1,rounds=3", "sgd")
	c.Budget.Evals = 1500
	e := begin(t, c)
	wait(t, e)
	s := e.Report()
	r := &s.Runs[0]
	cost := s.Cost(r)
	if cost.Against != "the optimum" || cost.Now != r.Last.TestAccuracy || cost.Reference != s.Optimum.TestAccuracy || cost.Round != 3 {
		t.Errorf("got %+v", cost)
	}
	if got, want := cost.Lost(), s.Optimum.TestAccuracy-r.Last.TestAccuracy; got != want {
		t.Errorf("got %g lost, want %g", got, want)
	}
	c.L2 = 0 // nothing is certified
	e = begin(t, c)
	wait(t, e)
	s = e.Report()
	cost = s.Cost(&s.Runs[0])
	at := s.Runs[1].Curve[0]
	for _, p := range s.Runs[1].Curve {
		if p.Evals <= 900 {
			at = p
		}
	}
	if cost.Against != "sgd" || cost.Reference != at.TestAccuracy || at.Evals < 600 {
		t.Errorf("got %+v, want sgd's %g at %d evaluations", cost, at.TestAccuracy, at.Evals)
	}
}

// inJSON is a transport that sends tasks and updates as text, and counts them.
type inJSON struct{ tasks atomic.Int64 }

func (j *inJSON) Carry(tasks []fed.Task, host fed.Host, to fed.Inbox) error {
	return host.Each(len(tasks), func(h fed.Host, i int) error {
		var task fed.Task
		if err := copyAsText(&task, tasks[i]); err != nil {
			return err
		}
		j.tasks.Add(1)
		u, err := h.Work(task, to.Progress)
		if err != nil {
			return err
		}
		var arrived fed.Update
		if err := copyAsText(&arrived, u); err != nil {
			return err
		}
		to.Deliver(arrived)
		return nil
	})
}

func copyAsText(to, from any) error {
	text, err := json.Marshal(from)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, to)
}

// The transport that the settings choose carries every task, and the runs come
// to the same parameters as in process.
func TestTransportOfTheSettings(t *testing.T) {
	recipes := everyMethod(",epochs=2,batch=16,rounds=3,fraction=0.8,slow=0.4,slowness=2,drop=0.1,deadline=3")
	want := finished(t, config(300, recipes...))
	transport := &inJSON{}
	c := config(300, recipes...)
	c.Catalogue = fed.Config{Transport: func() fed.Transport { return transport }}.Catalogue(optimizers.Default())
	for i, r := range finished(t, c) {
		if r.ThetaSHA256 != want[i].ThetaSHA256 || r.Evals != want[i].Evals || r.Federated.Bytes != want[i].Federated.Bytes {
			t.Errorf("%s: got %.8s after %d evaluations, want %.8s after %d", recipes[i], r.ThetaSHA256, r.Evals, want[i].ThetaSHA256, want[i].Evals)
		}
	}
	if got, least := transport.tasks.Load(), int64(len(recipes)*3*4); got < least { // four of five clients in three rounds, and more where a round was tried again
		t.Errorf("%d tasks went by the transport, want at least %d", got, least)
	}
}
