package lab

import (
	"context"
	"fmt"
	"math"

	"optwatch/cmd/optwatch/trials"
	"optwatch/train"
	"optwatch/train/data"
	"optwatch/train/objective"
	"optwatch/train/study"
)

// decayGrid is learning rates by decays on a few examples of the data, which
// softmax regression learns by heart unless it is held back.
type decayGrid struct {
	lrs      []float64
	decays   [2][]float64 // λ of L2, and of AdamW as a multiple of the learning rate
	seeds    int
	model    string
	examples int // to train on
	held     int // those after them, for the validation loss
	passes   float64
}

// newDecayGrid is the grid for a model. The net's trials cost more, and its rates
// are those that suit it.
func newDecayGrid(quick bool, model string) decayGrid {
	powers := func(lo, hi, step float64) []float64 { // of ten
		var out []float64
		for x := lo; x <= hi; x += step {
			out = append(out, math.Pow(10, x))
		}
		return out
	}
	g := decayGrid{
		lrs: powers(-2.75, -1.75, 0.5), decays: [2][]float64{powers(-4, -1, 0.5), powers(-2, 1, 0.5)},
		seeds: shorter(quick, 4, 3), model: model, examples: 1000, held: 4000, passes: 150,
	}
	if model == netModel {
		g.lrs, g.passes = powers(-3, -2, 0.5), 40
		if quick {
			g.decays, g.passes = [2][]float64{powers(-4, -1, 1), powers(-2, 1, 1)}, 20
		}
	}
	return g
}

func (g decayGrid) trials() int {
	return len(g.lrs) * (len(g.decays[0]) + len(g.decays[1])) * g.seeds
}

// surface is the validation loss, [learning rate][decay][seed].
type surface [][][]float64

func (s *session) decayGrid(p *study.Page, g decayGrid, work *workload) error {
	p.Doing("reading the data")
	ds, err := s.Dataset(s.Context(), assigned.Val, nil)
	if err != nil {
		return err
	}
	g.examples = min(g.examples, ds.Train.Len()/2)
	g.held = min(g.held, ds.Train.Len()-g.examples)
	judge, err := heldOut(ds, g.model, g.examples, g.held)
	if err != nil {
		return err
	}
	p.Doing(fmt.Sprintf("%d learning rates × %d decays on %d examples", len(g.lrs), len(g.decays[0]), g.examples))
	var surfaces [2]surface
	for which := range surfaces {
		surfaces[which] = make(surface, len(g.lrs))
		for i := range surfaces[which] {
			surfaces[which][i] = make([][]float64, len(g.decays[which]))
			for j := range surfaces[which][i] {
				surfaces[which][i][j] = make([]float64, g.seeds)
			}
		}
		// L2 is part of a bench's problem, and so each λ has a bench. AdamW's is not.
		for j, decay := range g.decays[which] {
			l2, recipe := decay, "adam:lr=%.6g,batch=32,schedule=cosine"
			if which == 1 {
				l2, recipe = 0, fmt.Sprintf("adamw:lr=%%.6g,batch=32,schedule=cosine,decay=%.6g", decay)
			}
			b, err := s.small(ds, g.model, g.examples, l2)
			if err != nil {
				return err
			}
			err = s.Each(len(g.lrs)*g.seeds, func(i int) error {
				lr, seed := i/g.seeds, i%g.seeds
				evals := int64(g.passes * float64(g.examples))
				t, err := b.Trial(fmt.Sprintf(recipe, g.lrs[lr]), s.TrialSeed(seed), evals)
				if err != nil {
					return err
				}
				if _, err := trials.Advance(p, t.Bare(), evals); err != nil {
					return err
				}
				surfaces[which][lr][j][seed] = meanLoss(b, judge, t.Theta())
				work.add(2)
				return nil
			})
			b.Close()
			if err != nil {
				return err
			}
		}
		g.draw(p, which, surfaces[which])
	}
	g.judge(p, surfaces)
	return nil
}

// small is a bench of the first examples alone.
func (s *session) small(ds *data.Dataset, model string, examples int, l2 float64) (*train.Bench, error) {
	part := *ds
	part.Train.X, part.Train.Labels = ds.Train.X.Slice(0, examples), ds.Train.Labels[:examples]
	part.Val, part.Test = data.Split{}, data.Split{}
	part.Digest += fmt.Sprintf("-%d", examples)
	return train.NewBench(s.Context(), train.Config{
		Load:  func(context.Context, data.Progress) (*data.Dataset, error) { return &part, nil },
		Model: model, L2: l2, Seed: s.Seed, Threads: s.Threads, Catalogue: s.Catalogue,
	})
}

// heldOut is the objective over the examples after those trained on.
func heldOut(ds *data.Dataset, model string, from, count int) (objective.Objective, error) {
	m, err := objective.FindModel(model)
	if err != nil {
		return nil, err
	}
	return m.New(objective.Examples{
		X: ds.Train.X.Slice(from, from+count), Labels: ds.Train.Labels[from : from+count], Classes: len(ds.Classes),
	}, objective.Settings{})
}

// meanLoss is that of an objective at θ, in a slot of the bench.
func meanLoss(b *train.Bench, o objective.Objective, theta []float64) float64 {
	sum := 0.0
	b.Compute(func(yield func()) {
		worker := o.Worker()
		blocks(worker, func(rows []int32) {
			loss, _ := worker.Loss(theta, rows)
			sum += loss
			yield()
		})
	})
	return sum / float64(o.Len())
}

var decayNames = [...]string{"Adam + L2", "AdamW"}

// draw shows a surface as a table and as a curve for each learning rate.
func (g decayGrid) draw(p *study.Page, which int, z surface) {
	name := [...]string{"adamw-grid-l2", "adamw-grid-decoupled"}[which]
	title := fmt.Sprintf("%s: validation loss on %d examples", decayNames[which], g.examples)
	f := study.Figure{Name: name, Title: title, X: study.Axis{Label: "λ", Log: true}, Y: study.Axis{Label: "validation loss"}}
	t := study.Table{Name: name, Title: title + ", rows are learning rates, columns decays", Head: []string{"lr"}}
	for _, decay := range g.decays[which] {
		t.Head = append(t.Head, fmt.Sprintf("%.2g", decay))
	}
	for i, lr := range g.lrs {
		row, series := []string{fmt.Sprintf("%.2g", lr)}, study.Series{Name: fmt.Sprintf("lr = %.2g", lr), Slot: i, X: g.decays[which], Dots: true}
		for _, seeds := range z[i] {
			m := trials.BandOf(seeds)
			row = append(row, fmt.Sprintf("%.4f", m.Mid))
			series.Y, series.Lo, series.Hi = append(series.Y, m.Mid), append(series.Lo, m.Lo), append(series.Hi, m.Hi)
		}
		t.Rows, f.Series = append(t.Rows, row), append(f.Series, series)
	}
	p.Tabulate(t)
	p.Draw(f)
}

// bestDecay is the decay of the least loss, by the parabola through the lowest
// point and its neighbours over log λ.
func bestDecay(decays, z []float64) float64 {
	low := 0
	for j := range z {
		if z[j] < z[low] {
			low = j
		}
	}
	x := math.Log(decays[low])
	if low > 0 && low < len(z)-1 {
		a, b, c := z[low-1], z[low], z[low+1]
		x += math.Log(decays[low+1]/decays[low]) / 2 * (a - c) / (a - 2*b + c)
	}
	return math.Exp(x)
}

// shift is how far the best decay moves with the learning rate, from the
// losses that pick takes of the seeds of each cell; with the best decays.
func (g decayGrid) shift(which int, z surface, pick func(seeds []float64) float64) (shift float64, decays []float64) {
	for i := range g.lrs {
		row := make([]float64, len(z[i]))
		for j, seeds := range z[i] {
			row[j] = pick(seeds)
		}
		decays = append(decays, bestDecay(g.decays[which], row))
	}
	return fitPower(g.lrs, decays).slope.value, decays
}

// atEdge says whether a best decay, of any learning rate and seed, is the first or
// the last of the grid: it may lie beyond, and nothing is known of how it moves.
func (g decayGrid) atEdge(z surface) bool {
	for _, row := range z {
		for seed := range g.seeds {
			low := 0
			for j := range row {
				if row[j][seed] < row[low][seed] {
					low = j
				}
			}
			if low == 0 || low == len(row)-1 {
				return true
			}
		}
	}
	return false
}

// shiftOf is the mean shift of the seeds.
func (g decayGrid) shiftOf(which int, z surface) estimate {
	e := average(g.shifts(which, z))
	if g.atEdge(z) {
		e.half = math.Inf(1)
	}
	return e
}

// shifts are those of the single seeds.
func (g decayGrid) shifts(which int, z surface) []float64 {
	out := make([]float64, g.seeds)
	for seed := range out {
		out[seed], _ = g.shift(which, z, func(seeds []float64) float64 { return seeds[seed] })
	}
	return out
}

// coupled is the shift, either way, from which the two must be tuned together:
// half way from 0, tuned apart, to −1, only their product matters.
const coupled = 0.5

// judge gives the verdicts on both surfaces.
func (g decayGrid) judge(p *study.Page, surfaces [2]surface) {
	if g.model == netModel {
		g.judgeNet(p, surfaces)
		return
	}
	for which, z := range surfaces {
		_, decays := g.shift(which, z, meanOf)
		shift := g.shiftOf(which, z)
		p.Claim(study.Claim{
			Text:      fmt.Sprintf("Data, trained until settled: the best λ of %s does not move with the learning rate (shift at most ½ either way; −1 if only the product mattered)", decayNames[which]),
			Predicted: "shift 0", Measured: g.shiftText(shift, decays),
			RefutedBy: around(0, coupled).refutes("%+.1f"),
			Verdict:   around(0, coupled).judge(shift),
		})
	}
	p.Note("The paper's coupling of L2 and learning rate is of training that ends before the decay has settled, as where a weight is halved above. On this convex problem, trained until it has settled, theory has the best λ move for neither.")
}

// judgeNet gives the verdict on the net: training ends before the decay has
// settled, and the paper's claim is that AdamW's moves less.
func (g decayGrid) judgeNet(p *study.Page, surfaces [2]surface) {
	var shifts [2][]float64
	var texts [2]string
	for which, z := range surfaces {
		_, decays := g.shift(which, z, meanOf)
		shifts[which] = g.shifts(which, z)
		texts[which] = g.shiftText(g.shiftOf(which, z), decays)
	}
	less := make([]float64, g.seeds)
	for seed := range less {
		less[seed] = math.Abs(shifts[0][seed]) - math.Abs(shifts[1][seed])
	}
	e := average(less)
	measured := fmt.Sprintf("%+.2f ± %.2f over %d seeds", e.value, e.half, g.seeds)
	if g.atEdge(surfaces[0]) || g.atEdge(surfaces[1]) {
		e.half, measured = math.Inf(1), "a best λ is at the edge of the grid: how far it moves is not known"
	}
	p.Claim(study.Claim{
		Text:      fmt.Sprintf("On the net, trained for %g passes, the best λ of AdamW moves less with the learning rate than that of Adam + L2: |shift| of the latter less that of the former", g.passes),
		Predicted: "above 0: the decay is taken outside of what the learning rate's step is divided by",
		Measured:  measured,
		RefutedBy: atLeast(0).refutes("%g"),
		Verdict:   atLeast(0).judge(e),
	})
	p.Note(fmt.Sprintf("Shifts on the net: of Adam + L2 %s; of AdamW %s. On the convex problem, trained until it has settled, theory has both at 0; a net that learns %d examples by heart in %g passes has not settled, and f has no one minimum that λ would move.",
		texts[0], texts[1], g.examples, g.passes))
	p.Note("What is measured without data, shrinkage and halving, does not depend on the model, and is left out here.")
}

func (g decayGrid) shiftText(shift estimate, decays []float64) string {
	if math.IsInf(shift.half, 1) {
		return fmt.Sprintf("not known: one is at the edge of the grid; best λ %s for lr %s", trials.Joined("%.2g", decays), trials.Joined("%.2g", g.lrs))
	}
	return fmt.Sprintf("shift %+.2f ± %.2f over %d seeds; best λ %s for lr %s", shift.value, shift.half, g.seeds, trials.Joined("%.2g", decays), trials.Joined("%.2g", g.lrs))
}
