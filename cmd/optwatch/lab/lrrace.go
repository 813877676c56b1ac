package lab

import (
	"fmt"
	"math"

	"optwatch/cmd/optwatch/trials"
	"optwatch/train"
	"optwatch/train/study"
)

// race is a search for the learning rate that takes a batch to a target in the
// fewest steps. All rates of a batch run side by side, each with several seeds,
// and are looked at together; the first whose median seed has arrived wins.
type race struct {
	batches []int
	lrs     []float64 // of the whole grid, rising
	seeds   int       // that race
	runners int       // seeds that take the best rate to the target, for the interval
	target  float64   // f − f*
	optimum float64
	n       int64
}

// raceWork is what a race takes, in units of drawing a thousand batches.
const raceWork = 4

// lookRatio is by how much the evaluations grow from one look to the next, once
// the leader is within five times the target. Arrivals in between are interpolated.
const lookRatio = 1.1

func newRace(b *train.Bench, quick bool) race {
	r := race{batches: []int{4, 16, 64, 256, 1024, 4096}, seeds: 3, runners: shorter(quick, 5, 3), target: 0.05, optimum: b.Optimum().Value, n: int64(b.Objective().Len())}
	if onMNIST(b) {
		r.target = 0.02
	}
	ratio, count := math.Sqrt2, 17
	if quick {
		r.seeds, ratio, count = 1, 2, 9
	}
	for i := range count {
		r.lrs = append(r.lrs, lrScale(b)*1.6*math.Pow(ratio, float64(i-count+1)))
	}
	return r
}

// arrival is the outcome of a race.
type arrival struct {
	batch int
	lr    float64
	steps []float64 // of each seed; +Inf for one that does not arrive
}

func (a arrival) median() float64 { return trials.Median(a.steps) }

// lane is the trials of one learning rate.
type lane struct {
	lr     float64
	trials []*train.Trial
	before []look    // the latest look at each seed
	steps  []float64 // at which each seed arrived; +Inf before
	out    bool      // diverged, or too far behind
}

type look struct{ steps, gap float64 }

// run races the learning rates lo … hi of the grid for a batch. It is an error
// if none arrives.
func (r race) run(s *session, p *study.Page, b *train.Bench, batch, lo, hi int) (best int, a arrival, err error) {
	most := 100*r.n + 3000*int64(batch)
	var lanes []*lane
	for _, lr := range r.lrs[lo : hi+1] {
		l := &lane{lr: lr, before: make([]look, r.seeds)}
		for seed := range r.seeds {
			t, err := b.Trial(fmt.Sprintf("sgd:lr=%.6g,batch=%d", lr, batch), s.TrialSeed(seed), most)
			if err != nil {
				return 0, arrival{}, err
			}
			l.trials, l.steps = append(l.trials, t), append(l.steps, math.Inf(1))
		}
		lanes = append(lanes, l)
	}
	evals := float64(max(r.n/20, 8*int64(batch)))
	for ; evals < float64(most); evals = max(evals, float64(batch)) * r.pace(lanes) {
		err := s.Each(len(lanes)*r.seeds, func(i int) error {
			return r.advance(p, lanes[i/r.seeds], i%r.seeds, int64(evals))
		})
		if err != nil {
			return 0, arrival{}, err
		}
		if i := r.winner(lanes); i >= 0 {
			steps, err := r.finish(s, p, b, batch, lanes[i].lr, evals/lookRatio, most)
			return lo + i, arrival{batch: batch, lr: lanes[i].lr, steps: steps}, err
		}
		r.abandon(lanes)
	}
	return 0, arrival{}, fmt.Errorf("no learning rate from %.3g to %.3g comes to f − f* = %g with B = %d", r.lrs[lo], r.lrs[hi], r.target, batch)
}

// finish is the steps in which seeds that have not raced take a batch to the
// target with the best rate. Those that chose it would flatter it. They are
// looked at from some evaluations on.
func (r race) finish(s *session, p *study.Page, b *train.Bench, batch int, lr, from float64, most int64) ([]float64, error) {
	l := &lane{lr: lr, before: make([]look, r.runners), steps: make([]float64, r.runners), trials: make([]*train.Trial, r.runners)}
	err := s.Each(r.runners, func(i int) error {
		t, err := b.Trial(fmt.Sprintf("sgd:lr=%.6g,batch=%d", lr, batch), s.TrialSeed(r.seeds+i), most)
		if err != nil {
			return err
		}
		l.trials[i], l.steps[i] = t, math.Inf(1)
		for evals := 0.5 * from; evals < float64(most) && math.IsInf(l.steps[i], 1); evals = max(evals*lookRatio, evals+float64(batch)) {
			if err := r.advance(p, l, i, int64(evals)); err != nil {
				return err
			}
			if math.IsInf(l.before[i].gap, 0) {
				break
			}
		}
		return nil
	})
	return l.steps, err
}

// advance takes a seed of a lane to its next look, and notes whether it has arrived.
func (r race) advance(p *study.Page, l *lane, seed int, evals int64) error {
	if l.out || !math.IsInf(l.steps[seed], 1) {
		return nil
	}
	t := l.trials[seed]
	if _, err := trials.Advance(p, t, evals); err != nil {
		return err
	}
	now, before := look{float64(t.Steps()), t.Last().Loss - r.optimum}, l.before[seed]
	if now.gap <= r.target {
		l.steps[seed] = crossing(before, now, r.target)
	}
	l.before[seed] = now
	return nil
}

// crossing is the steps at which log(f − f*) over log(steps) crossed the target.
func crossing(a, b look, target float64) float64 {
	if a.steps == 0 || a.gap <= target || math.IsInf(a.gap, 0) {
		return b.steps
	}
	fraction := math.Log(a.gap/target) / math.Log(a.gap/max(b.gap, 1e-300))
	return a.steps * math.Pow(b.steps/a.steps, fraction)
}

// middle is the median f − f* of a lane at the latest look.
func (l *lane) middle() float64 {
	gaps := make([]float64, len(l.before))
	for i, b := range l.before {
		gaps[i] = b.gap
	}
	return trials.Median(gaps)
}

// leader is the smallest median f − f* of all lanes.
func (r race) leader(lanes []*lane) float64 {
	best := math.Inf(1)
	for _, l := range lanes {
		if m := l.middle(); !l.out && m < best {
			best = m
		}
	}
	return best
}

// pace is by how much to go on until the next look.
func (r race) pace(lanes []*lane) float64 {
	if r.leader(lanes) > 5*r.target {
		return 1.4
	}
	return lookRatio
}

// abandon puts out what is four times as far as the leader, once that is near.
func (r race) abandon(lanes []*lane) {
	best := r.leader(lanes)
	for _, l := range lanes {
		if m := l.middle(); !(m <= 4*best) && best < 5*r.target || math.IsInf(m, 0) {
			l.out = true
		}
	}
}

// winner is the lane with the fewest steps of those whose median seed has arrived; −1 for none.
func (r race) winner(lanes []*lane) int {
	best, steps := -1, math.Inf(1)
	for i, l := range lanes {
		if m := trials.Median(l.steps); m < steps {
			best, steps = i, m
		}
	}
	return best
}
