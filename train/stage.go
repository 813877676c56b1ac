package train

import "optwatch/optimizers"

// stage is the method that a run steps with just now: that of its recipe, or
// the SGD that comes before it.
type stage struct {
	estimator optimizers.Estimator
	rule      optimizers.Rule
	schedule  optimizers.Schedule
	lr        float64            // α; of a federation, its clients'
	serverLR  float64            // of a federation
	replace   bool               // draw with replacement
	from      int64              // the step after which the schedule began
	stepper   optimizers.Stepper // takes many steps at once; nil where the pair has none
	regime    regime
	until     int64 // warm-up: the count of evaluations it may reach; 0 for the recipe's own stage
}

// warmStage is the SGD before a method, which ends at a count of evaluations.
func warmStage(w optimizers.Warm, until, step int64) stage {
	return stage{
		estimator: &optimizers.Minibatch{Batch: w.Batch}, rule: &optimizers.SGD{}, schedule: optimizers.Constant{},
		regime: gradients{}, lr: w.LR, from: step, until: until,
	}
}

// warming says whether this is the SGD before the method.
func (s *stage) warming() bool { return s.until > 0 }

// methodStage is a method itself, from its first step.
func methodStage(m *optimizers.Method, step int64) stage {
	return stage{
		estimator: m.Estimator, rule: m.Rule, schedule: m.Schedule, regime: regimeOf(m.Estimator),
		lr: m.LR, serverLR: m.ServerLR, replace: m.Replace, from: step,
	}
}

// federation is the method's estimator if it is made of rounds, else nil.
func (s *stage) federation() Federation {
	f, _ := s.regime.(rounds)
	return f.Federation
}

// close ends the federation that the method is made of, if it is.
func (s *stage) close() {
	if f := s.federation(); f != nil {
		f.Close()
	}
}

// stepLR is αₜ of the next step.
func (s *stage) stepLR(step int64) float64 { return s.lr * s.schedule.At(int(step-s.from)+1) }
