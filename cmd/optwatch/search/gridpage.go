package search

import (
	"fmt"
	"math"
	"strings"

	"optwatch/cmd/optwatch/trials"
	"optwatch/train/study"
)

// What the study of a search shows on its page.

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
func (g *grid) draw(brackets []*Bracket) {
	fig := study.Figure{Name: "grid", Title: g.title(), X: study.Axis{Label: g.Values.Key, Log: true}, Y: g.axis()}
	for slot, b := range brackets {
		s := study.Series{Name: b.Recipe.String(), Slot: slot, Dots: true}
		for _, c := range b.candidates {
			v := g.band(c)
			s.X, s.Y = append(s.X, c.Value), append(s.Y, v.Mid)
			s.Lo, s.Hi = append(s.Lo, v.Lo), append(s.Hi, v.Hi)
		}
		fig.Series = append(fig.Series, s)
		if b.Best != nil {
			fig.Lines = append(fig.Lines, study.Line{Name: fmt.Sprintf("best of %s: %s", b.Recipe, Text(b.Best.Value)), At: b.Best.Value, Vertical: true})
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
func (g *grid) table(brackets []*Bracket) study.Table {
	t := study.Table{Name: "grid", Title: "every value", Head: []string{"recipe", g.Values.Key, g.axis().Label, "", "evaluations", "trained to", ""}}
	for _, b := range brackets {
		for _, c := range b.candidates {
			v := g.band(c)
			remark := ""
			switch {
			case c == b.Best:
				remark = "◀ best"
			case c.diverged() > 0:
				remark = fmt.Sprintf("diverged with %d of %d seeds", c.diverged(), g.Seeds)
			case c.out:
				remark = "cut"
			}
			t.Rows = append(t.Rows, []string{
				b.Recipe.String(), Text(c.Value), g.format(v.Mid), fmt.Sprintf("%s … %s", g.format(v.Lo), g.format(v.Hi)),
				fmt.Sprint(c.evals), fmt.Sprintf("%.3g %%", 100*c.trained()/float64(g.Evals)), remark,
			})
		}
	}
	return t
}

// band is the band of a candidate as it is drawn.
func (g *grid) band(c *Candidate) trials.Band {
	v := trials.BandOf(c.scores)
	s := trials.Band{Lo: g.shown(v.Lo), Mid: g.shown(v.Mid), Hi: g.shown(v.Hi)}
	s.Lo, s.Hi = min(s.Lo, s.Hi), max(s.Lo, s.Hi)
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
func (g *grid) conclude(brackets []*Bracket) {
	costs := study.Table{Name: "cost", Title: "what the search cost", Head: []string{"recipe", "best " + g.Values.Key, g.axis().Label, "evaluations", "of the whole grid's"}}
	for _, b := range brackets {
		taken, whole := g.search.EvalsOf(b)
		row := []string{b.Recipe.String(), "—", "—", fmt.Sprint(taken), fmt.Sprintf("%.0f %%", 100*float64(taken)/float64(whole))}
		if b.Best == nil {
			advice := ""
			if g.Values.Key == "lr" {
				advice = "; try smaller ones"
			}
			g.page.Note(fmt.Sprintf("%s: %s%s.", b.Recipe, ErrNothing, advice))
		} else {
			row[1], row[2] = Text(b.Best.Value), g.format(g.band(b.Best).Mid)
			g.page.Recipe(b.Best.Recipe.String())
			g.edge(b)
			g.diverged(b)
		}
		costs.Rows = append(costs.Rows, row)
	}
	g.page.Tabulate(costs)
	names := make([]string, 0, g.Seeds)
	for i := range g.Seeds {
		names = append(names, fmt.Sprint(g.search.Seed+uint64(i)))
	}
	g.page.Note(fmt.Sprintf("Medians over the seeds %s; bands from the worst to the best, of more than four between the quartiles.", strings.Join(names, ", ")))
}

// diverged names the values that no curve can show.
func (g *grid) diverged(b *Bracket) {
	var values []float64
	for _, c := range b.candidates {
		if math.IsInf(c.median(), 1) {
			values = append(values, c.Value)
		}
	}
	if len(values) > 0 {
		g.page.Note(fmt.Sprintf("%s: with %s = %s it diverged, which the picture leaves out.", b.Recipe, g.Values.Key, trials.Joined("%v", values)))
	}
}

// edge warns of a best value beyond which nothing was tried.
func (g *grid) edge(b *Bracket) {
	list := g.Values.List
	if v := b.Best.Value; len(list) > 1 && (v == list[0] || v == list[len(list)-1]) {
		g.page.Note(fmt.Sprintf("%s: the best value, %s, is at the edge of the grid; a better one may lie beyond.", b.Recipe, Text(v)))
	}
}
