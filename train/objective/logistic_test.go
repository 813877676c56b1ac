package objective

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// compareLogistic wants from the kernel what plain Go gives of each row, and of each the same
// bits whatever is beside it. Guard words follow the outputs.
func compareLogistic(t *testing.T, z, y []float64, rows []int32) {
	t.Helper()
	got := append(slices.Clone(z), 7, 7, 7, 7)
	sum, total := logisticRows(got[:len(z):len(z)], y, rows), 0.0
	for i, row := range rows {
		want, alone := z[i:i+1:i+1], []float64{z[i], 7}
		want = slices.Clone(want)
		loss := Logistic{}.Residual(want, y[row])
		total += loss
		if !closeTo(got[i], want[0], 4*0x1p-52) {
			t.Fatalf("z=%v, y=%v: residual %v, want %v", z[i], y[row], got[i], want[0])
		}
		lost := logisticRows(alone[:1:1], y, rows[i:i+1])
		if !closeTo(lost, loss, 4*0x1p-52) {
			t.Fatalf("z=%v, y=%v: loss %v, want %v", z[i], y[row], lost, loss)
		}
		if math.Float64bits(alone[0]) != math.Float64bits(got[i]) || alone[1] != 7 {
			t.Fatalf("z=%v, y=%v: residual %v of %d rows, %v alone, and then %v", z[i], y[row], got[i], len(rows), alone[0], alone[1])
		}
	}
	if !closeTo(sum, total, 1e-14) {
		t.Fatalf("%d rows: sum %v, want %v", len(rows), sum, total)
	}
	if !slices.Equal(got[len(z):], []float64{7, 7, 7, 7}) {
		t.Fatalf("%d rows: it wrote past its end", len(rows))
	}
}

// someSigns are the targets −1 and 1 by turns, and rows some of them.
func someSigns(n int, rng *rand.Rand) (y []float64, rows []int32) {
	y = make([]float64, 2*n+2)
	for i := range y {
		y[i] = float64(2*(i%2) - 1)
	}
	for range n {
		rows = append(rows, rng.Int32N(int32(len(y))))
	}
	return y, rows
}

func TestLogisticRows(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 8))
	for n := range 130 {
		for _, spread := range []float64{0, 5e-324, 1e-300, 1e-9, 1, 30, 200, 1e4, 1e308} {
			z := make([]float64, n)
			for i := range z {
				z[i] = spread * (2*rng.Float64() - 1)
			}
			y, rows := someSigns(n, rng)
			compareLogistic(t, z, y, rows)
		}
	}
}

func TestLogisticRowsOfOddNumbers(t *testing.T) {
	odd := []float64{math.NaN(), math.Inf(1), math.Inf(-1), 0, math.Copysign(0, -1), math.MaxFloat64, -math.MaxFloat64, 5e-324, -5e-324, 80, -80, 80.0001, -80.0001}
	for _, a := range odd {
		for at := range 6 {
			z := []float64{1, -2, 0.5, 3, -1, 2}
			z[at] = a
			for _, y := range []float64{-1, 1} {
				compareLogistic(t, z, []float64{y, 1, -y}, []int32{0, 0, 1, 2, 0, 0})
			}
		}
	}
	y, rows := someSigns(len(odd), rand.New(rand.NewPCG(2, 8)))
	compareLogistic(t, odd, y, rows)
}

// Over all margins that tell residuals from 0 and from 1, finely, and over all magnitudes of
// small ones, both are within four units in the last place of what package math gives.
func TestLogisticAccuracy(t *testing.T) {
	y, rows := []float64{-1, 1}, []int32{0, 1, 1, 0, 0, 0, 1}
	for x := -81.0; x < 81; x += 0.00917 {
		compareLogistic(t, []float64{x, x, -x, x + 1e-3, x + 2e-3, x + 3e-3, x + 4e-3}, y, rows)
	}
	for x := 1.0; x > 0; x *= 0.49 {
		compareLogistic(t, []float64{x, x, -x, 1.1 * x, 1.2 * x, -1.3 * x, 1 + x}, y, rows)
	}
}

func FuzzLogisticRows(f *testing.F) {
	f.Add(1.0, 2.0, -3.0, true)
	f.Add(math.Inf(1), math.NaN(), -800.0, false)
	f.Fuzz(func(t *testing.T, a, b, c float64, positive bool) {
		y := []float64{-1, 1}
		if positive {
			y = []float64{1, -1}
		}
		for n := range 8 {
			compareLogistic(t, []float64{a, b, c, -a, -b, -c, a * b}[:n], y, []int32{0, 1, 0, 1, 1, 0, 0}[:n])
		}
	})
}
