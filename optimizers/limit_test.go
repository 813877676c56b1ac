package optimizers

import (
	"math"
	"testing"
)

// Just below its limit a rule's steps on f = Lx²/2 die away; just above they
// grow. The steps are the rule's own, and beside them as they are written.
func TestStabilityLimits(t *testing.T) {
	const l = 3.0
	for _, c := range []struct {
		name string
		rule func() Limited
		law  string
		step func(x, b *float64, lr float64)
	}{
		{"SGD", func() Limited { return &SGD{} }, "2/L", func(x, b *float64, lr float64) { *x -= lr * l * *x }},
		{"momentum", func() Limited { return &Momentum{Mu: 0.9} }, "2(1+β)/L", func(x, b *float64, lr float64) {
			*b = 0.9**b + l**x
			*x -= lr * *b
		}},
		{"momentum with dampening", func() Limited { return &Momentum{Mu: 0.8, Tau: 0.5} }, "2(1+β)/((1−τ)L)", func(x, b *float64, lr float64) {
			*b = 0.8**b + 0.5*l**x
			*x -= lr * *b
		}},
		{"Nesterov", func() Limited { return &Nesterov{Mu: 0.9} }, "2(1+β)/((1+2β)L)", func(x, b *float64, lr float64) {
			g := l * *x
			*b = 0.9**b + g
			*x -= lr * (g + 0.9**b)
		}},
	} {
		limit, law := c.rule().Limit(l)
		if law != c.law {
			t.Errorf("%s: the law is %s, want %s", c.name, law, c.law)
		}
		own := c.rule()
		for what, step := range map[string]func(x, b *float64, lr float64){
			"as written": c.step,
			"the rule's": func(x, _ *float64, lr float64) {
				theta := []float64{*x}
				own.Apply(theta, []float64{l * *x}, lr)
				*x = theta[0]
			},
		} {
			for _, share := range []float64{0.99, 1.01} {
				x, b := 1.0, 0.0
				own = c.rule()
				for range 20_000 {
					if step(&x, &b, share*limit); math.Abs(x) > 1e6 {
						break
					}
				}
				if grew := math.Abs(x) > 1e6; grew != (share > 1) || !grew && math.Abs(x) > 1e-6 {
					t.Errorf("%s, %s, at %g of the limit %g: x went to %g", c.name, what, share, limit, x)
				}
			}
		}
	}
}
