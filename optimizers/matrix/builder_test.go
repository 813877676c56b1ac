package matrix

import (
	"encoding/binary"
	"fmt"
	"math"
	"testing"
)

func TestEveryByteIsLossless(t *testing.T) {
	for _, divisor := range []float64{1, 2, 3, 10, 100, 255} {
		bytes, want := make([]byte, 256), make([]float64, 256)
		for v := range want {
			bytes[v] = byte(v)
			want[v] = float64(v) / divisor
		}
		b := NewBuilder(divisor, 1, 1)
		b.AddBytes(bytes)
		for j, v := range want {
			b.Add(j, v)
		}
		b.EndRow(256)
		m := b.CSR(0)
		if !m.Compact() || m.Stored() != 2*255 {
			t.Errorf("divisor %g: got compact %v with %d entries, want compact with 510", divisor, m.Compact(), m.Stored())
		}
		checkRow(t, fmt.Sprintf("divisor %g, bytes", divisor), m, 0, want)
		checkRow(t, fmt.Sprintf("divisor %g, numbers", divisor), m, 1, want)
	}
}

func TestBuilderStaysCompact(t *testing.T) {
	for _, c := range []struct {
		divisor float64
		col     int
		value   float64
	}{
		{1, 0, 1},
		{1, 0, 255},
		{1, 65535, 7},
		{255, 9, 1.0 / 255},
		{255, 9, 1},
		{2, 9, 0.5},
	} {
		b := NewBuilder(c.divisor, 0, 0)
		b.Add(c.col, c.value)
		b.EndRow(0)
		m := b.CSR(0)
		if !m.Compact() {
			t.Errorf("%+v: got wide, want compact", c)
		}
		m.Row(0, func(col int, value float64) {
			if col != c.col || value != c.value {
				t.Errorf("%+v: got column %d, value %v", c, col, value)
			}
		})
	}
}

// What does not fit widens the matrix, in the middle of a row, and neither what was stored before nor what comes
// after changes.
func TestBuilderWidensExactly(t *testing.T) {
	for _, c := range []struct {
		divisor float64
		col     int
		value   float64
	}{
		{1, 4, 0.5},
		{1, 4, 256},
		{1, 4, -1},
		{1, 4, math.Inf(1)},
		{1, 65536, 1},
		{255, 4, math.Nextafter(1.0/255, 1)},
		{255, 4, 256.0 / 255},
		{255, 4, 0.5},
		{255, 4, 5e-324},
	} {
		b := NewBuilder(c.divisor, 0, 0)
		want := [][]float64{make([]float64, c.col+1), make([]float64, c.col+1), make([]float64, c.col+1)}
		b.AddBytes([]byte{9, 0, 200})
		want[0][0], want[0][2] = 9/c.divisor, 200/c.divisor
		b.Add(1, 3/c.divisor)
		b.Add(c.col, c.value)
		b.EndRow(0)
		want[1][1], want[1][c.col] = 3/c.divisor, c.value
		b.AddBytes([]byte{0, 77})
		want[2][1] = 77 / c.divisor
		m := b.CSR(0)
		if m.Compact() || m.Rows() != 3 || m.Cols() != c.col+1 || m.Stored() != 5 {
			t.Errorf("%+v: got compact %v, %d×%d with %d entries, want wide, 3×%d with 5", c, m.Compact(), m.Rows(), m.Cols(), m.Stored(), c.col+1)
		}
		for i, row := range want {
			checkRow(t, fmt.Sprintf("%+v row %d", c, i), m, i, row)
		}
	}
}

func TestBuilderKeepsNaN(t *testing.T) {
	b := NewBuilder(1, 0, 0)
	b.Add(0, math.NaN())
	b.EndRow(1)
	visited := 0
	b.CSR(0).Row(0, func(_ int, value float64) {
		visited++
		if !math.IsNaN(value) {
			t.Errorf("got %v, want NaN", value)
		}
	})
	if visited != 1 {
		t.Errorf("got %d entries, want 1", visited)
	}
}

func TestBytesBeyond16BitColumnsWiden(t *testing.T) {
	row := make([]byte, 65537)
	row[65535], row[65536] = 1, 2
	want := make([]float64, len(row))
	want[65535], want[65536] = 1.0/255, 2.0/255
	b := NewBuilder(255, 1, 2)
	b.AddBytes(row)
	m := b.CSR(0)
	if m.Compact() {
		t.Errorf("got compact, want wide")
	}
	checkRow(t, "row", m, 0, want)
}

func TestBuilderCountsRowsAndColumns(t *testing.T) {
	b := NewBuilder(255, 0, 0)
	b.EndRow(3)
	b.AddBytes([]byte{0, 1, 0, 0, 0})
	b.Add(7, 1) // beyond the columns that its row is said to have
	b.EndRow(2)
	if b.Rows() != 3 || b.Cols() != 8 {
		t.Errorf("got %d×%d, want 3×8", b.Rows(), b.Cols())
	}
	if m := b.CSR(4); m.Rows() != 3 || m.Cols() != 8 {
		t.Errorf("matrix: got %d×%d, want 3×8", m.Rows(), m.Cols())
	}
	b = NewBuilder(1, 0, 0)
	b.AddBytes([]byte{0, 1})
	if m := b.CSR(12); m.Cols() != 12 {
		t.Errorf("got %d columns, want 12", m.Cols())
	}
	b = NewBuilder(1, 0, 0)
	if m := b.CSR(2); m.Rows() != 0 || m.Stored() != 0 {
		t.Errorf("of nothing: got %d rows with %d entries, want none", m.Rows(), m.Stored())
	}
}

// A slice counts its own entries.
func TestStoredOfASlice(t *testing.T) {
	b := NewBuilder(1, 0, 0)
	b.AddBytes([]byte{1, 1, 1})
	b.AddBytes([]byte{0, 1, 1})
	b.AddBytes([]byte{0, 0, 0})
	if got := b.CSR(0).Slice(1, 3).(*CSR).Stored(); got != 2 {
		t.Errorf("got %d, want 2", got)
	}
}

func TestColumnsOutsidePanic(t *testing.T) {
	for _, col := range []int{-1, math.MaxInt32} {
		b := NewBuilder(1, 0, 0)
		wantPanic(t, fmt.Sprintf("column %d", col), func() { b.Add(col, 1) })
	}
}

// FuzzBuilder reads entries from the input, and wants them back from the matrix to the bit.
func FuzzBuilder(f *testing.F) {
	f.Add(uint8(255), []byte{0, 1, 0, 7})
	f.Add(uint8(1), []byte{1, 1, 0x3f, 0xe0, 0, 0, 0, 0, 0, 0, 2, 0, 1, 9})
	f.Fuzz(func(t *testing.T, divisor uint8, in []byte) {
		type entry struct {
			col   int
			value float64
		}
		var rows [][]entry
		var row []entry
		b, col := NewBuilder(max(1, float64(divisor)), 0, 0), -1
		add := func(skip int, v float64) {
			col += skip + 1
			b.Add(col, v)
			if v != 0 {
				row = append(row, entry{col, v})
			}
		}
		for len(in) >= 3 {
			switch op := in[0] % 4; {
			case op == 0: // a value of one byte, near
				add(int(in[1]), float64(in[2])/max(1, float64(divisor)))
			case op == 1 && len(in) >= 10: // any value
				add(int(in[1]), math.Float64frombits(binary.BigEndian.Uint64(in[2:])))
				in = in[7:]
			case op == 2: // a value of one byte, far
				add(int(in[1])<<8, float64(in[2]))
			default:
				b.EndRow(col + 1)
				rows, row, col = append(rows, row), nil, -1
			}
			in = in[3:]
		}
		m := b.CSR(0)
		for i, want := range rows {
			p := 0
			m.Row(i, func(col int, value float64) {
				if p == len(want) || col != want[p].col || math.Float64bits(value) != math.Float64bits(want[p].value) {
					t.Fatalf("row %d entry %d: got column %d, value %v, want %v", i, p, col, value, want)
				}
				p++
			})
			if p != len(want) {
				t.Fatalf("row %d: got %d entries, want %d", i, p, len(want))
			}
		}
	})
}

// Whatever is said of how much has been appended, the same rows come out, and with
// the truth not much more room is taken than they need.
func TestAppended(t *testing.T) {
	const rows, cols = 3000, 90
	row := make([]byte, cols)
	for j := range row {
		row[j] = byte(j + 1)
	}
	for name, share := range map[string]func(done float64) float64{
		"nothing":   func(float64) float64 { return 0 },
		"truth":     func(done float64) float64 { return done },
		"too much":  func(float64) float64 { return 1 },
		"beyond":    func(float64) float64 { return 7 },
		"hardly":    func(float64) float64 { return math.SmallestNonzeroFloat64 },
		"no number": func(float64) float64 { return math.NaN() },
	} {
		for _, wide := range []bool{false, true} {
			b := NewBuilder(1, 0, 0)
			if wide {
				b = NewWideBuilder(0, 0)
			}
			for i := range rows {
				if wide {
					for j, v := range row {
						b.Add(j, float64(v))
					}
					b.EndRow(cols)
				} else {
					b.AddBytes(row)
				}
				b.Appended(share(float64(i+1) / rows))
			}
			m := b.CSR(0)
			if m.Rows() != rows || m.Stored() != rows*cols {
				t.Fatalf("%s: got %d rows of %d entries", name, m.Rows(), m.Stored())
			}
			checkRow(t, name, m, rows-1, floats(row))
			room := 0
			if wide {
				room = cap(m.wide.val)
			} else {
				room = cap(m.small.val)
			}
			if name == "truth" && room > rows*cols*103/100 {
				t.Errorf("there is room for %d entries, want %d and a few more", room, rows*cols)
			}
		}
	}
}

func floats(row []byte) []float64 {
	out := make([]float64, len(row))
	for j, v := range row {
		out[j] = float64(v)
	}
	return out
}
