package train

import (
	"slices"
	"testing"
)

// TestEpochs checks that every epoch has each row once, with a short last
// batch, in another order each time.
func TestEpochs(t *testing.T) {
	s := newSampler(10, 1, 2)
	var orders [3][]int32
	for e := range orders {
		for _, want := range []int{4, 4, 2} {
			if got := s.next(4); got != want {
				t.Fatalf("the next batch has %d rows, want %d", got, want)
			}
			rows := s.draw(4)
			if len(rows) != want {
				t.Fatalf("the batch has %d rows, want %d", len(rows), want)
			}
			orders[e] = append(orders[e], rows...)
		}
		sorted := slices.Sorted(slices.Values(orders[e]))
		for i, r := range sorted {
			if int(r) != i {
				t.Fatalf("epoch %d is %v", e, orders[e])
			}
		}
	}
	if slices.Equal(orders[0], orders[1]) || slices.Equal(orders[1], orders[2]) {
		t.Errorf("the epochs are %v", orders)
	}
}

func TestReplacement(t *testing.T) {
	s := newSampler(10, 1, 2)
	s.replace = true
	var counts [10]int
	for range 1000 {
		for _, r := range s.draw(10) {
			counts[r]++
		}
	}
	// 10,000 draws of probability 1/10: mean 1000, standard deviation 30.
	for row, n := range counts {
		if n < 850 || n > 1150 {
			t.Errorf("row %d was drawn %d times of 10000", row, n)
		}
	}
}

// TestSamplerState checks that a stream draws the same rows from where it was
// saved, in the middle of an epoch too.
func TestSamplerState(t *testing.T) {
	s := newSampler(10, 1, 2)
	s.draw(7)
	c, err := s.state().sampler(10, false)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 20 {
		a := slices.Clone(s.draw(3))
		if b := c.draw(3); !slices.Equal(a, b) {
			t.Fatalf("batch %d: %v and %v", i, a, b)
		}
		if a, b := s.intn(100), c.intn(100); a != b {
			t.Fatalf("number %d: %d and %d", i, a, b)
		}
	}
}

// A look ahead shows what is drawn next, also by several draws, and changes nothing.
func TestPeek(t *testing.T) {
	for _, replace := range []bool{false, true} {
		s, blind := newSampler(11, 1, 2), newSampler(11, 1, 2)
		s.replace, blind.replace = replace, replace
		var ahead []int32
		for step := range 40 {
			if step%3 == 0 {
				ahead = append(ahead[:0], s.peek(15)...)
				if replace && len(ahead) != 15 {
					t.Fatalf("step %d: saw %d rows ahead, want 15", step, len(ahead))
				}
			}
			rows := s.draw(5)
			if want := blind.draw(5); !slices.Equal(rows, want) {
				t.Fatalf("replace=%v step %d: got %v after a look ahead, want %v", replace, step, rows, want)
			}
			seen := ahead[:min(len(rows), len(ahead))]
			if !slices.Equal(seen, rows[:len(seen)]) {
				t.Fatalf("replace=%v step %d: looked ahead at %v, got %v", replace, step, seen, rows)
			}
			ahead = ahead[len(seen):]
		}
	}
}
