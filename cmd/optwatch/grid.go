package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"optwatch/cmd/optwatch/search"
	"optwatch/optimizers"
)

// gridFlags are the flags of a search.
type gridFlags struct {
	studyFlags
	problemFlags
	budgetFlags
	runs   []string
	grid   string
	metric string
	seeds  int
	full   bool
}

// gridCommand is optwatch grid.
func gridCommand() *cobra.Command {
	var f gridFlags
	cmd := &cobra.Command{
		Use:   "grid",
		Short: "Search for learning rates",
		Long: `grid trains every recipe with every value of a key, by default learning rates, all
with the same budget of gradient evaluations and with several seeds. Successive
halving cuts early what is behind. It ends with the recipes to paste, and with
what finding them has cost.`,
		Example: `  optwatch grid
  optwatch grid --run sgd:batch=64 --run adam:batch=64 --grid lr=1e-4:1:x3.16 --passes 10
  optwatch grid --headless --data mnist --run svrg:m=n/2,warm=1 --grid 'lr=0.005|0.01|0.02|0.04'`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runGrid(cmd, &f) },
	}
	f.register(cmd)
	return cmd
}

func (f *gridFlags) register(cmd *cobra.Command) {
	fs := cmd.Flags()
	fs.SortFlags = false
	fs.StringArrayVar(&f.runs, "run", nil, "a recipe to search for; may be given several times (default sgd and adam)")
	fs.StringVar(&f.grid, "grid", "lr=1e-4:1:x3.16", "what to try: key=low:high:xF, each value F times the one before, or key=a|b|c")
	fs.StringVar(&f.metric, "metric", "loss", "what is best: loss, the objective f, or val, the validation accuracy")
	fs.IntVar(&f.seeds, "seeds", 3, "seeds of each value")
	include(fs, f.budgetFlags.group("trial", "default 10"))
	fs.BoolVar(&f.full, "full", false, "train every value to the end, no halving")
	include(fs, f.problemFlags.group(), "data", "label", "standardize", "missing", "one-hot", "without", "model", "hidden", "precision", "l2", "val")
	f.studyFlags.register(cmd)
}

func runGrid(cmd *cobra.Command, f *gridFlags) error {
	o, err := f.search(catalogue(), cmd.Flags().Changed)
	if err != nil {
		return usageError{err}
	}
	if err := f.check(cmd.Flags().Changed); err != nil {
		return err
	}
	f.data.Dir = dataDirFlag(cmd)
	notebook := search.Open(o)
	return showStudies(cmd, &f.studyFlags, notebook, func(ctx context.Context) error {
		return search.Run(ctx, f.options(f.data), o, notebook)
	})
}

// search is what the flags describe, or what is wrong with them.
func (f *gridFlags) search(c optimizers.Catalogue, given func(flag string) bool) (search.Options, error) {
	o := search.Options{Model: f.model, Settings: f.settings(), L2: f.l2, Val: f.data.Val, Seeds: f.seeds, Evals: f.evals, Passes: f.passes, Full: f.full}
	var err error
	if o.Values, err = search.ParseValues(f.grid); err != nil {
		return o, fmt.Errorf("--grid: %w", err)
	}
	switch f.metric {
	case "loss":
	case "val":
		o.Metric = search.ByAccuracy
	default:
		return o, fmt.Errorf("--metric is loss or val, got %q", f.metric)
	}
	if err := f.checkNumbers(given); err != nil {
		return o, err
	}
	if !given("passes") {
		o.Passes = 10
	}
	if err := f.checkModel(); err != nil {
		return o, err
	}
	o.Recipes, err = f.recipes(c, o.Values)
	return o, err
}

// checkNumbers finds numbers that are out of bounds.
func (f *gridFlags) checkNumbers(given func(flag string) bool) error {
	err := checkBounds(
		bound{"seeds", f.seeds >= 1 && f.seeds <= 100, "from 1 to 100", f.seeds},
		bound{"passes", !given("passes") || f.passes > 0 && f.passes <= 1e6, "above 0 and at most 1e6", f.passes},
		bound{"evals", !given("evals") || f.evals >= 1, "at least 1", f.evals},
	)
	switch {
	case err != nil:
		return err
	case given("passes") && given("evals"):
		return errors.New("--passes and --evals are two budgets; give one")
	}
	return checkBounds(f.boundL2(), f.boundMissing())
}

// mostTrials bounds the memory of a search: a trial on MNIST takes 0.6 MB.
const mostTrials = 1000

// recipes reads the recipes to search for, of which none is wrong and each has
// a use for every value.
func (f *gridFlags) recipes(c optimizers.Catalogue, values search.Values) ([]optimizers.Recipe, error) {
	texts := f.runs
	if len(texts) == 0 {
		texts = []string{"sgd", "adam"}
	}
	if values.Key == "seed" {
		return nil, errors.New("--grid seed: a seed is not searched for; --seeds gives every value several")
	}
	if n := len(texts) * len(values.List) * f.seeds; n > mostTrials {
		return nil, fmt.Errorf("%d recipes with %d values and %d seeds are %d trials, the most is %d", len(texts), len(values.List), f.seeds, n, mostTrials)
	}
	var out []optimizers.Recipe
	seen := map[string]bool{}
	for _, text := range texts {
		r, err := c.Parse(text)
		if err != nil {
			return nil, err
		}
		if seen[r.String()] {
			return nil, fmt.Errorf("--run %s is given twice", text)
		}
		seen[r.String()] = true
		if _, ok := r.Get(values.Key); ok {
			return nil, fmt.Errorf("--run %s gives %s, which is what the grid is for; leave it out", text, values.Key)
		}
		if _, ok := r.Get("seed"); ok {
			return nil, fmt.Errorf("--run %s gives a seed; the grid has --seed and --seeds", text)
		}
		for _, v := range values.List {
			if err := c.Check(r.With(values.Key, search.Text(v))); err != nil {
				return nil, fmt.Errorf("--grid %s: %w", values.Key, err)
			}
		}
		out = append(out, r)
	}
	return out, nil
}
