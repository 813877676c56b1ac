package tui

import (
	"errors"
	"slices"

	"optwatch/optimizers"
	"optwatch/tui/draw"
)

// What a choice in the picker comes to: its name, and the settings that stay.

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
func (p *picker) keepsLR(to optimizers.Recipe) bool {
	return p.rounds || to.Rule == p.from.Rule && to.Estimator == p.from.Estimator
}

// keep takes over the settings of the parts that stay.
func (m *model) keep(p *picker, to optimizers.Recipe, schedule string) optimizers.Recipe {
	if p.keepsLR(to) {
		to = to.With("lr", draw.Number(p.lr, 6))
	}
	if schedule != "constant" {
		to = to.With("schedule", schedule)
	}
	var keys []string
	if p.rounds {
		keys = append(keys, m.ofFederation(p.from, to)...)
	} else if to.Estimator == p.from.Estimator {
		keys = append(keys, "sample")
		keys = append(keys, paramsOf(m.catalogue.Estimators, to.Estimator)...)
	}
	if to.Rule == p.from.Rule {
		keys = append(keys, paramsOf(m.catalogue.Rules, to.Rule)...)
	}
	if schedule == scheduleOf(p.from) {
		keys = append(keys, "warmup")
		keys = append(keys, paramsOf(m.catalogue.Schedules, schedule)...)
	}
	for _, key := range keys {
		if value, ok := p.from.Get(key); ok {
			to = to.With(key, value)
		}
	}
	return to
}

// ofFederation are the parameters of a strategy that another takes too: its
// clients, what they hold and how they work. The server's stay with its rule.
func (m *model) ofFederation(from, to optimizers.Recipe) []string {
	others := append(paramsOf(m.catalogue.Rules, from.Rule), paramsOf(m.catalogue.Schedules, scheduleOf(from))...)
	for _, q := range optimizers.Common {
		others = append(others, q.Name)
	}
	if from.Rule != to.Rule {
		others = append(others, "server_lr")
	}
	var keys []string
	for _, q := range m.catalogue.Params(from) {
		if !slices.Contains(others, q.Name) && m.catalogue.Takes(to, q.Name) {
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
func reason(err error) error {
	if wrong := (optimizers.RecipeError{}); errors.As(err, &wrong) {
		return wrong.Err
	}
	return err
}
