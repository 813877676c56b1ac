package lab

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"

	"optwatch/train"
	"optwatch/train/study"
)

// GridOptions are what a grid asks for.
type GridOptions struct {
	Recipes []string
	Values  Values
	Model   string
	L2      float64
	Val     int     // validation examples; negative for as many as is usual
	Seeds   int     // of each value
	Evals   int64   // the budget of a trial in gradient evaluations; 0 to take Passes
	Passes  float64 // the budget of a trial in passes
	Full    bool    // every value trains to the end
	Metric  Metric
}

// Metric is what a grid looks for the best of.
type Metric int

// The metrics.
const (
	ByLoss     Metric = iota // f, and f − f* where f* is certified
	ByAccuracy               // on the validation set
)

// Grid is a notebook for one search.
func Grid(g GridOptions) *study.Notebook {
	return study.NewNotebook(nil, study.Study{
		Name: "grid", Title: fmt.Sprintf("the best %s for each recipe", g.Values.Key),
		About: "Every value has the same budget of gradient evaluations. Successive halving cuts those that are behind: " +
			"after an eighth of the budget, a quarter and a half. What diverges is a result.",
	})
}

// RunGrid searches, on the page of a notebook that Grid has made. The error is
// of the context, or a train.ConfigError where what is asked for cannot be.
func RunGrid(ctx context.Context, o Options, g GridOptions, book *study.Notebook) error {
	s := newSession(ctx, o, book)
	defer s.close()
	var wrong train.ConfigError
	p := book.Pages()[0]
	p.Begin()
	p.End(s.outcome(func(s *session, p *study.Page) error {
		err := s.grid(g, p)
		errors.As(err, &wrong)
		return err
	}, p))
	if wrong.Err != nil {
		return wrong
	}
	return ctx.Err()
}

// grid is the study of a search.
type grid struct {
	GridOptions
	search  *search
	optimum float64 // f*; NaN where the loss itself is shown
	page    *study.Page
}

func (s *session) grid(g GridOptions, p *study.Page) error {
	p.Doing("reading the data")
	bench, err := s.bench(problem{g.Model, g.L2, g.Val})
	if err != nil {
		return err
	}
	d, _ := bench.Views(0)
	if g.Evals == 0 {
		g.Evals = int64(max(1, math.Round(g.Passes*float64(d.Train))))
	}
	g.Passes = float64(g.Evals) / float64(d.Train)
	if g.Metric == ByAccuracy && (d.Val == 0 || d.Classes == nil) {
		return train.ConfigError{Err: fmt.Errorf("there is no validation accuracy: %s has %d validation examples and %d classes", d.Name, d.Val, len(d.Classes))}
	}
	table := &grid{GridOptions: g, page: p, optimum: math.NaN()}
	table.search = &search{
		bench: bench, recipes: g.Recipes, values: g.Values, seeds: g.Seeds, seed: s.o.Seed, evals: g.Evals, full: g.Full,
		score: table.score, changed: table.draw,
	}
	brackets, err := table.search.lineUp()
	if err != nil {
		return err
	}
	if g.Metric == ByLoss {
		p.Doing("certifying f*")
		if o := bench.Optimum(); o.State == train.OptimumCertified {
			table.optimum = o.Value
		}
	}
	if err := table.search.run(s, p, brackets); err != nil {
		return err
	}
	table.conclude(brackets)
	return nil
}

// score is small for a good point: f, or the share classified wrongly.
func (g *grid) score(p train.Point) float64 {
	if g.Metric == ByAccuracy {
		return 1 - p.ValAccuracy
	}
	return p.Loss
}

// shown is a score as it is drawn.
func (g *grid) shown(score float64) float64 {
	switch {
	case g.Metric == ByAccuracy:
		return 100 * (1 - score)
	case math.IsNaN(g.optimum):
		return score
	}
	return score - g.optimum
}

// axis is what is drawn over the values.
func (g *grid) axis() study.Axis {
	switch {
	case g.Metric == ByAccuracy:
		return study.Axis{Label: "validation accuracy %"}
	case math.IsNaN(g.optimum):
		return study.Axis{Label: "f", Log: true}
	}
	return study.Axis{Label: "f − f*", Log: true}
}

// draw shows what is known so far: each value by the rung that it has reached.
func (g *grid) draw(brackets []*bracket) {
	fig := study.Figure{Name: "grid", Title: g.title(), X: study.Axis{Label: g.Values.Key, Log: true}, Y: g.axis()}
	for slot, b := range brackets {
		s := study.Series{Name: b.recipe, Slot: slot, Dots: true}
		for _, c := range b.candidates {
			v := g.band(c)
			s.X, s.Y = append(s.X, c.value), append(s.Y, v.mid)
			s.Lo, s.Hi = append(s.Lo, v.lo), append(s.Hi, v.hi)
		}
		fig.Series = append(fig.Series, s)
		if b.best != nil {
			fig.Lines = append(fig.Lines, study.Line{Name: fmt.Sprintf("best of %s: %s", b.recipe, in(b.best.value)), At: b.best.value, Vertical: true})
		}
	}
	g.page.Draw(fig)
	g.page.Tabulate(g.table(brackets))
}

func (g *grid) title() string {
	title := fmt.Sprintf("after %.3g passes", g.Passes)
	if !g.Full {
		title += ", or where a value was cut"
	}
	return title
}

// table is every value of every recipe.
func (g *grid) table(brackets []*bracket) study.Table {
	t := study.Table{Name: "grid", Title: "every value", Head: []string{"recipe", g.Values.Key, g.axis().Label, "", "evaluations", "trained to", ""}}
	for _, b := range brackets {
		for _, c := range b.candidates {
			v := g.band(c)
			remark := ""
			switch {
			case c == b.best:
				remark = "◀ best"
			case c.diverged() > 0:
				remark = fmt.Sprintf("diverged with %d of %d seeds", c.diverged(), g.Seeds)
			case c.out:
				remark = "cut"
			}
			t.Rows = append(t.Rows, []string{
				b.recipe, in(c.value), g.format(v.mid), fmt.Sprintf("%s … %s", g.format(v.lo), g.format(v.hi)),
				fmt.Sprint(c.evals), fmt.Sprintf("%.3g %%", 100*c.trained()/float64(g.Evals)), remark,
			})
		}
	}
	return t
}

// band is the spread of a candidate as it is drawn.
func (g *grid) band(c *candidate) spread {
	v := band(c.scores)
	s := spread{g.shown(v.lo), g.shown(v.mid), g.shown(v.hi)}
	s.lo, s.hi = min(s.lo, s.hi), max(s.lo, s.hi)
	return s
}

// format is what is drawn as a text.
func (g *grid) format(v float64) string {
	switch {
	case math.IsNaN(v) || math.IsInf(v, 0):
		return "—"
	case g.Metric == ByAccuracy:
		return fmt.Sprintf("%.2f", v)
	}
	return fmt.Sprintf("%.3g", v)
}

// conclude says what was found and what it cost.
func (g *grid) conclude(brackets []*bracket) {
	costs := study.Table{Name: "cost", Title: "what the search cost", Head: []string{"recipe", "best " + g.Values.Key, g.axis().Label, "evaluations", "of the whole grid's"}}
	for _, b := range brackets {
		taken, whole := g.search.evalsOf(b)
		row := []string{b.recipe, "—", "—", fmt.Sprint(taken), fmt.Sprintf("%.0f %%", 100*float64(taken)/float64(whole))}
		if b.best == nil {
			advice := ""
			if g.Values.Key == "lr" {
				advice = "; try smaller ones"
			}
			g.page.Note(fmt.Sprintf("%s: %s%s.", b.recipe, errNothing, advice))
		} else {
			row[1], row[2] = in(b.best.value), g.format(g.band(b.best).mid)
			g.page.Recipe(b.best.recipe)
			g.edge(b)
			g.diverged(b)
		}
		costs.Rows = append(costs.Rows, row)
	}
	g.page.Tabulate(costs)
	names := make([]string, 0, g.Seeds)
	for i := range g.Seeds {
		names = append(names, fmt.Sprint(g.search.seed+uint64(i)))
	}
	g.page.Note(fmt.Sprintf("Medians over the seeds %s; bands from the worst to the best, of more than four between the quartiles.", strings.Join(names, ", ")))
}

// diverged names the values that no curve can show.
func (g *grid) diverged(b *bracket) {
	var values []float64
	for _, c := range b.candidates {
		if math.IsInf(c.median(), 1) {
			values = append(values, c.value)
		}
	}
	if len(values) > 0 {
		g.page.Note(fmt.Sprintf("%s: with %s = %s it diverged, which the picture leaves out.", b.recipe, g.Values.Key, joined("%v", values)))
	}
}

// edge warns of a best value beyond which nothing was tried.
func (g *grid) edge(b *bracket) {
	list := g.Values.List
	if v := b.best.value; len(list) > 1 && (v == list[0] || v == list[len(list)-1]) {
		g.page.Note(fmt.Sprintf("%s: the best value, %s, is at the edge of the grid; a better one may lie beyond.", b.recipe, in(v)))
	}
}
