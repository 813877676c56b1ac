package study

import (
	"math"
	"time"
)

// figures are charts with everything that a figure may have, and with as
// little as it may have.
func figures() []Figure {
	nan := math.NaN()
	x := make([]float64, 60)
	curve := func(f func(i int) float64) []float64 {
		out := make([]float64, len(x))
		for i := range out {
			out[i] = f(i)
		}
		return out
	}
	for i := range x {
		x[i] = 64 * math.Pow(1.2, float64(i))
	}
	decay := func(rate, floor float64) []float64 {
		return curve(func(i int) float64 { return 2/(1+x[i]*rate) + floor })
	}
	scaled := func(y []float64, by float64) []float64 { return curve(func(i int) float64 { return y[i] * by }) }
	sgd, adam, svrg := decay(1e-3, 3e-4), decay(2e-3, 2e-3), curve(func(i int) float64 { return 2 * math.Exp(-x[i]/1e5) })
	adam[20], adam[21] = nan, math.Inf(1)
	return []Figure{
		{
			Name: "gap", Title: "Distance to the certified optimum, SGD against Adam and SVRG on softmax regression, median of 5 seeds with the band of all",
			X: Axis{"gradient evaluations", true}, Y: Axis{"f − f*", true},
			Series: []Series{
				{Name: "sgd:lr=0.1,batch=64", Slot: 0, X: x, Y: sgd, Lo: scaled(sgd, 0.6), Hi: scaled(sgd, 1.7)},
				{Name: "adam:lr=0.001,batch=64", Slot: 1, X: x, Y: adam, Lo: scaled(adam, 0.8), Hi: scaled(adam, 1.3)},
				{Name: "svrg:lr=0.02,m=n/10", Slot: 2, X: x, Y: svrg},
				{Name: "predicted for sgd: 2/(μ(t + 1))", Slot: 0, X: x, Y: decay(1.1e-3, 0), Theory: true},
				{Name: "predicted for adam", Slot: 1, X: x, Y: decay(2.2e-3, 0), Theory: true},
			},
			Lines: []Line{{Name: "floor η·tr Σ/(4B)", At: 3e-4}, {Name: "floor of Adam", At: 3.3e-4}, {Name: "one pass", At: 5e4, Vertical: true}, {Name: "where the curves cross", At: 6e4, Vertical: true}},
		},
		{
			Name: "steps", Title: "Steps to the target against the batch size", X: Axis{"batch size B", true}, Y: Axis{"steps", true},
			Series: []Series{
				{Name: "measured", Slot: 4, X: []float64{4, 16, 64, 256, 1024, 4096}, Y: []float64{20400, 5200, 1248, 546, 437, 410}, Dots: true},
				{Name: "perfect scaling", X: []float64{4, 4096}, Y: []float64{20400, 20}, Theory: true},
			},
			Lines: []Line{{Name: "B_simple", At: 72.8, Vertical: true}},
		},
		{
			Name: "accuracy", Title: "Validation accuracy", X: Axis{Label: "rounds"}, Y: Axis{Label: "accuracy %"},
			Series: []Series{
				{Name: "centralised", Slot: 0, X: []float64{0, 1, 2, 3, 4, 5, 6}, Y: []float64{10, 70, 85, 90, 91, 92, 92.3}},
				{Name: "fedavg, IID", Slot: 1, X: []float64{0, 1, 2, 3, 4, 5, 6}, Y: []float64{10, 60, 80, 87, 90, 91, 91.5}, Dots: true},
				{Name: "fedavg, two digits", Slot: 2, X: []float64{0, 1, 2, 3, 4, 5, 6}, Y: []float64{10, 30, 55, nan, 80, 84, 86}, Dots: true},
				{Name: "fedprox", Slot: 3, X: []float64{0, 1, 2, 3, 4, 5, 6}, Y: []float64{10, 33, 58, 70, 81, 84.5, 86.4}},
				{Name: "scaffold", Slot: 5, X: []float64{0, 1, 2, 3, 4, 5, 6}, Y: []float64{10, 45, 60, 75, 84, 87, 88}},
				{Name: "fedadam", Slot: 6, X: []float64{0, 1, 2, 3, 4, 5, 6}, Y: []float64{10, 40, 66, 77, 83, 86, 87}},
				{Name: "fednova", Slot: 7, X: []float64{0, 1, 2, 3, 4, 5, 6}, Y: []float64{10, 42, 68, 79, 82, 85, 86}},
			},
			Lines: []Line{{Name: "at the optimum", At: 92.32}, {Name: "target", At: 91.5}},
		},
		{Name: "empty", Title: "Nothing", X: Axis{Label: "x"}, Y: Axis{Label: "y"}},
		{
			Name: "wild", Title: "One point, infinities and a divergence | with *marks*", X: Axis{Label: "x"}, Y: Axis{Label: "∇f"},
			Series: []Series{
				{Name: "point", X: []float64{3}, Y: []float64{0.25}},
				{Name: "none"},
				{Name: "gaps", Slot: 9, X: []float64{1, 2, 3, 4, 5}, Y: []float64{nan, nan, 1, math.Inf(-1), 1e300}},
				{Name: "short", Slot: 2, X: []float64{1, 2, 3}, Y: []float64{1, 2}, Lo: []float64{0}, Hi: []float64{nan}},
			},
			Lines: []Line{{Name: "nowhere", At: nan}},
		},
		{Name: "flat", Title: "Flat", X: Axis{Label: "steps"}, Y: Axis{Label: "x"}, Series: []Series{{Name: "one", X: []float64{1, 2, 3}, Y: []float64{0.5, 0.5, 0.5}}}},
	}
}

// found is a study that has found everything there is to find.
func found() Study {
	return Study{
		Name: "compare", Title: "SGD, Adam and SVRG | side by side", About: "Which is *better* here, and when?", State: Done, Share: 1, Elapsed: 83 * time.Second, Evals: 12_345_678,
		Claims: []Claim{
			{"SVRG is ahead | in the end", "f − f* < 1e-6", "2.2e-7 at 40 passes", "a median above 1e-6", Holds},
			{"Adam is faster\nat first", "crosses at 2 passes", "", "", Pending},
			{"SGD <b>never</b> converges", "floor 3e-4", "floor 1e-5", "", Refuted},
			{"SAGA is faster than SVRG", "÷ 2", "÷ 1.8 ± 1.1", "÷ 1 or less", Unresolved},
		},
		Tables:  []Table{{"final", "Where they ended", []string{"run", "f − f*"}, [][]string{{"sgd", "3.1e-4"}, {"svrg", "2.2e-7"}}}},
		Figures: figures(), Notes: []string{"m = n/10 is outside of what the theorem covers.", "Seeds 1 … 5."}, Recipes: []string{"svrg:lr=0.02,batch=1,m=n/10"},
	}
}
