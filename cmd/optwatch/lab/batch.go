package lab

import (
	"fmt"
	"math"

	"optwatch/train"
	"optwatch/train/study"
)

// What a larger batch buys. The mean of B gradients drawn independently has
//
//	E‖g_B − ∇f‖² = tr Σ/B        and tr Σ/B·(n−B)/(n−1) without replacement
//
// so that a batch well below B_simple = tr Σ/‖∇f‖² is mostly noise, and one
// well above it mostly ∇f. With the learning rate tuned for each batch, the
// steps to a target are then
//
//	S(B) = S_min·(1 + B_crit/B)
//
// in proportion to 1/B up to the critical batch, and flat beyond.
//
// Reference: McCandlish, Kaplan, Amodei and the OpenAI Dota team, "An empirical model of large-batch training", 2018;
// Shallue et al., "Measuring the effects of data parallelism on neural network training", JMLR 20, 2019.
var batchSize = Experiment{
	Name:  "batch",
	Title: "What a larger batch buys, and up to where",
	About: "The variance of a mini-batch gradient falls like 1/B. Steps to a target fall with it as long as the batch is small beside the gradient noise scale; " +
		"beyond the critical batch more examples a step buy nothing. The learning rate is tuned for each batch. " +
		"Where theory is exact, a claim allows six standard errors of the design, so that its 95 % interval resolves it.",
	run: runBatch,
}

func runBatch(s *session, p *study.Page) error {
	p.Doing("reading the data")
	b, err := s.Bench(assigned)
	if err != nil {
		return err
	}
	race := newRace(b, s.quick)
	draws := drawPlan(b.Objective().Len(), s.quick)
	work := &workload{page: p, total: float64(len(draws)) + raceWork*float64(len(race.batches))}
	if err := s.startNoise(p, b); err != nil {
		return err
	}
	if err := s.batchNoise(p, b, draws, work); err != nil {
		return err
	}
	path, err := s.noisePath(p, b)
	if err != nil {
		return err
	}
	return s.critical(p, b, race, path, work)
}

// startNoise compares tr Σ at θ = 0 with what follows from the data alone:
// there every residual is 1/K but at the label, so that ‖∇fᵢ‖² = (1 − 1/K)‖x̃ᵢ‖².
func (s *session) startNoise(p *study.Page, b *train.Bench) error {
	ds, err := s.Dataset(s.Context(), assigned.Val, nil)
	if err != nil {
		return err
	}
	meanSquare, n := 0.0, float64(ds.Train.Len())
	for i := range ds.Train.Len() {
		square := 1.0
		ds.Train.X.Row(i, func(_ int, v float64) { square += v * v })
		meanSquare += square / n
	}
	g := gradientsAt(b, make([]float64, b.Objective().Dim()))
	want := (1-1/float64(len(ds.Classes)))*meanSquare - g.square
	p.Claim(study.Claim{
		Text:      "At θ = 0, tr Σ = (1 − 1/K)·mean ‖x̃ᵢ‖² − ‖∇f‖² (to 9 digits)",
		Predicted: fmt.Sprintf("%.7f", want), Measured: fmt.Sprintf("%.7f", g.trace),
		RefutedBy: "a difference in the first 9 digits", Verdict: study.Judge(math.Abs(g.trace/want-1) < 1e-9),
	})
	if onMNIST(b) {
		p.Claim(study.Claim{
			Text:      "MNIST: tr Σ and B_simple at θ = 0 (to 6 digits, measured elsewhere)",
			Predicted: "78.845480, 72.7666", Measured: fmt.Sprintf("%.6f, %.4f", g.trace, g.simple()),
			RefutedBy: "a difference in the first 6 digits",
			Verdict:   study.Judge(math.Abs(g.trace/78.845480336-1) < 1e-6 && math.Abs(g.simple()/72.7666-1) < 1e-6),
		})
	}
	return nil
}
