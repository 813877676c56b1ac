package partition

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
)

func seeded(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0)) }

// examined is the words whose schemes sit the exam; every entry of the table is among them.
var examined = []string{
	"iid", "classes", "classes-1", "classes-3", "shards", "shards-1", "shards-5",
	"dirichlet", "dirichlet-client", "sizes", "sizes-0", "sizes-2.5",
}

func mustParse(t *testing.T, word string, alpha float64) Scheme {
	t.Helper()
	d, err := Parse(word, alpha)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// skewed is labels in random order, the higher classes rarer.
func skewed(n, classes int, seed uint64) []int32 {
	rng := seeded(seed)
	labels := make([]int32, n)
	for i := range labels {
		labels[i] = int32(min(rng.IntN(classes), rng.IntN(classes)))
	}
	return labels
}

// wantSplit wants the rows 0 to n−1, each once, sorted, and none of the clients without.
func wantSplit(t *testing.T, what string, p Split, n, clients int) {
	t.Helper()
	if len(p) != clients {
		t.Fatalf("%s: got %d clients, want %d", what, len(p), clients)
	}
	seen := make([]bool, n)
	for i, rows := range p {
		if len(rows) == 0 {
			t.Errorf("%s: client %d has no rows", what, i)
		}
		if !slices.IsSorted(rows) {
			t.Errorf("%s: client %d is not sorted: %v", what, i, rows)
		}
		for _, row := range rows {
			if seen[row] {
				t.Fatalf("%s: row %d has two owners", what, row)
			}
			seen[row] = true
		}
	}
	if i := slices.Index(seen, false); i >= 0 {
		t.Errorf("%s: row %d has no owner", what, i)
	}
}

// The exam: what Check lets pass, Split divides, the same way from the same seed; what it refuses, Split refuses in the
// same words. Chance may leave a Dirichlet partition with too small a client, but not where clients are large.
func TestSchemes(t *testing.T) {
	split := map[string]int{}
	for _, c := range []struct{ n, clients, classes int }{
		{1, 1, 1}, {10, 10, 2}, {100, 1, 10}, {120, 3, 10}, {100, 7, 3}, {500, 4, 10}, {1000, 10, 10}, {3000, 13, 5}, {2000, 100, 10}, {5, 6, 2},
	} {
		for seed := range uint64(4) {
			pop := Population{Labels: skewed(c.n, c.classes, seed), Classes: c.classes, Examples: c.n, Clients: c.clients}
			for _, word := range examined {
				d, what := mustParse(t, word, 1), fmt.Sprintf("%s of %v, seed %d", word, c, seed)
				p, err := d.Split(pop, seeded(seed))
				again, errAgain := d.Split(pop, seeded(seed))
				if !reflect.DeepEqual(p, again) || fmt.Sprint(err) != fmt.Sprint(errAgain) {
					t.Errorf("%s: two splits from one seed differ", what)
				}
				if refusal := d.Check(pop); refusal != nil {
					if err == nil || err.Error() != refusal.Error() || p != nil {
						t.Errorf("%s: Check says %q, Split %v", what, refusal, err)
					}
					continue
				}
				if err != nil {
					if word != "dirichlet" || c.n > 100*c.clients {
						t.Errorf("%s: %v", what, err)
					}
					continue
				}
				split[word]++
				wantSplit(t, what, p, c.n, c.clients)
			}
		}
	}
	for _, word := range examined {
		if split[word] < 12 {
			t.Errorf("%s: only %d populations were divided", word, split[word])
		}
	}
	for _, w := range Schemes() {
		if !slices.Contains(examined, w.Name) {
			t.Errorf("%s does not sit the exam", w.Name)
		}
	}
}

func TestCounts(t *testing.T) {
	p, labels := Split{{0, 2, 3}, {1}}, []int32{0, 1, 1, 0}
	if got, want := p.Counts(labels, 3), [][]int{{2, 1, 0}, {0, 1, 0}}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := p.Counts(nil, 3); got != nil {
		t.Errorf("without labels: got %v, want nil", got)
	}
}

func TestEvenSizes(t *testing.T) {
	for _, c := range []struct {
		n, parts int
		want     []int
	}{{10, 3, []int{4, 3, 3}}, {9, 3, []int{3, 3, 3}}, {2, 3, []int{1, 1, 0}}} {
		if got := evenSizes(c.n, c.parts); !slices.Equal(got, c.want) {
			t.Errorf("%d in %d: got %v, want %v", c.n, c.parts, got, c.want)
		}
	}
}
