package optimizers

import (
	"errors"
	"fmt"
	"math"
	"strings"
)

// Method is a recipe built for a problem: what a run steps with.
type Method struct {
	Estimator Estimator
	Rule      Rule
	Schedule  Schedule
	LR        float64 // α; of a federation, its clients'
	ServerLR  float64 // of a federation: its server's
	Replace   bool    // draw with replacement
	Warm      Warm
}

// Warm is SGD before the method itself.
type Warm struct {
	Passes float64
	LR     float64
	Batch  int
}

// Build makes the method of a recipe.
func (c Catalogue) Build(r Recipe, p Problem) (*Method, error) {
	e, _ := find(c.Estimators, r.Estimator)
	rule, _ := find(c.Rules, r.Rule)
	v := Values{problem: p, params: c.Params(r), given: r.given}
	if !p.Linear && (e.Linear || r.given["stored"] == "1") {
		return nil, wrong(r.String(), "it keeps a residual of every example, which only linear models have; the net is not one")
	}
	if e.Needs != nil {
		if err := e.Needs(v); err != nil {
			return nil, RecipeError{r.String(), err}
		}
	}
	if b, ok := r.given["batch"]; ok && v.Int("batch") > p.N && !e.Federated {
		return nil, wrong(r.String(), "batch %s is larger than the %d training examples", b, p.N)
	}
	m := &Method{Estimator: e.New(v), Rule: rule.New(v), Replace: e.Replace}
	if s := v.given["sample"]; s != "" {
		m.Replace = s == "replace"
	}
	m.LR = defaultLR(v, e, rule)
	if e.Federated {
		if _, ok := m.Rule.(Decoupled); ok {
			return nil, wrong(r.String(), "%s decays the weights by itself, which the clients do already; it cannot be the server's rule", rule.Name)
		}
		m.ServerLR = serverLR(v, rule)
		if !v.Given("lr") {
			m.LR = e.Local(r).LR
		}
	} else {
		m.Warm = Warm{Passes: v.Real("warm"), LR: v.Real("warm_lr"), Batch: v.Int("warm_batch")}
	}
	if err := c.schedule(m, v, e); err != nil {
		return nil, RecipeError{r.String(), err}
	}
	return m, nil
}

// defaultLR is the learning rate given, or else what the rule prefers. What an
// estimator prefers is meant for SGD's steps; a rule whose steps are like them
// takes the same share of it that it takes of SGD's own.
func defaultLR(v Values, e Part[Estimator], rule Part[Rule]) float64 {
	switch {
	case v.Given("lr"):
		return v.Real("lr")
	case rule.like > 0 && e.LR > 0:
		return e.LR * (rule.LR / rule.like)
	}
	return rule.LR
}

// serverLR is the server's learning rate given, or else what its rule prefers.
func serverLR(v Values, rule Part[Rule]) float64 {
	switch {
	case v.Given("server_lr"):
		return v.Real("server_lr")
	case rule.ServerLR > 0:
		return rule.ServerLR
	}
	return rule.LR
}

// schedule sets the method's schedule, whose defaults follow from the learning
// rate and from the budget.
func (c Catalogue) schedule(m *Method, v Values, e Part[Estimator]) error {
	name := v.Word("schedule")
	s, _ := find(c.Schedules, name)
	switch name {
	case "strong":
		mu := v.Real("mu")
		if mu <= 0 {
			return fmt.Errorf("schedule=strong needs mu above 0; the problem's λ is %g", v.problem.L2)
		}
		switch {
		case v.Given("lr") && v.Given("t0") && v.Given("mu"):
			return errors.New("schedule=strong: any two of lr, t0 and mu give the third; leave one out")
		case !v.Given("t0"):
			m.Schedule = Strong{T0: max(0, 2/(mu*m.LR)-1)}
		case !v.Given("lr"):
			m.LR = 2 / (mu * (1 + v.Real("t0")))
		}
	case "cosine", "linear":
		if !v.Given("steps") {
			if v.problem.Evals == 0 && !v.Given("rounds") {
				return fmt.Errorf("schedule=%s needs steps=T, or a budget to take it from", name)
			}
			v = v.with("steps", fmt.Sprint(horizon(v, e)))
		}
	}
	if m.Schedule == nil {
		m.Schedule = s.New(v)
	}
	if warmup := v.Int("warmup"); warmup > 0 {
		m.Schedule = WarmUp{Steps: warmup, Then: m.Schedule}
	}
	return nil
}

// horizon is the number of steps that the budget pays for, after the passes
// of SGD before.
func horizon(v Values, e Part[Estimator]) int64 {
	if e.Federated {
		return rounds(v, e)
	}
	n := v.problem.N
	evals := float64(v.problem.Evals) - v.Real("warm")*float64(n)
	if e.once {
		evals -= float64(e.Start(v, n))
	}
	return int64(max(1, math.Round(evals/e.PerStep(v, n))))
}

// rounds is the number of rounds that the budget pays for, or that the recipe
// asks for if that is less.
func rounds(v Values, e Part[Estimator]) int64 {
	limit := math.Inf(1)
	if v.problem.Evals > 0 {
		limit = math.Round(float64(v.problem.Evals) / e.PerStep(v, v.problem.N))
	}
	if v.Given("rounds") {
		limit = min(limit, v.Real("rounds"))
	}
	return int64(max(1, limit))
}

func (v Values) with(name, text string) Values {
	v.given = Recipe{given: v.given}.With(name, text).given
	return v
}

// Change is what a switch from one method to another costs and keeps.
type Change struct {
	Evals int    // gradient evaluations before the first step of the new method
	State string // what happens to the state, in words
}

// MaySwitch says what speaks against a switch from a recipe to another on any problem.
func (c Catalogue) MaySwitch(from, to Recipe) error {
	switch {
	case c.Federated(from) == c.Federated(to):
		return nil
	case c.Federated(from):
		return wrong(to.String(), "a federated run can switch to another strategy or server's rule only")
	}
	return wrong(to.String(), "a centralised run cannot become a federated one; add it as a run of its own")
}

// Compare is the change from a recipe to another on a problem; both must have been parsed.
func (c Catalogue) Compare(from, to Recipe, p Problem) (Change, error) {
	if err := c.MaySwitch(from, to); err != nil {
		return Change{}, err
	}
	old, err := c.Build(from, p)
	if err != nil {
		return Change{}, err
	}
	next, err := c.Build(to, p)
	if err != nil {
		return Change{}, err
	}
	e, _ := find(c.Estimators, to.Estimator)
	ch := Change{}
	if !c.SameEstimator(from, to) {
		ch.Evals = e.Start(Values{problem: p, params: c.Params(to), given: to.given}, p.N)
	}
	carried := Carry(next.Rule.State(), old.Rule.State())
	ch.State = describe(carried, next.Rule.State(), from.Rule, to.Rule)
	if e.Federated {
		ch.State += ", the count of rounds goes on"
		return ch, nil
	}
	if !c.SameEstimator(from, to) && len(old.Estimator.State()) > 0 {
		ch.State += ", that of " + from.Estimator + " is dropped"
	}
	return ch, nil
}

// describe says in words what a switch of rules does to the state.
func describe(carried []string, state []Var, from, to string) string {
	switch {
	case len(carried) > 0:
		return fmt.Sprintf("%s kept from %s", strings.Join(carried, ", "), from)
	case len(state) > 0:
		return fmt.Sprintf("state of %s starts at zero", to)
	default:
		return fmt.Sprintf("%s carries no state", to)
	}
}
