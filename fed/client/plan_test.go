package client

import "testing"

// By hand: ten examples in batches of four are three steps an epoch, the last
// of two; Poisson samples have four on average, in as many steps.
func TestPlan(t *testing.T) {
	for _, c := range []struct {
		plan                    Plan
		n                       int
		batch, steps, evaluated int
		rate                    float64
	}{
		{Plan{Epochs: 2, Batch: 4}, 10, 4, 6, 20, 0.4},
		{Plan{Epochs: 2, Batch: 4, Poisson: true}, 10, 4, 6, 24, 0.4},
		{Plan{Epochs: 3, Batch: 100}, 7, 7, 3, 21, 1},
		{Plan{Epochs: 1, Batch: 1}, 5, 1, 5, 5, 0.2},
	} {
		p := c.plan
		if p.BatchOf(c.n) != c.batch || p.Steps(c.n) != c.steps || p.Evaluations(c.n) != c.evaluated || p.Rate(c.n) != c.rate {
			t.Errorf("%+v of %d examples: got batch %d, %d steps, %d evaluations, rate %g; want %d, %d, %d, %g",
				p, c.n, p.BatchOf(c.n), p.Steps(c.n), p.Evaluations(c.n), p.Rate(c.n), c.batch, c.steps, c.evaluated, c.rate)
		}
	}
	if got := (Plan{Epochs: 2, Batch: 4}).Steps(0); got != 0 {
		t.Errorf("without examples: got %d steps, want 0", got)
	}
}

// 30 evaluations of a client three times as slow take 90 of the 60 that are a unit.
func TestClock(t *testing.T) {
	c := Clock{Unit: 60, Slowness: 3, Deadline: 1.5}
	if got := c.At(30); got != 1.5 || c.Late(got) || !c.Late(c.At(31)) {
		t.Errorf("got time %g, late %v, and one evaluation later %v", got, c.Late(got), c.Late(c.At(31)))
	}
	if c.Deadline = 0; c.Late(1e300) {
		t.Error("it is late without a deadline")
	}
}

// The same stream gives the same numbers; another number, seed or key gives others.
func TestStream(t *testing.T) {
	key := make([]byte, 32)
	seen := map[uint64]Stream{}
	for _, s := range []Stream{{1, 2, nil}, {2, 2, nil}, {1, 3, nil}, {1, 2, key}, {1, 2, append([]byte{1}, key[1:]...)}} {
		a, b := s.Rand().Uint64(), s.Rand().Uint64()
		if a != b {
			t.Errorf("%v: got %d and then %d", s, a, b)
		}
		if other, ok := seen[a]; ok {
			t.Errorf("%v is %v", s, other)
		}
		seen[a] = s
	}
	if a, b := (Stream{1, 2, key}).Rand().Uint64(), (Stream{7, 9, key}).Rand().Uint64(); a != b {
		t.Error("with a key the seed changes the numbers")
	}
}
