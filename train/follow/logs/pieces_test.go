package logs

import (
	"math"
	"reflect"
	"slices"
	"testing"
)

// clone is what was found, apart from the reader's own memory, with every NaN the
// same so that it can be compared.
func clone(f *Found) Found {
	out := Found{Anew: f.Anew, Config: slices.Clone(f.Config), Lines: slices.Clone(f.Lines), About: f.About, End: f.End, Bad: f.Bad, Why: f.Why}
	for _, r := range f.Rows {
		r.Values = slices.Clone(r.Values)
		out.Rows = append(out.Rows, r)
	}
	return out
}

// pieces gives data to a reader in pieces of n bytes.
func pieces(r Reader, data []byte, n int) Found {
	var f Found
	for p := range slices.Chunk(data, n) {
		r.Read(p, &f)
	}
	return clone(&f)
}

// checkPieces wants the same to be found whatever the pieces in which a log comes.
func checkPieces(t *testing.T, fresh func() Reader, data []byte) Found {
	t.Helper()
	if len(data) == 0 {
		return Found{}
	}
	whole := pieces(fresh(), data, len(data))
	for _, n := range []int{1, 7, 997} {
		if got := pieces(fresh(), data, n); !same(&got, &whole) {
			t.Errorf("in pieces of %d bytes it reads\n%+v\nnot\n%+v", n, got, whole)
		}
	}
	return whole
}

// same compares what was found, NaN being like NaN.
func same(a, b *Found) bool {
	return reflect.DeepEqual(comparable(a), comparable(b))
}

// comparable is a found with its numbers as bits.
func comparable(f *Found) any {
	type row struct {
		at      [5]uint64
		restart bool
		tags    []string
		bits    []uint64
	}
	var rows []row
	for _, r := range f.Rows {
		q := row{restart: r.Restart}
		for i, v := range []float64{r.Step, r.Epoch, r.Tokens, r.Time, r.Elapsed} {
			q.at[i] = bits(v)
		}
		for _, v := range r.Values {
			q.tags, q.bits = append(q.tags, v.Tag), append(q.bits, bits(v.Number))
		}
		rows = append(rows, q)
	}
	g := *f
	g.Rows, g.values, g.taken = nil, nil, 0
	return []any{g, rows}
}

func bits(v float64) uint64 {
	if v != v {
		v = math.NaN()
	}
	return math.Float64bits(v)
}
