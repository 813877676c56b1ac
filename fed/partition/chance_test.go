package partition

import (
	"math"
	"reflect"
	"strings"
	"testing"
)

// The seed matters where the doc says random, and only there.
func TestSeed(t *testing.T) {
	pop := Population{Labels: skewed(1000, 5, 0), Classes: 5, Examples: 1000, Clients: 10}
	for _, word := range examined {
		d := mustParse(t, word, 1)
		p, err := d.Split(pop, seeded(1))
		q, err2 := d.Split(pop, seeded(2))
		if err != nil || err2 != nil {
			t.Fatal(word, err, err2)
		}
		if got, want := reflect.DeepEqual(p, q), strings.HasPrefix(word, "classes"); got != want {
			t.Errorf("%s: seeds 1 and 2 alike: got %v, want %v", word, got, want)
		}
	}
}

// No row prefers a client: over 400 splits of a class between two clients, every row is at the first as often as the
// others are, but for 5σ, σ² ≤ 400/4.
func TestRowsPreferNoClient(t *testing.T) {
	const n, splits = 10, 400
	for _, d := range []Scheme{IID{}, Sizes{A: 1}, Dirichlet{Alpha: 1e6}, DirichletClient{Alpha: 1}} {
		var first [n]int
		total := 0
		for seed := range uint64(splits) {
			p, err := d.Split(Population{balanced(n, 1), 1, n, 2}, seeded(seed))
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range p[0] {
				first[row]++
				total++
			}
		}
		for row, got := range first {
			if math.Abs(float64(got)-float64(total)/n) > 50 {
				t.Errorf("%v: row %d is at client 0 in %d of %d splits, the mean row in %d", d, row, got, splits, total/n)
			}
		}
	}
}
