package partition

import (
	"math"
	"math/bits"
	"testing"
)

// digitsOf is the set of labels of some rows, as bits.
func digitsOf(rows, labels []int32) (set uint) {
	for _, row := range rows {
		set |= 1 << labels[row]
	}
	return set
}

// Shards are not classes: of the sorted shards of MNIST, 20 or 200, nine straddle two digits, one at every boundary.
// So of the pairs of the 20 that a client of two may be dealt, 38 % show two digits, 46 % three, 15 % four, 1 % one.
func TestShardsAreNotClasses(t *testing.T) {
	pop := mnist(t, 10)
	for _, clients := range []int{10, 100} {
		pop.Clients = clients
		straddling := 0
		shards := Shards{K: 2}.shards(pop)
		for _, shard := range shards {
			if got, want := len(shard), 60_000/(2*clients); got != want {
				t.Fatalf("got a shard of %d rows, want %d", got, want)
			}
			if bits.OnesCount(digitsOf(shard, pop.Labels)) == 2 {
				straddling++
			}
		}
		if len(shards) != 2*clients || straddling != 9 {
			t.Errorf("%d shards: %d straddle two digits, want 9", len(shards), straddling)
		}
	}
	pop.Clients = 10
	shards := Shards{K: 2}.shards(pop)
	var pairs [5]float64
	for i := range shards {
		for j := range i {
			pairs[bits.OnesCount(digitsOf(shards[i], pop.Labels)|digitsOf(shards[j], pop.Labels))]++
		}
	}
	for digits, want := range [5]float64{0, 1, 38, 46, 15} {
		if got := math.Round(pairs[digits] * 100 / 190); got != want {
			t.Errorf("%d digits: got %g %% of the pairs, want %g %%", digits, got, want)
		}
	}
}

// Every client is dealt K whole shards, and every pair of shards meets in its turn: of 6 shards, 15 pairs, each at
// client 0 in 1 of 15 deals.
func TestShardsAreDealtAtRandom(t *testing.T) {
	labels := skewed(60, 3, 0)
	pop, deals := Population{labels, 3, 60, 3}, 3000
	d := Shards{K: 2}
	shardOf := make([]int, 60)
	for s, shard := range d.shards(pop) {
		for _, row := range shard {
			shardOf[row] = s
		}
	}
	pairs := map[uint]int{}
	for seed := range uint64(deals) {
		p, err := d.Split(pop, seeded(seed))
		if err != nil {
			t.Fatal(err)
		}
		var set uint
		for _, row := range p[0] {
			set |= 1 << shardOf[row]
		}
		if bits.OnesCount(set) != 2 || len(p[0]) != 20 {
			t.Fatalf("seed %d: client 0 has %d rows of the shards %b", seed, len(p[0]), set)
		}
		pairs[set]++
	}
	if len(pairs) != 15 {
		t.Errorf("got %d pairs, want 15", len(pairs))
	}
	for set, got := range pairs { // 200 ± 5σ, σ² = 3000·14/15²
		if math.Abs(float64(got)-200) > 5*math.Sqrt(3000*14)/15 {
			t.Errorf("shards %06b: got %d deals of 3000, want about 200", set, got)
		}
	}
}
