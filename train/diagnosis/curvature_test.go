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

// Just below its limit a method's steps on f = Lx²/2 die away; just above they grow.
func TestStabilityLimits(t *testing.T) {
	const l = 3.0
	for _, c := range []struct {
		name  string
		limit float64
		step  func(x, b *float64, lr float64)
	}{
		{"SGD", GradientLimit(l), func(x, b *float64, lr float64) { *x -= lr * l * *x }},
		{"momentum", MomentumLimit(l, 0.9, 0), func(x, b *float64, lr float64) {
			*b = 0.9**b + l**x
			*x -= lr * *b
		}},
		{"momentum with dampening", MomentumLimit(l, 0.8, 0.5), func(x, b *float64, lr float64) {
			*b = 0.8**b + 0.5*l**x
			*x -= lr * *b
		}},
		{"Nesterov", NesterovLimit(l, 0.9), func(x, b *float64, lr float64) {
			g := l * *x
			*b = 0.9**b + g
			*x -= lr * (g + 0.9**b)
		}},
	} {
		for _, share := range []float64{0.99, 1.01} {
			x, b := 1.0, 0.0
			for range 20_000 {
				if c.step(&x, &b, share*c.limit); math.Abs(x) > 1e6 {
					break
				}
			}
			if grew := math.Abs(x) > 1e6; grew != (share > 1) || !grew && math.Abs(x) > 1e-6 {
				t.Errorf("%s at %g of the limit %g: x went to %g", c.name, share, c.limit, x)
			}
		}
	}
}
