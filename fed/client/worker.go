package client

import (
	"context"
	"fmt"
	"slices"

	"optwatch/optimizers"
)

// Worker does the work of clients, of several at a time where it is asked to.
// The zero value is ready.
type Worker struct {
	Rules   []optimizers.Part[optimizers.Rule] // what clients may step with; nil for those of optimizers.Default
	Vectors Vectors                            // an update's Delta is from here, and whoever is done with it may give it back
}

// Work carries a task out: E epochs of steps from θ on the examples of the
// oracle, which draws its batches from the task's stream. progress is called at
// the beginning and after every step, from this goroutine, and must not block.
//
// A client that is late or breaks off sends an update that says so. It is an
// error if the task is impossible, if the oracle refuses a draw, or if ctx ends;
// the task may then be carried out again with another oracle, from the start.
func (w *Worker) Work(ctx context.Context, o optimizers.ClientOracle, t Task, progress func(Progress)) (Update, error) {
	if err := t.check(o.Dim(), o.Len()); err != nil {
		return Update{}, err
	}
	rule, err := w.rule(&t, o.Len())
	if err != nil {
		return Update{}, err
	}
	j := &job{task: t, oracle: o, rule: rule, progress: progress, w: w.Vectors.Take(o.Dim()), g: w.Vectors.Take(o.Dim())}
	defer w.Vectors.Give(j.g)
	failed, err := j.train(ctx)
	if err != nil || failed != "" {
		w.Vectors.Give(j.w)
	}
	if err != nil {
		return Update{}, err
	}
	return j.update(failed), nil
}

// rule is the task's rule at its beginning.
func (w *Worker) rule(t *Task, n int) (optimizers.Rule, error) {
	rules := w.Rules
	if rules == nil {
		rules = optimizers.Default().Rules
	}
	i := slices.IndexFunc(rules, func(p optimizers.Part[optimizers.Rule]) bool { return p.Name == t.Rule.Name })
	if i < 0 {
		return nil, fmt.Errorf("client: there is no rule %q", t.Rule.Name)
	}
	v, err := rules[i].Values(optimizers.Problem{N: n, L2: t.L2, Spans: t.Spans}, t.Rule.Settings)
	if err != nil {
		return nil, fmt.Errorf("client: %w", err)
	}
	return rules[i].New(v), nil
}
