package partition

import (
	"fmt"
	"math/rand/v2"
)

// DirichletClient gives every client a mix of classes of its own and as many rows as any other:
//
//	qᵢ ~ Dir(α·C·p)
//
// where p is the shares of the C classes in the whole, so that α·1 where they are balanced. In turn, each client draws
// a class from its qᵢ and takes a row of it. There is no replacement: a class that runs out is struck from every qᵢ,
// and a client that wanted nothing else draws from all that is left.
//
// Reference: Hsu, Qi and Brown, "Measuring the effects of non-identical data distribution for federated visual
// classification", 2019, whose concentration is α·C. They do not say who draws when; in turns, the late
// clients are not the ones who eat up what the others left.
type DirichletClient struct {
	Alpha float64 // α, from 1e-6 to 1e6
}

var _ Scheme = DirichletClient{}

func (DirichletClient) String() string { return "dirichlet-client" }

// Title is the name on the screen.
func (d DirichletClient) Title() string { return fmt.Sprintf("Dirichlet α = %g per client", d.Alpha) }

// Check refuses a population without labels and an α out of range.
func (d DirichletClient) Check(p Population) error {
	if err := alphaInRange(d.Alpha); err != nil {
		return fmt.Errorf("partition %v: %w", d, err)
	}
	return p.unlabelled(d)
}

// Split divides the population; the sizes differ by one row at most, the longer at the lower ids.
func (d DirichletClient) Split(p Population, rng *rand.Rand) (Split, error) {
	if err := d.Check(p); err != nil {
		return nil, err
	}
	left := p.byClass()
	mixes := d.mixes(left, p, rng)
	for _, rows := range left {
		shuffleRows(rows, rng)
	}
	owner := make(owners, p.Examples)
	for turn := range p.Examples {
		client := turn % p.Clients
		class := drawClass(mixes[client], left, p.Examples-turn, rng)
		last := len(left[class]) - 1
		owner[left[class][last]] = int32(client)
		left[class] = left[class][:last]
	}
	return owner.partition(p.Clients), nil
}

// mixes is qᵢ of every client.
func (d DirichletClient) mixes(classes [][]int32, p Population, rng *rand.Rand) [][]float64 {
	concentration := make([]float64, p.Classes)
	for c, rows := range classes {
		concentration[c] = d.Alpha * float64(p.Classes) * float64(len(rows)) / float64(p.Examples)
	}
	mixes := make([][]float64, p.Clients)
	for i := range mixes {
		mixes[i] = make([]float64, p.Classes)
		drawDirichlet(mixes[i], concentration, rng)
	}
	return mixes
}

// drawClass draws a class in proportion to q, of those with rows left; where q has none of them, in proportion to the
// rows, n in all.
func drawClass(q []float64, left [][]int32, n int, rng *rand.Rand) int {
	sum := 0.0
	for class, rows := range left {
		if len(rows) > 0 {
			sum += q[class]
		}
	}
	weight := func(class int) float64 { return q[class] }
	if sum == 0 {
		weight, sum = func(class int) float64 { return float64(len(left[class])) }, float64(n)
	}
	at, chosen := rng.Float64()*sum, 0
	for class, rows := range left {
		if len(rows) == 0 {
			continue
		}
		chosen = class // the last one stands where rounding carries at past the end
		if at -= weight(class); at < 0 {
			break
		}
	}
	return chosen
}
