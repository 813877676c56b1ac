//go:build unix

package train_test

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"optwatch/fed"
	"optwatch/optimizers"
	"optwatch/train"
	"optwatch/train/data"
)

// The sweeps over clients and over runs, and what those keep in memory.

// federations are the strategies that are measured.
var federations = []method{{"FedAvg", "fedavg"}, {"FedProx", "fedprox"}, {"SCAFFOLD", "scaffold"}, {"FedAvg, median", "fedavg:aggregate=median"}}

// recipeOf is a strategy with so many clients, all of whom take part in every round.
func (m method) recipeOf(clients int) string {
	name, rest, _ := strings.Cut(m.recipe, ":")
	recipe := fmt.Sprintf("%s:clients=%d,partition=iid,batch=10,epochs=1,lr=1e-6", name, clients)
	if rest != "" {
		recipe += "," + rest
	}
	return recipe
}

// clientRows is the examples of a client.
const clientRows = 20

func clients() sweep {
	s := sweep{
		name: "clients", title: "Clients with 20 examples each, all in every round",
		about: "Softmax regression on rows like MNIST's, two steps of ten examples a client and round.",
		x:     "clients", y: nanoseconds, at: []int{1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000},
		floor: func(n int) work { return work{450, float64(clientRows * n), 2 * 150 * 10} },
		begin: func(t *testing.T, n int) []probe {
			ds := classed(pixelsSparse(clientRows*n), 10)
			var out []probe
			for _, f := range federations {
				if n > mostSorted && f.name == "FedAvg, median" {
					continue
				}
				out = append(out, steppedOn(t, ds, "softmax", f.recipeOf(n)))
			}
			return out
		},
	}
	s.subjects = strategies(0).
		but("SCAFFOLD", 0, 10, "the server's part of a round is shared by all clients' examples: of one client they are 20").
		but("FedAvg, median", 0, never, "the values of each coordinate are sorted: log₂ n steps a value")
	return s
}

// strategies are the federations as subjects.
func strategies(slope float64) expected {
	var out expected
	for _, f := range federations {
		out = append(out, subject{name: f.name, slope: slope})
	}
	return out
}

// mostSorted is the most clients of whom a median is taken here: a round of more takes seconds.
const mostSorted = 1000

// live is what is in memory once all that nobody uses has been freed.
func live() float64 {
	var m runtime.MemStats
	for range 2 {
		runtime.GC()
	}
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}

func clientsKept() sweep {
	s := sweep{
		name: "clients-memory", title: "What a federation keeps, beside its data", once: true,
		about: "The same clients after three rounds: live memory, less what centralised SGD keeps.",
		x:     "clients", y: "bytes", at: []int{10, 30, 100, 300, 1_000, 3_000, 10_000},
		begin: func(t *testing.T, n int) []probe {
			ds := classed(pixelsSparse(clientRows*n), 10)
			kept := func(recipe string) float64 {
				before := live()
				s := train.NewStepping(t, fed.Catalogue(optimizers.Default()), ds, "softmax", recipe)
				for range 3 {
					s.Step()
				}
				after := live()
				runtime.KeepAlive(s)
				return after - before
			}
			var out []probe
			for _, f := range federations {
				if n > mostSorted && f.name == "FedAvg, median" {
					continue
				}
				out = append(out, func() float64 { return kept(f.recipeOf(n)) - kept("sgd:batch=64,lr=1e-6") })
			}
			return out
		},
	}
	const fixed = "half a kilobyte a client, its place and its figures on the screen, beside some vectors that do not grow"
	s.subjects = strategies(1).but("FedAvg", 1, never, fixed).but("FedProx", 1, never, fixed).
		but("FedAvg, median", 1, 0, "the updates of all, 8 bytes a parameter: a robust average needs them side by side").
		but("SCAFFOLD", 1, 0, "a variate and the latest update of each, 16 bytes a parameter")
	return s
}

// runKinds are what many runs of are measured.
var runKinds = []method{linear[1], linear[2], linear[5]}

// runPasses is how many passes over the data each run makes.
const runPasses = 5

// together trains so many runs of a recipe in one experiment, for some passes, and gives
// the CPU time of an evaluation, plots included, and what the runs keep.
func together(t *testing.T, ds *data.Dataset, recipe string, runs int, passes float64) (ns, kept float64) {
	var from time.Duration
	var before float64
	catalogue := fed.Catalogue(optimizers.Default())
	ctx, cancel := context.WithCancel(t.Context())
	e := train.Start(ctx, train.Config{
		Load: func(context.Context, data.Progress) (*data.Dataset, error) { return ds, nil },
		Recipes: func(train.DataView, train.ProblemView) []optimizers.Recipe { // the problem has been made
			before, from = live(), train.CPUTime(t)
			return catalogue.Must(slices.Repeat([]string{recipe}, runs)...)
		},
		Model: "softmax", Seed: 1, Budget: train.Limits{Passes: passes}, Catalogue: catalogue,
	})
	defer func() { cancel(); e.Wait() }()
	if err := e.WaitRuns(ctx); err != nil {
		t.Fatal(err)
	}
	spent, evals := train.CPUTime(t)-from, int64(0)
	for _, r := range e.Report().Runs {
		evals += r.Evals
	}
	kept = live() - before
	runtime.KeepAlive(e)
	return float64(spent) / float64(evals), kept
}

func runs() sweep {
	const rows = 20_000
	var ds *data.Dataset
	s := sweep{
		name: "runs", title: "Runs at once, plots and looks included",
		about: "An experiment on 20,000 rows like MNIST's, five passes a run, a training slot for each processor.",
		x:     "runs", y: nanoseconds, at: []int{1, 2, 4, 8, 16},
		floor: func(int) work { return work{450, rows, 2 * 150 * 10} },
		begin: func(t *testing.T, n int) []probe {
			if ds == nil {
				ds = classed(pixelsSparse(rows), 10)
			}
			var out []probe
			for _, k := range runKinds {
				out = append(out, func() float64 { ns, _ := together(t, ds, k.recipe, n, runPasses); return ns })
			}
			return out
		},
	}
	for _, k := range runKinds {
		s.subjects = append(s.subjects, subject{name: k.name})
	}
	return s
}

func runsKept() sweep {
	s := runs()
	s.name, s.title, s.about, s.y, s.floor, s.once = "runs-memory", "What runs keep, beside data and problem", "Live memory after five passes.", "bytes", nil, true
	var ds *data.Dataset
	s.begin = func(t *testing.T, n int) []probe {
		if ds == nil {
			ds = classed(pixelsSparse(20_000), 10)
		}
		var out []probe
		for _, k := range runKinds {
			out = append(out, func() float64 { _, kept := together(t, ds, k.recipe, n, runPasses); return kept })
		}
		return out
	}
	for i := range s.subjects {
		s.subjects[i].slope = 1
	}
	return s
}
