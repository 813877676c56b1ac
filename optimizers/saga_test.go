package optimizers

import (
	"fmt"
	"slices"
	"testing"
)

// On functions of one curvature SAGA is gradient descent while all its table is of one point: for the first two
// steps, since the first does not change the table. With batches that are the whole data it always is.
func TestSAGAIsGradientDescentOnOneCurvature(t *testing.T) {
	const a, lr = 0.7, 0.3
	for seed := range uint64(5) {
		for _, batch := range []int{1, 2, 5} {
			descend(t, fmt.Sprintf("seed %d, B=%d", seed, batch), newRun(sameCurvature(9, a, seed), &SAGA{Batch: batch}, &SGD{}, lr), a, 2)
		}
		o := sameCurvature(9, a, seed)
		o.replace = false
		descend(t, fmt.Sprintf("seed %d, whole batches", seed), newRun(o, &SAGA{Batch: 9}, &SGD{}, lr), a, 40)
	}
}

// slowSAGA is the method on a tape of what was drawn, with a whole gradient in
// every place of the table and its mean taken anew at every step.
func slowSAGA(o *oracle, tape *tape, theta []float64, lr float64) [][]float64 {
	n := o.Len()
	table := make([][]float64, n)
	for i := range table {
		table[i] = o.gradient(theta, int32(i))
	}
	var steps [][]float64
	theta = slices.Clone(theta)
	for _, rows := range tape.rows {
		g := make([]float64, len(theta))
		for _, a := range table {
			for j := range g {
				g[j] += a[j] / float64(n)
			}
		}
		fresh := map[int32][]float64{}
		for _, i := range rows {
			fresh[i] = o.gradient(theta, i)
			for j := range g {
				g[j] += (fresh[i][j] - table[i][j]) / float64(len(rows))
			}
		}
		for i, a := range fresh {
			table[i] = a
		}
		theta = moved(theta, lr, g)
		steps = append(steps, theta)
	}
	return steps
}

func TestSAGAFollowsThePaper(t *testing.T) {
	for _, batch := range []int{1, 3, 8} {
		o := leastSquares(13, 1)
		got := traced(t, o, &SAGA{Batch: batch}, 0.03, 60)
		compareTraces(t, fmt.Sprintf("B=%d", batch), got, slowSAGA(o, o.tape, make([]float64, o.Dim()), 0.03))
	}
}

// A row drawn three times counts three times in the estimate, and moves the mean once.
func TestSAGAWithDuplicates(t *testing.T) {
	o := leastSquares(7, 1)
	o.force = []int32{2, 5, 2, 2}
	got := traced(t, o, &SAGA{Batch: 4}, 0.03, 12)
	compareTraces(t, "duplicates", got, slowSAGA(o, o.tape, make([]float64, o.Dim()), 0.03))
}

// After every step the table holds ∇φᵢ at the last θ at which i was drawn, to
// the bit, and the mean is that of the table.
func TestSAGATable(t *testing.T) {
	o := leastSquares(7, 2)
	o.tape = &tape{}
	e := &SAGA{Batch: 3}
	r := newRun(o, e, &SGD{}, 0.03)
	want := make([]float64, o.Len()*o.k)
	for i := range o.Len() {
		o.residual(want[i*o.k:(i+1)*o.k], r.theta, int32(i))
	}
	for step := range 50 {
		theta := slices.Clone(r.theta)
		r.mustStep(t)
		for _, i := range o.tape.rows[step] {
			o.residual(want[int(i)*o.k:(int(i)+1)*o.k], theta, i)
		}
		sameBits(t, "table", e.table, want)
		mean := make([]float64, o.Dim())
		for i := range o.Len() {
			o.addOuter(mean, want[i*o.k:(i+1)*o.k], int32(i), 1/float64(o.Len()))
		}
		allNear(t, "mean", e.mean, mean, 1e-13)
	}
}
