package data

import (
	"fmt"
	"math/rand/v2"

	"optwatch/optimizers/matrix"
)

// validation says how many of the training rows are held out, and which.
type validation struct {
	asked   int  // by the user; negative is the default
	usual   int  // the default
	shuffle bool // a random choice, for files that may be sorted; else the last rows
}

// sixth is the default of a file that has none of its own: every sixth row.
const sixth = -1

// size is the number of rows to hold out of n.
func (v validation) size(name string, n int) (int, error) {
	switch {
	case v.asked >= n:
		return 0, fmt.Errorf("validation split of %d: %s has %d training rows, expected 0 to %d", v.asked, name, n, n-1)
	case v.asked >= 0:
		return v.asked, nil
	case v.usual == sixth || v.usual >= n:
		return n / 6, nil
	}
	return v.usual, nil
}

// splitSeed makes the choice of validation rows the same on every run.
const splitSeed = 0x6f70747761746368

// drawLast moves a random choice of val rows to the end. Otherwise the order
// stays, among those chosen too. It moves them in place, since there is no room for
// two copies of the split.
func drawLast(s Split, val int) {
	n := s.Len()
	if val == 0 {
		return
	}
	order := matrix.AllRows(n)
	rand.New(rand.NewPCG(splitSeed, 0)).Shuffle(n, func(i, j int) { order[i], order[j] = order[j], order[i] })
	chosen := make([]bool, n)
	for _, i := range order[:val] {
		chosen[i] = true
	}
	s.X.(interface{ MoveLast(chosen []bool) }).MoveLast(chosen)
	if s.Labels != nil {
		matrix.MoveLast(s.Labels, chosen)
	}
	if s.Targets != nil {
		matrix.MoveLast(s.Targets, chosen)
	}
}
