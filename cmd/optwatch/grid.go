package main

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/spf13/cobra"

	"optwatch/cmd/optwatch/lab"
	"optwatch/optimizers"
	"optwatch/train/data"
	"optwatch/train/objective"
)

// gridFlags are the flags of a search.
type gridFlags struct {
	studyFlags
	data   data.Options
	runs   []string
	grid   string
	model  string
	l2     float64
	val    int
	seeds  int
	passes float64
	evals  int64
	full   bool
	metric string
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
	fs.Float64Var(&f.passes, "passes", 0, "budget of each trial, in passes of n gradient evaluations (default 10)")
	fs.Int64Var(&f.evals, "evals", 0, "budget of each trial, in gradient evaluations")
	fs.BoolVar(&f.full, "full", false, "train every value to the end, no halving")
	fs.StringVar(&f.data.Name, "data", "auto", "auto, digits, mnist, fashion-mnist, or the path of an IDX, LIBSVM or CSV file")
	fs.StringVar(&f.data.Label, "label", "", "label column of a CSV file (default a column of that name, else the last)")
	fs.StringVar(&f.model, "model", "softmax", "softmax, logistic, svm, least-squares or net")
	fs.Float64Var(&f.l2, "l2", 1e-3, "λ of the regulariser (λ/2)‖W‖², biases left out")
	fs.IntVar(&f.val, "val", -1, "validation examples held out of the training set (default 10000 for MNIST)")
	f.studyFlags.register(cmd)
}

func runGrid(cmd *cobra.Command, f *gridFlags) error {
	g, err := f.search(catalogue(), cmd.Flags().Changed)
	if err != nil {
		return usageError{err}
	}
	if err := f.check(cmd.Flags().Changed); err != nil {
		return err
	}
	f.data.Dir, _ = cmd.Flags().GetString("data-dir")
	book := lab.Grid(g)
	return showStudies(cmd, &f.studyFlags, book, func(ctx context.Context) error {
		return lab.RunGrid(ctx, f.options(f.data, false), g, book)
	})
}

// search is what the flags describe, or what is wrong with them.
func (f *gridFlags) search(c optimizers.Catalogue, given func(flag string) bool) (lab.GridOptions, error) {
	g := lab.GridOptions{Recipes: f.runs, Model: f.model, L2: f.l2, Val: f.val, Seeds: f.seeds, Evals: f.evals, Passes: f.passes, Full: f.full}
	var err error
	if g.Values, err = lab.ParseValues(f.grid); err != nil {
		return g, fmt.Errorf("--grid: %w", err)
	}
	switch f.metric {
	case "loss":
	case "val":
		g.Metric = lab.ByAccuracy
	default:
		return g, fmt.Errorf("--metric is loss or val, got %q", f.metric)
	}
	switch {
	case f.seeds < 1 || f.seeds > 100:
		return g, fmt.Errorf("--seeds must be from 1 to 100, got %d", f.seeds)
	case given("passes") && (!(f.passes > 0) || f.passes > 1e6):
		return g, fmt.Errorf("--passes must be above 0 and at most 1e6, got %g", f.passes)
	case given("evals") && f.evals < 1:
		return g, fmt.Errorf("--evals must be at least 1, got %d", f.evals)
	case given("passes") && given("evals"):
		return g, errors.New("--passes and --evals are two budgets; give one")
	case !(f.l2 >= 0) || math.IsInf(f.l2, 0):
		return g, fmt.Errorf("--l2 must be at least 0, got %g", f.l2)
	case f.val < -1:
		return g, fmt.Errorf("--val must be at least 0, got %d", f.val)
	}
	if !given("passes") {
		g.Passes = 10
	}
	if _, err := objective.FindModel(f.model); err != nil {
		return g, err
	}
	if len(g.Recipes) == 0 {
		g.Recipes = []string{"sgd", "adam"}
	}
	return g, checkGrid(c, g)
}

// mostTrials bounds the memory of a search: a trial on MNIST takes 0.6 MB.
const mostTrials = 1000

// checkGrid finds recipes that are wrong, or have no use for the key.
func checkGrid(c optimizers.Catalogue, g lab.GridOptions) error {
	if g.Values.Key == "seed" {
		return errors.New("--grid seed: a seed is not searched for; --seeds gives every value several")
	}
	if n := len(g.Recipes) * len(g.Values.List) * g.Seeds; n > mostTrials {
		return fmt.Errorf("%d recipes with %d values and %d seeds are %d trials, the most is %d", len(g.Recipes), len(g.Values.List), g.Seeds, n, mostTrials)
	}
	seen := map[string]bool{}
	for _, text := range g.Recipes {
		r, err := c.Parse(text)
		if err != nil {
			return err
		}
		if seen[r.String()] {
			return fmt.Errorf("--run %s is given twice", text)
		}
		seen[r.String()] = true
		if _, ok := r.Get(g.Values.Key); ok {
			return fmt.Errorf("--run %s gives %s, which is what the grid is for; leave it out", text, g.Values.Key)
		}
		if _, ok := r.Get("seed"); ok {
			return fmt.Errorf("--run %s gives a seed; the grid has --seed and --seeds", text)
		}
		for _, v := range g.Values.List {
			if _, err := c.Parse(r.With(g.Values.Key, fmt.Sprint(v)).String()); err != nil {
				return fmt.Errorf("--grid %s: %w", g.Values.Key, err)
			}
		}
	}
	return nil
}
