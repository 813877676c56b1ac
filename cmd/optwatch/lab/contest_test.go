package lab

import (
	"math"
	"reflect"
	"slices"
	"testing"

	"optwatch/cmd/optwatch/trials"
	"optwatch/train"
	"optwatch/train/study"
)

// TestExperimentsOnDigits makes experiments that train against each other: all
// that they claim holds on the synthetic digits too.
func TestExperimentsOnDigits(t *testing.T) {
	if raceEnabled || testing.Short() {
		t.Skip("they train too long for the race detector and for -short")
	}
	part := func(name string, run func(s *session, p *study.Page, b *train.Bench) error) Experiment {
		return Experiment{Name: name, run: func(s *session, p *study.Page) error {
			b, err := s.Bench(assigned)
			if err != nil {
				return err
			}
			return run(s, p, b)
		}}
	}
	for _, c := range []struct {
		Experiment
		examples int
	}{{part("federated: costs", runCosts), 10_000}, {part("federated: local work", runLocalWork), 2500}, {linearScaling, 2500}} {
		e := c.Experiment
		s, _ := studied(t, e, someDigits(c.examples, 2), 1)
		if s.State != study.Done || len(s.Claims) < 2 || len(s.Figures) < 2 || s.Evals == 0 {
			t.Errorf("%s is %s (%s) with %d claims and %d figures: %+v", e.Name, s.State, s.Err, len(s.Claims), len(s.Figures), s.Refuted())
		}
		for _, c := range s.Claims {
			if c.Verdict == study.Pending || c.Predicted == "" || c.Measured == "" || c.RefutedBy == "" {
				t.Errorf("%s: %+v", e.Name, c)
			}
		}
	}
}

// TestContestIsDeterministic makes a contest with one slot and with three: the
// same points to the bit. A federation with noise is among them.
func TestContestIsDeterministic(t *testing.T) {
	run := func(threads int) [][][]train.Point {
		s := newTestSession(t, t.Context(), 2000, threads)
		b := testBench(t, s)
		c := contest{bench: b, seeds: 3, span: trials.Span{From: 0, To: 1}}
		for _, recipe := range []string{
			"sgd:batch=64,lr=0.1", "svrg:batch=1,lr=0.02,m=500", "fedavg:clients=100,fraction=0.2,partition=iid,rounds=3,clip=0.3,epsilon=8",
		} {
			c.contenders = append(c.contenders, &contender{recipe: recipe, at: []int64{2000, 11_000}})
		}
		if err := c.run(s, page()); err != nil {
			t.Fatal(err)
		}
		var out [][][]train.Point
		for _, e := range c.contenders {
			for _, points := range e.points {
				for k, p := range points {
					points[k] = train.Point{Step: p.Step, Evals: p.Evals, Rounds: p.Rounds, Loss: p.Loss, TestAccuracy: p.TestAccuracy}
				}
			}
			out = append(out, e.points)
		}
		return out
	}
	one, three := run(1), run(3)
	if !reflect.DeepEqual(one, three) {
		t.Errorf("with one slot:\n%+v\nwith three:\n%+v", one, three)
	}
	if first := one[0]; first[0][1].Loss == first[1][1].Loss || !(first[0][1].Loss < first[0][0].Loss) {
		t.Errorf("seeds do not differ, or it does not train: %+v", first)
	}
}

// TestContestSeries checks medians and bands, and that what is not known is left out.
func TestContestSeries(t *testing.T) {
	e := contender{name: "a", slot: 2, at: []int64{50, 100, 150}, points: unseen(3, 3)}
	for seed, losses := range [][]float64{{3, 2, 1}, {5, 4}, {4, math.Inf(1)}} {
		for k, loss := range losses {
			e.points[seed][k].Loss = loss
		}
	}
	got := e.series(100, above(1))
	want := study.Series{Name: "a", Slot: 2, X: []float64{0.5, 1, 1.5}, Y: []float64{3, 3, 0}, Lo: []float64{2, 1, 0}, Hi: []float64{4, math.Inf(1), 0}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got := (&contender{at: []int64{1}, points: unseen(2, 1)}).series(1, onTest); len(got.X) != 0 {
		t.Errorf("nothing is known, but drawn: %+v", got)
	}
}

func TestEvery(t *testing.T) {
	if got, want := every(0.1, 0.3, 0.1, 100), []int64{10, 20, 30}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// TestRounds finds the first round at a target, and what more local work must save.
func TestRounds(t *testing.T) {
	e := contender{points: [][]train.Point{
		{{TestAccuracy: 0.5}, {TestAccuracy: 0.9}, {TestAccuracy: 0.7}},
		{{TestAccuracy: 0.5}, {TestAccuracy: 0.6}, {TestAccuracy: 0.7}},
	}}
	if got := e.rounds(80); got[0] != 2 || !math.IsInf(got[1], 1) {
		t.Errorf("rounds %v, want 2 and never", got)
	}
	if got := e.plateau(); math.Abs(got[0]-70) > 1e-9 {
		t.Errorf("the last third is at %g, want 70", got[0])
	}
	for _, c := range []struct {
		one, more float64
		epochs    int
		want      bool
	}{
		{19, 5, 5, true}, {19, 2, 20, true}, {19, 2, 5, false}, {19, 8, 5, false}, {19, 4, 20, false}, {9, 11, 5, false}, {9, math.Inf(1), 20, false},
	} {
		if b := saving(c.one, c.epochs); (c.more >= b.low && c.more <= b.high) != c.want {
			t.Errorf("from %g to %g rounds with E = %d: allowed are %v", c.one, c.more, c.epochs, b)
		}
	}
}

// TestDamage is the most that a loss lies above another at the same look.
func TestDamage(t *testing.T) {
	of := func(losses ...float64) *contender {
		e := &contender{points: unseen(1, len(losses))}
		for k, loss := range losses {
			e.points[0][k].Loss = loss
		}
		return e
	}
	if got := damage(of(2, 5, 3), of(1, 3, 0.5)); len(got) != 1 || got[0] != 2.5 {
		t.Errorf("damage %v, want 2.5", got)
	}
}
