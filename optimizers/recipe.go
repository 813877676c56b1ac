package optimizers

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Recipe names a combination of catalogue parts and its settings:
//
//	name[:key=value,…]        sgd:lr=0.1,batch=64    svrg:m=n/2,warm=1    adam+svrg:lr=0.001
//
// A name is a rule, an estimator, or one of each joined by +. A rule alone
// takes mini-batches; an estimator alone takes SGD's steps.
type Recipe struct {
	Name      string // as written, without spaces
	Estimator string
	Rule      string
	keys      []string // in the order written
	given     map[string]string
}

// String is the recipe as it is written.
func (r Recipe) String() string {
	pairs := make([]string, len(r.keys))
	for i, k := range r.keys {
		pairs[i] = k + "=" + r.given[k]
	}
	if len(pairs) == 0 {
		return r.Name
	}
	return r.Name + ":" + strings.Join(pairs, ",")
}

// With is the recipe with a setting changed or added.
func (r Recipe) With(key, value string) Recipe {
	r.given = maps.Clone(r.given)
	if r.given == nil {
		r.given = map[string]string{}
	}
	if _, ok := r.given[key]; !ok {
		r.keys = append(slices.Clone(r.keys), key)
	}
	r.given[key] = value
	return r
}

// WithLR is the recipe with another learning rate. Where lr, t0 and mu of
// schedule=strong would then say too much, mu goes: it has fixed t0 before.
func (r Recipe) WithLR(lr float64) Recipe {
	if _, ok := r.given["t0"]; ok {
		r.given = maps.Clone(r.given)
		delete(r.given, "mu")
		r.keys = slices.DeleteFunc(slices.Clone(r.keys), func(k string) bool { return k == "mu" })
	}
	return r.With("lr", fmt.Sprintf("%.6g", lr))
}

// Label is what a run of the recipe is called.
func (r Recipe) Label() string {
	if name, ok := r.given["name"]; ok {
		return name
	}
	return r.Name
}

// Get is the value that the recipe itself gives to a key.
func (r Recipe) Get(key string) (string, bool) { v, ok := r.given[key]; return v, ok }

// Parse reads a recipe and checks its names, keys and values.
func (c Catalogue) Parse(text string) (Recipe, error) {
	name, settings, has := strings.Cut(strings.TrimSpace(text), ":")
	r := Recipe{Name: name, given: map[string]string{}}
	if err := c.parseName(&r); err != nil {
		return Recipe{}, err
	}
	if has && settings == "" {
		return Recipe{}, wrong(text, "nothing after the colon; want key=value,…")
	}
	for pair := range strings.SplitSeq(settings, ",") {
		if !has {
			break
		}
		key, value, ok := strings.Cut(pair, "=")
		key, value = strings.TrimSpace(key), strings.TrimSpace(value)
		if !ok || key == "" || value == "" {
			return Recipe{}, wrong(text, "%q is not key=value", pair)
		}
		if _, twice := r.given[key]; twice {
			return Recipe{}, wrong(text, "%s is given twice", key)
		}
		r.keys = append(r.keys, key)
		r.given[key] = value
	}
	if err := c.checkKeys(r); err != nil {
		return Recipe{}, RecipeError{text, err}
	}
	return r, nil
}

// Must reads recipes that are written in the program itself; it panics if one is wrong.
func (c Catalogue) Must(texts ...string) []Recipe {
	out := make([]Recipe, len(texts))
	for i, text := range texts {
		var err error
		if out[i], err = c.Parse(text); err != nil {
			panic("optimizers: " + err.Error())
		}
	}
	return out
}

func (c Catalogue) parseName(r *Recipe) error {
	parts := strings.Split(r.Name, "+")
	for i, part := range parts {
		part = strings.TrimSpace(part)
		parts[i] = part
		_, isRule := find(c.Rules, part)
		_, isEstimator := find(c.Estimators, part)
		switch {
		case isRule && r.Rule == "":
			r.Rule = part
		case isEstimator && r.Estimator == "":
			r.Estimator = part
		case isRule || isEstimator:
			return wrong(r.Name, "a name has one estimator and one rule at most")
		default:
			return fmt.Errorf("unknown optimizer %q: %swant one of %s", part, Hint(part, c.Names()), strings.Join(c.Names(), ", "))
		}
	}
	r.Name = strings.Join(parts, "+")
	if r.Rule == "" {
		r.Rule = "sgd"
	}
	rule, _ := find(c.Rules, r.Rule)
	if r.Estimator == "" {
		r.Estimator = "minibatch"
		if rule.Federated {
			r.Estimator = c.strategies()[0]
		}
	}
	if e, _ := find(c.Estimators, r.Estimator); rule.Federated && !e.Federated {
		return wrong(r.Name, "%s is a server's rule; it goes with %s", rule.Name, strings.Join(c.strategies(), ", "))
	}
	return nil
}

// strategies are the names of the federated estimators.
func (c Catalogue) strategies() []string {
	var names []string
	for _, e := range c.Estimators {
		if e.Federated {
			names = append(names, e.Name)
		}
	}
	return names
}

// Federated says whether a recipe is one of a federation.
func (c Catalogue) Federated(r Recipe) bool {
	e, _ := find(c.Estimators, r.Estimator)
	return e.Federated
}

// Check says what is wrong with the settings of a recipe, should With have given
// it some. Those that Parse has read are right.
func (c Catalogue) Check(r Recipe) error {
	if err := c.checkKeys(r); err != nil {
		return RecipeError{r.String(), err}
	}
	return nil
}

// checkKeys checks keys and values against the parameters of the parts.
func (c Catalogue) checkKeys(r Recipe) error {
	params := c.Params(r)
	for _, key := range r.keys {
		i := slices.IndexFunc(params, func(p Param) bool { return p.Name == key })
		if i < 0 {
			names := make([]string, len(params))
			for j, p := range params {
				names[j] = p.Name
			}
			return fmt.Errorf("unknown key %q; %s%s takes %s", key, Hint(key, names), r.Name, strings.Join(names, ", "))
		}
		if err := params[i].check(r.given[key]); err != nil {
			return err
		}
	}
	return nil
}

// Params are the parameters that a recipe may set: the common ones and those of its parts.
func (c Catalogue) Params(r Recipe) []Param {
	e, _ := find(c.Estimators, r.Estimator)
	rule, _ := find(c.Rules, r.Rule)
	params := append(append(common(e), e.Params...), rule.Params...)
	if e.Local != nil {
		params = append(params, e.Local(r).Params...)
	}
	if s, ok := find(c.Schedules, r.given["schedule"]); ok {
		params = append(params, s.Params...)
	}
	return params
}

// Names are the names a recipe may begin with: the rules, then the estimators but the implied one.
func (c Catalogue) Names() []string {
	var names []string
	for _, p := range c.Rules {
		names = append(names, p.Name)
	}
	for _, p := range c.Estimators {
		if p.Name != "minibatch" {
			names = append(names, p.Name)
		}
	}
	return names
}

func find[T any](parts []Part[T], name string) (Part[T], bool) {
	i := slices.IndexFunc(parts, func(p Part[T]) bool { return p.Name == name })
	if i < 0 {
		return Part[T]{}, false
	}
	return parts[i], true
}

// SameEstimator says whether two recipes estimate gradients alike, so that the
// estimator's state means the same in both.
func (c Catalogue) SameEstimator(a, b Recipe) bool {
	e, _ := find(c.Estimators, a.Estimator)
	params := e.Params
	if e.Local != nil {
		params = append(slices.Clone(params), e.Local(a).Params...)
	}
	return a.Estimator == b.Estimator && same(params, a, b) && a.given["sample"] == b.given["sample"]
}

// SameSchedule says whether two recipes have the same schedule, so that its
// clock may go on.
func (c Catalogue) SameSchedule(a, b Recipe) bool {
	name := a.schedule()
	s, _ := find(c.Schedules, name)
	return name == b.schedule() && same(s.Params, a, b) && a.given["warmup"] == b.given["warmup"]
}

func (r Recipe) schedule() string {
	if s, ok := r.given["schedule"]; ok {
		return s
	}
	return "constant"
}

// same says whether two recipes give the same values to some parameters.
func same(params []Param, a, b Recipe) bool {
	value := func(r Recipe, p Param) string {
		if v, ok := r.given[p.Name]; ok {
			return v
		}
		return p.Default
	}
	for _, p := range params {
		if value(a, p) != value(b, p) {
			return false
		}
	}
	return true
}

// Takes says whether a recipe may set a parameter.
func (c Catalogue) Takes(r Recipe, name string) bool {
	return slices.ContainsFunc(c.Params(r), func(p Param) bool { return p.Name == name })
}
