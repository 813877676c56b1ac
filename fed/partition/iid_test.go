package partition

import (
	"slices"
	"testing"
)

// partSizes is the number of rows of every client.
func partSizes(p Split) []int {
	sizes := make([]int, len(p))
	for i, rows := range p {
		sizes[i] = len(rows)
	}
	return sizes
}

// Numeric targets are enough, and sizes are even, the longer parts first.
func TestIID(t *testing.T) {
	p, err := IID{}.Split(Population{Examples: 11, Clients: 3}, seeded(1))
	if got, want := partSizes(p), []int{4, 4, 3}; err != nil || !slices.Equal(got, want) {
		t.Errorf("got sizes %v, %v, want %v", got, err, want)
	}
}
