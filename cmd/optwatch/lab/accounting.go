package lab

import (
	"fmt"
	"math"

	"optwatch/fed/privacy"
	"optwatch/train/study"
)

// mechanism is so many Gaussian steps on Poisson samples, with what ε they cost at δ.
type mechanism struct {
	rate, noise float64
	steps       int
	delta       float64
	epsilon     float64
	source      string
}

// knownEpsilons are costs that others have computed.
var knownEpsilons = []mechanism{
	{0.04, 1.5, 2250, 1e-5, 7.32911117143, "Opacus' tests"},
	{150.0 / 60000, 1.3, 6000, 1e-5, 0.7242234026109595, "TensorFlow Privacy's tests"},
	{100.0 / 100000, 1, 30000, 1e-7, 1.4154988495444842, "TensorFlow Privacy's tests"},
	{1, 0.7, 2, 1e-5, 10.122494583907, "Balle and Wang's formula"},
	{1, 4.530877117, 1, 1e-6, 0.9273923380, "Balle and Wang's formula"},
	{1, 1, 1, 1e-5, 4.3772, "Balle and Wang's formula"},
	{1, 1, 100, 1e-5, 91.8173, "Balle and Wang's formula"},
	{1, 4, 100, 1e-5, 13.2067, "Balle and Wang's formula"},
}

// accountedTo is the relative difference within which the accountant agrees:
// the printed digits of the shortest.
const accountedTo = 1e-4

// accounting draws ε over the rounds, and holds the accountant against what others have computed.
func accounting(p *study.Page, quick bool, epsilonOf accountant) {
	p.Doing("adding up privacy")
	step := 1.3
	if quick {
		step = 2
	}
	p.Draw(spending(epsilonOf, "dp-accountant-all", "all clients in every round", 1, step))
	p.Draw(spending(epsilonOf, "dp-accountant-sampled", "each client in a round with probability 0.1", 0.1, step))
	table := study.Table{Name: "dp-accountant", Title: "the accountant against others", Head: []string{"q", "z", "steps", "δ", "ε here", "ε there", "from"}}
	worst := 0.0
	for _, m := range knownEpsilons {
		got := epsilonOf(m.rate, m.noise, m.steps, m.delta)
		worst = max(worst, math.Abs(got/m.epsilon-1))
		table.Rows = append(table.Rows, []string{
			fmt.Sprintf("%.4g", m.rate), fmt.Sprintf("%.4g", m.noise), fmt.Sprint(m.steps), fmt.Sprintf("%g", m.delta),
			fmt.Sprintf("%.6g", got), fmt.Sprintf("%.6g", m.epsilon), m.source,
		})
	}
	p.Tabulate(table)
	p.Claim(study.Claim{
		Text:      fmt.Sprintf("The accountant's ε in %d cases differ from those that others have computed by", len(knownEpsilons)),
		Predicted: fmt.Sprintf("at most %g of them", accountedTo), Measured: fmt.Sprintf("%.1g", worst),
		RefutedBy: fmt.Sprintf("a case that differs by more than %g", accountedTo), Verdict: study.Judge(worst <= accountedTo),
	})
}

// spending is ε over the rounds for several z, at looks that lie a factor apart.
func spending(epsilonOf accountant, name, title string, rate, factor float64) study.Figure {
	const delta = 1e-5
	f := study.Figure{
		Name: name, Title: title, X: study.Axis{Label: "rounds", Log: true}, Y: study.Axis{Label: fmt.Sprintf("ε at δ = %g", delta), Log: true},
	}
	for slot, noise := range []float64{1, 2, 4} {
		s := study.Series{Name: fmt.Sprintf("z = %g", noise), Slot: slot}
		for t := 1.0; t <= 1000; t = math.Ceil(t * factor) {
			s.X, s.Y = append(s.X, t), append(s.Y, epsilonOf(rate, noise, int(t), delta))
		}
		f.Series = append(f.Series, s)
	}
	return f
}

// accountant says what ε so many steps cost at δ.
type accountant func(rate, noise float64, steps int, delta float64) float64

// accounted is what the trainer's accountant says.
func accounted(rate, noise float64, steps int, delta float64) float64 {
	var a privacy.Accountant
	a.Charge(rate, noise, steps)
	return a.Epsilon(delta)
}
