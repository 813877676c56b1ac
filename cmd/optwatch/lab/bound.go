package lab

import (
	"fmt"
	"math"

	"optwatch/train/study"
)

// bound is the values of a measured number that a claim allows: those between
// low and high, of which one may be infinite.
type bound struct{ low, high float64 }

// atLeast, atMost and around are the bounds that claims have.
func atLeast(x float64) bound           { return bound{x, math.Inf(1)} }
func atMost(x float64) bound            { return bound{math.Inf(-1), x} }
func around(x, tolerance float64) bound { return bound{x - tolerance, x + tolerance} }

// judge is the verdict on a number with its 95 % interval: the claim holds if
// all of that is allowed, is refuted if none of it is, and is not resolved if
// it reaches over the bound.
//
// A number without an interval, from a single seed, resolves nothing, and
// neither does one that is not a number.
func (b bound) judge(e estimate) study.Verdict {
	low, high := e.value-e.half, e.value+e.half
	switch {
	case math.IsNaN(low) || math.IsNaN(high):
		return study.Unresolved
	case low >= b.low && high <= b.high:
		return study.Holds
	case high < b.low || low > b.high:
		return study.Refuted
	}
	return study.Unresolved
}

// refutes says in words what interval would refute: one that is all outside.
func (b bound) refutes(format string) string {
	low, high := fmt.Sprintf(format, b.low), fmt.Sprintf(format, b.high)
	switch {
	case math.IsInf(b.low, -1):
		return "an interval above " + high
	case math.IsInf(b.high, 1):
		return "an interval below " + low
	}
	return fmt.Sprintf("an interval outside %s … %s", low, high)
}
