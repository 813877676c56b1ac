package client

import "testing"

// The same vector is never lent twice.
func TestVectorsAreLentOnce(t *testing.T) {
	var p Vectors
	lent := map[*float64]bool{}
	var out [][]float64
	for i := range 2000 {
		if i%3 == 2 {
			v := out[len(out)/2]
			out = append(out[:len(out)/2], out[len(out)/2+1:]...)
			delete(lent, &v[0])
			p.Give(v)
			continue
		}
		v := p.Take(4 + i/1500)
		if len(v) != 4+i/1500 || lent[&v[0]] {
			t.Fatalf("step %d: a vector of %d, lent already %v", i, len(v), lent[&v[0]])
		}
		lent[&v[0]] = true
		out = append(out, v)
	}
}
