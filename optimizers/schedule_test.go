package optimizers

import (
	"fmt"
	"math"
	"testing"
)

func TestSchedules(t *testing.T) {
	for _, c := range []struct {
		name string
		s    Schedule
		at   map[int]float64
	}{
		{"constant", Constant{}, map[int]float64{1: 1, 50: 1, 1e6: 1}},
		{"α/√t", InvSqrt{}, map[int]float64{1: 1, 4: 0.5, 1e6: 1e-3}},
		{"strong, t₀=1", Strong{T0: 1}, map[int]float64{1: 1, 3: 0.5, 99: 0.02}},
		{"strong, t₀=0", Strong{}, map[int]float64{1: 1, 4: 0.25}},
		{"strong, t₀=1000", Strong{T0: 1000}, map[int]float64{1: 1, 1002: 0.5}},
		{"cosine", Cosine{Steps: 100}, map[int]float64{1: 1, 26: (1 + math.Sqrt2/2) / 2, 51: 0.5, 101: 0, 1000: 0}},
		{"linear", Linear{Steps: 100}, map[int]float64{1: 1, 26: 0.75, 51: 0.5, 100: 0.01, 101: 0, 1000: 0}},
		{"warm-up", WarmUp{Steps: 5, Then: Constant{}}, map[int]float64{1: 0.2, 2: 0.4, 3: 0.6, 4: 0.8, 5: 1, 6: 1, 100: 1}},
		{"warm-up of one step", WarmUp{Steps: 1, Then: Constant{}}, map[int]float64{1: 1, 2: 1}},
		{"warm-up, then linear", WarmUp{Steps: 2, Then: Linear{Steps: 4}}, map[int]float64{1: 0.5, 2: 0.75, 3: 0.5, 5: 0}},
	} {
		for at, want := range c.at {
			near(t, fmt.Sprintf("%s at t=%d", c.name, at), c.s.At(at), want, 1e-15)
		}
	}
}

// What falls, falls all the way and never below zero.
func TestSchedulesFall(t *testing.T) {
	for _, s := range []Schedule{InvSqrt{}, Strong{T0: 7}, Cosine{Steps: 100}, Linear{Steps: 100}} {
		for at := 2; at <= 101; at++ {
			if a, b := s.At(at-1), s.At(at); !(b < a && b >= 0) {
				t.Fatalf("%T: got %g at t=%d after %g", s, b, at, a)
			}
		}
	}
}
