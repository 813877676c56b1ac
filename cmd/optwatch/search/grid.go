package search

import (
	"context"
	"errors"
	"fmt"
	"math"

	"optwatch/cmd/optwatch/trials"
	"optwatch/optimizers"
	"optwatch/train"
	"optwatch/train/study"
)

// Options are what a search asks for.
type Options struct {
	Recipes  []optimizers.Recipe
	Values   Values
	Model    string
	Settings train.ModelSettings // of the model
	L2       float64
	Val      int     // validation examples; negative for as many as is usual
	Seeds    int     // of each value
	Evals    int64   // the budget of a trial in gradient evaluations; 0 to take Passes
	Passes   float64 // the budget of a trial in passes
	Full     bool    // every value trains to the end
	Metric   Metric
}

// Metric is what a search is for the best of.
type Metric int

// The metrics.
const (
	ByLoss     Metric = iota // f, and f − f* where f* is certified
	ByAccuracy               // on the validation set
)

// Open is a notebook for one search.
func Open(g Options) *study.Notebook {
	return study.NewNotebook(nil, study.Study{
		Name: "grid", Title: fmt.Sprintf("the best %s for each recipe", g.Values.Key),
		About: "Every value has the same budget of gradient evaluations. Successive halving cuts those that are behind: " +
			"after an eighth of the budget, a quarter and a half. What diverges is a result.",
	})
}

// Run searches, on the page of a notebook that Open has made. The error is of
// the context, or a train.ConfigError where what is asked for cannot be.
func Run(ctx context.Context, o trials.Options, g Options, notebook *study.Notebook) error {
	s := trials.NewSession(ctx, o, notebook)
	defer s.Close()
	var wrong train.ConfigError
	s.Conclude(notebook.Pages()[0], func(p *study.Page) error {
		err := searchGrid(s, g, p)
		errors.As(err, &wrong)
		return err
	})
	if wrong.Err != nil {
		return wrong
	}
	return ctx.Err()
}

// grid is the study of a search.
type grid struct {
	Options
	search  *Halving
	optimum float64 // f*; NaN where the loss itself is shown
	page    *study.Page
}

func searchGrid(s *trials.Session, o Options, p *study.Page) error {
	p.Doing("reading the data")
	bench, err := s.Bench(trials.Problem{Model: o.Model, Settings: o.Settings, L2: o.L2, Val: o.Val})
	if err != nil {
		return err
	}
	d, _ := bench.Views(0)
	if o.Evals == 0 {
		o.Evals = int64(max(1, math.Round(o.Passes*float64(d.Train))))
	}
	o.Passes = float64(o.Evals) / float64(d.Train)
	if o.Metric == ByAccuracy && (d.Val == 0 || d.Classes == nil) {
		return train.ConfigError{Err: fmt.Errorf("there is no validation accuracy: %s has %d validation examples and %d classes", d.Name, d.Val, len(d.Classes))}
	}
	g := &grid{Options: o, page: p, optimum: math.NaN()}
	g.search = &Halving{
		Bench: bench, Recipes: o.Recipes, Values: o.Values, Seeds: o.Seeds, Seed: s.Seed, Evals: o.Evals, Full: o.Full,
		Score: g.score, Changed: g.draw,
	}
	brackets, err := g.search.LineUp()
	if err != nil {
		return err
	}
	if o.Metric == ByLoss {
		p.Doing("certifying f*")
		if o := bench.Optimum(); o.State == train.OptimumCertified {
			g.optimum = o.Value
		}
	}
	if err := g.search.Run(s, p, brackets); err != nil {
		return err
	}
	g.conclude(brackets)
	return nil
}

// score is small for a good point: f, or the fraction classified wrongly.
func (g *grid) score(p train.Point) float64 {
	if g.Metric == ByAccuracy {
		return 1 - p.ValAccuracy
	}
	return p.Loss
}
