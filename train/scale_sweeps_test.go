//go:build unix

package train_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"optwatch/fed"
	"optwatch/optimizers"
	"optwatch/optimizers/matrix"
	"optwatch/train"
	"optwatch/train/data"
)

// sweeps are all there are.
func sweeps() []sweep {
	return []sweep{rowsDense(), rowsSparse(), featuresDense(), featuresSparse(), classes(), batches(), clients(), clientsKept(), runs(), runsKept()}
}

// parseScale is the folder and the sweeps that are asked for: all, or those named after a colon.
func parseScale(asked string, all []sweep) (dir string, chosen []sweep) {
	dir, names, some := strings.Cut(asked, ":")
	if !some {
		return dir, all
	}
	wanted := strings.Split(names, ",")
	return dir, slices.DeleteFunc(all, func(s sweep) bool { return !slices.Contains(wanted, s.name) })
}

// The axis of most sweeps.
const nanoseconds = "CPU time of an evaluation, ns"

// method is a recipe, for a size where it depends on that.
type method struct {
	name, recipe string
}

// stepped are probes of methods that step on a data set: nanoseconds an evaluation.
func stepped(t *testing.T, ds *data.Dataset, model string, methods ...method) []probe {
	var out []probe
	for _, m := range methods {
		out = append(out, steppedOn(t, ds, model, m.recipe))
	}
	return out
}

// steppedOn is the probe of one, which goes on stepping where it has been. It is measured
// for so long that what else the machine does shows little.
func steppedOn(t *testing.T, ds *data.Dataset, model, recipe string) probe {
	const long = 30 * time.Millisecond
	s := train.NewStepping(t, fed.Catalogue(optimizers.Default()), ds, model, recipe)
	for range 3 { // memory comes to be, and SAGA's table and SVRG's snapshot are made
		s.Step()
	}
	return func() float64 {
		evals, from := s.Evals(), train.CPUTime(t)
		spent := time.Duration(0)
		for spent < long {
			s.Step()
			spent = train.CPUTime(t) - from
		}
		return float64(spent) / float64(s.Evals()-evals)
	}
}

// linear are the methods that most sweeps measure. SVRG's are its inner steps, each of
// two evaluations; its snapshots are full gradients. The learning rate is so small that
// every run stays where its numbers are ordinary.
var linear = []method{
	{"full gradient", "full:lr=1e-6"},
	{"SGD, B = 64", "sgd:batch=64,lr=1e-6"},
	{"SGD, B = 1", "sgd:batch=1,lr=1e-6"},
	{"SVRG, B = 1, inner steps", "svrg:batch=1,m=1000n,lr=1e-6"},
	{"SAGA, B = 1", "saga:batch=1,lr=1e-6"},
	{"Adam, B = 64", "adam:batch=64,lr=1e-6"},
}

// expected are subjects, most of which go alike.
type expected []subject

// linearFrom are the linear methods, which go like a power of the size from one on.
func linearFrom(slope float64, from int) expected {
	var out expected
	for _, m := range linear {
		out = append(out, subject{name: m.name, slope: slope, from: from})
	}
	return out
}

// never is a size from which on nothing is claimed.
const never = 1 << 40

// but says of some, whose names begin alike, from where on they go like what power, and why.
func (e expected) but(prefix string, slope float64, from int, why string) expected {
	for i := range e {
		if strings.HasPrefix(e[i].name, prefix) {
			e[i].slope, e[i].from, e[i].why = slope, from, why
		}
	}
	return e
}

func rowsDense() sweep {
	const features = 28
	return sweep{
		name: "rows", title: "Rows of 28 dense numbers, two classes",
		about: "Logistic regression on n rows in float64. Nothing but the caches that they lie in should make an evaluation dearer.",
		x:     "rows n", y: nanoseconds, at: []int{1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000},
		floor: func(n int) work { return work{8 * features, float64(n), 2 * features} },
		begin: func(t *testing.T, n int) []probe {
			return stepped(t, classed(numbersDense(n, features), 2), "logistic", linear...)
		},
		subjects: linearFrom(0, 0).
			but("SGD, B = 1", 0, 0, "the row of the next step and its target are asked for, and from memory come later than a step takes").
			but("SAGA", 0, 0, "as SGD with B = 1; asking for the next row's place in the table took longer").
			but("SGD, B = 64", 0, 0, "rows are shuffled: four or five lines of each come from a far cache or from memory, and computing one takes less time than that").
			but("Adam", 0, 0, "as SGD with B = 64"),
	}
}

func rowsSparse() sweep {
	return sweep{
		name: "rows-sparse", title: "Rows like MNIST's, ten classes",
		about: "Softmax regression on n rows of 784 bytes, of which 150 are not 0.",
		x:     "rows n", y: nanoseconds, at: []int{500, 1_000, 3_000, 10_000, 30_000, 100_000, 250_000},
		floor: func(n int) work { return work{450, float64(n), 2 * 150 * 10} },
		begin: func(t *testing.T, n int) []probe {
			return stepped(t, classed(pixelsSparse(n), 10), "softmax", linear...)
		},
		subjects: linearFrom(0, 0),
	}
}

func featuresDense() sweep {
	const numbers = 1 << 22
	return sweep{
		name: "features", title: "Dense numbers, two classes",
		about: "Logistic regression on 2²² numbers of float64 in rows of d.",
		x:     "features d", y: nanoseconds, at: []int{16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384},
		floor: func(d int) work { return work{8 * float64(d), float64(numbers / d), 2 * float64(d)} },
		begin: func(t *testing.T, d int) []probe {
			return stepped(t, classed(numbersDense(numbers/d, d), 2), "logistic", linear...)
		},
		subjects: linearFrom(1, 512).
			but("full", 1, 512, "of fewer features the softplus and the calls are most of the cost; from 2,048 on 128 rows, which are one block, fill the second cache of 2 MB, and are read twice").
			but("SGD", 1, 512, "the same, and from few features on shuffled rows").
			but("SVRG", 1, 512, "the same").
			but("SAGA", 1, 512, "the same"),
	}
}

func featuresSparse() sweep {
	const rows, stored = 20_000, 75
	return sweep{
		name: "features-sparse", title: "75 numbers a row of d features, two classes",
		about: "Logistic regression on 20,000 rows. Where no step touches all of θ, nothing but the caches that its entries lie in should make an evaluation dearer.",
		x:     "features d", y: nanoseconds, at: []int{100, 300, 1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000},
		floor: func(int) work { return work{12 * stored, rows, 2 * stored} },
		begin: func(t *testing.T, d int) []probe {
			return stepped(t, classed(numbersSparse(rows, d, stored), 2), "logistic", linear...)
		},
		subjects: linearFrom(0, 0).
			but("full", 0, never, "a pass is summed in up to 16 vectors of d, which are cleared and added: 16·d/n numbers a row").
			but("SGD", 0, 0, "75 entries of θ come from the second cache up to 100,000 features, then from a farther one; θ is formed once in d/32 evaluations").
			but("SVRG", 0, 0, "the same, of two vectors").
			but("SAGA", 0, 0, "the same, of two vectors").
			but("Adam", 1, 30_000, "a step writes all of θ and of both moments: d/64 numbers a row"),
	}
}

func classes() sweep {
	const rows = 10_000
	var sparse, dense matrix.Matrix
	return sweep{
		name: "classes", title: "Classes, and so outputs",
		about: "Softmax regression on 10,000 rows like MNIST's, and on 2,000 rows of 3,072 dense bytes. One output is logistic regression.",
		x:     "outputs k", y: nanoseconds, at: []int{1, 2, 3, 4, 6, 8, 10, 16, 26, 47, 100, 200, 400, 1000},
		floor: func(k int) work { return work{450, rows, 2 * 150 * float64(k)} },
		begin: func(t *testing.T, k int) []probe {
			if sparse == nil {
				sparse, dense = pixelsSparse(rows), pixelsDense(2_000, 3072)
			}
			model, k := "softmax", k
			if k == 1 {
				model, k = "logistic", 2
			}
			out := stepped(t, classed(sparse, k), model, linear...)
			return append(out, stepped(t, classed(dense, k), model, linear[1])...)
		},
		subjects: append(linearFrom(1, 10).
			but("full", 1, 10, "4, 8 and 16 outputs are whole vectors; below 5 finding the weights of an entry is most of the cost; weights of 350 classes fill the second cache of 2 MB").
			but("SVRG", 1, 10, "from 100 classes on two tables of weights do not fit the second cache").
			but("SAGA", 1, 10, "from 100 classes on two tables of weights do not fit the second cache, and from 47 on nor does a row of the table of gradients come in time"),
			subject{"SGD, B = 64, 3,072 dense bytes", 1, 10, "of fewer classes taking bytes apart is most of the cost; 1,000 classes have 25 MB of weights"}),
	}
}

func batches() sweep {
	const rows = 60_000
	names := []string{"sgd", "momentum", "adam", "svrg", "saga"}
	titles := []string{"SGD", "momentum", "Adam", "SVRG, inner steps", "SAGA"}
	s := sweep{
		name: "batch", title: "Examples a step",
		about: "Softmax regression on 60,000 rows like MNIST's.",
		x:     "batch size B", y: nanoseconds, at: []int{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192},
		floor: func(int) work { return work{450, rows, 2 * 150 * 10} },
	}
	var ds *data.Dataset
	s.begin = func(t *testing.T, b int) []probe {
		if ds == nil {
			ds = classed(pixelsSparse(rows), 10)
		}
		var methods []method
		for _, name := range names {
			recipe := fmt.Sprintf("%s:batch=%d,lr=1e-6", name, b)
			if name == "svrg" {
				recipe += ",m=1000n"
			}
			methods = append(methods, method{name, recipe})
		}
		return stepped(t, ds, "softmax", methods...)
	}
	var all expected
	for _, title := range titles {
		all = append(all, subject{name: title})
	}
	s.subjects = all.
		but("momentum", 0, 256, "a step also writes all 7,850 parameters and their momentum, whatever B is").
		but("Adam", 0, 256, "a step also writes all 7,850 parameters and two moments of them, whatever B is")
	return s
}
