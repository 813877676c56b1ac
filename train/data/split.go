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
// stays, among those chosen too.
func drawLast(s Split, val int) Split {
	n := s.Len()
	if val == 0 {
		return s
	}
	chosen := make([]bool, n)
	for _, i := range rand.New(rand.NewPCG(splitSeed, 0)).Perm(n)[:val] {
		chosen[i] = true
	}
	order := make([]int, 0, n)
	for _, last := range []bool{false, true} {
		for i := range n {
			if chosen[i] == last {
				order = append(order, i)
			}
		}
	}
	return s.gather(order)
}

// gather is the listed rows, which are all of the split's, in the order of the list.
// Dense ones it moves, and the split is spent: there is no room for two copies.
func (s Split) gather(rows []int) Split {
	out := Split{X: gather(s.X, rows)}
	for _, i := range rows {
		if s.Labels != nil {
			out.Labels = append(out.Labels, s.Labels[i])
		}
		if s.Targets != nil {
			out.Targets = append(out.Targets, s.Targets[i])
		}
	}
	return out
}

func gather(x matrix.Matrix, rows []int) matrix.Matrix {
	switch m := x.(type) {
	case *matrix.Packed:
		m.Reorder(rows)
	case *matrix.Dense:
		m.Reorder(rows)
	case *matrix.CSR:
		return m.Gather(rows)
	}
	return x
}
