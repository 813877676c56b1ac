package lab

import (
	"math"
	"sync"

	"optwatch/cmd/optwatch/trials"
	"optwatch/train"
	"optwatch/train/study"
)

// contest trains recipes with several seeds each, and looks at all of them
// after fixed counts of gradient evaluations. Seeds of one number draw alike.
type contest struct {
	bench      *train.Bench
	seeds      int
	contenders []*contender
	span       trials.Span                                  // of the study's progress
	changed    func()                                       // after every look; nil for nobody
	end        func(c *contender, seed int, t *train.Trial) // of every trial that was not cut short; nil for nobody
}

// contender is a recipe in a contest.
type contender struct {
	name   string
	slot   int // its colour and line
	recipe string
	at     []int64         // evaluations after which it is looked at, rising
	points [][]train.Point // by seed and look; Loss is NaN where it is not known yet, and +Inf once it has diverged
}

// run trains, on all slots. The error of a contest cut short is errStopped.
func (c *contest) run(s *session, p *study.Page) error {
	work := &workload{page: p, span: c.span}
	for _, e := range c.contenders {
		e.points = unseen(c.seeds, len(e.at))
		work.total += float64(int64(c.seeds) * e.at[len(e.at)-1])
	}
	var mu sync.Mutex
	return s.Each(len(c.contenders)*c.seeds, func(i int) error {
		e, seed := c.contenders[i%len(c.contenders)], i/len(c.contenders)
		t, err := c.bench.Trial(e.recipe, s.TrialSeed(seed), e.at[len(e.at)-1])
		if err != nil {
			return train.ConfigError{Err: err}
		}
		t.Bare()
		before := int64(0)
		for k, evals := range e.at {
			if _, err := trials.Advance(p, t, evals); err != nil {
				return err
			}
			work.add(float64(evals - before))
			before = evals
			mu.Lock()
			e.points[seed][k] = t.Last()
			if c.changed != nil {
				c.changed()
			}
			mu.Unlock()
		}
		if c.end != nil {
			mu.Lock()
			defer mu.Unlock()
			c.end(e, seed, t)
		}
		return nil
	})
}

func unseen(seeds, looks int) [][]train.Point {
	out := make([][]train.Point, seeds)
	for i := range out {
		out[i] = make([]train.Point, looks)
		for k := range out[i] {
			out[i][k] = train.Point{Loss: math.NaN(), ValAccuracy: math.NaN(), TestAccuracy: math.NaN()}
		}
	}
	return out
}

// of is a reading of every seed at a look.
func (e *contender) of(look int, read func(train.Point) float64) []float64 {
	out := make([]float64, len(e.points))
	for i := range e.points {
		out[i] = read(e.points[i][look])
	}
	return out
}

// last is a reading of every seed at the end.
func (e *contender) last(read func(train.Point) float64) []float64 {
	return e.of(len(e.at)-1, read)
}

// series is a reading over the looks, the median of the seeds with its band; unit
// is the evaluations that are one on the x-axis.
func (e *contender) series(unit float64, read func(train.Point) float64) study.Series {
	out := study.Series{Name: e.name, Slot: e.slot}
	for k, evals := range e.at {
		if b := trials.BandOf(e.of(k, read)); !math.IsNaN(b.Mid) {
			out.X, out.Y = append(out.X, float64(evals)/unit), append(out.Y, b.Mid)
			out.Lo, out.Hi = append(out.Lo, b.Lo), append(out.Hi, b.Hi)
		}
	}
	return out
}

// above reads f − f*.
func above(optimum float64) func(train.Point) float64 {
	return func(p train.Point) float64 { return p.Loss - optimum }
}

// onTest and onValidation read accuracies in per cent.
func onTest(p train.Point) float64       { return 100 * p.TestAccuracy }
func onValidation(p train.Point) float64 { return 100 * p.ValAccuracy }

// every is lo, lo + step … up to hi, in units of so many evaluations.
func every(lo, hi, step, unit float64) []int64 {
	var out []int64
	for k := 0; lo+float64(k)*step <= hi*(1+1e-12); k++ {
		out = append(out, int64(math.Round((lo+float64(k)*step)*unit)))
	}
	return out
}
