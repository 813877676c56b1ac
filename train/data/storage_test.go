package data

import (
	"slices"
	"testing"

	"optwatch/optimizers/matrix"
)

// However a split is kept, its numbers are the same, and where they do not fit
// into bytes they are kept in full.
func TestStoredAs(t *testing.T) {
	rows := func(s Split) (out [][]float64) {
		for i := range s.Len() {
			row := make([]float64, s.X.Cols())
			s.X.Row(i, func(j int, v float64) { row[j] = v })
			out = append(out, row)
		}
		return out
	}
	pixels := func(divisor, odd float64) Split {
		b := matrix.NewBuilder(divisor, 2, 0)
		b.Add(0, 3/divisor)
		b.Add(2, 255/divisor)
		b.EndRow(3)
		b.Add(1, odd)
		b.EndRow(3)
		return Split{X: b.CSR(3), Labels: []int32{1, 0}}
	}
	for _, c := range []struct {
		from     Split
		was      string
		to, want string
		features int
	}{
		{pixels(255, 7./255), "bytes/255", "numbers", "numbers", 3},
		{pixels(255, 7./255), "bytes/255", "bytes/255", "bytes/255", 5},
		{pixels(255, 0.1), "numbers", "bytes/255", "numbers", 3},
		{pixels(1, 7), "bytes/1", "bytes/255", "numbers", 4},
		{pixels(1, 0.5), "numbers", "bytes/1", "numbers", 3},
		{pixels(255, 7./255), "bytes/255", "dense-bytes/255", "dense-bytes/255", 5},
		{pixels(255, 0.1), "numbers", "dense-bytes/255", "dense", 4},
		{pixels(1, 7), "bytes/1", "dense-float32", "dense-float32", 3},
		{pixels(1, 0.1), "numbers", "dense-float32", "dense", 3},
		{pixels(255, 7./255), "bytes/255", "dense", "dense", 4},
	} {
		if got := c.from.Storage(); got != c.was {
			t.Errorf("got %s, want %s", got, c.was)
		}
		got, err := c.from.StoredAs(c.to, c.features)
		if err != nil || got.Storage() != c.want || got.X.Cols() != c.features || !slices.Equal(got.Labels, c.from.Labels) {
			t.Errorf("%s as %s: got %s of %d features (%v), want %s of %d", c.was, c.to, got.Storage(), got.X.Cols(), err, c.want, c.features)
		}
		for i, row := range rows(got) {
			was := rows(c.from)[i]
			if !slices.Equal(row[:3], was) || slices.ContainsFunc(row[3:], func(v float64) bool { return v != 0 }) {
				t.Errorf("%s as %s: row %d is %v, was %v", c.was, c.to, i, row, was)
			}
		}
		back, err := got.StoredAs(c.was, 3)
		if err != nil || back.Storage() != c.was {
			t.Errorf("%s as %s and back is %s (%v)", c.was, c.to, back.Storage(), err)
		}
	}
	for _, word := range []string{"", "bytes/", "bytes/0", "bytes/-1", "bytes/nan", "words", "dense-bytes", "dense-bytes/0", "numbers/1", "dense/"} {
		if _, err := pixels(1, 1).StoredAs(word, 3); err == nil {
			t.Errorf("%q is a way to store examples", word)
		}
	}
	dense := Split{X: matrix.NewDense(1, 2, []float64{1, 2})}
	if got, err := dense.StoredAs("dense", 2); err != nil || dense.Storage() != "dense" || got.X != dense.X {
		t.Errorf("dense stays as it is: %v", err)
	}
	if got, err := dense.StoredAs("dense-bytes/2", 3); err != nil || got.Storage() != "dense-bytes/2" || got.X.Cols() != 3 {
		t.Errorf("dense as bytes: got %s (%v)", got.Storage(), err)
	}
}
