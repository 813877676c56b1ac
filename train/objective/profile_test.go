package objective

import (
	"math"
	"testing"

	"optwatch/optimizers/matrix"
)

// TestProfile checks that the biases are at their minimum, whatever they were,
// and that value and gradient are those of the objective there.
func TestProfile(t *testing.T) {
	pass := func() error { return nil }
	exam(t, func(t *testing.T, o Objective) {
		l, ok := o.(*Linear)
		if !ok {
			return // only linear models have a profile
		}
		l2 := L2{Lambda: 0.01, Spans: l.Weights()}
		theta := randomVector(l.Dim(), 5)
		g, want := make([]float64, l.Dim()), make([]float64, l.Dim())
		value, err := NewProfile(l, l2).Eval(g, theta, pass)
		if err != nil {
			t.Fatal(err)
		}
		rows := matrix.AllRows(l.Len())
		scale := 1 / float64(l.Len())
		loss := l.AddGrad(want, theta, rows, scale)*scale + l2.Value(theta)
		l2.AddGrad(want, theta)
		if math.Abs(value-loss) > 1e-12*math.Abs(loss) {
			t.Errorf("value %v, want %v", value, loss)
		}
		for i := range want {
			if math.Abs(g[i]-want[i]) > 1e-12 {
				t.Fatalf("gradient %d: %v, want %v", i, g[i], want[i])
			}
		}
		if norm := matrix.Nrm2(want[l.Dim()-l.Width():]); norm > 1e-12 {
			t.Errorf("‖∂f/∂b‖ = %g, want 0", norm)
		}
	})
}
