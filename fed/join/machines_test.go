package join_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"optwatch/fed"
	"optwatch/fed/hub"
	"optwatch/fed/join"
	"optwatch/fed/partition"
	"optwatch/fed/wire"
	"optwatch/optimizers"
	"optwatch/optimizers/matrix"
	"optwatch/train"
	"optwatch/train/data"
)

// Federations whose clients are connections of this process to an embedded server.

const (
	features = 6
	classes  = 4
)

// blobs are n examples of four overlapping classes in six dimensions, a fifth as many for the test.
func blobs(n int) *data.Dataset {
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

const examples = 240

func terms() wire.Terms {
	return wire.Terms{Version: "test", Kernels: "test", Data: "blobs", Digest: "blobs", Examples: examples, Features: features, Classes: classes, Model: "softmax", L2: 1e-3}
}

// load opens the data set of the terms, all of it.
func load(t wire.Terms) (join.Data, error) {
	d := blobs(t.Examples)
	s, err := train.NewShare(d, t.Model, train.ModelSettings{})
	if err != nil {
		return join.Data{}, err
	}
	return join.Data{
		Holding: wire.Holding{Digest: d.Digest, Examples: d.Train.Len(), Features: d.Features, Classes: len(d.Classes)},
		Share:   s, Labels: d.Train.Labels, Classes: len(d.Classes),
	}, nil
}

// open opens a hub that ends with the test.
func open(t testing.TB, s hub.Settings) *hub.Hub {
	t.Helper()
	if s.Folder == "" {
		s.Folder = t.TempDir()
	}
	if s.Listen == "" && s.URL == "" {
		s.Listen = "127.0.0.1:0"
	}
	if s.Terms.Model == "" {
		s.Terms = terms()
	}
	if s.Log == nil {
		s.Log = func(text string) { t.Log("hub: " + text) }
	}
	h, err := hub.Open(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.Close)
	return h
}

// member lets a client take part until the test, or what is returned, ends it.
func member(t testing.TB, h *hub.Hub, part int, change func(*join.Settings)) (end func() error) {
	t.Helper()
	text, _ := h.Line()
	line, err := wire.ParseLine(text)
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("c%d", part)
	s := join.Settings{
		Line: line, Name: name, Host: "here", Version: "test", Kernels: "test", Folder: t.TempDir(), Part: part, Load: load,
		Log: func(text string) { t.Log(name + ": " + text) },
	}
	if change != nil {
		change(&s)
	}
	c, err := join.New(s)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- c.Run(ctx) }()
	ended, result := false, error(nil)
	end = func() error {
		cancel()
		if !ended {
			ended, result = true, <-done
		}
		return result
	}
	t.Cleanup(func() { _ = end() })
	return end
}

func config(c optimizers.Catalogue, recipes ...string) train.Config {
	return train.Config{
		Load:      func(context.Context, data.Progress) (*data.Dataset, error) { return blobs(examples), nil },
		Recipes:   func(train.DataView, train.ProblemView) []optimizers.Recipe { return c.Must(recipes...) },
		Model:     "softmax",
		L2:        1e-3,
		Seed:      1,
		Threads:   2,
		Catalogue: c,
	}
}

// finished is what becomes of the runs.
func finished(t *testing.T, c train.Config) []train.RunReport {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	e := train.Start(ctx, c)
	if err := e.WaitRuns(ctx); err != nil {
		t.Fatal(err)
	}
	cancel()
	e.Wait()
	return e.Report().Runs
}

// Clients on the other side of a network come to the same bits as those in
// goroutines of one process.
func TestSameBits(t *testing.T) {
	recipes := []string{
		"fedavg:clients=4,partition=iid,rounds=5,batch=8",
		"fedprox:clients=4,mu=0.5,partition=dirichlet,alpha=0.7,rounds=5,batch=8",
		"scaffold:clients=4,partition=classes-2,rounds=5,batch=8",
		"fednova:clients=4,partition=sizes,rounds=5,batch=8,epochs=2",
		"fedavg+fedadam:clients=4,partition=iid,rounds=5,batch=8,fraction=0.5",
		"fedavg:clients=4,partition=iid,rounds=5,batch=8,noise=0.5,clip=1",
		"fedavg:clients=4,partition=iid,rounds=5,batch=8,privacy=example,noise=1,clip=2",
	}
	want := finished(t, config(fed.Catalogue(optimizers.Default()), recipes...))
	h := open(t, hub.Settings{Clients: 4, Accept: true})
	for k := range 4 {
		member(t, h, k, nil)
	}
	got := finished(t, config(fed.Config{Transport: h.Transport}.Catalogue(optimizers.Default()), recipes...))
	for i := range want {
		if got[i].ThetaSHA256 != want[i].ThetaSHA256 || got[i].Federated.Round != 5 || got[i].Evals != want[i].Evals {
			t.Errorf("%s: %s after %d rounds and %d evaluations (%s), want %s after %d and %d", recipes[i],
				got[i].ThetaSHA256, got[i].Federated.Round, got[i].Evals, got[i].Reason, want[i].ThetaSHA256, want[i].Federated.Round, want[i].Evals)
		}
	}
	if r := h.Refusals(); len(r) > 0 {
		t.Errorf("refused: %+v", r)
	}
}

// A client that computes otherwise is named with what people call the kernels.
func TestOtherKernelsAreCalledAsAsked(t *testing.T) {
	said := make(chan string, 100)
	h := open(t, hub.Settings{
		Clients: 1, Accept: true, Called: func(kernels string) string { return strings.Replace(kernels, "generic", "go", 1) },
		Log: func(text string) { said <- text },
	})
	member(t, h, 0, func(s *join.Settings) { s.Kernels = "generic-3" })
	for {
		select {
		case text := <-said:
			if strings.Contains(text, "computes with") {
				if want := "client 0 computes with go-3, the coordinator with test"; !strings.HasPrefix(text, want) {
					t.Errorf("got %q, want %q", text, want)
				}
				return
			}
		case <-time.After(time.Minute):
			t.Fatal("nothing is said of other kernels")
		}
	}
}

// Clients with data of their own, which are the rows that they would have had of the
// whole, come to the same bits too. The coordinator knows how many examples each has.
func TestOwnData(t *testing.T) {
	const recipe = "scaffold:clients=3,partition=dirichlet,alpha=1,rounds=4,batch=8"
	want := finished(t, config(fed.Catalogue(optimizers.Default()), recipe))[0]
	whole := blobs(examples)
	split, err := fed.Division{Scheme: partition.Dirichlet{Alpha: 1}, Clients: 3, Seed: want.Seed}.Split(whole.Train.Labels, classes, examples)
	if err != nil {
		t.Fatal(err)
	}
	h := open(t, hub.Settings{Clients: 3, Accept: true})
	for k := range 3 {
		member(t, h, k, func(s *join.Settings) {
			s.Load = func(terms wire.Terms) (join.Data, error) {
				d := blobs(examples)
				d.Train = rowsOf(d.Train, split[k])
				share, err := train.NewShare(d, terms.Model, train.ModelSettings{})
				return join.Data{Holding: wire.Holding{Own: true, Examples: len(split[k]), Features: features, Classes: classes}, Share: share}, err
			}
		})
	}
	got := finished(t, config(fed.Config{Transport: h.Transport}.Catalogue(optimizers.Default()), recipe))[0]
	if got.ThetaSHA256 != want.ThetaSHA256 {
		t.Errorf("got %s (%s), want %s", got.ThetaSHA256, got.Reason, want.ThetaSHA256)
	}
	for k, c := range got.Federated.Clients {
		if c.Examples != len(split[k]) {
			t.Errorf("client %d is shown with %d examples, it has %d", k, c.Examples, len(split[k]))
		}
	}
}

// rowsOf are some rows of a split, in their order.
func rowsOf(s data.Split, rows []int32) data.Split {
	x, labels := make([]float64, len(rows)*features), make([]int32, len(rows))
	for at, i := range rows {
		s.X.(*matrix.Dense).Row(int(i), func(col int, value float64) { x[at*features+col] = value })
		labels[at] = s.Labels[i]
	}
	return data.Split{X: matrix.NewDense(len(rows), features, x), Labels: labels}
}

// Vectors that no message holds go through buckets, θ, the variates and
// the updates.
func TestLongVectors(t *testing.T) {
	const recipe, wide = "scaffold:clients=2,partition=iid,rounds=3,batch=n", 20_000
	set := func() *data.Dataset {
		d := blobs(examples)
		for _, s := range []*data.Split{&d.Train, &d.Test} {
			x := make([]float64, s.Len()*wide)
			for i := range s.Len() {
				x[i*wide+i%wide], x[i*wide+int(s.Labels[i])] = 1, 1
			}
			s.X = matrix.NewDense(s.Len(), wide, x)
		}
		d.Features = wide
		return d
	}
	d := set()
	cfg := func(c optimizers.Catalogue) train.Config {
		out := config(c, recipe)
		out.Load = func(context.Context, data.Progress) (*data.Dataset, error) { return d, nil }
		return out
	}
	if (wide+1)*classes*8 <= wire.Inline {
		t.Fatal("they are not long")
	}
	want := finished(t, cfg(fed.Catalogue(optimizers.Default())))[0]
	terms := terms()
	terms.Features = wide
	h := open(t, hub.Settings{Clients: 2, Accept: true, Terms: terms})
	for k := range 2 {
		member(t, h, k, func(s *join.Settings) {
			s.Load = func(t wire.Terms) (join.Data, error) {
				share, err := train.NewShare(d, t.Model, train.ModelSettings{})
				return join.Data{
					Holding: wire.Holding{Digest: d.Digest, Examples: examples, Features: wide, Classes: classes},
					Share:   share, Labels: d.Train.Labels, Classes: classes,
				}, err
			}
		})
	}
	got := finished(t, cfg(fed.Config{Transport: h.Transport}.Catalogue(optimizers.Default())))[0]
	if got.ThetaSHA256 != want.ThetaSHA256 {
		t.Errorf("got %s (%s), want %s", got.ThetaSHA256, got.Reason, want.ThetaSHA256)
	}
	if r := h.Refusals(); len(r) > 0 {
		t.Errorf("refused: %+v", r)
	}
}
