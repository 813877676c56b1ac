package train

import (
	"math"
	"slices"
	"testing"
)

// Lists of numbers are read as they were written, to the bit, wherever their zeros are,
// and those of blocks take no room.
func TestZerosTakeNoRoom(t *testing.T) {
	const n = 10*blockSize + 5
	for name, c := range map[string]struct {
		set    map[int]float64
		blocks int // that are written
	}{
		"all zero":   {nil, 0},
		"one number": {map[int]float64{3*blockSize + 7: 1}, 1},
		"ends":       {map[int]float64{blockSize - 1: 2, blockSize: math.Inf(1)}, 2},
		"minus zero": {map[int]float64{5: math.Copysign(0, -1)}, 1},
	} {
		v := make([]float64, n)
		for i, x := range c.set {
			v[i] = x
		}
		out := &coder{version: stateVersion}
		out.reals(&v)
		if got, want := len(out.buf), 8+11+c.blocks*8*blockSize; got != want {
			t.Errorf("%s: got %d bytes, want %d", name, got, want)
		}
		in := &coder{version: stateVersion, reading: true, size: len(out.buf), buf: out.buf}
		var got []float64
		if in.reals(&got); in.err != nil || len(in.buf) > 0 || !slices.EqualFunc(got, v, func(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) }) {
			t.Errorf("%s: got %v (%v), %d bytes are left", name, got, in.err, len(in.buf))
		}
		in = &coder{version: stateVersion, reading: true, size: len(out.buf), buf: out.buf[:len(out.buf)-1]}
		if in.reals(&got); in.err == nil {
			t.Errorf("%s: a list that ends early is read", name)
		}
	}
}

// There is one way to write a list: zeros that are written out are refused, and a
// length beyond what the bytes could be asks for no memory.
func TestSpoiltNumbers(t *testing.T) {
	v := []float64{1, 2}
	out := &coder{version: stateVersion}
	out.reals(&v)
	zeros := slices.Concat(out.buf[:9], make([]byte, 16))
	long := slices.Clone(out.buf)
	long[6] = 1 // 2⁴⁸ more
	for name, b := range map[string][]byte{"zeros": zeros, "a long list": long, "neither yes nor no": slices.Concat(out.buf[:8], []byte{2}, out.buf[9:])} {
		in := &coder{version: stateVersion, reading: true, size: len(b), buf: b}
		var got []float64
		if in.reals(&got); in.err == nil {
			t.Errorf("%s: got %v, want an error", name, got)
		}
	}
}
