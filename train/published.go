package train

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"optwatch/train/view"
)

// published is what a run tells of itself. The goroutines that step for the run
// write it, with mu held; anybody reads it.
type published struct {
	exp     *Experiment
	gate    *gate
	changed atomic.Uint64 // Report.Generation when it was touched last

	mu      sync.Mutex
	pub     RunReport // what a report shows, but for the rates
	line    Curve
	tr      trace
	past    []rateSample
	rounds  Federation // the stage's, if it is one
	rate    float64    // evaluations a second, as it was reported last; a report writes it
	warming bool       // the stage is the SGD before the method
	shown   columns    // for viewers; guarded by the experiment's showing
}

// rateSample is where a run was at a time.
type rateSample struct {
	elapsed float64
	evals   int64
}

const (
	rateEvery = 0.2 // seconds between samples
	rateKept  = 11  // samples, so a window of about two seconds
)

// touch says that something has changed that viewers keep from one snapshot to the next.
func (p *published) touch() {
	now := p.exp.gen.Add(1)
	for was := p.changed.Load(); was < now && !p.changed.CompareAndSwap(was, now); { // a crew may pause the run meanwhile
		was = p.changed.Load()
	}
}

// busy says what takes long just now.
func (p *published) busy(what string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pub.Activity = what
}

// settles says why what the run comes to is not the minimiser of f; "" where it is.
func (p *published) settles(why string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pub.Elsewhere = why
}

// classes publishes the accuracy of each class.
func (p *published) classes(shares []float64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pub.ClassAccuracy = shares
}

func (p *published) state() view.State {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.pub.State
}

// batch is the batch size last published.
func (p *published) batch() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.pub.Batch
}

// recipeNow is the recipe last published, and federation the rounds if it has any.
func (p *published) recipeNow() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.pub.Recipe
}

func (p *published) federation() Federation {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.rounds
}

// report is the run as it is now, which ends at so many evaluations; at 0, at none.
func (p *published) report(budget int64) RunReport {
	changed := p.changed.Load() // before all else: what it is, or newer
	p.mu.Lock()
	v := p.pub
	v.changed, v.shown = changed, &p.shown
	v.Curve, v.Trace, v.Marks = p.line.Points(), p.tr.view(), slices.Clip(v.Marks)
	v.EvalsPerSecond, v.Left, v.Limited = 0, -1, budget > 0
	if n := len(p.past); v.State == view.Running && n > 1 {
		first, last := p.past[0], p.past[n-1]
		done := float64(last.evals - first.evals)
		if done > 0 { // else all of the time went into a plot point or a full gradient
			p.rate = done / (last.elapsed - first.elapsed)
		}
		v.EvalsPerSecond = p.rate
		if budget > 0 && done > 0 {
			wall := (last.elapsed - first.elapsed) / done
			v.Left = time.Duration(float64(budget-v.Evals) * wall * float64(time.Second))
		}
	}
	if p.warming && v.Activity == "" && !v.State.Ended() {
		v.Activity = "warm-up"
	}
	rounds := p.rounds
	p.mu.Unlock()
	if rounds != nil {
		v.Federated = rounds.View()
	}
	if !v.State.Ended() {
		v.Pending = p.gate.pending(v.State == view.Paused)
	}
	return v
}
