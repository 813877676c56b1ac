package matrix

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
)

// steps is a matrix of 130 rows of bytes whose column j has j entries, 0 … 129, in any rows.
func steps(divisor float64) *CSR {
	rng := rand.New(rand.NewPCG(31, 32))
	var rows [130][130]byte
	for j := range 130 {
		for _, i := range rng.Perm(130)[:j] {
			rows[i][j] = byte(1 + rng.IntN(255))
		}
	}
	b := NewBuilder(divisor, 130, 0)
	for i := range rows {
		b.AddBytes(rows[i][:])
	}
	return b.CSR(130)
}

// byColumns are the ways to add a block: the one that is used, and plain Go.
var byColumns = map[string]func(c *Columns, g, d []float64, k int, rows []int32) bool{
	"used": func(c *Columns, g, d []float64, k int, rows []int32) bool { return c.AddMulRows(g, d, k, rows) },
	"plain": func(c *Columns, g, d []float64, k int, rows []int32) bool {
		for i := range d {
			g[len(g)-k+i%k] += d[i]
		}
		addColumns(g, d, k, c.block(int(rows[0])/c.size), c.m.small.divisor)
		return true
	},
}

// compareColumns holds the sum by columns against that by rows.
func compareColumns(t *testing.T, c *Columns, k, offset int, rows []int32, rng *rand.Rand, numbers func([]float64, *rand.Rand), within float64) {
	t.Helper()
	n := (c.m.Cols() + 1) * k
	d, start := newGuarded(len(rows)*k, offset), make([]float64, n)
	numbers(d.v, rng)
	numbers(start, rng)
	want := append([]float64(nil), start...)
	addMulRows(want, d.v, k, rows, c.m.ptr, c.m.small)
	for name, add := range byColumns {
		g := newOutput(n, 3-offset)
		copy(g.v, start)
		if !add(c, g.v, d.v, k, rows) {
			t.Fatalf("%s: rows %d … are no block", name, rows[0])
		}
		for i := range want {
			if got := g.v[i]; got != want[i] && !(math.IsNaN(got) && math.IsNaN(want[i])) && !(math.Abs(got-want[i]) <= within) {
				t.Fatalf("%s, k=%d offset %d: number %d is %v, want %v", name, k, offset, i, got, want[i])
			}
		}
		g.check(t)
		d.check(t)
	}
}

// Columns of every length, in blocks of every size and in a short last block.
func TestColumnsOfEveryLength(t *testing.T) {
	for _, divisor := range []float64{1, 255} {
		m := steps(divisor)
		for _, size := range []int{1, 2, 3, 50, 128, 129, 130, 256} {
			columnsOfSize(t, m, divisor, size, 10)
		}
	}
}

// Outputs of every number that has a kernel of its own, and some that need several.
func TestColumnsOfEveryWidth(t *testing.T) {
	m := steps(1)
	for k := range 46 {
		columnsOfSize(t, m, 1, 128, k+1)
	}
	columnsOfSize(t, m, 1, 50, 200)
}

func columnsOfSize(t *testing.T, m *CSR, divisor float64, size, k int) {
	t.Helper()
	c, rng := NewColumns(m, size), rand.New(rand.NewPCG(33, uint64(size)))
	all := AllRows(m.Rows())
	for lo := 0; lo < len(all); lo += size {
		rows := all[lo:min(lo+size, len(all))]
		if divisor == 1 {
			compareColumns(t, c, k, lo%4, rows, rng, fill, 0)
		}
		compareColumns(t, c, k, lo%4, rows, rng, normals, 1e-10)
		compareColumns(t, c, k, lo%4, rows, rng, spoilt, 1e-10)
	}
}

// FuzzColumns takes the entries and the size of blocks from the input.
func FuzzColumns(f *testing.F) {
	f.Add(uint8(3), []byte{0, 1, 2, 3, 0, 0, 255, 9})
	f.Add(uint8(0), []byte{7})
	f.Fuzz(func(t *testing.T, size uint8, entries []byte) {
		const cols = 7
		b := NewBuilder(255, 0, 0)
		for len(entries) > 0 {
			row := make([]byte, cols)
			entries = entries[copy(row, entries):]
			b.AddBytes(row)
		}
		m := b.CSR(cols)
		c := NewColumns(m, 1+int(size))
		for lo := 0; lo < m.Rows(); lo += c.size {
			compareColumns(t, c, 1+int(size)%24, lo%4, AllRows(m.Rows())[lo:min(lo+c.size, m.Rows())], rand.New(rand.NewPCG(34, 35)), normals, 1e-9)
		}
	})
}

// Only whole blocks in order are taken: of anything else nothing is written.
func TestColumnsOfNoBlock(t *testing.T) {
	m := steps(255)
	c := NewColumns(m, 4)
	g := make([]float64, (m.Cols()+1)*10)
	for _, rows := range [][]int32{nil, {0, 1, 2}, {1, 2, 3, 4}, {0, 1, 3, 2}, {0, 1, 1, 3}, {0, 1, 2, 3, 4}, {128}, {128, 129, 0, 0}} {
		if d := make([]float64, len(rows)*10+1)[:len(rows)*10]; c.AddMulRows(g, d, 10, rows) {
			t.Errorf("rows %v were taken for a block", rows)
		}
	}
	if !c.AddMulRows(g, make([]float64, 20), 10, []int32{128, 129}) {
		t.Error("the short last block was not taken")
	}
	wantPanic(t, "a short D", func() { c.AddMulRows(g, make([]float64, 30), 10, []int32{0, 1, 2, 3}) })
	if none := NewColumns(NewDense(1, 1, []float64{1}), 4); none != nil || none.AddMulRows(nil, nil, 10, nil) {
		t.Error("a dense matrix has columns")
	}
}

// Goroutines that ask for a block at the same time get the same.
func TestColumnsAtTheSameTime(t *testing.T) {
	m := pixels(600)
	c := NewColumns(m, 128)
	sums := make([][]float64, 4)
	var group sync.WaitGroup
	for i := range sums {
		sums[i] = make([]float64, (m.Cols()+1)*10)
		group.Go(func() {
			d := make([]float64, 1280)
			for j := range d {
				d[j] = float64(j % 11)
			}
			for lo := 0; lo < m.Rows(); lo += 128 {
				n := min(128, m.Rows()-lo)
				c.AddMulRows(sums[i], d[:10*n], 10, AllRows(m.Rows())[lo:lo+n])
			}
		})
	}
	group.Wait()
	for i := range sums {
		if fmt.Sprint(sums[i]) != fmt.Sprint(sums[0]) {
			t.Errorf("sum %d differs", i)
		}
	}
}

// Blocks that nobody asks for between two sweeps are given up, and others stay. Whoever
// asks meanwhile gets the same as ever.
func TestColumnsSweep(t *testing.T) {
	m := ladder(255)
	c, k := NewColumns(m, 16), 5
	rows := AllRows(m.Rows())
	d := make([]float64, 16*k)
	normals(d, rand.New(rand.NewPCG(81, 82)))
	ask := func(block int) []float64 {
		g := make([]float64, (m.Cols()+1)*k)
		c.AddMulRows(g, d, k, rows[16*block:16*block+16])
		return g
	}
	first, second := ask(0), ask(1)
	c.Sweep()
	ask(1)
	c.Sweep()
	if c.blocks[0].Load() != nil || c.blocks[1].Load() == nil {
		t.Error("of an unused and a used block the unused one is not given up, or the other is")
	}
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for range 50 {
				if !slices.Equal(ask(0), first) || !slices.Equal(ask(1), second) {
					t.Error("what a block adds has changed")
				}
				c.Sweep()
			}
		})
	}
	group.Wait()
	(*Columns)(nil).Sweep()
}
