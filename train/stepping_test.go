//go:build unix

package train

import (
	"testing"

	"optwatch/optimizers"
	"optwatch/train/data"
)

// Stepping is the stepping of a run on one thread as the program does it, plots and
// probes left out, for the tests outside the package.
type Stepping struct {
	tb  testing.TB
	run *run
}

// NewStepping is that of a method in a catalogue. It has taken no step.
func NewStepping(tb testing.TB, c optimizers.Catalogue, ds *data.Dataset, model, recipe string) *Stepping {
	tb.Helper()
	r := stillIn(tb, c, ds, model, ModelSettings{}, recipe)
	r.probe = nil // whose looks, never taken, would cut every leap short
	return &Stepping{tb, r}
}

// Step takes a step, a round, or many steps at once where the program does.
func (s *Stepping) Step() { stepOnce(s.tb, s.run) }

// Evals is the gradient evaluations so far.
func (s *Stepping) Evals() int64 { return s.run.oracle.evals() }

// CPUTime is the time that this process has computed for.
var CPUTime = cpuTime
