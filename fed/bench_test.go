package fed_test

import (
	"context"
	"fmt"
	"math"
	"os"
	"runtime"
	"slices"
	"testing"

	"optwatch/fed"
	"optwatch/optimizers"
	"optwatch/train"
	"optwatch/train/data"
	"optwatch/train/view"
)

// mnistConfig is an experiment of recipes on the 60,000 rows of MNIST, on one thread; without them the benchmark is skipped.
func mnistConfig(b *testing.B, recipes ...string) train.Config {
	b.Helper()
	dir := os.Getenv("OPTWATCH_DATA")
	if dir == "" || !slices.ContainsFunc(data.List(dir), func(l data.Listing) bool { return l.Name == "mnist" && l.Ready }) {
		b.Skip("OPTWATCH_DATA has no MNIST")
	}
	ds, err := data.Open(context.Background(), data.Options{Name: "mnist", Dir: dir, Val: 0}, nil)
	if err != nil {
		b.Fatal(err)
	}
	return train.Config{
		Load:    func(context.Context, data.Progress) (*data.Dataset, error) { return ds, nil },
		Recipes: lineUp(fed.Catalogue(optimizers.Default()), recipes...),
		Model:   "softmax", L2: 0, Seed: 1, Threads: 1,
		Budget:    train.Limits{Passes: 5},
		Catalogue: fed.Catalogue(optimizers.Default()),
	}
}

// BenchmarkMNIST is five epochs of a federation of ten clients beside five of
// centralised SGD, in gradient evaluations a second of stepping, on one thread.
func BenchmarkMNIST(b *testing.B) {
	for _, recipe := range []string{
		"sgd:batch=64,lr=0.1", "fedavg:clients=10,batch=64,lr=0.1", "fedprox:clients=10,batch=64,lr=0.1", "scaffold:clients=10,batch=64,lr=0.1",
		"fedavg:clients=10,batch=64,lr=0.1,privacy=example,noise=1",
	} {
		b.Run(recipe, func(b *testing.B) {
			evals, seconds := 0.0, 0.0
			for b.Loop() {
				e := train.Start(b.Context(), mnistConfig(b, recipe))
				if err := e.WaitRuns(b.Context()); err != nil {
					b.Fatal(err)
				}
				r := e.Report().Runs[0]
				evals += float64(r.Evals)
				seconds += r.Seconds
			}
			b.ReportMetric(evals/seconds, "samples/s")
		})
	}
}

// thousand is a federation of a thousand clients, of which a round selects a hundred.
const thousand = "fedavg:clients=1000,partition=iid,fraction=0.1,batch=8,rounds=%d"

// rounds makes a run of some rounds on 8,000 rows.
func rounds(t testing.TB, n int) train.RunReport {
	t.Helper()
	c := config(8000, fmt.Sprintf(thousand, n))
	ctx, cancel := context.WithCancel(t.Context())
	e := train.Start(ctx, c)
	defer func() { cancel(); e.Wait() }()
	if err := e.WaitRuns(ctx); err != nil {
		t.Fatal(err)
	}
	r := e.Report().Runs[0]
	if r.Federated.Round != n || r.State != view.Budget {
		t.Fatalf("%s (%s) after %d rounds, want %d", r.State, r.Reason, r.Federated.Round, n)
	}
	return r
}

func BenchmarkThousandClients(b *testing.B) {
	b.ReportAllocs()
	rounds(b, b.N)
}

// TestThousandClientsInBoundedMemory compares runs of 20 and 120 rounds of 100
// of 1000 clients: a round allocates less than 200 kB, 2 kB a client that takes
// part, and what is left of 100 rounds more is less than 1 MB, their curve.
func TestThousandClientsInBoundedMemory(t *testing.T) {
	measure := func(n int) (allocated, live uint64) {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		r := rounds(t, n)
		runtime.ReadMemStats(&after)
		allocated, live = after.TotalAlloc-before.TotalAlloc, math.MaxUint64
		for range 5 { // goroutines that have ended may hold on to their stacks for a moment
			runtime.Gosched()
			runtime.GC()
			runtime.ReadMemStats(&after)
			live = min(live, after.HeapAlloc)
		}
		runtime.KeepAlive(r)
		return allocated, live
	}
	measure(5)
	short, liveShort := measure(20)
	long, liveLong := measure(120)
	if got := (long - short) / 100; got > 200_000 {
		t.Errorf("a round allocates %d bytes, want at most 200,000", got)
	}
	if got := int64(liveLong) - int64(liveShort); got > 1<<20 {
		t.Errorf("100 rounds leave %d bytes behind", got)
	}
}
