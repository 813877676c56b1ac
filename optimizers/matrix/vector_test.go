package matrix

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// guards are the words on either side of every vector that a kernel gets: NaN
// around what it reads, so that reading them shows in the result, and a finite
// word around what it changes, since what is added to NaN leaves no trace.
const (
	guards    = 5
	guardWord = 777
)

// guardNaN is a signalling NaN: arithmetic makes it a quiet one, so that it too
// tells, by its bits, of having been changed.
var guardNaN = math.Float64frombits(0x7ff0_0000_0000_0777)

// guarded is a vector between guard words, at an offset from the start of its
// allocation.
type guarded struct {
	all, v []float64
	word   float64
}

// newGuarded is a vector that is read, newOutput one that is changed.
func newGuarded(n, offset int) guarded { return guardedBy(guardNaN, n, offset) }
func newOutput(n, offset int) guarded  { return guardedBy(guardWord, n, offset) }

func guardedBy(word float64, n, offset int) guarded {
	all := make([]float64, offset+guards+n+guards)
	for i := range all {
		all[i] = word
	}
	lo := offset + guards
	return guarded{all: all, v: all[lo : lo+n : lo+n], word: word}
}

func (g guarded) check(t *testing.T) {
	t.Helper()
	for i, x := range g.all {
		lo := len(g.all) - guards - len(g.v)
		if (i < lo || i >= lo+len(g.v)) && math.Float64bits(x) != math.Float64bits(g.word) {
			t.Fatalf("guard word %d is %v (%#x)", i-lo, x, math.Float64bits(x))
		}
	}
}

// fill writes whole numbers of up to 20 bits: their products and the sums of
// thousands of them are exact, so that results are equal whatever the order,
// and yet too long for a float32.
func fill(v []float64, rng *rand.Rand) {
	for i := range v {
		v[i] = float64(rng.IntN(1<<21) - 1<<20)
	}
}

// everyLength calls test for the lengths 0 … 129 at the offsets 0 … 3.
func everyLength(t *testing.T, test func(t *testing.T, n, offset int, rng *rand.Rand)) {
	for n := range 130 {
		for offset := range 4 {
			t.Run(fmt.Sprintf("n=%d/offset=%d", n, offset), func(t *testing.T) {
				test(t, n, offset, rand.New(rand.NewPCG(uint64(n), uint64(offset))))
			})
		}
	}
}

func TestAxpy(t *testing.T) { testAxpy(t, Axpy) }

func testAxpy(t *testing.T, axpy func(y []float64, a float64, x []float64)) {
	everyLength(t, func(t *testing.T, n, offset int, rng *rand.Rand) {
		x, y, want := newGuarded(n, offset), newOutput(n, 3-offset), make([]float64, n)
		fill(x.v, rng)
		fill(y.v, rng)
		a := float64(rng.IntN(1<<20) + 1)
		for i := range want {
			want[i] = y.v[i] + a*x.v[i]
		}
		axpy(y.v, a, x.v)
		for i := range want {
			if y.v[i] != want[i] {
				t.Fatalf("y[%d]: got %v, want %v", i, y.v[i], want[i])
			}
		}
		x.check(t)
		y.check(t)
	})
}

func TestScal(t *testing.T) { testScal(t, Scal) }

func testScal(t *testing.T, scal func(x []float64, a float64)) {
	everyLength(t, func(t *testing.T, n, offset int, rng *rand.Rand) {
		x, want := newOutput(n, offset), make([]float64, n)
		fill(x.v, rng)
		for i := range want {
			want[i] = x.v[i] * 0.1
		}
		scal(x.v, 0.1)
		for i := range want {
			if x.v[i] != want[i] {
				t.Fatalf("x[%d]: got %v, want %v", i, x.v[i], want[i])
			}
		}
		x.check(t)
	})
}

func TestDot(t *testing.T) { testDot(t, Dot) }

func testDot(t *testing.T, dot func(x, y []float64) float64) {
	everyLength(t, func(t *testing.T, n, offset int, rng *rand.Rand) {
		x, y, want := newGuarded(n, offset), newGuarded(n, 3-offset), 0.0
		fill(x.v, rng)
		fill(y.v, rng)
		for i := range x.v {
			want += x.v[i] * y.v[i]
		}
		if got := dot(x.v, y.v); got != want {
			t.Fatalf("got %v, want %v", got, want)
		}
	})
}

func TestSquaredDistance(t *testing.T) { testDistance(t, SquaredDistance) }

func testDistance(t *testing.T, distance func(x, y []float64) float64) {
	everyLength(t, func(t *testing.T, n, offset int, rng *rand.Rand) {
		x, y, want := newGuarded(n, offset), newGuarded(n, 3-offset), 0.0
		fill(x.v, rng)
		fill(y.v, rng)
		for i := range x.v {
			d := x.v[i] - y.v[i]
			want += d * d
		}
		if got := distance(x.v, y.v); got != want {
			t.Fatalf("got %v, want %v", got, want)
		}
		if got := distance(x.v, x.v); got != 0 {
			t.Fatalf("from itself: got %v, want 0", got)
		}
	})
}

func TestNrm2(t *testing.T) {
	if got := Nrm2([]float64{2, -3, 6, 0, 24}); got != 25 {
		t.Errorf("got %v, want 25", got)
	}
	if got := Nrm2(nil); got != 0 {
		t.Errorf("of nothing: got %v, want 0", got)
	}
}

// A vector that is too short is a mistake even where its array goes on: what lies there belongs to somebody else. It is
// found before anything is written.
func TestVectorsOfDifferentLengthsPanic(t *testing.T) {
	long, short := []float64{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, make([]float64, 16)[:11]
	wantPanic(t, "Axpy", func() { Axpy(short, 1, long) })
	wantPanic(t, "Dot", func() { Dot(long, short) })
	wantPanic(t, "SquaredDistance", func() { SquaredDistance(long, short) })
	for i, x := range short[:16] {
		if x != 0 {
			t.Fatalf("Axpy wrote %v at %d", x, i)
		}
	}
}

func TestVectorKernelsAllocateNothing(t *testing.T) {
	x, y := make([]float64, 100), make([]float64, 100)
	sum := 0.0
	if got := testing.AllocsPerRun(10, func() {
		Axpy(y, 2, x)
		Scal(y, 0.5)
		sum += Dot(x, y) + SquaredDistance(x, y) + Nrm2(x)
	}); got != 0 {
		t.Errorf("got %v allocations, want 0", got)
	}
}

func wantPanic(t *testing.T, what string, f func()) {
	t.Helper()
	defer func() {
		if recover() == nil {
			t.Errorf("%s did not panic", what)
		}
	}()
	f()
}

// The plain loops are the reference of the kernels, and are tested themselves.
func TestAxpyGeneric(t *testing.T) {
	testAxpy(t, func(y []float64, a float64, x []float64) { axpyGeneric(y, a, x, 0) })
}

func TestDotGeneric(t *testing.T) {
	testDot(t, func(x, y []float64) float64 { return dotGeneric(x, y, 0) })
}

func TestDistanceGeneric(t *testing.T) {
	testDistance(t, func(x, y []float64) float64 { return distanceGeneric(x, y, 0) })
}

// One NaN or infinity at any place comes out where it went in.
func TestVectorKernelsOfOddNumbers(t *testing.T) {
	for n := 1; n < 130; n++ {
		for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
			x, y, want := make([]float64, n), make([]float64, n), make([]float64, n)
			x[n/2], want[n/2] = bad, bad
			Axpy(y, 1, x)
			Scal(x, 1)
			for i := range want {
				for _, v := range [][]float64{x, y} {
					if v[i] != want[i] && !(math.IsNaN(v[i]) && math.IsNaN(want[i])) {
						t.Fatalf("n=%d: number %d is %v, want %v", n, i, v[i], want[i])
					}
				}
				y[i] = 1
			}
			if got := Dot(x, y); got != bad && !(math.IsNaN(got) && math.IsNaN(bad)) {
				t.Fatalf("n=%d: dot is %v, want %v", n, got, bad)
			}
			if got := SquaredDistance(x, y); !math.IsInf(got, 1) && !(math.IsNaN(got) && math.IsNaN(bad)) {
				t.Fatalf("n=%d: the distance is %v with a %v", n, got, bad)
			}
		}
	}
}
