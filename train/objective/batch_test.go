package objective

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"optwatch/optimizers/matrix"
)

func always() bool { return true }

// BatchGrad is AddGrad to a gradient of zeros, whatever was there before and however
// the rows are divided: to the bit in float64, and to within the rounding of float32 where
// that is used, which with 784 features is from 50 rows on.
func TestBatchGrad(t *testing.T) {
	for _, m := range Models() {
		for _, precision := range []string{Float64, Float32} {
			e := pixels(1500)
			if m.Name == "logistic" || m.Name == "svm" {
				e = twoClasses(e)
			}
			o, err := m.New(e, Settings{Precision: precision, Hidden: hiddenOf(m)})
			if err != nil {
				t.Fatal(err)
			}
			for _, n := range []int{1, 49, 50, 128, 129, 1025, 1500} {
				t.Run(fmt.Sprintf("%s/%s/%d", m.Name, precision, n), func(t *testing.T) {
					theta, got, want := randomVector(o.Dim(), 3), randomVector(o.Dim(), 4), make([]float64, o.Dim())
					rows := shuffled(1500)[:n]
					loss, exact := o.BatchGrad(got, theta, rows, 1/float64(n), always), 0.0
					for lo := 0; lo < n; lo += o.Block() {
						exact += o.AddGrad(want, theta, rows[lo:min(n, lo+o.Block())], 1/float64(n))
					}
					if _, ok := o.(*Net); ok || precision == Float64 {
						if loss != exact || matrix.SquaredDistance(got, want) != 0 {
							t.Errorf("the loss is %v, want %v; the gradient is off by %v", loss, exact, math.Sqrt(matrix.SquaredDistance(got, want)))
						}
						return
					}
					const off = 3e-6 // √785 roundings of 2⁻²⁴, and as much again
					if math.Abs(loss-exact) > off*exact || math.Sqrt(matrix.SquaredDistance(got, want)) > off*matrix.Nrm2(want) {
						t.Errorf("the loss is %v, in float64 %v; the gradient is off by %v of %v", loss, exact, math.Sqrt(matrix.SquaredDistance(got, want)), matrix.Nrm2(want))
					}
					if l := o.(*Linear); l.k > 4 && n >= 50 && matrix.Accelerated() && matrix.SquaredDistance(got, want) == 0 {
						t.Error("it is as in float64 to the bit: nothing was computed in float32")
					}
				})
			}
		}
	}
}

func hiddenOf(m Model) string {
	if m.Net {
		return "7,5"
	}
	return ""
}

// twoClasses are the same rows with the parity of their labels.
func twoClasses(e Examples) Examples {
	labels := make([]int32, len(e.Labels))
	for i, l := range e.Labels {
		labels[i] = l % 2
	}
	return Examples{X: e.X, Labels: labels, Classes: 2}
}

func shuffled(n int) []int32 {
	rows := matrix.AllRows(n)
	rand.New(rand.NewPCG(5, 6)).Shuffle(n, func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	return rows
}

// A batch that is broken off leaves nothing behind for the next one.
func TestBatchGradBrokenOff(t *testing.T) {
	e := pixels(600)
	fresh := func() *Linear { return NewLinear(e.X, e.classes(), 10, Softmax{}).Single() }
	o, rows, theta := fresh(), shuffled(600), randomVector(7850, 7)
	want, got := make([]float64, 7850), make([]float64, 7850)
	fresh().BatchGrad(want, theta, rows, 1, always)
	asked := 0
	o.BatchGrad(got, theta, rows, 1, func() bool { asked++; return asked < 2 })
	if asked != 2 {
		t.Errorf("it was asked %d times, want 2", asked)
	}
	o.BatchGrad(got, theta, rows, 1, always)
	if off := matrix.SquaredDistance(got, want); off != 0 {
		t.Errorf("the gradient after it is off by %v", math.Sqrt(off))
	}
}

// Whoever works for an objective, and on rows that are some of others', computes
// mini-batches as it does.
func TestWorkersComputeAlike(t *testing.T) {
	e := pixels(300)
	for _, precision := range []string{Float64, Float32} {
		o := Settings{Precision: precision}.linear(e, e.classes(), 10, Softmax{}).(*Linear)
		rows, theta := shuffled(300)[:100], randomVector(7850, 8)
		want, got := make([]float64, 7850), make([]float64, 7850)
		o.BatchGrad(want, theta, rows, 1, always)
		part := NewLinear(e.X.(*matrix.CSR).Slice(0, 300), e.classes(), 10, Softmax{})
		if precision == Float32 {
			part.Single()
		}
		for name, other := range map[string]Objective{"a worker": o.Worker(), "by rows": o.ByRows(), "a worker by rows": o.ByRows().Worker(), "of a part": part.ByRows()} {
			other.BatchGrad(got, theta, rows, 1, always)
			if off := matrix.SquaredDistance(got, want); off != 0 {
				t.Errorf("%s, %s: off by %v", precision, name, math.Sqrt(off))
			}
		}
	}
}
