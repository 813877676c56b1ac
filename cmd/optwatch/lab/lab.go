package lab

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"optwatch/cmd/optwatch/trials"
	"optwatch/train/study"
)

// Options are what a session of the laboratory needs to know.
type Options struct {
	trials.Options
	Quick bool   // fewer seeds and shorter searches: a glance, in a fraction of the time
	Model string // of the experiments that can do with another than softmax regression; "" for that
}

// Experiment is one of the laboratory.
type Experiment struct {
	Name  string
	Title string
	About string
	net   bool // it can be made on the net too
	run   func(s *session, p *study.Page) error
}

// Experiments are all there are, in the order in which they are listed.
func Experiments() []Experiment {
	return []Experiment{compare, federated, rates, batchSize, variance, amsgrad, adamw, linearScaling, dp}
}

// Find are the experiments of some names, all of them for "all".
func Find(names []string) ([]Experiment, error) {
	all := Experiments()
	var out []Experiment
	for _, name := range names {
		if name == "all" {
			return all, nil
		}
		i := slices.IndexFunc(all, func(e Experiment) bool { return e.Name == name })
		if i < 0 {
			return nil, fmt.Errorf("there is no experiment %q; there are: %s, and all", name, list(all))
		}
		out = append(out, all[i])
	}
	return out, nil
}

func list(all []Experiment) string {
	text := ""
	for i, e := range all {
		if i > 0 {
			text += ", "
		}
		text += e.Name
	}
	return text
}

// CheckModel says what is wrong with making experiments with a model.
func CheckModel(chosen []Experiment, model string) error {
	switch model {
	case assigned.Model:
		return nil
	case netModel:
	default:
		return fmt.Errorf("the laboratory is for the models %s and %s, got %q", assigned.Model, netModel, model)
	}
	onSoftmaxOnly := func(e Experiment) bool { return !e.net }
	if i := slices.IndexFunc(chosen, onSoftmaxOnly); i >= 0 {
		return fmt.Errorf("%s is not for the model %s; these are: %s", chosen[i].Name, netModel, list(slices.DeleteFunc(Experiments(), onSoftmaxOnly)))
	}
	return nil
}

// Open is a notebook with a page for each experiment.
func Open(chosen []Experiment) *study.Notebook {
	studies := make([]study.Study, len(chosen))
	for i, e := range chosen {
		studies[i] = study.Study{Name: e.Name, Title: e.Title, About: e.About}
	}
	return study.NewNotebook(nil, studies...)
}

// Run makes the experiments one after another, each on its page. A failed one
// does not keep the next from running: its page says what failed. The error is
// of the context.
func Run(ctx context.Context, o Options, chosen []Experiment, notebook *study.Notebook) error {
	s := newSession(ctx, o, notebook)
	defer s.Close()
	for i, p := range notebook.Pages() {
		if ctx.Err() == nil {
			s.Conclude(p, func(p *study.Page) error { return chosen[i].run(s, p) })
		} else {
			p.End(study.Ended, "")
		}
	}
	return ctx.Err()
}

// session is what the experiments of one command have in common.
type session struct {
	*trials.Session
	quick bool
	model string
}

func newSession(ctx context.Context, o Options, notebook *study.Notebook) *session {
	return &session{trials.NewSession(ctx, o.Options, notebook), o.Quick, cmp.Or(o.Model, assigned.Model)}
}
