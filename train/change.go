package train

import (
	"fmt"

	"optwatch/optimizers"
)

// What commands do to a run. Each is called by the run's own goroutine at a
// step boundary, or by anyone once the run has ended.

func (r *run) setLR(lr float64) {
	old := r.method.LR
	r.method.LR = lr
	if !r.stage.warming() {
		r.stage.lr = lr
	}
	r.recipe = r.recipe.WithLR(lr)
	r.mark(EventSetting, fmt.Sprintf("lr %.4g → %.4g", old, lr))
}

func (r *run) setBatch(batch int) {
	old := r.method.Estimator.BatchSize()
	if old == 0 {
		r.exp.log(r.name, EventInfo, "a full gradient has no batch size")
		return
	}
	r.method.Estimator.SetBatch(batch)
	r.recipe = r.recipe.With("batch", fmt.Sprint(batch))
	r.mark(EventSetting, fmt.Sprintf("batch %d → %d", old, batch))
}

func (r *run) setEpochs(epochs int) {
	f := r.stage.federation()
	old := f.View().Epochs
	f.SetEpochs(epochs)
	r.recipe = r.recipe.With("epochs", fmt.Sprint(epochs))
	r.mark(EventSetting, fmt.Sprintf("local epochs %d → %d", old, epochs))
}

func (r *run) setMu(mu float64) {
	f := r.stage.federation()
	if !f.HasMu() { // another strategy came between
		return
	}
	old := f.View().Mu
	f.SetMu(mu)
	r.recipe = r.recipe.With("mu", fmt.Sprintf("%.6g", mu))
	r.mark(EventSetting, fmt.Sprintf("μ %.4g → %.4g", old, mu))
}

func (r *run) dropClient(client int, out bool) {
	f := r.stage.federation()
	if err := f.CheckDrop(client, out); err != nil { // checked before, but others may have come between
		r.exp.log(r.name, EventInfo, err.Error())
		return
	}
	f.Drop(client, out)
	r.mark(EventSetting, fmt.Sprintf("client c%d %s", client, map[bool]string{true: "dropped", false: "rejoined"}[out]))
}

// remaining is what a method that begins now is built for.
func (r *run) remaining() optimizers.Problem {
	p := r.exp.facts()
	if p.Evals > 0 {
		p.Evals = max(1, p.Evals-r.oracle.evals())
	}
	return p
}

// switchTo goes on from θ with another method. State is carried where it means
// the same in both: the estimator if it is the same with the same settings,
// the rule's moments by name, the schedule's clock if it is the same schedule.
func (r *run) switchTo(recipe optimizers.Recipe) {
	c := r.exp.config.Catalogue
	m, err := c.Build(recipe, r.remaining())
	if err != nil { // it has been built before, with the whole budget
		r.exp.log(r.name, EventInfo, "switch failed: "+err.Error())
		return
	}
	from := r.recipe
	if r.stage.warming() {
		from, _ = c.Parse("sgd")
	}
	change, err := c.Compare(from, recipe, r.remaining())
	if err != nil {
		panic(err) // both have been built
	}
	said := change.State
	if change.Evals > 0 {
		said += fmt.Sprintf(", %d evaluations to begin", change.Evals)
	}
	optimizers.Carry(m.Rule.State(), r.stage.rule.State())
	if c.SameEstimator(from, recipe) && !r.stage.warming() {
		m.Estimator = r.stage.estimator
	}
	began := r.steps
	if c.SameSchedule(from, recipe) && !r.stage.warming() {
		began = r.stage.from
	}
	if m.LR != r.method.LR {
		said += fmt.Sprintf(", lr %.4g → %.4g", r.method.LR, m.LR)
	}
	if a, b := r.method.Estimator.BatchSize(), m.Estimator.BatchSize(); a != b {
		said += fmt.Sprintf(", batch %d → %d", a, b)
	}
	if m.ServerLR != r.method.ServerLR {
		said += fmt.Sprintf(", server lr %.4g → %.4g", r.method.ServerLR, m.ServerLR)
	}
	old := r.recipe.Name
	r.recipe, r.method = recipe, m
	r.begin(m)
	r.stage.from = began
	r.mark(EventSwitch, fmt.Sprintf("%s → %s: %s", old, recipe, said))
	r.warn()
}

// warn says what a viewer must know of the method to read its curve.
func (r *run) warn() {
	if _, ok := r.method.Rule.(optimizers.Decoupled); ok {
		r.exp.log(r.name, EventInfo, "it decays the weights by itself: where it settles is not the minimiser of f")
	}
}

// restart begins again at θ₀.
func (r *run) restart(m *optimizers.Method) {
	r.reset(m)
	r.mark(EventRestart, "restarted: "+r.recipe.String())
}
