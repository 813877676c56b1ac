package lab

import (
	"fmt"
	"math"
	"slices"

	"optwatch/cmd/optwatch/search"
	"optwatch/cmd/optwatch/trials"
	"optwatch/train"
	"optwatch/train/study"
)

// What privacy costs: differentially private federated averaging clips every
// contribution to length S and adds noise to the sum,
//
//	g = (Σₖ clip(Δₖ, S) + N(0, (zS)² I))/(qN)
//
// for each of T rounds; (ε, δ) follow from z, q and T. Beside a signal of at
// most qN·S the noise has length zS√d: more clients drown it, more steps need a
// larger z. With ten clients all in every round the noise is longer than all
// that they can say, and no setting helps. Hiding single examples instead, each
// client adds noise to the clipped sum of its mini-batches' gradients, among
// thousands of examples.
//
// References: McMahan, Ramage, Talwar and Zhang, ICLR 2018; Abadi et al., CCS 2016.
var dp = Experiment{
	Name:  "dp",
	Title: "Privacy is cheap among a thousand clients, and hopeless among ten",
	About: "Accuracy against ε, with the noise that spends it in all rounds: 1,000 clients of whom a tenth takes part in each of 100 rounds; " +
		"ten clients of two digits each, hidden in 20 rounds; and single examples hidden by ten clients. Then the accountant by itself.",
	run: runDP,
}

// budgets are the ε that are spent, of clients and of examples.
var (
	clientBudgets  = []float64{0.25, 0.5, 1, 2, 4, 8}
	exampleBudgets = []float64{0.02, 0.05, 0.2, 1, 8}
)

// privacyMode is a way to hide, over its budgets.
type privacyMode struct {
	name     string
	slot     int
	recipe   string // with clipping, before the budget
	open     string // without privacy
	budgets  []float64
	rounds   int
	clients  float64 // that a round sums over, or examples that a step does
	perRound float64 // gradient evaluations, in passes

	noise []float64   // z, by budget
	snr   [][]float64 // of the last round, by budget and seed
	bare  *contender
	of    []*contender // by budget
}

func privacyModes() []*privacyMode {
	thousand := "fedavg:clients=1000,fraction=0.1,partition=iid,epochs=1,batch=10,lr=0.1,rounds=100"
	ten := "fedavg:clients=10,partition=classes-2,epochs=1,batch=64,lr=0.1,rounds=20"
	examples := "fedavg:clients=10,partition=iid,epochs=1,batch=256,rounds=4" // clipped gradients take longer steps
	return []*privacyMode{
		{name: "1,000 clients", slot: 3, recipe: thousand + ",clip=0.3", open: thousand, budgets: clientBudgets, rounds: 100, clients: 100, perRound: 0.1},
		{name: "examples of 10 clients", slot: 4, recipe: examples + ",privacy=example,clip=1,lr=2", open: examples + ",lr=0.5", budgets: exampleBudgets, rounds: 4, clients: 256, perRound: 1},
		{name: "10 clients", slot: 5, recipe: ten + ",clip=0.3", open: ten, budgets: []float64{8}, rounds: 20, clients: 10, perRound: 1},
	}
}

// privacyStudy is the study under way.
type privacyStudy struct {
	contest
	page  *study.Page
	n     float64
	modes []*privacyMode
}

func runDP(s *session, p *study.Page) error {
	p.Note("The noise follows from the seed, so that these numbers can be reproduced: reproducible noise is not private.")
	p.Doing("reading the data")
	b, err := s.Bench(assigned)
	if err != nil {
		return err
	}
	d, _ := b.Views(0)
	c := &privacyStudy{page: p, n: float64(d.Train), modes: privacyModes()}
	c.contest = contest{bench: b, seeds: shorter(s.quick, 5, 3), span: trials.Span{From: 0.02, To: 1}, changed: c.draw, end: c.privacy}
	for _, m := range c.modes {
		// Cohorts and Poisson samples vary in size, so there is more to spend than the rounds take.
		at := []int64{int64(1.5 * float64(m.rounds) * m.perRound * c.n)}
		m.bare = &contender{name: m.name, recipe: m.open, at: at}
		c.contenders = append(c.contenders, m.bare)
		m.noise, m.snr = make([]float64, len(m.budgets)), make([][]float64, len(m.budgets))
		for i, epsilon := range m.budgets {
			m.snr[i] = make([]float64, c.seeds)
			e := &contender{name: m.name, recipe: m.recipe + ",epsilon=" + search.Text(epsilon), at: at}
			m.of = append(m.of, e)
			c.contenders = append(c.contenders, e)
		}
	}
	c.draw() // before the accountant's, so that it comes first
	accounting(p, s.quick, accounted)
	p.Doing("training under noise")
	if err := c.run(s, p); err != nil {
		return err
	}
	c.tabulate(b.Objective().Dim())
	for _, m := range c.modes {
		c.judge(m)
	}
	return nil
}

// privacy notes down what the trainer says of its noise.
func (c *privacyStudy) privacy(e *contender, seed int, t *train.Trial) {
	for _, m := range c.modes {
		if i := slices.Index(m.of, e); i >= 0 {
			v := t.Federated().Privacy
			m.noise[i], m.snr[i][seed] = v.Noise, v.SNR
		}
	}
}

func (c *privacyStudy) draw() {
	f := study.Figure{
		Name: "dp-accuracy", Title: "accuracy against the privacy spent",
		X: study.Axis{Label: "ε", Log: true}, Y: study.Axis{Label: "test accuracy %"},
	}
	for _, m := range c.modes {
		s := study.Series{Name: m.name, Slot: m.slot, Dots: true}
		for i, e := range m.of {
			if v := trials.BandOf(e.last(onTest)); !math.IsNaN(v.Mid) {
				s.X, s.Y = append(s.X, m.budgets[i]), append(s.Y, v.Mid)
				s.Lo, s.Hi = append(s.Lo, v.Lo), append(s.Hi, v.Hi)
			}
		}
		f.Series = append(f.Series, s)
		if open := trials.Median(m.bare.last(onTest)); !math.IsNaN(open) {
			f.Lines = append(f.Lines, study.Line{Name: m.name + ", no privacy", At: open})
		}
	}
	c.page.Draw(f)
}

// tabulate shows accuracy, noise and signal for each budget.
func (c *privacyStudy) tabulate(dim int) {
	t := study.Table{
		Name: "dp", Title: fmt.Sprintf("test accuracy %%, medians of %d seeds", c.seeds),
		Head: []string{"hidden", "ε", "noise z", "signal/noise at the end", "at most", "accuracy", "points lost"},
	}
	for _, m := range c.modes {
		t.Rows = append(t.Rows, []string{m.name, "∞", "0", "—", "—", fmt.Sprintf("%.2f", trials.Median(m.bare.last(onTest))), "—"})
		for i, e := range m.of {
			t.Rows = append(t.Rows, []string{
				m.name, search.Text(m.budgets[i]), fmt.Sprintf("%.3g", m.noise[i]), fmt.Sprintf("%.2g", trials.Median(m.snr[i])),
				fmt.Sprintf("%.2g", m.mostSNR(i, dim)), fmt.Sprintf("%.2f", trials.Median(e.last(onTest))), fmt.Sprintf("%.2f", trials.Median(m.lost(i))),
			})
		}
	}
	c.page.Tabulate(t)
}

// mostSNR is the signal beside the noise where all contributions are as long as
// they may be and point the same way: K·S/(zS√d).
func (m *privacyMode) mostSNR(budget, dim int) float64 {
	return m.clients / (m.noise[budget] * math.Sqrt(float64(dim)))
}

// lost is the points that a budget costs, seed by seed.
func (m *privacyMode) lost(budget int) []float64 {
	return minus(m.bare.last(onTest), m.of[budget].last(onTest))
}

func (c *privacyStudy) judge(m *privacyMode) {
	last := len(m.budgets) - 1
	lost, text := m.lost(last), fmt.Sprintf("Hiding %s with ε = %g costs", m.name, m.budgets[last])
	e := average(lost)
	switch m.name {
	case "10 clients":
		c.page.Claim(study.Claim{
			Text: text, Predicted: fmt.Sprintf("more than 40 points: a round's signal is at most %.2g of its noise", m.mostSNR(0, c.bench.Objective().Dim())),
			Measured: pointsText(lost), RefutedBy: "an interval below 40 points", Verdict: atLeast(40).judge(e),
		})
		return
	case "1,000 clients":
		claim := study.Claim{
			Text: text, Predicted: "less than 1 point", Measured: pointsText(lost), RefutedBy: "an interval above 1 point", Verdict: atMost(1).judge(e),
		}
		if !onMNIST(c.bench) { // a point is not above the sampling error of every test set
			ten := c.modes[len(c.modes)-1].lost(0)
			claim.Predicted, claim.RefutedBy = "less than a tenth of what it costs among ten", "an interval of the ratio above a tenth"
			claim.Verdict = atMost(0.1).judge(average(over(lost, ten)))
		}
		c.page.Claim(claim)
	}
	c.rises(m)
}

// pointsText is points of accuracy, lost or gained with each seed.
func pointsText(points []float64) string {
	e := average(points)
	return fmt.Sprintf("%.2f ± %.2f points (mean of %d seeds and its 95 %% interval)", e.value, e.half, len(points))
}

// fallback is the points that accuracy may fall by from one budget to the next,
// more than the test set's sampling error.
const fallback = 1

// rises claims that accuracy does with ε.
func (c *privacyStudy) rises(m *privacyMode) {
	text := ""
	rise := average(minus(m.of[len(m.of)-1].last(onTest), m.of[0].last(onTest)))
	verdict := atLeast(0).judge(rise)
	for i, e := range m.of {
		if i > 0 {
			text += ", "
			step := average(minus(e.last(onTest), m.of[i-1].last(onTest)))
			if atLeast(-fallback).judge(step) == study.Refuted {
				verdict = study.Refuted
			}
		}
		text += fmt.Sprintf("%.1f", trials.Median(e.last(onTest)))
	}
	c.page.Claim(study.Claim{
		Text:      fmt.Sprintf("Hiding %s, accuracy rises with ε = %s", m.name, trials.Joined("%g", m.budgets)),
		Predicted: fmt.Sprintf("from the first to the last, and nowhere does it fall by %d point", fallback),
		Measured:  fmt.Sprintf("%s %% (medians of %d seeds), from the first to the last by %.1f ± %.1f", text, c.seeds, rise.value, rise.half),
		RefutedBy: fmt.Sprintf("an interval of that rise below 0, or one of a fall above %d point", fallback),
		Verdict:   verdict,
	})
}
