package partition

import (
	"fmt"
	"math/rand/v2"
)

// Population is what a scheme divides.
type Population struct {
	Labels   []int32 // class of every example, below Classes; nil where targets are numeric
	Classes  int     // C
	Examples int     // n
	Clients  int     // N
}

// Split is the rows of every client: sorted, disjoint, and together all of them.
type Split [][]int32

// Scheme is a way to divide a population.
type Scheme interface {
	fmt.Stringer   // its word in a recipe, which Parse reads
	Title() string // a few words for the screen

	// Check says in one line what makes the population impossible to divide this way.
	Check(Population) error
	// Split divides the population. No client is left without a row. It fails where Check does, and where chance
	// gives no partition that is fit to train on.
	Split(Population, *rand.Rand) (Split, error)
}

// Counts is the examples of every class at every client, clients × classes; nil without labels.
func (p Split) Counts(labels []int32, classes int) [][]int {
	if labels == nil {
		return nil
	}
	counts := make([][]int, len(p))
	for i, rows := range p {
		counts[i] = make([]int, classes)
		for _, row := range rows {
			counts[i][labels[row]]++
		}
	}
	return counts
}

// crowded is the error of a population that leaves some client without a row.
func (p Population) crowded(by Scheme) error {
	if p.Labels != nil && len(p.Labels) != p.Examples {
		panic(fmt.Sprintf("partition: %d labels for %d examples", len(p.Labels), p.Examples))
	}
	switch {
	case p.Clients < 1:
		return fmt.Errorf("partition %v: there must be at least 1 client, got %d", by, p.Clients)
	case p.Clients > p.Examples:
		return fmt.Errorf("partition %v: %d clients are more than the %d examples", by, p.Clients, p.Examples)
	}
	return nil
}

// unlabelled is the error of a population that cannot be divided by class; a crowded one is no better.
func (p Population) unlabelled(by Scheme) error {
	if p.Labels == nil {
		return fmt.Errorf("partition %v: it needs class labels; iid and sizes do not", by)
	}
	return p.crowded(by)
}

// byClass is the rows of every class, in row order.
func (p Population) byClass() [][]int32 {
	rows := make([][]int32, p.Classes)
	for row, class := range p.Labels {
		if class < 0 || int(class) >= p.Classes {
			panic(fmt.Sprintf("partition: row %d has label %d of %d classes", row, class, p.Classes))
		}
		rows[class] = append(rows[class], int32(row))
	}
	return rows
}

// owners is the client of every row. Rows are dealt in any order and with no thought of sorting; what comes out is a
// partition by construction.
type owners []int32

func (o owners) give(client int, rows []int32) {
	for _, row := range rows {
		o[row] = int32(client)
	}
}

func (o owners) partition(clients int) Split {
	sizes := make([]int, clients)
	for _, client := range o {
		sizes[client]++
	}
	p := make(Split, clients)
	for i, size := range sizes {
		p[i] = make([]int32, 0, size)
	}
	for row, client := range o {
		p[client] = append(p[client], int32(row))
	}
	return p
}

// dealt gives rows in random order to the clients, sizes[i] of them to client i.
func dealt(sizes []int, rng *rand.Rand) Split {
	n := 0
	for _, size := range sizes {
		n += size
	}
	rows := make([]int32, n)
	for i := range rows {
		rows[i] = int32(i)
	}
	shuffleRows(rows, rng)
	owner := make(owners, n)
	for client, size := range sizes {
		owner.give(client, rows[:size])
		rows = rows[size:]
	}
	return owner.partition(len(sizes))
}

func shuffleRows(rows []int32, rng *rand.Rand) {
	rng.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
}

// evenCut is where part i of n rows begins when they are cut as evenly as possible, the longer parts first.
func evenCut(i, n, parts int) int { return i*(n/parts) + min(i, n%parts) }

// evenSizes are the lengths of such parts.
func evenSizes(n, parts int) []int {
	sizes := make([]int, parts)
	for i := range sizes {
		sizes[i] = evenCut(i+1, n, parts) - evenCut(i, n, parts)
	}
	return sizes
}
