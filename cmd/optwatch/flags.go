package main

import (
	"context"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"optwatch/optimizers"
	"optwatch/train"
	"optwatch/train/data"
	"optwatch/train/objective"
)

// flags are the flags of an experiment.
type flags struct {
	runs     []string
	data     data.Options
	model    string
	l2       float64
	batch    int
	seed     uint64
	seeds    int
	threads  int
	passes   float64
	evals    int64
	time     time.Duration
	headless bool
	json     string
	fps      int
	ascii    bool
	noColor  bool

	defaulted  bool // nobody asked for the budget
	fed        bool // the command is fed
	federation federation
}

// registerRuns adds the flag of a line-up of one's own.
func (f *flags) registerRuns(cmd *cobra.Command) {
	cmd.Flags().StringArrayVar(&f.runs, "run", nil, "a run, as a recipe; may be given several times (default sgd, adam, svrg and fedavg)")
}

// register adds the flags of every experiment.
func (f *flags) register(cmd *cobra.Command) {
	fs := cmd.Flags()
	fs.SortFlags = false
	fs.StringVar(&f.data.Name, "data", "auto", "auto, digits, mnist, fashion-mnist, or the path of an IDX, LIBSVM or CSV file")
	fs.IntVar(&f.data.Val, "val", -1, "validation examples held out of the training set (default 10000 for MNIST)")
	fs.StringVar(&f.data.Test, "test", "", "path of a test set, where --data is a path")
	fs.StringVar(&f.data.Label, "label", "", "label column of a CSV file (default a column of that name, else the last)")
	fs.StringVar(&f.model, "model", "softmax", "softmax, logistic, svm, least-squares or net")
	fs.Float64Var(&f.l2, "l2", 1e-3, "λ of the regulariser (λ/2)‖W‖², biases left out")
	fs.IntVar(&f.batch, "batch", 0, "batch size of recipes that give none")
	fs.Uint64Var(&f.seed, "seed", 1, "seed of everything random")
	fs.IntVar(&f.seeds, "seeds", 1, "run every recipe with so many consecutive seeds: drawn as their median with a band")
	fs.IntVar(&f.threads, "threads", 0, "training threads (default one for each core)")
	fs.Float64Var(&f.passes, "passes", 0, "budget of each run, in passes of n gradient evaluations (headless 10)")
	fs.Int64Var(&f.evals, "evals", 0, "budget of each run, in gradient evaluations")
	fs.DurationVar(&f.time, "time", 0, "budget of each run, in time spent stepping")
	fs.BoolVar(&f.headless, "headless", false, "no screen: progress lines and a final table")
	fs.StringVar(&f.json, "json", "", "write the result to this file")
	fs.IntVar(&f.fps, "fps", 0, "frames a second (default 10, over SSH 5)")
	fs.BoolVar(&f.ascii, "ascii", false, "plain ASCII on the screen")
	fs.BoolVar(&f.noColor, "no-color", false, "no colour on the screen; NO_COLOR does the same")
	f.federation.register(cmd)
}

// check finds what is wrong with the flags by themselves. A zero stands for a
// flag that is not given, so it must not be.
func (f *flags) check(given func(flag string) bool) error {
	bad := func(flag string, want string, got any) error {
		return usageError{fmt.Errorf("--%s must be %s, got %v", flag, want, got)}
	}
	zero := map[string]bool{"batch": f.batch == 0, "threads": f.threads == 0, "passes": f.passes == 0, "evals": f.evals == 0, "time": f.time == 0, "fps": f.fps == 0, "json": f.json == ""}
	for _, flag := range slices.Sorted(maps.Keys(zero)) {
		if zero[flag] && given(flag) {
			return usageError{fmt.Errorf("--%s must not be zero or empty; leave it out for the default", flag)}
		}
	}
	switch {
	case !(f.l2 >= 0) || math.IsInf(f.l2, 0):
		return bad("l2", "at least 0", f.l2)
	case f.batch < 0:
		return bad("batch", "at least 1", f.batch)
	case f.seeds < 1:
		return bad("seeds", "at least 1", f.seeds)
	case f.threads < 0 || f.threads > 1024:
		return bad("threads", "from 1 to 1024", f.threads)
	case !(f.passes >= 0) || f.passes > 1e9:
		return bad("passes", "above 0 and at most 1e9", f.passes)
	case f.evals < 0:
		return bad("evals", "above 0", f.evals)
	case f.time < 0:
		return bad("time", "above 0", f.time)
	case f.fps < 0 || f.fps > 60:
		return bad("fps", "from 1 to 60", f.fps)
	case f.data.Val < -1:
		return bad("val", "at least 0", f.data.Val)
	}
	if _, err := objective.FindModel(f.model); err != nil {
		return usageError{err}
	}
	for _, text := range f.runs {
		if _, err := catalogue().Parse(text); err != nil {
			return usageError{err}
		}
	}
	if err := f.federation.check(catalogue()); err != nil {
		return usageError{err}
	}
	if f.fed {
		if err := f.federation.checkLineUp(catalogue()); err != nil {
			return usageError{err}
		}
	}
	return nil
}

// config is the experiment that the flags describe.
func (f *flags) config(catalogue optimizers.Catalogue) train.Config {
	return train.Config{
		Load: func(ctx context.Context, progress data.Progress) (*data.Dataset, error) {
			return data.Open(ctx, f.data, progress)
		},
		Recipes:   func(d train.DataView, p train.ProblemView) []string { return f.recipes(catalogue, d, p) },
		Model:     f.model,
		L2:        f.l2,
		Seed:      f.seed,
		Threads:   f.threads,
		Budget:    train.Limits{Evals: f.evals, Passes: f.passes, Time: f.time, Default: f.defaulted},
		Catalogue: catalogue,
		Cache:     cacheFolder(),
	}
}

// recipes are the runs asked for, with what the flags say where they say nothing.
func (f *flags) recipes(c optimizers.Catalogue, d train.DataView, p train.ProblemView) []string {
	texts := f.runs
	switch {
	case f.fed:
		texts = f.federation.lineUp(d, p)
	case len(texts) == 0:
		texts = lineUp(d, p)
	}
	out := make([]string, len(texts))
	for i, text := range texts {
		out[i] = text
		if r, err := c.Parse(text); err == nil {
			out[i] = f.complete(c, r).String()
		}
	}
	return overSeeds(c, out, f.seed, f.seeds)
}

// complete gives a recipe the settings of the flags, where it gives none.
func (f *flags) complete(c optimizers.Catalogue, r optimizers.Recipe) optimizers.Recipe {
	if _, given := r.Get("batch"); f.batch != 0 && !given && c.Takes(r, "batch") {
		r = r.With("batch", fmt.Sprint(f.batch))
	}
	return f.federation.onto(c, r)
}

// cacheFolder is where certified optima are kept; "" where there is no place.
func cacheFolder() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "optwatch", "optima")
}

// defaultPasses is the budget where none is given: what the rounds asked for
// take, and without a screen ten passes at least.
func (f *flags) defaultPasses(screen bool) float64 {
	switch {
	case f.fed:
		return f.federation.passes()
	case screen:
		return 0
	}
	return max(10, roundPasses(catalogue(), f.runs))
}
