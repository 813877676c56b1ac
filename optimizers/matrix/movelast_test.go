package matrix

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// lastOrder is the order of rows whose chosen ones are last.
func lastOrder(chosen []bool) []int {
	var order []int
	for _, last := range []bool{false, true} {
		for i, c := range chosen {
			if c == last {
				order = append(order, i)
			}
		}
	}
	return order
}

// inOrder is the rows of a CSR in the order of a list, in storage of its own.
func inOrder(m *CSR, order []int) *CSR {
	out := &CSR{cols: m.cols, ptr: make([]int64, 1)}
	if m.small != nil {
		out.small = &entries[uint16, uint8]{divisor: m.small.divisor}
	} else {
		out.wide = &entries[int32, float64]{divisor: 1}
	}
	for _, i := range order {
		lo, hi := m.ptr[i], m.ptr[i+1]
		if m.small != nil {
			out.small.col = append(out.small.col, m.small.col[lo:hi]...)
			out.small.val = append(out.small.val, m.small.val[lo:hi]...)
		} else {
			out.wide.col = append(out.wide.col, m.wide.col[lo:hi]...)
			out.wide.val = append(out.wide.val, m.wide.val[lo:hi]...)
		}
		out.ptr = append(out.ptr, out.ptr[len(out.ptr)-1]+hi-lo)
	}
	return out
}

// equalCSR says whether matrices are stored alike, bit by bit.
func equalCSR(a, b *CSR) bool {
	same := a.cols == b.cols && slices.Equal(a.ptr, b.ptr) && a.Compact() == b.Compact() && a.Divisor() == b.Divisor()
	if !same || a.small != nil {
		return same && slices.Equal(a.small.col, b.small.col) && slices.Equal(a.small.val, b.small.val)
	}
	return slices.Equal(a.wide.col, b.wide.col) && slices.Equal(a.wide.val, b.wide.val)
}

// someChosen chooses each row with a probability of p.
func someChosen(rng *rand.Rand, rows int, p float64) []bool {
	chosen := make([]bool, rows)
	for i := range chosen {
		chosen[i] = rng.Float64() < p
	}
	return chosen
}

// What is moved in place is what would be gathered elsewhere, in every layout.
func TestMoveLast(t *testing.T) {
	const n, cols = 200, 30
	for seed, share := range []float64{0, 1. / 6, 0.5, 0.9, 1} {
		rng := rand.New(rand.NewPCG(75, uint64(seed)))
		chosen := someChosen(rng, n, share)
		order := lastOrder(chosen)
		for name, m := range ofEveryKind(rng, n, cols) {
			rows := make([][]float64, n)
			for i := range rows {
				rows[i] = make([]float64, cols)
				m.Row(i, func(j int, v float64) { rows[i][j] = v })
			}
			var want *CSR
			if csr, ok := m.(*CSR); ok {
				want = inOrder(csr, order)
			}
			m.(interface{ MoveLast(chosen []bool) }).MoveLast(chosen)
			for at, i := range order {
				checkRow(t, fmt.Sprintf("%s, %g", name, share), m, at, rows[i])
			}
			if want != nil && !equalCSR(m.(*CSR), want) {
				t.Errorf("%s, %g: it is stored in another way", name, share)
			}
		}
		numbers := AllRows(n)
		MoveLast(numbers, chosen)
		for at, i := range order {
			if int(numbers[at]) != i {
				t.Fatalf("%g: got number %d at %d, want %d", share, numbers[at], at, i)
			}
		}
	}
	wantPanic(t, "a choice that is too short", func() { denseSample().m.(*Dense).MoveLast(make([]bool, 2)) })
}

// However little is put aside at once, down to nothing, the same comes of it; rows
// may be empty, and longer than that.
func TestMoveLastInParts(t *testing.T) {
	for seed := range uint64(40) {
		rng := rand.New(rand.NewPCG(76, seed))
		rows := rng.IntN(60)
		chosen := someChosen(rng, rows, rng.Float64())
		begin := make([]int, rows+1)
		for i := range rows {
			begin[i+1] = begin[i] + max(0, rng.IntN(20)-4)
		}
		var want []int
		for _, i := range lastOrder(chosen) {
			for p := begin[i]; p < begin[i+1]; p++ {
				want = append(want, p)
			}
		}
		for _, most := range []int{0, 1, 5, 40, 10_000} {
			got := make([]int, begin[rows])
			for p := range got {
				got[p] = p
			}
			m := mover[int]{data: got, chosen: chosen, begin: func(i int) int { return begin[i] }, most: most}
			if rows > 0 {
				m.move(0, rows)
			}
			if !slices.Equal(got, want) {
				t.Fatalf("seed %d, at most %d aside: got %v, want %v", seed, most, got, want)
			}
			if cap(m.aside) > 2*most+8 {
				t.Errorf("seed %d: it put %d numbers aside, want at most %d", seed, cap(m.aside), most)
			}
		}
	}
}
