package partition

import (
	"fmt"
	"math/rand/v2"
	"strconv"
)

// Shards sorts the rows by label, cuts them into N·K shards as even as possible and deals every client K of them at
// random. Shards are not classes: one that straddles a boundary shows two, so a client of two shards may see up to
// four classes. ClassRing is the scheme that bounds them.
//
// Reference: McMahan, Moore, Ramage, Hampson and Agüera y Arcas, "Communication-efficient learning of deep networks
// from decentralized data", AISTATS 2017, section 3: MNIST, 100 clients, 200 shards of 300.
type Shards struct {
	K int // shards a client
}

var _ Scheme = Shards{}

func (d Shards) String() string { return "shards-" + strconv.Itoa(d.K) }

// Title is the name on the screen.
func (d Shards) Title() string {
	if d.K == 1 {
		return "1 shard each"
	}
	return fmt.Sprintf("%d shards each", d.K)
}

// Check refuses shards without a row.
func (d Shards) Check(p Population) error {
	if err := p.unlabelled(d); err != nil {
		return err
	}
	switch {
	case d.K < 1:
		return fmt.Errorf("partition %v: k must be at least 1", d)
	case d.K > p.Examples/p.Clients:
		return fmt.Errorf("partition %v: %d shards for each of %d clients are more than the %d examples", d, d.K, p.Clients, p.Examples)
	}
	return nil
}

// Split divides the population.
func (d Shards) Split(p Population, rng *rand.Rand) (Split, error) {
	if err := d.Check(p); err != nil {
		return nil, err
	}
	owner := make(owners, p.Examples)
	shards := d.shards(p)
	for i, shard := range rng.Perm(len(shards)) {
		owner.give(i/d.K, shards[shard])
	}
	return owner.partition(p.Clients), nil
}

// shards are the rows sorted by label, and by row within one, in N·K pieces.
func (d Shards) shards(p Population) [][]int32 {
	sorted := make([]int32, 0, p.Examples)
	for _, rows := range p.byClass() {
		sorted = append(sorted, rows...)
	}
	shards := make([][]int32, p.Clients*d.K)
	for i := range shards {
		n, parts := len(sorted), len(shards)
		shards[i] = sorted[evenCut(i, n, parts):evenCut(i+1, n, parts)]
	}
	return shards
}
