package partition

import (
	"fmt"
	"math/rand/v2"
	"strconv"
)

// ClassRing shows every client exactly K of the C classes. The classes stand in a ring and client i holds K
// neighbours, the first of them
//
//	i mod C        where there are as many clients as classes or more
//	⌊i·C/N⌋        where there are fewer, so that none of the classes falls between two clients
//
// The rows of a class, in row order, are cut as evenly as possible among the clients that hold it, the longer parts to
// the lower ids. Nothing is random.
//
// Reference: Zhao, Li, Lai, Suda, Civin and Chandra, "Federated learning with non-IID data", 2018: ten
// clients of one or two classes each; the ring is the deterministic assignment of Flower's PathologicalPartitioner.
type ClassRing struct {
	K int // k, classes a client
}

var _ Scheme = ClassRing{}

func (d ClassRing) String() string { return "classes-" + strconv.Itoa(d.K) }

// Title is the name on the screen.
func (d ClassRing) Title() string {
	if d.K == 1 {
		return "1 class each"
	}
	return fmt.Sprintf("%d classes each", d.K)
}

// Check refuses what would show a client fewer than K classes or leave rows without an owner.
func (d ClassRing) Check(p Population) error {
	if err := p.unlabelled(d); err != nil {
		return err
	}
	switch {
	case d.K < 1:
		return fmt.Errorf("partition %v: k must be at least 1", d)
	case d.K > p.Classes:
		return fmt.Errorf("partition %v: there are only %d classes", d, p.Classes)
	case p.Clients*d.K < p.Classes:
		return fmt.Errorf("partition %v: %d × %d classes leave rows of the %d classes without an owner; take more clients or a larger k",
			d, p.Clients, d.K, p.Classes)
	}
	holders := d.holders(p)
	for class, rows := range p.byClass() {
		if len(rows) < len(holders[class]) {
			return fmt.Errorf("partition %v: class %d has %d examples for the %d clients that hold it",
				d, class, len(rows), len(holders[class]))
		}
	}
	return nil
}

// Split divides the population.
func (d ClassRing) Split(p Population, _ *rand.Rand) (Split, error) {
	if err := d.Check(p); err != nil {
		return nil, err
	}
	owner, holders := make(owners, p.Examples), d.holders(p)
	for class, rows := range p.byClass() {
		for i, client := range holders[class] {
			n, parts := len(rows), len(holders[class])
			owner.give(client, rows[evenCut(i, n, parts):evenCut(i+1, n, parts)])
		}
	}
	return owner.partition(p.Clients), nil
}

// holders is the clients that hold each class, by id.
func (d ClassRing) holders(p Population) [][]int {
	holders := make([][]int, p.Classes)
	for client := range p.Clients {
		first := client % p.Classes
		if p.Clients < p.Classes {
			first = client * p.Classes / p.Clients
		}
		for k := range d.K {
			class := (first + k) % p.Classes
			holders[class] = append(holders[class], client)
		}
	}
	return holders
}
