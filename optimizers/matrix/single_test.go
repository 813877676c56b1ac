package matrix

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// singleOf is a matrix of float32 of numbers that it makes itself, with guard words
// where its padding ends. What the padding of rows holds has no meaning.
func singleOf(rows, cols int, number func() float64) *Single {
	s := NewSingle(rows, cols)
	w := make([]float64, rows*cols)
	for i := range w {
		w[i] = number()
	}
	s.Narrow(w, rows)
	whole := len(s.data)
	s.data = append(s.data, slices.Repeat([]float32{float32(math.NaN())}, 16)...)[:whole]
	return s
}

// panelsOf is such a matrix in panels.
func panelsOf(rows, cols int, number func() float64) *Panels {
	p := NewPanels(rows, cols)
	w := make([]float64, rows*cols)
	for i := range w {
		w[i] = number()
	}
	whole := len(p.data)
	p.data = append(p.data, slices.Repeat([]float32{float32(math.NaN())}, 16)...)[:whole]
	p.Narrow(w)
	return p
}

// at is a number of a matrix in panels.
func (p *Panels) at(i, j int) (x float32) {
	eachPanel(p.cols, p.lanes, func(first, width int) {
		if first <= j && j < first+p.lanes*width {
			x = p.panel(first)[i*p.lanes*width+j-first]
		}
	})
	return x
}

// checkGuards fails if a kernel has written behind a matrix.
func (p *Panels) checkGuards(t *testing.T) {
	t.Helper()
	for _, v := range p.data[len(p.data) : len(p.data)+16] {
		if v == v {
			t.Fatalf("%d × %d in panels: written behind it: %v", p.rows, p.cols, v)
		}
	}
}

// checkGuards fails if a kernel has written behind a matrix.
func (s *Single) checkGuards(t *testing.T) {
	t.Helper()
	for _, v := range s.data[len(s.data) : len(s.data)+16] {
		if v == v {
			t.Fatalf("%d × %d: written behind it: %v", s.rows, s.cols, v)
		}
	}
}

// small are whole numbers, of which sums of a few hundred products are exact in float32.
func small(rng *rand.Rand) func() float64 {
	return func() float64 { return float64(rng.IntN(65) - 32) }
}

// sameSingle compares the first n rows.
func sameSingle(t *testing.T, what string, got, want *Single, n int) {
	t.Helper()
	for i := range n {
		for j, w := range want.Row(i) {
			if g := got.Row(i)[j]; g != w && (g == g || w == w) {
				t.Fatalf("%s: row %d, column %d is %v, want %v", what, i, j, g, w)
			}
		}
	}
}

// TestSingleKernelsOfEveryShape compares the kernels with plain Go on whole
// numbers, of which all sums are exact: in every width up to 129, every length of
// the sum, and numbers of rows that are no multiples of a tile's.
func TestSingleKernelsOfEveryShape(t *testing.T) {
	rng := rand.New(rand.NewPCG(51, 52))
	for cols := 1; cols < 130; cols++ {
		for _, inner := range []int{0, 1, 7, 8, 129 - cols, 40} {
			for _, n := range []int{1, 3, 4, 9} {
				what := fmt.Sprintf("%d × %d × %d", n, inner, cols)
				a, w, open := singleOf(n+1, inner, small(rng)), panelsOf(inner+1, cols, small(rng)), singleOf(n, cols, small(rng))
				for _, rectified := range []bool{true, false} {
					got, want := singleOf(n, cols, small(rng)), NewSingle(n, cols)
					got.MulRectified(a, w, n, rectified)
					want.mulGeneric(a, w, n, least(rectified))
					sameSingle(t, "MulRectified of "+what, got, want, n)
					got.checkGuards(t)
				}
				got, want, v := singleOf(n, cols, small(rng)), NewSingle(n, cols), panelsOf(inner, cols, small(rng))
				got.MulGated(a, v, open, n)
				want.mulGatedGeneric(a, v, open, n)
				sameSingle(t, "MulGated of "+what, got, want, n)
				got.checkGuards(t)

				g := newOutput((inner+1)*cols, cols%4)
				fill(g.v, rng)
				sum := slices.Clone(g.v)
				a.AddOuter(g.v, open, n)
				a.addOuterGeneric(sum, open, n)
				open.addSumGeneric(sum[inner*cols:], n)
				if !slices.Equal(g.v, sum) {
					t.Fatalf("AddOuter of %s: got %v, want %v", what, g.v, sum)
				}
				g.check(t)

				turned := panelsOf(cols, inner, small(rng))
				turned.Turn(w)
				for j := range cols {
					for i := range inner {
						if x := turned.at(j, i); w.at(i, j) != x {
							t.Fatalf("Turn of %d × %d: row %d, column %d is %v, want %v", inner+1, cols, j, i, x, w.at(i, j))
						}
					}
				}
				w.checkGuards(t)
				turned.checkGuards(t)
			}
		}
	}
}

// A gradient of more numbers than stay near comes to the same as a small one.
func TestAddOuterOfWideLayers(t *testing.T) {
	rng := rand.New(rand.NewPCG(59, 60))
	const n, inner, cols = 9, 303, 301
	a, d := singleOf(n, inner, small(rng)), singleOf(n, cols, small(rng))
	g, want := newOutput((inner+1)*cols, 1), make([]float64, (inner+1)*cols)
	clear(g.v)
	a.AddOuter(g.v, d, n)
	a.addOuterGeneric(want, d, n)
	d.addSumGeneric(want[inner*cols:], n)
	if !slices.Equal(g.v, want) {
		t.Error("the sums are others than those of plain Go")
	}
	g.check(t)
}

// sparse is a matrix of whole numbers of which a share is not zero, some rows
// are empty and some full: as bytes, as numbers, and dense.
func sparse(n, cols int, share float64, rng *rand.Rand) []Matrix {
	bytes, wide := NewBuilder(2, n, 0), NewWideBuilder(n, 0)
	dense := make([]float64, n*cols)
	for i := range n {
		row := make([]byte, cols)
		for j := range row {
			if i%5 != 3 && (i%5 == 4 || rng.Float64() < share) {
				row[j] = byte(2 * (1 + rng.IntN(30)))
			}
			dense[i*cols+j] = float64(row[j]) / 2
		}
		bytes.AddBytes(row)
		for j, v := range row {
			if v != 0 {
				wide.Add(j, float64(v)/2)
			}
		}
		wide.EndRow(cols)
	}
	return []Matrix{bytes.CSR(cols), wide.CSR(cols), NewDense(n, cols, dense)}
}

// TestPicksOfEveryShape compares products with gathered rows with those of
// float64, which are exact too: of matrices of every layout, width and number of
// features, with rows twice.
func TestPicksOfEveryShape(t *testing.T) {
	rng := rand.New(rand.NewPCG(53, 54))
	var p Picks // one for all: it keeps what it has made room for
	for k := 1; k < 130; k++ {
		for _, cols := range []int{1, 2, 5, 130 - k} {
			for kind, m := range sparse(11, cols, 0.2, rng) {
				for _, rows := range [][]int32{{3}, {4, 4, 0}, {10, 2, 3, 7, 3, 9, 1, 0, 8}} {
					what := fmt.Sprintf("%d features, k = %d, rows %v of kind %d", cols, k, rows, kind)
					w := newGuarded((cols+1)*k, k%4)
					number := small(rng)
					for i := range w.v {
						w.v[i] = number()
					}
					want := make([]float64, len(rows)*k)
					m.MulRows(want, w.v, k, rows)
					p.Gather(m, rows, k)
					z := singleOf(len(rows), k, number)
					p.MulRectified(z, w.v)
					for i := range rows {
						for c, got := range z.Row(i) {
							if float64(got) != max(0, want[i*k+c]) {
								t.Fatalf("MulRectified of %s: output %d of row %d is %v, want %v", what, c, i, got, max(0, want[i*k+c]))
							}
						}
					}
					z.checkGuards(t)
					w.check(t)

					d, g := singleOf(len(rows), k, number), newOutput((cols+1)*k, k%4)
					fill(g.v, rng)
					wantG, wide := slices.Clone(g.v), make([]float64, len(rows)*k)
					d.Wide(wide, len(rows))
					m.AddMulRows(wantG, wide, k, rows)
					p.AddOuter(g.v, d)
					if !slices.Equal(g.v, wantG) {
						t.Fatalf("AddOuter of %s: got %v, want %v", what, g.v, wantG)
					}
					g.check(t)
				}
			}
		}
	}
}

// NaN and infinities reach what they are part of, whether it is rectified or not,
// and nothing of other rows.
func TestSingleKernelsOfOddNumbers(t *testing.T) {
	const n, inner, cols = 6, 9, 33
	rng := rand.New(rand.NewPCG(55, 56))
	for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		a, w := singleOf(n, inner, rng.Float64), panelsOf(inner+1, cols, rng.Float64)
		a.Row(2)[5] = float32(bad)
		for _, rectified := range []bool{true, false} {
			c, want := NewSingle(n, cols), NewSingle(n, cols)
			c.MulRectified(a, w, n, rectified)
			want.mulGeneric(a, w, n, least(rectified))
			for i := range n {
				for j, x := range c.Row(i) {
					if y := want.Row(i)[j]; x != y && (x == x || y == y) && !(math.Abs(float64(x-y)) < 1e-5) {
						t.Fatalf("%v: row %d, column %d is %v, want %v", bad, i, j, x, y)
					}
				}
			}
		}
		g, want := make([]float64, (inner+1)*cols), make([]float64, (inner+1)*cols)
		d := singleOf(n, cols, rng.Float64)
		a.AddOuter(g, d, n)
		a.addOuterGeneric(want, d, n)
		d.addSumGeneric(want[inner*cols:], n)
		for i, x := range g {
			if y := want[i]; x != y && (x == x || y == y) && !(math.Abs(x-y) < 1e-5) {
				t.Fatalf("AddOuter with %v: number %d is %v, want %v", bad, i, x, y)
			}
		}
	}
}

// A matrix in panels is the one that was rounded.
func TestNarrowPanels(t *testing.T) {
	rng := rand.New(rand.NewPCG(57, 58))
	for cols := 1; cols < 130; cols++ {
		const rows = 5
		w := newGuarded(rows*cols, cols%4)
		normals(w.v, rng)
		p := panelsOf(rows, cols, func() float64 { return 0 })
		p.Narrow(w.v)
		for i := range rows {
			for j := range cols {
				if got := p.at(i, j); got != float32(w.v[i*cols+j]) {
					t.Fatalf("%d columns: row %d, column %d is %v, want %v", cols, i, j, got, w.v[i*cols+j])
				}
			}
		}
		p.checkGuards(t)
	}
}

// Numbers are rounded to the nearest, of every length and at every offset.
func TestNarrow(t *testing.T) {
	everyLength(t, func(t *testing.T, n, offset int, rng *rand.Rand) {
		y := newGuarded(n, offset)
		normals(y.v, rng)
		x := slices.Repeat([]float32{7}, n+offset+16)
		narrow(x[offset:offset+n], y.v)
		for i, v := range x {
			want := float32(7)
			if i >= offset && i < offset+n {
				want = float32(y.v[i-offset])
			}
			if v != want {
				t.Fatalf("number %d is %v, want %v", i-offset, v, want)
			}
		}
	})
}
