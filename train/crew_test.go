package train

import (
	"errors"
	"math"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"optwatch/optimizers"
	"optwatch/optimizers/matrix"
)

// worker is an oracle as a run of so many threads has it, with its slot taken.
func worker(t *testing.T, n, threads int) *oracle {
	t.Helper()
	p, err := newProblem(blobs(n), "softmax", ModelSettings{}, 0)
	if err != nil {
		t.Fatal(err)
	}
	g := newGate(NewSlots(threads), time.Now)
	o := newOracle(p.train, newSampler(n, 5, 1), g)
	g.enter()
	return o
}

// draw draws as a client of its own.
func draw(own optimizers.Divisible, i int) error {
	_, err := own.Sub([]int32{int32(i % 50)}, uint64(i)).Draw(1)
	return err
}

// TestEach makes every call once, in as many goroutines as there are slots.
func TestEach(t *testing.T) {
	for _, threads := range []int{1, 2, 5} {
		for _, n := range []int{0, 1, 2, 33} {
			o := worker(t, 50, threads)
			calls := make([]atomic.Int32, n)
			var busy, most atomic.Int32
			err := o.Each(n, func(own optimizers.Divisible, i int) error {
				if now := busy.Add(1); now > most.Load() {
					most.Store(now)
				}
				defer busy.Add(-1)
				calls[i].Add(1)
				time.Sleep(200 * time.Microsecond)
				return draw(own, i)
			})
			if err != nil {
				t.Fatal(err)
			}
			for i := range calls {
				if got := calls[i].Load(); got != 1 {
					t.Errorf("%d threads: call %d of %d was made %d times", threads, i, n, got)
				}
			}
			if int(most.Load()) > min(threads, n) {
				t.Errorf("%d threads: %d calls at a time", threads, most.Load())
			}
			if !o.gate.has || o.gate.crew != 0 || len(o.gate.slots) != 1 {
				t.Errorf("%d threads: afterwards %d slots are taken, a crew of %d", threads, len(o.gate.slots), o.gate.crew)
			}
		}
	}
}

// TestEachReturnsTheFirstError breaks off a call in the middle: those beside it
// end at their next draw, no other begins, and what they end with hides nothing.
func TestEachReturnsTheFirstError(t *testing.T) {
	told := errors.New("told to fail")
	for _, threads := range []int{1, 2, 4} {
		for fails := range threads {
			o := worker(t, 50, threads)
			var began atomic.Int32
			err := o.Each(100, func(own optimizers.Divisible, i int) error {
				began.Add(1)
				if i == fails {
					time.Sleep(time.Millisecond)
					return told
				}
				for i < threads { // at work until it is told
					if err := draw(own, i); err != nil {
						return err
					}
				}
				return nil
			})
			if err != told {
				t.Errorf("%d threads, call %d fails: got %v, want %v", threads, fails, err, told)
			}
			if int(began.Load()) > threads {
				t.Errorf("%d threads, call %d fails: %d calls began", threads, fails, began.Load())
			}
		}
	}
	o := worker(t, 50, 3) // and a crew that has failed works again
	_ = o.Each(3, func(optimizers.Divisible, int) error { return told })
	if err := o.Each(3, draw); err != nil {
		t.Errorf("after an error: %v", err)
	}
}

// TestEachPanics raises a member's panic again where the run recovers it, with the member's stack.
func TestEachPanics(t *testing.T) {
	for _, threads := range []int{1, 3} {
		o := worker(t, 50, threads)
		func() {
			defer func() {
				p := recover()
				if c, ok := p.(crewPanic); ok {
					p = c.value
					if !strings.Contains(string(c.stack), "crew_test.go") {
						t.Errorf("%d threads: the stack is %s", threads, c.stack)
					}
				}
				if p != "a planted fault" {
					t.Errorf("%d threads: got panic %v", threads, p)
				}
			}()
			_ = o.Each(5, func(_ optimizers.Divisible, i int) error {
				if i == 2 {
					panic("a planted fault")
				}
				return nil
			})
		}()
		if o.gate.crew != 0 || !o.gate.has {
			t.Errorf("%d threads: afterwards a crew of %d, slot %v", threads, o.gate.crew, o.gate.has)
		}
	}
}

// TestSub divides an oracle: its parts draw their own rows only, from streams
// that follow from the seed and a number, and what they evaluate counts for all.
func TestSub(t *testing.T) {
	parts := [][]int32{{3, 8, 9, 40}, {0, 1, 2}}
	draws := func(threads int) (all [2][]int32) {
		o := worker(t, 50, threads)
		var mu sync.Mutex
		err := o.Each(2, func(own optimizers.Divisible, i int) error {
			s := own.Sub(parts[i], uint64(7+i))
			if s.Len() != len(parts[i]) || s.Dim() != o.Dim() || s.NextBatch(2) != 2 {
				t.Errorf("part %d: n = %d, d = %d, next batch %d", i, s.Len(), s.Dim(), s.NextBatch(2))
			}
			g := make([]float64, s.Dim())
			for range 4 {
				rows, err := s.Draw(2)
				if err != nil {
					return err
				}
				s.Grad(g, make([]float64, s.Dim()), rows)
				mu.Lock()
				all[i] = append(all[i], rows...)
				mu.Unlock()
			}
			want, full := make([]float64, s.Dim()), make([]float64, s.Dim())
			s.Grad(want, want, parts[i])
			if _, err := s.FullGrad(full, make([]float64, s.Dim())); err != nil || !slices.Equal(full, want) {
				t.Errorf("part %d: its full gradient is %v (%v), want %v", i, full, err, want)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if got, want := o.evals(), int64(2*4+2*3+2*(4+3)); got != want { // two epochs in batches of 2 and 2, and of 2 and 1; then each part twice
			t.Errorf("got %d evaluations, want %d", got, want)
		}
		return all
	}
	one, two := draws(1), draws(2)
	for i, rows := range one {
		if !slices.Equal(rows, two[i]) {
			t.Errorf("part %d draws %v alone and %v beside another", i, rows, two[i])
		}
		for _, row := range rows {
			if !slices.Contains(parts[i], row) {
				t.Errorf("part %d has drawn row %d", i, row)
			}
		}
		epoch := slices.Clone(rows[:len(parts[i])])
		if slices.Sort(epoch); !slices.Equal(epoch, parts[i]) {
			t.Errorf("part %d draws %v in its first epoch", i, epoch)
		}
	}
}

// TestSubsShareNoRoom has clients of a crew draw epochs at the same time, after the run's
// own goroutine has drawn one: each has every row once, so that no two lie in one place.
func TestSubsShareNoRoom(t *testing.T) {
	o := worker(t, 50, 4)
	rows := matrix.AllRows(40)
	for _, clients := range []int{1, 4, 4} { // alone, with new members, and with the same again
		var shuffled sync.WaitGroup // whoever draws on has been joined by all
		shuffled.Add(clients)
		err := o.Each(clients, func(own optimizers.Divisible, i int) error {
			s := own.Sub(rows, uint64(i))
			var all []int32
			for len(all) < len(rows) {
				batch, err := s.Draw(2)
				if err != nil {
					return err
				}
				if all = append(all, batch...); len(all) == 2 {
					shuffled.Done()
					shuffled.Wait()
				}
			}
			if slices.Sort(all); !slices.Equal(all, rows) {
				t.Errorf("client %d of %d draws %v in an epoch", i, clients, all)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestDrawEach checks that every row is given with the probability asked for,
// by itself, in ascending order: over 20,000 samples a count at rate p has a
// deviation of √(20000·p(1−p)), and that of two rows together is p².
func TestDrawEach(t *testing.T) {
	const samples = 20_000
	rows := []int32{2, 3, 5, 7, 11}
	for _, rate := range []float64{0.01, 0.3, 0.9, 1} {
		s := newSamplerOf(rows, 1, 2)
		counts, both, empty := map[int32]int{}, 0, 0
		for range samples {
			got := s.drawEach(rate)
			if !slices.IsSorted(got) || len(slices.Compact(slices.Clone(got))) != len(got) {
				t.Fatalf("rate %g: got %v", rate, got)
			}
			for _, row := range got {
				counts[row]++
			}
			if slices.Contains(got, 3) && slices.Contains(got, 5) {
				both++
			}
			if len(got) == 0 {
				empty++
			}
		}
		within := func(what string, got int, p float64) {
			if tolerance := 5 * math.Sqrt(samples*p*(1-p)); float64(got) < samples*p-tolerance || float64(got) > samples*p+tolerance {
				t.Errorf("rate %g: %s %d times of %d, want %g ± %g", rate, what, got, samples, samples*p, tolerance)
			}
		}
		for _, row := range rows {
			within("a row", counts[row], rate)
		}
		if len(counts) != len(rows) {
			t.Errorf("rate %g: rows %v", rate, counts)
		}
		within("two rows", both, rate*rate)
		none := 1.0
		for range rows {
			none *= 1 - rate
		}
		within("nothing", empty, none)
	}
}

// Evaluations that a crew's calls say were made elsewhere are metered like others.
func TestCount(t *testing.T) {
	for _, threads := range []int{1, 3} {
		o := worker(t, 50, threads)
		before := o.evals()
		if err := o.Each(7, func(own optimizers.Divisible, i int) error { own.Count(i); return nil }); err != nil {
			t.Fatal(err)
		}
		if got := o.evals() - before; got != 21 {
			t.Errorf("%d threads: %d evaluations are metered, want 21", threads, got)
		}
	}
}

// TestMembersYieldThemselves has members of a crew compute batches of several blocks: each
// gives up its own slot between them, and nobody the run's. The race detector sees it
// otherwise.
func TestMembersYieldThemselves(t *testing.T) {
	o := worker(t, 3000, 2)
	yields := 0 // as the run's goroutine alone may count
	o.turn.onSlice = func() { yields++ }
	err := o.Each(4, func(own optimizers.Divisible, i int) error {
		s := own.Sub(matrix.AllRows(3000), uint64(i))
		g, theta := make([]float64, s.Dim()), make([]float64, s.Dim())
		for range 100 {
			rows, err := s.Draw(1500)
			if err != nil {
				return err
			}
			s.Grad(g, theta, rows)
			s.ClippedGrad(g, theta, rows, 1)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
