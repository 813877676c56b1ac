package train

import (
	"fmt"

	"optwatch/optimizers"
	"optwatch/train/view"
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
	r.mark(view.EventSetting, view.ShortExponents(fmt.Sprintf("lr %.4g → %.4g", old, lr)))
}

func (r *run) setBatch(batch int) error {
	old := r.method.Estimator.BatchSize()
	if old == 0 { // another method came between
		return errNoBatch
	}
	r.method.Estimator.SetBatch(batch)
	r.recipe = r.recipe.With("batch", fmt.Sprint(batch))
	r.mark(view.EventSetting, fmt.Sprintf("batch %d → %d", old, batch))
	return nil
}

func (r *run) setEpochs(epochs int) error {
	f := r.stage.federation()
	old := f.View().Epochs
	f.SetEpochs(epochs)
	r.recipe = r.recipe.With("epochs", fmt.Sprint(epochs))
	r.mark(view.EventSetting, fmt.Sprintf("local epochs %d → %d", old, epochs))
	return nil
}

func (r *run) setMu(mu float64) error {
	f := r.stage.federation()
	if !f.HasMu() { // another strategy came between
		return errNoMu
	}
	old := f.View().Mu
	f.SetMu(mu)
	r.recipe = r.recipe.With("mu", fmt.Sprintf("%.6g", mu))
	r.mark(view.EventSetting, view.ShortExponents(fmt.Sprintf("μ %.4g → %.4g", old, mu)))
	return nil
}

func (r *run) dropClient(client int, out bool) error {
	f := r.stage.federation()
	if err := f.CheckDrop(client, out); err != nil { // checked before, but others may have come between
		return err
	}
	f.Drop(client, out)
	r.mark(view.EventSetting, fmt.Sprintf("client c%d %s", client, map[bool]string{true: "dropped", false: "rejoined"}[out]))
	return nil
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
func (r *run) switchTo(recipe optimizers.Recipe) error {
	c := r.exp.config.Catalogue
	m, err := c.Build(recipe, r.remaining())
	if err != nil { // it has been built before, with the whole budget
		return fmt.Errorf("switch failed: %w", err)
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
		said += view.ShortExponents(fmt.Sprintf(", lr %.4g → %.4g", r.method.LR, m.LR))
	}
	if a, b := r.method.Estimator.BatchSize(), m.Estimator.BatchSize(); a != b {
		said += fmt.Sprintf(", batch %d → %d", a, b)
	}
	if m.ServerLR != r.method.ServerLR {
		said += view.ShortExponents(fmt.Sprintf(", server lr %.4g → %.4g", r.method.ServerLR, m.ServerLR))
	}
	old := r.recipe.Name
	r.recipe, r.method = recipe, m
	r.begin(m)
	r.stage.from = began
	r.mark(view.EventSwitch, fmt.Sprintf("%s → %s: %s", old, recipe, said))
	r.warn()
	return nil
}

// warn says what a viewer must know of the method to read its curve.
func (r *run) warn() {
	why := ""
	if _, ok := r.method.Rule.(optimizers.Decoupled); ok {
		why = "it decays the weights by itself"
	}
	if f, ok := r.method.Estimator.(Federation); ok && why == "" {
		why = f.Elsewhere()
	}
	r.settles(why)
	if why != "" {
		r.exp.log(r.name, view.EventInfo, why+": where it settles is not the minimiser of f")
	}
}

// restart begins again at θ₀.
func (r *run) restart(m *optimizers.Method) {
	r.exp.refuse(r.name, "it was restarted before it came to that", r.reset(m)...)
	r.mark(view.EventRestart, "restarted: "+r.recipe.String())
}
