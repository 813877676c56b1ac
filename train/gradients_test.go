package train

import (
	"slices"
	"testing"

	"optwatch/optimizers/matrix"
)

// A step of many parameters, which is taken part by part, is to the bit the step
// that adds the regulariser to all of the gradient first.
func TestStepOfManyParameters(t *testing.T) {
	for _, recipe := range []string{"sgd", "momentum", "nesterov", "adam", "amsgrad", "amsgrad-torch", "adamw:decay=0.1", "rmsprop"} {
		e := newClocklessOf(t, 40, "net", ModelSettings{Hidden: "131,129"}, 0)
		a, err := begun(e, recipe)
		if err != nil {
			t.Fatal(err)
		}
		b, err := begun(e, recipe)
		if err != nil {
			t.Fatal(err)
		}
		if len(a.theta) <= 4*stepPart {
			t.Fatalf("%d parameters are few", len(a.theta))
		}
		a.nextPlot, b.nextPlot = 1e9, 1e9
		for step := range 3 {
			e.problem.train.Worker().AddGrad(a.g, a.theta, matrix.AllRows(40), 1.0/40)
			copy(b.g, a.g)
			gradients{}.apply(a)
			b.nextPlot = 0 // whoever looks at the gradient sees it whole
			gradients{}.apply(b)
			if !slices.Equal(a.theta, b.theta) {
				t.Fatalf("%s, step %d: in parts it comes to other bits", recipe, step)
			}
			clear(a.g)
		}
	}
}
