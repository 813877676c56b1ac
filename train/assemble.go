package train

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"optwatch/optimizers"
	"optwatch/train/view"
)

// A method can be put together from three parts: an estimator, a rule and a
// schedule; that of a federated run from a strategy of its clients, a rule of
// its server and a schedule. Parts that stay keep their settings.

// assembly is a run's method and the parts that can take the place of its own.
type assembly struct {
	catalogue optimizers.Catalogue
	problem   optimizers.Problem
	from      optimizers.Recipe
	lr        float64 // that it has now
	rounds    bool    // it is federated
	written   bool    // what it is to become is a recipe as it stands: nothing is kept that this does not say
}

func (o Offers) assembly(from optimizers.Recipe, lr float64) assembly {
	return assembly{catalogue: o.Catalogue, problem: o.Problem, from: from, lr: lr, rounds: o.Catalogue.Federated(from)}
}

// recipe is the one that a switch asks for: as it is written, or put together.
func (e *Experiment) recipe(r *run, from optimizers.Recipe, c view.Command) (optimizers.Recipe, error) {
	if c.Recipe != "" || c.Choice == nil {
		return e.config.Catalogue.Parse(c.Recipe)
	}
	return e.offers().assembly(from, r.report(r.budget()).LR).recipe(c.Choice)
}

// Method is what a switch of a run's method comes to, from a recipe and with
// the learning rate that the run now has. Without a choice it is the method that
// the run has.
func (o Offers) Method(recipe string, lr float64, choice []string) view.Offer {
	from, err := o.Catalogue.Parse(recipe)
	if err != nil {
		return view.Offer{Refused: err.Error()}
	}
	a := o.assembly(from, lr)
	if choice == nil {
		choice = partsOf(from)
	}
	out := a.comesTo(choice)
	if len(choice) != len(partsOf(from)) {
		return out
	}
	return a.withParts(out, choice)
}

// switching is what a switch to a recipe comes to.
func (o Offers) switching(recipe string, lr float64, typed string) view.Offer {
	from, err := o.Catalogue.Parse(recipe)
	if err != nil {
		return view.Offer{Refused: err.Error()}
	}
	to, err := o.Catalogue.Parse(typed)
	if err != nil {
		return view.Offer{Recipe: typed, Refused: err.Error()}
	}
	a, chosen := o.assembly(from, lr), o.assembly(from, lr)
	a.written = true
	out := chosen.withParts(a.offer(to), partsOf(to))
	out.Same = to.String() == from.String()
	return out
}

// partsOf are the parts that a recipe is put together from.
func partsOf(r optimizers.Recipe) []string { return []string{r.Estimator, r.Rule, scheduleOf(r)} }

// withParts is an offer with all parts that could be chosen in place of one.
func (a assembly) withParts(out view.Offer, choice []string) view.Offer {
	out.Parts = a.parts()
	for i := range out.Parts {
		p := &out.Parts[i]
		p.At = max(0, slices.IndexFunc(p.Choices, func(c view.Choice) bool { return c.Name == choice[i] }))
		for j := range p.Choices {
			other := slices.Clone(choice)
			other[i] = p.Choices[j].Name
			p.Choices[j].Refused = a.comesTo(other).Refused != ""
		}
	}
	return out
}

// parts are all that can be chosen.
func (a assembly) parts() []view.Part {
	out := []view.Part{
		{Title: "estimator", Choices: choicesOf(a.catalogue.Estimators, a.rounds, !a.rounds)},
		{Title: "rule", Choices: choicesOf(a.catalogue.Rules, a.rounds, true)},
		{Title: "schedule", Choices: choicesOf(a.catalogue.Schedules, false, true)},
	}
	if a.rounds {
		out[0].Title, out[1].Title = "strategy", "server rule"
	}
	return out
}

// choicesOf are the entries for federated runs, for centralised ones, or both.
func choicesOf[T any](in []optimizers.Part[T], federated, others bool) []view.Choice {
	var out []view.Choice
	for _, p := range in {
		if p.Federated && federated || !p.Federated && others {
			out = append(out, view.Choice{Name: p.Name, Title: p.Title, About: p.Paper})
		}
	}
	return out
}

func scheduleOf(r optimizers.Recipe) string {
	if s, ok := r.Get("schedule"); ok {
		return s
	}
	return "constant"
}

// comesTo is what a combination of parts comes to.
func (a assembly) comesTo(choice []string) view.Offer {
	recipe, err := a.recipe(choice)
	if err != nil {
		return view.Offer{Refused: err.Error()}
	}
	return a.offer(recipe)
}

// offer is what a recipe comes to.
func (a assembly) offer(recipe optimizers.Recipe) view.Offer {
	o := view.Offer{Recipe: recipe.String(), Summary: recipe.Estimator + " · " + recipe.Rule}
	method, err := a.catalogue.Build(recipe, a.problem)
	if err != nil {
		o.Refused = reason(err)
		return o
	}
	change, err := a.catalogue.Compare(a.from, recipe, a.problem)
	if err != nil {
		o.Refused = reason(err)
		return o
	}
	o.Same = slices.Equal(partsOf(recipe), partsOf(a.from))
	cost := view.Detail{Label: "cost", Text: "no gradient evaluations"}
	if change.Evals > 0 {
		cost.Count, cost.Text = int64(change.Evals), "evaluations to begin"
	}
	o.Details = []view.Detail{
		{Label: "lr", Text: digits(method.LR, 3) + a.lrNote(recipe)}, cost, {Label: "state", Text: change.State},
	}
	return o
}

// digits is a number in some significant digits and with a short exponent: 0.125, 1e-5.
func digits(v float64, n int) string {
	return view.ShortExponents(strconv.FormatFloat(v, 'g', n, 64))
}

func (a assembly) lrNote(to optimizers.Recipe) string {
	switch {
	case a.written:
		return ""
	case a.rounds:
		return " of the clients, kept"
	case a.keepsLR(to):
		return ", kept"
	}
	return ", the default"
}

// recipe is that of a combination of parts, with the settings of those that stay.
func (a assembly) recipe(choice []string) (optimizers.Recipe, error) {
	if len(choice) != len(partsOf(a.from)) {
		return optimizers.Recipe{}, fmt.Errorf("a method is put together from %d parts, got %d", len(partsOf(a.from)), len(choice))
	}
	estimator, rule, schedule := choice[0], choice[1], choice[2]
	if !slices.ContainsFunc(a.catalogue.Schedules, func(p optimizers.Part[optimizers.Schedule]) bool { return p.Name == schedule }) {
		return optimizers.Recipe{}, fmt.Errorf("unknown schedule %q", schedule)
	}
	to, err := combination(a.catalogue, estimator, rule)
	if err != nil {
		return to, err
	}
	if a.keepsLR(to) {
		to = to.With("lr", digits(a.lr, 6))
	}
	if schedule != "constant" {
		to = to.With("schedule", schedule)
	}
	for _, key := range a.kept(to, schedule) {
		if value, ok := a.from.Get(key); ok {
			to = to.With(key, value)
		}
	}
	return to, nil
}

// combination is the recipe of an estimator with a rule by its shortest name:
// either alone may imply the other.
func combination(c optimizers.Catalogue, estimator, rule string) (optimizers.Recipe, error) {
	for _, name := range []string{rule, estimator} {
		if r, err := c.Parse(name); err == nil && r.Estimator == estimator && r.Rule == rule {
			return r, nil
		}
	}
	return c.Parse(rule + "+" + estimator)
}

// keepsLR says whether the learning rate stays: it belongs to estimator and
// rule together, that of a federation to its clients.
func (a assembly) keepsLR(to optimizers.Recipe) bool {
	return a.rounds || to.Rule == a.from.Rule && to.Estimator == a.from.Estimator
}

// kept are the settings of the parts that stay.
func (a assembly) kept(to optimizers.Recipe, schedule string) []string {
	c := a.catalogue
	var keys []string
	if a.rounds {
		keys = append(keys, a.keptRounds(to)...)
	} else if to.Estimator == a.from.Estimator {
		keys = append(keys, "sample")
		keys = append(keys, paramsOf(c.Estimators, to.Estimator)...)
	}
	if to.Rule == a.from.Rule {
		keys = append(keys, paramsOf(c.Rules, to.Rule)...)
	}
	if schedule == scheduleOf(a.from) {
		keys = append(keys, "warmup")
		keys = append(keys, paramsOf(c.Schedules, schedule)...)
	}
	return keys
}

// keptRounds are the parameters of a strategy that another takes too: its
// clients, what they hold and how they work. The server's stay with its rule.
func (a assembly) keptRounds(to optimizers.Recipe) []string {
	c := a.catalogue
	others := append(paramsOf(c.Rules, a.from.Rule), paramsOf(c.Schedules, scheduleOf(a.from))...)
	for _, q := range optimizers.Common {
		others = append(others, q.Name)
	}
	if a.from.Rule != to.Rule {
		others = append(others, "server_lr")
	}
	var keys []string
	for _, q := range c.Params(a.from) {
		if !slices.Contains(others, q.Name) && c.Takes(to, q.Name) {
			keys = append(keys, q.Name)
		}
	}
	return keys
}

func paramsOf[T any](parts []optimizers.Part[T], name string) []string {
	var keys []string
	for _, p := range parts {
		if p.Name == name {
			for _, q := range p.Params {
				keys = append(keys, q.Name)
			}
		}
	}
	return keys
}

// reason is an error without the recipe it is about, which is on the screen.
func reason(err error) string {
	if r := (optimizers.RecipeError{}); errors.As(err, &r) {
		return r.Err.Error()
	}
	return err.Error()
}
