package train_test

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"optwatch/fed"
	"optwatch/optimizers"
	"optwatch/optimizers/matrix"
	"optwatch/train"
	"optwatch/train/data"
	"optwatch/train/view"
)

// A federated run beside a centralised one, as viewers see both and what they
// may ask of it.
func TestFederatedRunAsViewersSeeIt(t *testing.T) {
	const n = 400
	catalogue := fed.Catalogue(optimizers.Default())
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	e := train.Start(ctx, train.Config{
		Load: func(context.Context, data.Progress) (*data.Dataset, error) {
			rng := rand.New(rand.NewPCG(1, 2))
			x, y := make([]float64, n*2), make([]int32, n)
			for i := range y {
				y[i] = int32(i % 2)
				x[2*i], x[2*i+1] = rng.NormFloat64()+float64(y[i]), rng.NormFloat64()
			}
			s := data.Split{X: matrix.NewDense(n, 2, x), Labels: y}
			return &data.Dataset{Name: "two", Train: s, Val: s, Features: 2, Classes: []string{"a", "b"}, Digest: "two"}, nil
		},
		Recipes: func(train.DataView, train.ProblemView) []optimizers.Recipe {
			return catalogue.Must("fedprox:clients=4,epochs=2,batch=10", "fedavg:clients=4", "sgd")
		},
		Model: "softmax", L2: 1e-3, Seed: 1, Threads: 2, Catalogue: catalogue,
	})
	t.Cleanup(func() { cancel(); e.Wait() })
	await := func(what string, ok func(*view.Snapshot) bool) *view.Snapshot {
		for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
			if s := e.Snapshot(); ok(s) {
				return s
			}
		}
		t.Fatal("never came: " + what)
		return nil
	}
	await("three rounds", func(s *view.Snapshot) bool {
		return len(s.Runs) == 3 && s.Runs[0].Federation.Round >= 3 && len(s.Runs[0].Of("loss").Values) > 1
	})
	if err := e.Do(view.Command{Kind: view.Pause}); err != nil {
		t.Fatal(err)
	}
	s := await("the pause", func(s *view.Snapshot) bool { return s.Runs[0].State == view.Paused })
	rounds, bytes, loss := s.Axis("rounds"), s.Axis("bytes"), s.Runs[0].Of("loss")
	if len(loss.On(rounds)) != len(loss.Values) || len(loss.On(bytes)) != len(loss.Values) || s.Runs[2].Of("loss").On(rounds) != nil {
		t.Errorf("places in rounds: %v, and of SGD %v", loss.On(rounds), s.Runs[2].Of("loss").On(rounds))
	}
	f := s.Runs[0].Federation
	if s.Runs[2].Federation != nil || s.Runs[2].Takes(rounds) || s.Runs[0].Place(rounds) != float64(f.Round) || s.Runs[0].Place(bytes) != float64(f.Bytes) {
		t.Errorf("it is at round %g with %g bytes, want %d and %d", s.Runs[0].Place(rounds), s.Runs[0].Place(bytes), f.Round, f.Bytes)
	}
	if s.Runs[0].Of("mini_batch_loss") != nil {
		t.Error("the losses of clients are drawn as those of mini-batches")
	}
	keys := func(r view.Run) (out []string) {
		for _, c := range r.Settings {
			out = append(out, c.Key)
		}
		return out
	}
	for i, want := range [][]string{{"lr", "batch", "epochs", "mu"}, {"lr", "batch", "epochs"}, {"lr", "batch"}} {
		if got := keys(s.Runs[i]); !slices.Equal(got, want) {
			t.Errorf("%s has the settings %v, want %v", s.Runs[i].Name, got, want)
		}
	}

	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		run     int
		key     string
		refused string
		values  []float64
	}{
		{0, "epochs", "", []float64{1, 2, 1000}},
		{0, "epochs", "a whole number from 1 to 1000", []float64{0, -1, 1.5, 1001, nan, inf, -inf}},
		{0, "mu", "", []float64{0, 0.5, 1e9}},
		{0, "mu", "μ must be at least 0", []float64{-1e-9, nan, inf, -inf}},
		{1, "mu", "only FedProx has a μ", []float64{1}},
	} {
		for _, v := range c.values {
			o := e.Offer(view.Command{Kind: view.Set, Run: c.run, Setting: c.key, Value: v})
			if (c.refused == "") != (o.Refused == "") || !strings.Contains(o.Refused, c.refused) {
				t.Errorf("%s %g: refused %q, want %q", c.key, v, o.Refused, c.refused)
			}
		}
	}

	o := e.Offer(view.Command{Kind: view.Switch})
	if o.Parts[0].Title != "strategy" || o.Parts[1].Title != "server rule" || slices.ContainsFunc(o.Parts[0].Choices, func(c view.Choice) bool { return c.Name == "svrg" }) {
		t.Errorf("the parts are %+v", o.Parts)
	}
	if o := e.Offer(view.Command{Kind: view.Switch, Recipe: "adam"}); o.Refused == "" {
		t.Error("a federated run is offered Adam")
	}
	if o := e.Offer(view.Command{Kind: view.Switch, Run: 2, Recipe: "fedavg"}); o.Refused == "" {
		t.Error("SGD is offered rounds")
	}

	for i, c := range []view.Command{
		{Kind: view.DropClient, Client: 1},
		{Kind: view.RejoinClient, Client: 1},
		{Kind: view.Set, Setting: "mu", Value: 0},
		{Kind: view.Set, Setting: "epochs", Value: 3},
		{Kind: view.Switch, Recipe: "fedavg:clients=4"},
	} {
		if o := e.Offer(c); o.Refused != "" {
			t.Errorf("%s: refused %q", c.Kind, o.Refused)
		}
		c.ID = uint64(i + 1)
		if err := e.Do(c); err != nil {
			t.Fatal(err)
		}
		s := await("the answer", func(s *view.Snapshot) bool {
			return slices.ContainsFunc(s.Events, func(a view.Event) bool { return a.Command == c.ID })
		})
		count := 0
		for _, a := range s.Events {
			if a.Command == c.ID {
				if count++; count > 1 || a.Kind == view.EventRefused {
					t.Errorf("%s is answered by %+v", c.Kind, a)
				}
			}
		}
	}
	if o := e.Offer(view.Command{Kind: view.DropClient, Client: 9}); o.Refused == "" {
		t.Error("there is a client 9")
	}
}
