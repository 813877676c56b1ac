package partition

import (
	"math"
	"slices"
	"testing"
)

// Zipf's law by hand: 100 rows, 4 clients, shares 12/25, 6/25, 4/25, 3/25 of the 96 that are not given out one each:
// 46.08, 23.04, 15.36, 11.52; the one row that rounding leaves goes to client 0.
func TestSizesByHand(t *testing.T) {
	got := Sizes{A: 1}.sizes(Population{Examples: 100, Clients: 4})
	if want := []int{48, 24, 16, 12}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// Exact sum, none empty, none larger than the one before, and on a double logarithmic scale the slope −a.
func TestSizes(t *testing.T) {
	for _, a := range []float64{0, 0.5, 1, 2, 10} {
		for _, c := range []struct{ n, clients int }{{1_000_000, 100}, {60_000, 1000}, {1000, 1000}, {1001, 1000}, {7, 1}} {
			sizes, sum := Sizes{A: a}.sizes(Population{Examples: c.n, Clients: c.clients}), 0
			for i, size := range sizes {
				sum += size
				if size < 1 || i > 0 && size > sizes[i-1] {
					t.Fatalf("a = %g, %v: client %d has %d rows: %v", a, c, i, size, sizes)
				}
			}
			if sum != c.n {
				t.Errorf("a = %g, %v: the sizes add up to %d", a, c, sum)
			}
		}
		sizes := Sizes{A: a}.sizes(Population{Examples: 1_000_000_000, Clients: 10})
		if a <= 2 {
			got := math.Log(float64(sizes[0])/float64(sizes[9])) / math.Log(10)
			if math.Abs(got-a) > 1e-6 {
				t.Errorf("a = %g: got slope %g", a, got)
			}
		}
	}
}
