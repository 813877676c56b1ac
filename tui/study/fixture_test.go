package study

import (
	"math"
	"math/rand/v2"
	"time"

	"optwatch/train/study"
)

// shelf is a source of studies that shows what it is told to.
type shelf struct{ view *study.View }

func (s *shelf) View() *study.View { return s.view }

// found is a session in which one study is done, one has failed and one is
// under way, with figures that have all that a figure may have.
func found() *study.View {
	return &study.View{
		About: "mnist · 50000 + 10000 + 10000 examples", Elapsed: 161 * time.Second,
		Studies: []study.Study{compared(), batches(), {
			Name: "variance", Title: "Variance reduction ends in no variance", State: study.Underway, Share: 0.43, Elapsed: 31 * time.Second,
			Doing: "svrg, seed 2 of 5", Evals: 1_200_000, Claims: []study.Claim{{Text: "SVRG's variance goes to zero", Predicted: "a straight line"}},
		}, {Name: "adamw", Title: "Decoupled decay"}},
	}
}

func grid60(f func(x float64) float64) (xs, ys []float64) {
	for i := range 60 {
		x := 64 * math.Pow(1.2, float64(i))
		xs, ys = append(xs, x), append(ys, f(x))
	}
	return xs, ys
}

func times(v []float64, by float64) []float64 {
	out := make([]float64, len(v))
	for i := range v {
		out[i] = v[i] * by
	}
	return out
}

func compared() study.Study {
	x, sgd := grid60(func(x float64) float64 { return 2/(1+x/1000) + 3e-4 })
	_, adam := grid60(func(x float64) float64 { return 2/(1+x/500) + 2e-3 })
	_, svrg := grid60(func(x float64) float64 { return 2*math.Exp(-x/1e5) + 1e-13 })
	_, theory := grid60(func(x float64) float64 { return 2 / (1 + x/900) })
	adam[30] = math.NaN()
	return study.Study{
		Name: "compare", Title: "SGD, Adam and SVRG side by side", State: study.Failed, Err: "1 of 3 claims", Share: 1, Elapsed: 83 * time.Second, Evals: 12_345_678,
		About: "Three optimizers on one problem with the learning rates that a grid has found. SVRG has the better end, SGD and Adam the better start.",
		Claims: []study.Claim{
			{Text: "SVRG is ahead in the end", Predicted: "f − f* below 1e-6 at 40 passes", Measured: "2.2e-7 after 40 passes, median of 5 seeds from 1.9e-7 to 3.1e-7", RefutedBy: "a median above 1e-6", Verdict: study.Holds},
			{Text: "SGD and Adam are ahead at first", Predicted: "the curves cross between 2 and 10 passes", Measured: "SGD at 4.4 passes, Adam at 3.9", Verdict: study.Holds},
			{Text: "SGD does not converge with a constant step", Predicted: "a floor of η·tr Σ/(4B) = 3.0e-4", Measured: "1.1e-5", Verdict: study.Refuted},
		},
		Tables: []study.Table{{
			Name: "final", Title: "Where they ended", Head: []string{"run", "recipe", "f − f*", "val acc"},
			Rows: [][]string{{"sgd", "sgd:lr=0.1,batch=64", "3.1e-4", "91.94 %"}, {"adam", "adam:lr=0.001,batch=64", "2.0e-3", "91.80 %"}, {"svrg", "svrg:lr=0.02,m=n/10", "2.2e-7", "92.32 %"}},
		}},
		Figures: []study.Figure{
			{
				Name: "gap", Title: "Distance to the optimum", X: study.Axis{Label: "gradient evaluations", Log: true}, Y: study.Axis{Label: "f − f*", Log: true},
				Series: []study.Series{
					{Name: "sgd", Slot: 0, X: x, Y: sgd, Lo: times(sgd, 0.4), Hi: times(sgd, 2.5)},
					{Name: "adam", Slot: 1, X: x, Y: adam},
					{Name: "svrg", Slot: 2, X: x, Y: svrg, Lo: times(svrg, 0.1), Hi: times(svrg, 10)},
					{Name: "predicted for sgd", Slot: 0, X: x, Y: theory, Theory: true},
				},
				Lines: []study.Line{{Name: "floor η·tr Σ/(4B)", At: 3e-6}, {Name: "one pass", At: 5e4, Vertical: true}},
			},
			{
				Name: "accuracy", Title: "Validation accuracy", X: study.Axis{Label: "passes"}, Y: study.Axis{Label: "%"},
				Series: []study.Series{
					{Name: "sgd", Slot: 0, X: []float64{0, 1, 2, 3, 4, 5}, Y: []float64{70, 85, 89, 90, 91, 91.5}, Dots: true},
					{Name: "svrg", Slot: 2, X: []float64{0, 1, 2, 3, 4, 5}, Y: []float64{60, 75, 86, 91, 92, 92.2}, Dots: true},
				},
				Lines: []study.Line{{Name: "at the optimum", At: 92.32}},
			},
		},
		Notes:   []string{"m = n/10 is outside of what SVRG's theorem covers here: it would need m ≥ 36 n."},
		Recipes: []string{"svrg:lr=0.02,batch=1,m=n/10", "sgd:lr=0.1,batch=64"},
	}
}

func batches() study.Study {
	return study.Study{
		Name: "batch", Title: "Steps fall with the batch, to a limit", State: study.Done, Share: 1, Elapsed: 40 * time.Second, Evals: 8_000_000,
		Claims: []study.Claim{{Text: "Doubling the batch halves the steps below B_crit", Predicted: "slope −1", Measured: "slope −0.99 ± 0.03", Verdict: study.Holds}},
		Figures: []study.Figure{{
			Name: "steps", Title: "Steps to the target", X: study.Axis{Label: "batch size", Log: true}, Y: study.Axis{Label: "steps", Log: true},
			Series: []study.Series{
				{Name: "measured", Slot: 3, X: []float64{4, 16, 64, 256, 1024, 4096}, Y: []float64{20400, 5200, 1248, 546, 437, 410}, Dots: true},
				{Name: "perfect scaling", Slot: 3, X: []float64{4, 4096}, Y: []float64{20400, 20}, Theory: true},
			},
			Lines: []study.Line{{Name: "B_simple", At: 72.8, Vertical: true}},
		}},
	}
}

// wildStudies are studies of numbers and texts that nobody should write.
func wildStudies(r *rand.Rand) *study.View {
	values := []float64{0, 1, -1, 0.5, 1e300, -1e300, 1e-300, math.MaxFloat64, math.NaN(), math.Inf(1), math.Inf(-1), 12.5, 1e13}
	texts := []string{"", "sgd", "a\x1b[31mred\nline\ttab", "日本語のとても長い名前です", string(make([]byte, 40)), "long long long long long long long long long long long long long words-and-signs", "é̂combining"}
	pick := func() float64 { return values[r.IntN(len(values))] }
	text := func() string { return texts[r.IntN(len(texts))] }
	list := func(n int) []float64 {
		out := make([]float64, n)
		for i := range out {
			out[i] = pick()
		}
		return out
	}
	v := &study.View{About: text(), Elapsed: time.Duration(r.Int64())}
	for range r.IntN(12) {
		s := study.Study{
			Name: text(), Title: text(), About: text(), Err: text(), Doing: text(), State: study.State(r.IntN(5)),
			Share: pick(), Elapsed: time.Duration(r.Int64()), Evals: r.Int64(), Notes: []string{text(), text()}, Recipes: []string{text()},
		}
		for range r.IntN(4) {
			s.Claims = append(s.Claims, study.Claim{Text: text(), Predicted: text(), Measured: text(), RefutedBy: text(), Verdict: study.Verdict(r.IntN(len(study.Verdicts)))})
			s.Tables = append(s.Tables, study.Table{Title: text(), Head: []string{text(), text()}[:r.IntN(3)], Rows: [][]string{{text()}, {text(), text(), text()}, nil}})
			f := study.Figure{Name: text(), Title: text(), X: study.Axis{Label: text(), Log: r.IntN(2) == 0}, Y: study.Axis{Label: text(), Log: r.IntN(2) == 0}}
			for range r.IntN(5) {
				n := r.IntN(4)
				line := study.Series{Name: text(), Slot: r.IntN(40) - 1, X: list(n), Y: list(n + r.IntN(2)), Dots: r.IntN(2) == 0, Theory: r.IntN(3) == 0}
				if r.IntN(2) == 0 {
					line.Lo, line.Hi = list(n), list(n)
				}
				f.Series = append(f.Series, line)
				f.Lines = append(f.Lines, study.Line{Name: text(), At: pick(), Vertical: r.IntN(2) == 0})
			}
			s.Figures = append(s.Figures, f)
		}
		v.Studies = append(v.Studies, s)
	}
	return v
}
