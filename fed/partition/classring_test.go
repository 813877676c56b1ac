package partition

import (
	"reflect"
	"slices"
	"testing"
)

// Sizes of ten clients of two neighbouring digits each, counted from the labels of MNIST (gzipped file, MD5
// d53e105ee54ea40749a09fcbcd1e9432) with a separate program; Flower's deterministic PathologicalPartitioner has the
// same classes at the same clients.
func TestClassRingOfMNIST(t *testing.T) {
	pop := mnist(t, 10)
	var counts []int
	for _, rows := range pop.byClass() {
		counts = append(counts, len(rows))
	}
	if want := []int{5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949}; !slices.Equal(counts, want) {
		t.Fatalf("got label counts %v, want %v", counts, want)
	}
	p, err := ClassRing{K: 2}.Split(pop, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := partSizes(p), []int{6333, 6350, 6045, 5986, 5632, 5669, 6092, 6058, 5900, 5935}; !slices.Equal(got, want) {
		t.Errorf("got sizes %v, want %v", got, want)
	}
	for i, row := range p.Counts(pop.Labels, pop.Classes) {
		for class, n := range row {
			if (n > 0) != (class == i || class == (i+1)%10) {
				t.Errorf("client %d has %d of digit %d", i, n, class)
			}
		}
	}
}

// Three classes of five rows in a fixed order, by hand.
func TestClassRingByHand(t *testing.T) {
	labels := []int32{0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2}
	for _, c := range []struct {
		clients, k int
		want       Split
	}{
		// Class 0 is held by 0 and 2, class 1 by 0 and 1, class 2 by 1 and 2.
		{3, 2, Split{{0, 1, 3, 4, 6, 7}, {2, 5, 8, 10, 13}, {9, 11, 12, 14}}},
		// Fewer clients than classes: client 1 begins at class ⌊3/2⌋.
		{2, 2, Split{{0, 1, 3, 4, 6, 7, 9, 12}, {2, 5, 8, 10, 11, 13, 14}}},
		// More: client 3 begins at class 0 again.
		{4, 1, Split{{0, 3, 6}, {1, 4, 7, 10, 13}, {2, 5, 8, 11, 14}, {9, 12}}},
	} {
		got, err := ClassRing{K: c.k}.Split(Population{labels, 3, 15, c.clients}, nil)
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%d clients, k = %d: got %v, %v, want %v", c.clients, c.k, got, err, c.want)
		}
	}
}

// Exactly k classes at every client, none without a holder, for every number of clients that can hold them, up to a
// thousand.
func TestClassRingHoldsEveryClass(t *testing.T) {
	const classes = 10
	labels := balanced(20_000, classes)
	for k := 1; k <= classes; k++ {
		for _, clients := range []int{1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 19, 25, 1000} {
			pop := Population{labels, classes, len(labels), clients}
			p, err := ClassRing{K: k}.Split(pop, nil)
			if (err != nil) != (clients*k < classes) {
				t.Fatalf("%d clients, k = %d: got error %v", clients, k, err)
			}
			for i, row := range p.Counts(labels, classes) {
				seen := 0
				for _, n := range row {
					if n > 0 {
						seen++
					}
				}
				if seen != k {
					t.Fatalf("%d clients, k = %d: client %d sees %d classes", clients, k, i, seen)
				}
			}
		}
	}
}
