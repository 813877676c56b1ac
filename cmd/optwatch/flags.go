package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"optwatch/optimizers"
	"optwatch/train"
	"optwatch/train/data"
)

// flags are the flags of an experiment.
type flags struct {
	problemFlags
	trainingFlags
	budgetFlags
	outputFlags
	screenFlags
	recordFlags
	runs  []string
	batch int64
	seeds int
	time  time.Duration

	recipes    []optimizers.Recipe // those of runs, once they are checked
	defaulted  bool                // nobody asked for the budget
	fed        bool                // the command is fed
	federation federation
}

// registerRuns adds the flag of a line-up of one's own.
func (f *flags) registerRuns(cmd *cobra.Command, usage string) {
	cmd.Flags().StringArrayVar(&f.runs, "run", nil, usage)
}

// aRun is what the flag of a line-up of one's own is, where any may be given.
const aRun = "a run, as a recipe; may be given several times (default sgd, adam, svrg and fedavg)"

// register adds the flags of every experiment.
func (f *flags) register(cmd *cobra.Command) {
	fs := cmd.Flags()
	fs.SortFlags = false
	training := f.trainingFlags.group()
	include(fs, f.problemFlags.group())
	fs.Var((*countFlag)(&f.batch), "batch", "batch size of recipes that give none, as 64 or 1e3")
	include(fs, training, "seed")
	fs.IntVar(&f.seeds, "seeds", 1, "run every recipe with so many consecutive seeds: drawn as their median with a band")
	include(fs, training, "threads")
	include(fs, f.budgetFlags.group("run", "headless 10"))
	fs.DurationVar(&f.time, "time", 0, "budget of each run, in time spent stepping")
	include(fs, f.outputFlags.group(" and a final table", "result to this file"), "headless", "json")
	include(fs, f.screenFlags.group())
	include(fs, f.recordFlags.group())
	f.federation.register(cmd)
}

// check finds what is wrong with the flags by themselves, and reads the recipes.
func (f *flags) check(given func(flag string) bool) error {
	zero := map[string]bool{"batch": f.batch == 0, "threads": f.threads == 0, "passes": f.passes == 0, "evals": f.evals == 0, "time": f.time == 0, "fps": f.fps == 0}
	if err := refuseZeros(zero, given); err != nil {
		return err
	}
	err := checkBounds(
		f.boundL2(),
		bound{"batch", f.batch >= 0, "at least 1", f.batch},
		bound{"seeds", f.seeds >= 1, "at least 1", f.seeds},
		f.boundThreads(),
		bound{"passes", f.passes >= 0 && f.passes <= 1e9, "above 0 and at most 1e9", f.passes},
		bound{"evals", f.evals >= 0, "above 0", f.evals},
		bound{"time", f.time >= 0, "above 0", f.time},
		f.boundFPS(),
		bound{"checkpoint", f.checkpoint > 0, "above 0", f.checkpoint},
		f.boundMissing(),
	)
	if err != nil {
		return err
	}
	if err := f.checkLogs(); err != nil {
		return err
	}
	if err := f.checkFederation(given); err != nil {
		return usageError{err}
	}
	if err := f.checkRecipes(catalogue()); err != nil {
		return usageError{err}
	}
	return nil
}

// checkRecipes reads the recipes, and finds what is wrong with the model and
// with what flags say about recipes.
func (f *flags) checkRecipes(c optimizers.Catalogue) error {
	if err := f.checkModel(); err != nil {
		return err
	}
	for _, text := range f.runs {
		r, err := c.Parse(text)
		if err != nil {
			return err
		}
		f.recipes = append(f.recipes, r)
	}
	if err := f.federation.check(c); err != nil || !f.fed {
		return err
	}
	if f.federation.over() {
		if err := f.federation.checkSizes(c, f.recipes); err != nil {
			return err
		}
	}
	return f.federation.checkLineUp(c)
}

// checkFederation finds what is wrong with the flags of fed about where clients are.
func (f *flags) checkFederation(given func(flag string) bool) error {
	if !f.fed {
		return nil
	}
	if err := f.federation.checkMachines(given); err != nil {
		return err
	}
	if len(f.runs) > 0 && !f.federation.over() {
		return errors.New("--run is for clients on other machines, with --listen, --nats or --local: in one process, optwatch run takes a line-up of your own")
	}
	for _, flag := range []string{"rounds", "epochs", "fraction", "mu"} {
		if len(f.runs) > 0 && given(flag) {
			return fmt.Errorf("--%[1]s is for runs that fed makes itself: a recipe of --run says %[1]s=… instead", flag)
		}
	}
	return nil
}

// config is the experiment that the flags describe.
func (f *flags) config(catalogue optimizers.Catalogue) train.Config {
	return train.Config{
		Load: func(ctx context.Context, progress data.Progress) (*data.Dataset, error) {
			return openData(ctx, f.data, progress)
		},
		Recipes:   func(d train.DataView, p train.ProblemView) []optimizers.Recipe { return f.lineUp(catalogue, d, p) },
		Model:     f.model,
		Settings:  f.settings(),
		L2:        f.l2,
		Seed:      f.seed,
		Threads:   f.threads,
		Budget:    train.Limits{Evals: f.evals, Passes: f.passes, Time: f.time, Default: f.defaulted},
		Catalogue: catalogue,
		Cache:     cacheFolder(),
	}
}

// lineUp is the runs asked for, with what the flags say where they say nothing.
func (f *flags) lineUp(c optimizers.Catalogue, d train.DataView, p train.ProblemView) []optimizers.Recipe {
	recipes := f.recipes
	switch {
	case f.fed && len(recipes) == 0:
		recipes = f.federation.lineUp(c, d, p)
	case len(recipes) == 0:
		recipes = lineUp(c, d, p)
	}
	out := make([]optimizers.Recipe, len(recipes))
	for i, r := range recipes {
		out[i] = f.federation.divides(c, d, f.complete(c, r))
	}
	return overSeeds(out, f.seed, f.seeds)
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
	case f.fed && len(f.runs) == 0:
		return f.federation.passes()
	case screen:
		return 0
	}
	return max(10, roundPasses(catalogue(), f.recipes))
}
