package diagnosis

import (
	"math"
	"testing"
)

// Power iteration on a diagonal Hessian finds its largest eigenvalue.
func TestSharpness(t *testing.T) {
	h := []float64{0.5, 4, 1, 0.1}
	times := func(v []float64) []float64 {
		out := make([]float64, len(v))
		for j := range v {
			out[j] = h[j] * v[j]
		}
		return out
	}
	var s Sharpness
	s.Begin([]float64{1, 1, 1, 1})
	if e := s.Estimate(); e.Resolved || !math.IsNaN(e.Value) {
		t.Errorf("before it has begun: %+v", e)
	}
	for range 12 {
		hv, value := times(s.Direction()), 0.0
		for j, v := range s.Direction() {
			value += v * hv[j]
		}
		s.Add(Moment{Value: value}, 1)
		s.Turn(hv)
	}
	if e := s.Estimate(); !e.Resolved || math.Abs(e.Value-4) > 1e-3 {
		t.Errorf("the largest eigenvalue is %+v, want 4", e)
	}
	s.Turn(make([]float64, 4)) // a flat place gives no direction, and takes none
	for _, v := range s.Direction() {
		if math.IsNaN(v) {
			t.Fatal("a direction of length 0 became NaN")
		}
	}
}
