package train

import (
	"errors"
	"fmt"

	"optwatch/optimizers"
)

// restoreMethod builds the recipe and makes of it the method that the state has.
func (r *run) restoreMethod(s *RunState) error {
	c, p := r.exp.config.Catalogue, r.exp.facts()
	p.Evals = max(1, p.Evals) // a schedule's horizon is in the state
	first, err := c.Parse(s.First)
	if err == nil {
		_, err = c.Build(first, p)
	}
	if err != nil {
		return err
	}
	r.first = first
	if r.recipe, err = c.Parse(s.Method.Recipe); err != nil {
		return err
	}
	if r.method, err = c.Build(r.recipe, p); err != nil {
		return err
	}
	m := r.method
	f, federated := m.Estimator.(Federation)
	if federated != (s.Federation != nil) {
		return errors.New("its recipe and the rest of it do not agree whether it is a federation")
	}
	if federated {
		r.exp.connect(r, f, nil)
	}
	err = s.Method.onto(m, r.shape())
	if err == nil && federated {
		err = f.Restore(s.Federation)
	}
	if err == nil {
		err = r.restoreStage(s.Stage)
	}
	if err != nil && federated {
		f.Close()
	}
	return err
}

// shape is the sizes that the vectors of a method fit.
func (r *run) shape() optimizers.Shape {
	s := optimizers.Shape{Examples: r.oracle.Len(), Parameters: r.oracle.Dim()}
	if r.lazy != nil {
		s.Width = r.lazy.Width()
	}
	return s
}

// onto makes a method that was built of the recipe the one that was saved. What
// its parts are built with must be the same; the rates and the schedule follow
// from what the recipe prints only in part, and are set.
func (s *MethodState) onto(m *optimizers.Method, shape optimizers.Shape) error {
	if m.Warm != s.Warm || m.Replace != s.Replace {
		return fmt.Errorf("%s draws its rows or warms up in another way here", s.Recipe)
	}
	if err := optimizers.SameSettings(m.Estimator, s.EstimatorSettings); err != nil {
		return err
	}
	if err := optimizers.SameSettings(m.Rule, s.RuleSettings); err != nil {
		return err
	}
	schedule, err := optimizers.WithSettings(m.Schedule, s.ScheduleSettings)
	if err != nil {
		return err
	}
	m.LR, m.ServerLR, m.Schedule = s.LR, s.ServerLR, schedule
	if err := optimizers.Resume(m.Estimator, s.Estimator, shape); err != nil {
		return err
	}
	return optimizers.Resume(m.Rule, s.Rule, shape)
}

// restoreStage makes the method the run's stage, or the SGD before it.
func (r *run) restoreStage(s StageState) error {
	r.stage = methodStage(r.method, s.From)
	if s.Until > 0 {
		if r.method.Warm.Batch < 1 {
			return errors.New("it is in a warm-up that its recipe does not have")
		}
		r.stage = warmStage(r.method.Warm, s.Until, s.From)
	}
	r.stage.lr, r.stage.serverLR, r.stage.replace = s.LR, s.ServerLR, s.Replace
	r.fuse()
	if r.stage.stepper == nil {
		if s.Stepper != nil {
			return errors.New("it takes many steps at once, which its method does not here")
		}
		return nil
	}
	return optimizers.Resume(r.stage.stepper, s.Stepper, r.shape())
}
