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
	examples int // to train on
	held     int // those after them, for the validation loss
	passes   float64
}

func newDecayGrid(quick bool) decayGrid {
	half := func(lo, hi float64) []float64 { // powers of √10
		var out []float64
		for x := lo; x <= hi; x += 0.5 {
			out = append(out, math.Pow(10, x))
		}
		return out
	}
	return decayGrid{
		lrs: half(-2.75, -1.75), decays: [2][]float64{half(-4, -1), half(-2, 1)},
		seeds: shorter(quick, 4, 2), examples: 1000, held: 4000, passes: 150,
	}
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
	judge, err := heldOut(ds, g.examples, g.held)
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
			b, err := s.small(ds, g.examples, l2)
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
				if _, err := trials.Advance(p, t, evals); err != nil {
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
func (s *session) small(ds *data.Dataset, examples int, l2 float64) (*train.Bench, error) {
	part := *ds
	part.Train.X, part.Train.Labels = ds.Train.X.Slice(0, examples), ds.Train.Labels[:examples]
	part.Val, part.Test = data.Split{}, data.Split{}
	part.Digest += fmt.Sprintf("-%d", examples)
	return train.NewBench(s.Context(), train.Config{
		Load:  func(context.Context, data.Progress) (*data.Dataset, error) { return &part, nil },
		Model: assigned.Model, L2: l2, Seed: s.Seed, Threads: s.Threads, Catalogue: s.Catalogue,
	})
}

// heldOut is the objective over the examples after those trained on.
func heldOut(ds *data.Dataset, from, count int) (objective.Objective, error) {
	model, err := objective.FindModel(assigned.Model)
	if err != nil {
		return nil, err
	}
	return model.New(objective.Examples{
		X: ds.Train.X.Slice(from, from+count), Labels: ds.Train.Labels[from : from+count], Classes: len(ds.Classes),
	})
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

// judge gives the verdicts on both surfaces.
func (g decayGrid) judge(p *study.Page, surfaces [2]surface) {
	for which, z := range surfaces {
		shift, decays := g.shift(which, z, meanOf)
		low, high := math.Inf(1), math.Inf(-1)
		for seed := range g.seeds {
			of, _ := g.shift(which, z, func(seeds []float64) float64 { return seeds[seed] })
			low, high = min(low, of), max(high, of)
		}
		p.Claim(study.Claim{
			Text:      fmt.Sprintf("Data, trained until settled: the best λ of %s does not move with the learning rate (shift at most ½; −1 if only the product mattered)", decayNames[which]),
			Predicted: "shift 0", Measured: fmt.Sprintf("shift %+.2f, of single seeds %+.2f to %+.2f; best λ %s", shift, low, high, trials.Joined("%.2g", decays)),
			Verdict: study.Judge(math.Abs(shift) <= 0.5),
		})
	}
	p.Note("The paper's coupling of L2 and learning rate is of training that ends before the decay has settled, as where a weight is halved above. On this convex problem, trained until it has settled, the best λ moves for neither.")
}
