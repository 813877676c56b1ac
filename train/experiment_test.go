package train

import (
	"context"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"optwatch/optimizers"
	"optwatch/optimizers/matrix"
	"optwatch/train/data"
	"optwatch/train/device"
	"optwatch/train/view"
)

// blobs are n examples of three overlapping classes in eight dimensions, a
// fifth of them for validation and as many for the test.
func blobs(n int) *data.Dataset {
	const features = 8
	rng := rand.New(rand.NewPCG(11, 13))
	var centre [3][features]float64
	for c := range centre {
		for j := range centre[c] {
			centre[c][j] = rng.NormFloat64()
		}
	}
	split := func(n int) data.Split {
		x, y := make([]float64, n*features), make([]int32, n)
		for i := range y {
			y[i] = rng.Int32N(3)
			for j := range features {
				x[i*features+j] = centre[y[i]][j] + 1.5*rng.NormFloat64()
			}
		}
		return data.Split{X: matrix.NewDense(n, features, x), Labels: y}
	}
	return &data.Dataset{
		Name: "blobs", Train: split(n), Val: split(n / 5), Test: split(n / 5),
		Features: features, Classes: []string{"a", "b", "c"}, Digest: "blobs",
	}
}

// config is an experiment of recipes on blobs.
func config(n int, recipes ...string) Config {
	return Config{
		Load:      func(context.Context, data.Progress) (*data.Dataset, error) { return blobs(n), nil },
		Recipes:   lineUp(optimizers.Default(), recipes...),
		Model:     "softmax",
		L2:        1e-2,
		Seed:      1,
		Threads:   2,
		Budget:    Limits{Passes: 5},
		Catalogue: optimizers.Default(),
	}
}

// lineUp is the runs of an experiment, as a catalogue reads them.
func lineUp(c optimizers.Catalogue, recipes ...string) func(DataView, ProblemView) []optimizers.Recipe {
	return func(DataView, ProblemView) []optimizers.Recipe { return c.Must(recipes...) }
}

// begin starts an experiment that ends with the test.
func begin(t *testing.T, c Config) *Experiment {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	e := Start(ctx, c)
	t.Cleanup(func() { cancel(); e.Wait() })
	return e
}

// finished is the last snapshot of an experiment whose runs have all ended.
func finished(t *testing.T, c Config) *Report {
	t.Helper()
	e := begin(t, c)
	if err := e.WaitRuns(t.Context()); err != nil {
		t.Fatal(err)
	}
	return e.Report()
}

// await polls until a snapshot satisfies a condition.
func await(t *testing.T, e *Experiment, what string, ok func(*Report) bool) *Report {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(200 * time.Microsecond) {
		if s := e.Report(); ok(s) {
			return s
		}
	}
	for _, r := range e.Report().Runs {
		t.Logf("%s: %s (%s), step %d, %d evaluations, pending %q, activity %q", r.Name, r.State, r.Reason, r.Step, r.Evals, r.Pending, r.Activity)
	}
	t.Fatal("never came: " + what)
	return nil
}

// order sends a command that must be accepted.
func order(t *testing.T, e *Experiment, c view.Command) {
	t.Helper()
	if err := e.Do(c); err != nil {
		t.Fatal(err)
	}
}

func logged(s *Report, text string) bool {
	for _, e := range s.Events {
		if strings.Contains(e.Run+" "+e.Text, text) {
			return true
		}
	}
	return false
}

// TestEvaluations checks the count of gradient evaluations of every method
// against its formula: n + 2mB an outer loop of SVRG and so on.
func TestEvaluations(t *testing.T) {
	const n = 500
	for _, c := range []struct {
		recipe       string
		passes       float64
		evals, steps int64
	}{
		{"sgd:batch=64", 2, 2 * n, 16},                        // 7 batches of 64 and one of 52 an epoch
		{"sgd:batch=64", 1.1, n, 8},                           // the next batch would exceed 550
		{"adam:batch=500", 3, 3 * n, 3},                       //
		{"full", 3, 3 * n, 3},                                 //
		{"svrg:m=100,batch=2", 3, n + 2*100*2 + n + 100, 125}, // the second outer loop ends within its budget, 25 steps in
		{"svrg:m=100", 1, 0, 0},                               // a full gradient that leaves no inner step is not begun
		{"svrg:m=100,stored=1", 2, n + 100 + 0, 100},          // n + mB; 400 are left, fewer than n + 1
		{"sarah:m=50", 2, n + 2*49, 50},                       // n + 2(m−1)B, then n more fit not
		{"saga", 2, 2 * n, n},                                 // n for the table, then one a step
		{"svrg:m=100,warm=1", 3, n + n + 2*100 + 0, 108},      // a pass of SGD, 8 batches, before
	} {
		t.Run(c.recipe, func(t *testing.T) {
			cfg := config(n, c.recipe)
			cfg.Budget.Passes = c.passes
			r := finished(t, cfg).Runs[0]
			if r.Evals != c.evals || r.Step != c.steps {
				t.Errorf("%d evaluations in %d steps, want %d in %d", r.Evals, r.Step, c.evals, c.steps)
			}
			if r.State != view.Budget {
				t.Errorf("ended as %s (%s), want budget", r.State, r.Reason)
			}
			if last := r.Curve[len(r.Curve)-1]; last.Evals != r.Evals || last.Step != r.Step {
				t.Errorf("the curve ends at step %d, %d evaluations", last.Step, last.Evals)
			}
		})
	}
}

// TestSameBits runs every kind of method with one and two threads, alone and
// beside others: the parameters must be the same to the bit.
func TestSameBits(t *testing.T) {
	recipes := []string{"sgd", "adam:schedule=invsqrt", "svrg:m=n/2,option=2,warm=1", "sarah", "saga", "momentum:sample=replace"}
	want := map[string]string{}
	for _, r := range recipes {
		c := config(500, r)
		c.Threads = 1
		run := finished(t, c).Runs[0]
		want[run.Name] = run.ThetaSHA256
	}
	for _, r := range finished(t, config(500, recipes...)).Runs {
		if r.ThetaSHA256 == "" || r.ThetaSHA256 != want[r.Name] {
			t.Errorf("%s: parameters %.8s beside others, %.8s alone", r.Name, r.ThetaSHA256, want[r.Name])
		}
	}
	other := config(500, "sgd")
	other.Seed = 2
	if got := finished(t, other).Runs[0].ThetaSHA256; got == want["sgd"] {
		t.Error("another seed gives the same parameters")
	}
}

// TestPausesChangeNothing pauses a run again and again, also inside the full
// gradient of SVRG, alone and by a crew, where a command then interrupts it.
func TestPausesChangeNothing(t *testing.T) {
	c := config(60000, "svrg:m=2000,lr=0.01")
	c.Budget = Limits{Evals: 400_000}
	want := finished(t, c).Runs[0].ThetaSHA256
	for _, c.Threads = range []int{1, 3} {
		inside := 0
		for try := 0; inside == 0; try++ {
			if try == 20 {
				t.Fatalf("%d threads: no pause fell inside a full gradient", c.Threads)
			}
			got := ""
			if got, inside = endPaused(t, c); got != want {
				t.Errorf("%d threads: parameters %.8s with pauses, %.8s without", c.Threads, got, want)
			}
		}
	}
}

// endPaused is the digest of a run that is paused now and then, and how many of
// its pauses fell inside a full gradient: none may on a busy machine.
func endPaused(t *testing.T, c Config) (digest string, inside int) {
	t.Helper()
	e := begin(t, c)
	for inside < 5 {
		s := await(t, e, "a full gradient or the end", func(s *Report) bool {
			return len(s.Runs) == 1 && (s.Runs[0].Activity == "full grad" || s.Runs[0].State.Ended())
		})
		if s.Runs[0].State.Ended() || e.Do(view.Command{Kind: view.Pause}) != nil {
			break
		}
		s = await(t, e, "the pause", func(s *Report) bool { return s.Runs[0].State != view.Running })
		if s.Runs[0].Activity == "full grad" {
			inside++
			order(t, e, view.Command{Kind: view.Set, Setting: "lr", Value: 0.01})
			order(t, e, view.Command{Kind: view.Set, Setting: "batch", Value: 1})
			await(t, e, "the settings", func(s *Report) bool { return logged(s, "batch 1 → 1") })
		}
		if e.Do(view.Command{Kind: view.Resume}) != nil {
			break
		}
		await(t, e, "the run", func(s *Report) bool { return s.Runs[0].State != view.Paused })
		time.Sleep(5 * time.Millisecond)
	}
	if err := e.WaitRuns(t.Context()); err != nil {
		t.Fatal(err)
	}
	return e.Report().Runs[0].ThetaSHA256, inside
}

// TestDivergence checks that a run which leaves all bounds ends with the step,
// and that the others go on.
func TestDivergence(t *testing.T) {
	s := finished(t, config(500, "sgd:lr=1e9", "sgd"))
	if r := s.Runs[0]; r.State != view.Diverged || !strings.Contains(r.Reason, "at step ") {
		t.Errorf("lr 1e9: %s (%s), want diverged at a step", r.State, r.Reason)
	} else if !math.IsNaN(r.Last.Loss) || len(r.Curve) == 0 {
		t.Errorf("its loss is %v, want unknown; its curve has %d points", r.Last.Loss, len(r.Curve))
	}
	if r := s.Runs[1]; r.State != view.Budget || r.Name != "sgd-2" {
		t.Errorf("the other run is %s and %s (%s), want sgd-2, budget", r.Name, r.State, r.Reason)
	}
}

// TestConvergence runs gradient descent to the certified optimum.
func TestConvergence(t *testing.T) {
	c := config(500, "full:lr=0.5")
	c.Budget = Limits{Passes: 20000}
	c.L2 = 0.1
	s := finished(t, c)
	if s.Optimum.State != OptimumCertified || s.Optimum.Bound > 1e-12 {
		t.Fatalf("optimum %+v, want one certified to 1e-12", s.Optimum)
	}
	r := s.Runs[0]
	if r.State != view.Converged || math.Abs(r.Last.Loss-s.Optimum.Value) > 2e-12 {
		t.Errorf("%s (%s) at f − f* = %g", r.State, r.Reason, r.Last.Loss-s.Optimum.Value)
	}
}

// TestPanicFailsTheRunAlone gives one run a rule that panics.
func TestPanicFailsTheRunAlone(t *testing.T) {
	c := config(500)
	c.Catalogue.Rules = append(c.Catalogue.Rules, optimizers.Part[optimizers.Rule]{
		Name: "faulty", LR: 0.1, New: func(optimizers.Values) optimizers.Rule { return faulty{} },
	})
	c.Recipes = lineUp(c.Catalogue, "faulty", "sgd")
	s := finished(t, c)
	if r := s.Runs[0]; r.State != view.Failed || !strings.Contains(r.Reason, "a planted fault") {
		t.Errorf("the faulty run is %s (%s)", r.State, r.Reason)
	}
	if r := s.Runs[1]; r.State != view.Budget {
		t.Errorf("the other run is %s (%s)", r.State, r.Reason)
	}
}

type faulty struct{}

func (faulty) Apply(_, _ []float64, _ float64) { panic("a planted fault") }
func (faulty) State() []optimizers.Var         { return nil }

func TestLoadFailure(t *testing.T) {
	c := config(500, "sgd")
	c.Load = func(context.Context, data.Progress) (*data.Dataset, error) { return nil, context.DeadlineExceeded }
	e := begin(t, c)
	if err := e.WaitRuns(t.Context()); err != context.DeadlineExceeded {
		t.Errorf("got %v", err)
	}
	if s := e.Report(); s.Phase != view.PhaseFailed || s.Err == "" {
		t.Errorf("phase %v, error %q", s.Phase, s.Err)
	}
}

func TestNetTrains(t *testing.T) {
	c := config(500, "adam:lr=0.01")
	c.Model = "net"
	s := finished(t, c)
	if s.Optimum.State != OptimumBestKnown {
		t.Errorf("the net's optimum is %v, want best known", s.Optimum.State)
	}
	if r := s.Runs[0]; !(r.Last.Loss < r.Curve[0].Loss/2) {
		t.Errorf("loss went from %v to %v", r.Curve[0].Loss, r.Last.Loss)
	}
	c.Recipes = lineUp(c.Catalogue, "saga")
	e := begin(t, c)
	if err := e.WaitRuns(t.Context()); err == nil || !strings.Contains(err.Error(), "only linear models") {
		t.Errorf("SAGA on the net: got %v", err)
	}
}

// watched is a source of devices that has seen one thing.
type watched struct{ view *device.View }

func (w watched) View() *device.View { return w.view }

// A snapshot shows the devices as they are, before there is any data too, and
// says when the experiment began, so that their events have a place on its axis.
func TestSnapshotShowsDevices(t *testing.T) {
	began := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	ctx, cancel := context.WithCancel(t.Context())
	c := Config{
		Load:  func(ctx context.Context, _ data.Progress) (*data.Dataset, error) { <-ctx.Done(); return nil, ctx.Err() },
		Clock: func() time.Time { return began },
	}
	e := Start(ctx, c)
	if s := e.Report(); s.Devices != nil || !s.Began.Equal(began) {
		t.Errorf("nobody watches devices: %+v, begun %v", s.Devices, s.Began)
	}
	view := &device.View{Backend: "nvml"}
	c.Devices = watched{view}
	f := Start(ctx, c)
	if s := f.Report(); s.Devices != view {
		t.Errorf("shows %+v", s.Devices)
	}
	cancel()
	e.Wait()
	f.Wait()
}
