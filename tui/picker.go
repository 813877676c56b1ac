package tui

import (
	"slices"

	"optwatch/optimizers"
	"optwatch/train"
)

// picker is the overlay in which an optimizer is put together from an
// estimator, a rule and a schedule; for a federated run, from a strategy of its
// clients, a rule of its server and a schedule.
type picker struct {
	runs    []int  // RunView.ID, of one recipe
	name    string // of them
	rounds  bool   // of a federated run
	lr      float64
	from    optimizers.Recipe
	columns [3]column
	focus   int // a column
	choice  choice
}

// column is one kind of part.
type column struct {
	title string
	parts []part
	at    int // the chosen part
}

// part is an entry of the catalogue, and what speaks against it beside the
// chosen parts of the other columns.
type part struct {
	name, title, paper string
	wrong              error
}

// choice is what the chosen parts come to.
type choice struct {
	recipe optimizers.Recipe
	lr     float64
	change optimizers.Change
	err    error
}

func (*picker) mode() mode { return inPicker }

func (m *model) openPicker() {
	r := m.run()
	from, err := m.catalogue.Parse(r.Recipe)
	if err != nil {
		m.fail(err)
		return
	}
	p := &picker{name: m.subject(), lr: r.LR, from: from}
	for _, r := range m.targets() {
		if goes(r) {
			p.runs = append(p.runs, r.ID)
		}
	}
	p.rounds = slices.ContainsFunc(m.catalogue.Estimators, func(e optimizers.Part[optimizers.Estimator]) bool {
		return e.Name == from.Estimator && e.Federated
	})
	p.columns = [3]column{
		{title: "estimator", parts: partsOf(m.catalogue.Estimators, p.rounds, !p.rounds)},
		{title: "rule", parts: partsOf(m.catalogue.Rules, p.rounds, true)},
		{title: "schedule", parts: partsOf(m.catalogue.Schedules, false, true)},
	}
	if p.rounds {
		p.columns[0].title, p.columns[1].title = "strategy", "server rule"
	}
	for i, name := range []string{from.Estimator, from.Rule, scheduleOf(from)} {
		for j, e := range p.columns[i].parts {
			if e.name == name {
				p.columns[i].at = j
			}
		}
	}
	m.over = p
	m.weigh(p)
}

// partsOf are the entries for federated runs, for centralised ones, or both.
func partsOf[T any](in []optimizers.Part[T], federated, others bool) []part {
	var out []part
	for _, p := range in {
		if p.Federated && federated || !p.Federated && others {
			out = append(out, part{name: p.Name, title: p.Title, paper: p.Paper})
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

// weigh works out what the choice comes to, and which parts do not go with it.
func (m *model) weigh(p *picker) {
	at := [3]int{p.columns[0].at, p.columns[1].at, p.columns[2].at}
	p.choice = m.choose(p, at)
	for i := range p.columns {
		for j := range p.columns[i].parts {
			other := at
			other[i] = j
			p.columns[i].parts[j].wrong = m.choose(p, other).err
		}
	}
}

// choose is what a combination of parts comes to.
func (m *model) choose(p *picker, at [3]int) choice {
	estimator, rule, schedule := p.columns[0].parts[at[0]].name, p.columns[1].parts[at[1]].name, p.columns[2].parts[at[2]].name
	recipe, err := combination(m.catalogue, estimator, rule)
	if err != nil {
		return choice{err: err}
	}
	recipe = m.keep(p, recipe, schedule)
	problem := m.snap.Problem.Problem
	method, err := m.catalogue.Build(recipe, problem)
	if err != nil {
		return choice{recipe: recipe, err: reason(err)}
	}
	change, err := m.catalogue.Compare(p.from, recipe, problem)
	if err != nil {
		err = reason(err)
	}
	return choice{recipe, method.LR, change, err}
}

func (m *model) pickerMove(key string) {
	p := m.over.(*picker)
	c := &p.columns[p.focus]
	if key == "k" || key == "up" {
		c.at = max(c.at-1, 0)
	} else {
		c.at = min(c.at+1, len(c.parts)-1)
	}
	m.weigh(p)
}

func (m *model) pickerColumn(key string) {
	p := m.over.(*picker)
	by := 1
	if key == "shift+tab" || key == "left" || key == "h" {
		by = 2
	}
	p.focus = (p.focus + by) % 3
}

// pickerOpen says whether the choice can be applied.
func (m *model) pickerOpen() bool {
	p, ok := m.over.(*picker)
	return ok && p.choice.err == nil
}

func (m *model) pickerApply() {
	p := m.over.(*picker)
	m.close()
	if p.unchanged() {
		m.say("nothing to switch: these are its parts already")
		return
	}
	for _, run := range p.runs {
		m.send(train.Command{Kind: train.Switch, Run: run, Recipe: p.choice.recipe.String()})
	}
}

// unchanged says whether the choice is what the run has.
func (p *picker) unchanged() bool {
	to := p.choice.recipe
	return to.Estimator == p.from.Estimator && to.Rule == p.from.Rule && scheduleOf(to) == scheduleOf(p.from)
}
