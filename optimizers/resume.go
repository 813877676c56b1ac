package optimizers

import (
	"fmt"
	"math"
	"slices"
)

// Shape is the sizes of a problem, which the vectors of a state must fit.
type Shape struct {
	Examples   int // n
	Parameters int // d
	Width      int // k of a LinearOracle; 0 where the model is not linear
}

// Checker is a part whose state is more than vectors of d numbers and counts. It
// says what is wrong with a state that it cannot have come to: a step from
// there would read what is not.
type Checker interface {
	Check(s Shape) error
}

// Stateful is a part that carries something from step to step.
type Stateful interface {
	State() []Var
}

// Resume restores the state of a part from wherever it comes. After an error
// the part must not be used.
func Resume(part Stateful, saved Saved, s Shape) error {
	vars := part.State()
	if len(vars) != len(saved) {
		return fmt.Errorf("optimizers: %T carries %d parts, saved are %d", part, len(vars), len(saved))
	}
	for _, v := range vars {
		if n := saved[v.Name]; v.Int != nil && len(n) == 1 && !(n[0] >= 0 && n[0] <= 1<<53 && n[0] == math.Trunc(n[0])) {
			return fmt.Errorf("optimizers: saved %q is %v, want a count", v.Name, n[0])
		}
	}
	if err := Restore(vars, saved); err != nil {
		return err
	}
	if c, ok := part.(Checker); ok {
		return c.Check(s)
	}
	for _, v := range vars {
		if v.Vec != nil {
			if err := s.Fits(v.Name, *v.Vec, s.Parameters); err != nil {
				return err
			}
		}
	}
	return nil
}

// Fits says what is wrong with the length of a vector, which has so many
// numbers, or none before the first step.
func (Shape) Fits(name string, v []float64, want int) error {
	if len(v) != 0 && len(v) != want {
		return fmt.Errorf("optimizers: %q has %d numbers, want %d", name, len(v), want)
	}
	return nil
}

// needs says what is wrong where a vector that a step will read is not there.
func needs(name string, v []float64, when bool) error {
	if when && len(v) == 0 {
		return fmt.Errorf("optimizers: there is no %q where the next step needs it", name)
	}
	return nil
}

// within says what is wrong with a place in an outer loop of m steps.
func within(name string, at, m int) error {
	if at < 0 || at > m {
		return fmt.Errorf("optimizers: %q is %d of %d", name, at, m)
	}
	return nil
}

// CheckCounts says what is wrong with a restored vector that holds so many counts.
func CheckCounts(name string, v []float64, counts int) error {
	if len(v) != counts || slices.ContainsFunc(v, func(n float64) bool { return !(n >= 0 && n <= 1<<53) }) {
		return fmt.Errorf("optimizers: %q is not %d counts", name, counts)
	}
	return nil
}
