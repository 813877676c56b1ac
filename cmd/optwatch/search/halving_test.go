package search

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"testing"

	"optwatch/cmd/optwatch/trials"
	"optwatch/optimizers"
	"optwatch/train/data"
	"optwatch/train/study"
)

// options are a session on a data set, with a number of training slots.
func options(name string, threads int) trials.Options {
	return trials.Options{
		Load: func(ctx context.Context, val int, progress data.Progress) (*data.Dataset, error) {
			return data.Open(ctx, data.Options{Name: name, Val: val}, progress)
		},
		Catalogue: optimizers.Default(), Seed: 1, Threads: threads,
	}
}

// searched makes a grid, and gives its study.
func searched(t *testing.T, o trials.Options, g Options) study.Study {
	t.Helper()
	notebook := Open(g)
	if err := Run(context.Background(), o, g, notebook); err != nil {
		t.Fatal(err)
	}
	return notebook.Pages()[0].Study()
}

func values(t *testing.T, text string) Values {
	t.Helper()
	v, err := ParseValues(text)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestGridIsDeterministic makes one grid with one slot and with three.
func TestGridIsDeterministic(t *testing.T) {
	g := Options{
		Recipes: optimizers.Default().Must("sgd", "svrg:m=500"), Values: values(t, "lr=1e-2:1e8:x1e5"), Model: "softmax", L2: 1e-3,
		Val: -1, Seeds: 2, Passes: 3, Metric: ByAccuracy,
	}
	one, three := searched(t, options("digits", 1), g), searched(t, options("digits", 3), g)
	if one.State != study.Done {
		t.Fatalf("the search %s: %s", one.State, one.Err)
	}
	if !reflect.DeepEqual(one.Tables, three.Tables) || !reflect.DeepEqual(one.Recipes, three.Recipes) || one.Evals != three.Evals {
		t.Errorf("with one slot:\n%+v\nwith three:\n%+v", one, three)
	}
	diverged := 0
	for _, row := range one.Tables[0].Rows {
		evals, err := strconv.Atoi(row[4])
		if want := fmt.Sprintf("%.3g %%", 100*float64(evals)/(2*3*8000)); err != nil || row[5] != want {
			t.Errorf("%v: trained to %s, want %s", row, row[5], want)
		}
		if row[len(row)-1] == "diverged with 2 of 2 seeds" {
			diverged++
		}
	}
	if diverged == 0 {
		t.Error("lr = 1e8 does not show as diverged")
	}
	if want := "sgd: with lr = 1e+08 it diverged, which the picture leaves out."; !slices.Contains(one.Notes, want) {
		t.Errorf("the notes are %q, want %q among them", one.Notes, want)
	}
}

// TestHalvingFindsWhatTheGridFinds compares successive halving with training
// every value to the end, for SGD and Adam on MNIST: the best learning rates
// are a grid point apart at most, for less than half of the evaluations.
func TestHalvingFindsWhatTheGridFinds(t *testing.T) {
	needMNIST(t)
	if raceEnabled {
		t.Skip("takes too long under the race detector, and TestGridIsDeterministic runs the same code")
	}
	g := Options{
		Recipes: optimizers.Default().Must("sgd", "adam"), Values: values(t, "lr=1e-4:1:x3.16"), Model: "softmax", L2: 1e-3, Val: -1, Seeds: 1, Passes: 8,
	}
	halved := searched(t, options("mnist", 0), g)
	g.Full = true
	full := searched(t, options("mnist", 0), g)
	if halved.Evals*2 >= full.Evals {
		t.Errorf("halving takes %d evaluations, the whole grid %d", halved.Evals, full.Evals)
	}
	for i := range g.Recipes {
		got, want := bestLR(t, halved, i), bestLR(t, full, i)
		if math.Abs(math.Log10(got/want)) > 0.51 {
			t.Errorf("%s: halving finds lr %g, the whole grid %g", g.Recipes[i], got, want)
		}
	}
}

func bestLR(t *testing.T, s study.Study, i int) float64 {
	t.Helper()
	if len(s.Recipes) <= i {
		t.Fatalf("no recipe %d: %s %s", i, s.State, s.Err)
	}
	r, err := optimizers.Default().Parse(s.Recipes[i])
	if err != nil {
		t.Fatal(err)
	}
	text, _ := r.Get("lr")
	lr, err := positive(text)
	if err != nil {
		t.Fatal(err)
	}
	return lr
}

// needMNIST skips a test where MNIST is not at hand.
func needMNIST(t *testing.T) {
	t.Helper()
	if found, _ := filepath.Glob(filepath.Join(os.Getenv("OPTWATCH_DATA"), "mnist", "train-images*")); found == nil {
		t.Skip("OPTWATCH_DATA has no MNIST")
	}
}
