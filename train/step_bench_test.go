//go:build unix

package train

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"optwatch/optimizers/matrix"
	"optwatch/train/data"
	"optwatch/train/objective"
)

// BenchmarkStep is the stepping of a run as the program does it, plots and
// probes left out, on one thread. BenchmarkProbe tells what those cost.
func BenchmarkStep(b *testing.B) {
	for _, c := range []struct{ model, recipe string }{
		{"softmax", "sgd:batch=1"},
		{"softmax", "sgd:batch=64"},
		{"softmax", "adam:batch=64"},
		{"softmax", "momentum:batch=64"},
		{"softmax", "svrg:batch=1,m=n/2"},
		{"softmax", "svrg:batch=1,m=n/2,stored=1"},
		{"softmax", "svrg:batch=1,m=100n"}, // inner steps alone
		{"softmax", "svrg:batch=1,m=100n,stored=1"},
		{"softmax", "saga:batch=1"},
		{"softmax", "full"},
	} {
		b.Run("model="+c.model+"/"+c.recipe, func(b *testing.B) { benchmarkSteps(b, still(b, digitsData(b), c.model, c.recipe)) })
	}
	for _, recipe := range []string{"sgd:batch=64", "adam:batch=64", "sgd:batch=128", "adam:batch=128", "sgd:batch=256", "adam:batch=256"} {
		for _, precision := range []string{objective.Float32, objective.Float64} {
			b.Run("model=softmax/"+precision+"/"+recipe, func(b *testing.B) {
				benchmarkSteps(b, stillOf(b, digitsData(b), "softmax", ModelSettings{Precision: precision}, recipe))
			})
		}
	}
	for _, net := range []ModelSettings{{Precision: objective.Float32}, {Precision: objective.Float64}, {Hidden: "512,512", Precision: objective.Float32}} {
		for _, recipe := range []string{"sgd:batch=64", "sgd:batch=256", "momentum:batch=64", "adam:batch=64"} {
			b.Run("net="+net.Hidden+"/"+net.Precision+"/"+recipe, func(b *testing.B) { benchmarkSteps(b, stillOf(b, digitsData(b), "net", net, recipe)) })
		}
	}
}

func benchmarkSteps(b *testing.B, r *run) {
	r.probe = nil // whose looks, never taken, would cut every leap short
	for range 3 {
		stepOnce(b, r)
	}
	b.ResetTimer()
	steps, evals, cpu := r.steps, r.oracle.evals(), cpuTime(b)
	for r.steps < steps+int64(b.N) {
		stepOnce(b, r)
	}
	spent := float64(cpuTime(b) - cpu)
	b.ReportMetric(spent/float64(r.steps-steps), "cpu-ns/step")
	b.ReportMetric(1e9*float64(r.oracle.evals()-evals)/spent, "evals/cpu-s")
}

// BenchmarkNumbers is the stepping of binary models on sparse numbers of two
// shapes: one whose weights lie in a near cache, and one where they and the rows
// do not.
func BenchmarkNumbers(b *testing.B) {
	for _, c := range []struct{ rows, features, stored int }{{30_000, 123, 14}, {100_000, 47_000, 75}} {
		ds := numbers(c.rows, c.features, c.stored)
		for _, recipe := range []string{"sgd:batch=1", "sgd:batch=64", "saga:batch=1", "svrg:batch=1,m=n", "full"} {
			b.Run(fmt.Sprintf("features=%d/%s", c.features, recipe), func(b *testing.B) { benchmarkSteps(b, still(b, ds, "logistic", recipe)) })
		}
	}
}

// BenchmarkPhotographs is the stepping of softmax regression on dense bytes in ten
// classes, in the shape of CIFAR's rows.
func BenchmarkPhotographs(b *testing.B) {
	const rows, pixels = 20_000, 3072
	rng := rand.New(rand.NewPCG(9, 10))
	x, row := matrix.NewCollector(255, rows, rows*pixels), make([]byte, pixels)
	ds := &data.Dataset{Name: "photographs", Features: pixels, Classes: strings.Split("0123456789", "")}
	for i := range rows {
		for j := range row {
			row[j] = byte(rng.IntN(256))
		}
		x.AddBytes(row)
		x.Appended(float64(i+1) / rows)
		ds.Train.Labels = append(ds.Train.Labels, rng.Int32N(10))
	}
	ds.Train.X = x.Matrix(pixels)
	for _, recipe := range []string{"sgd:batch=64,lr=0.01", "adam:batch=64", "full"} {
		for _, precision := range []string{objective.Float32, objective.Float64} {
			b.Run(precision+"/"+recipe, func(b *testing.B) {
				benchmarkSteps(b, stillOf(b, ds, "softmax", ModelSettings{Precision: precision}, recipe))
			})
		}
	}
}

// BenchmarkOutputs is the stepping on MNIST's rows in k classes, which are drawn: what a
// row costs, in all and for each output.
func BenchmarkOutputs(b *testing.B) {
	rows := digitsData(b).Train.X
	for _, k := range []int{1, 2, 3, 4, 5, 7, 10, 11, 26, 100} {
		model := "softmax"
		if k == 1 {
			model = "logistic"
		}
		ds := drawnClasses(rows, max(2, k))
		for _, recipe := range []string{"sgd:batch=64", "adam:batch=64", "sgd:batch=1", "svrg:batch=1,m=n", "saga:batch=1", "full"} {
			b.Run(fmt.Sprintf("%s/k=%d", recipe, k), func(b *testing.B) {
				benchmarkSteps(b, still(b, ds, model, recipe))
			})
		}
	}
}

// drawnClasses are rows in so many classes, which are drawn.
func drawnClasses(x matrix.Matrix, classes int) *data.Dataset {
	rng := rand.New(rand.NewPCG(15, 16))
	ds := &data.Dataset{Name: "drawn", Features: x.Cols(), Classes: strings.Split(strings.Repeat("c", classes), ""), Train: data.Split{X: x}}
	for range x.Rows() {
		ds.Train.Labels = append(ds.Train.Labels, rng.Int32N(int32(classes)))
	}
	return ds
}

// BenchmarkTall is the stepping of the logistic model on many short dense rows, in the
// shape of LIBSVM's HIGGS.
func BenchmarkTall(b *testing.B) {
	ds := tall(200_000, 28)
	for _, recipe := range []string{"svrg:batch=1,m=n,lr=0.01", "svrg:batch=1,m=n,lr=0.01,stored=1", "svrg:batch=1,m=100n,lr=0.01", "saga:batch=1,lr=0.01", "sgd:batch=1,lr=0.01", "sgd:batch=64,lr=0.01", "full"} {
		b.Run(recipe, func(b *testing.B) { benchmarkSteps(b, still(b, ds, "logistic", recipe)) })
	}
	split, err := ds.Train.StoredAs("dense-float32", ds.Features)
	if err != nil {
		b.Fatal(err)
	}
	ds.Train = split
	for _, recipe := range []string{"svrg:batch=1,m=n,lr=0.01", "sgd:batch=64,lr=0.01", "full"} {
		b.Run("float32/"+recipe, func(b *testing.B) { benchmarkSteps(b, still(b, ds, "logistic", recipe)) })
	}
}

// tall are dense rows of normal numbers, in two classes.
func tall(rows, features int) *data.Dataset {
	rng := rand.New(rand.NewPCG(11, 12))
	x := make([]float64, rows*features)
	for i := range x {
		x[i] = rng.NormFloat64()
	}
	ds := &data.Dataset{Name: "tall", Features: features, Classes: []string{"-1", "1"}}
	for range rows {
		ds.Train.Labels = append(ds.Train.Labels, rng.Int32N(2))
	}
	ds.Train.X = matrix.NewDense(rows, features, x)
	return ds
}

// numbers are rows with so many entries that are no bytes, in two classes.
func numbers(rows, features, stored int) *data.Dataset {
	rng := rand.New(rand.NewPCG(7, 8))
	x := matrix.NewBuilder(1, rows, rows*stored)
	ds := &data.Dataset{Name: "numbers", Features: features, Classes: []string{"-1", "1"}}
	for range rows {
		for i := range stored { // one in each of as many parts of the features
			x.Add(i*features/stored+rng.IntN(features/stored), rng.Float64())
		}
		x.EndRow(features)
		ds.Train.Labels = append(ds.Train.Labels, rng.Int32N(2))
	}
	ds.Train.X = x.CSR(features)
	return ds
}

// BenchmarkSolve is the time to f − f* ≤ 1e-6 from θ = 0, data in memory, on MNIST and
// on LIBSVM's a9a. Every quarter of a pass f is looked at, off the clock.
func BenchmarkSolve(b *testing.B) {
	const optimum = 0.334610978429 // of the 60,000 training rows, λ = 1e-3
	for _, recipe := range []string{"nesterov+svrg:lr=0.3,batch=128,m=n/128,warm=1,stored=1", "svrg:lr=0.02,batch=1,m=n/2,warm=1", "svrg:lr=0.02,batch=1,m=n/2,warm=1,stored=1", "saga:lr=0.02,warm=1"} {
		b.Run(recipe, func(b *testing.B) {
			if mnist(b, 0).data.Name != "mnist" {
				b.Skip("f* is of MNIST")
			}
			benchmarkSolving(b, digitsData(b), "softmax", recipe, optimum)
		})
	}
	for _, recipe := range []string{"svrg:lr=0.05,batch=1,m=n/2,warm=1", "svrg:lr=0.05,batch=1,m=n/2,warm=1,stored=1"} {
		b.Run("a9a/"+recipe, func(b *testing.B) {
			ds, err := data.Open(b.Context(), data.Options{Name: filepath.Join(os.Getenv("OPTWATCH_DATA"), "libsvm", "a9a.gz"), Val: 0}, nil)
			if err != nil {
				b.Skip(err)
			}
			p, err := newProblem(ds, "logistic", ModelSettings{}, 1e-3)
			if err != nil {
				b.Fatal(err)
			}
			s := newSolver(p.train.(*objective.Linear), p.l2, func() error { return nil })
			if err := s.minimise(); err != nil {
				b.Fatal(err)
			}
			benchmarkSolving(b, ds, "logistic", recipe, s.bestValue)
		})
	}
}

func benchmarkSolving(b *testing.B, ds *data.Dataset, model, recipe string, optimum float64) {
	var spent time.Duration
	var passes float64
	for b.Loop() {
		r := still(b, ds, model, recipe)
		r.probe = nil
		n := float64(r.oracle.Len())
		for gap := 1.0; gap > 1e-6; {
			from, until := cpuTime(b), float64(r.oracle.evals())+n/4
			for r.nextPlot = until; float64(r.oracle.evals()) < until; r.finishWarmUp() {
				stepOnce(b, r)
			}
			spent += cpuTime(b) - from
			loss, _ := r.oracle.losses(r.oracle.over, r.exp.problem.trainRows, r.theta)
			gap = loss + r.exp.problem.l2.Value(r.theta) - optimum
		}
		passes += float64(r.oracle.evals()) / n
	}
	b.ReportMetric(spent.Seconds()/float64(b.N), "cpu-s")
	b.ReportMetric(passes/float64(b.N), "passes")
}

// cpuTime is the time this process has computed for. On a machine that others
// use too, it says more than the time on the wall.
func cpuTime(tb testing.TB) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkPass is a full gradient and an evaluation for the plots by one thread
// and by two, on the clock of the wall, and what it takes in all.
func BenchmarkPass(b *testing.B) {
	for _, threads := range []int{1, 2} {
		r := still(b, digitsData(b), "softmax", "full")
		r.gate.leave()
		r.gate.slots = NewSlots(threads)
		r.gate.enter()
		stepOnce(b, r) // memory that nobody has written to yet is slow to read again and again
		for _, pass := range []struct {
			name string
			do   func() error
		}{
			{"gradient", func() error { _, err := r.oracle.FullGrad(r.g, r.theta); return err }},
			{"evaluation", func() error { r.oracle.losses(r.oracle.over, r.oracle.all, r.theta); return nil }},
		} {
			b.Run(fmt.Sprintf("%s/threads=%d", pass.name, threads), func(b *testing.B) {
				if err := pass.do(); err != nil { // the first makes what the others use
					b.Fatal(err)
				}
				from := cpuTime(b)
				for b.Loop() {
					if err := pass.do(); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(r.oracle.Len())*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
				b.ReportMetric(float64(cpuTime(b)-from)/float64(b.N), "cpu-ns/pass")
			})
		}
	}
}
