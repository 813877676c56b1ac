package partition

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// Dirichlet divides every class among the clients in random proportions:
//
//	p ~ Dir(α·1)        client i gets the rows ⌊n·(p₀+…+pᵢ₋₁)⌋ to ⌊n·(p₀+…+pᵢ)⌋ of the n of a class, shuffled
//
// Sizes differ as well as classes. A partition is drawn again until each of the N clients has min(10, ⌊n/2N⌋) of all n
// rows and at least one.
//
// Reference: Yurochkin, Agarwal, Ghosh, Greenewald, Hoang and Khazaeni, "Bayesian nonparametric federated learning of
// neural networks", ICML 2019; drawn again as by Li, Diao, Chen and He, "Federated learning on non-IID data silos",
// ICDE 2022 (NIID-Bench), without their balancing.
type Dirichlet struct {
	Alpha float64 // α, from 1e-6 to 1e6
}

var _ Scheme = Dirichlet{}

func (Dirichlet) String() string { return "dirichlet" }

// Title is the name on the screen.
func (d Dirichlet) Title() string { return fmt.Sprintf("Dirichlet α = %g per class", d.Alpha) }

// Check refuses a population without labels and an α out of range.
func (d Dirichlet) Check(p Population) error {
	if err := alphaInRange(d.Alpha); err != nil {
		return fmt.Errorf("partition %v: %w", d, err)
	}
	return p.unlabelled(d)
}

// Split divides the population. It gives up after a thousand draws.
func (d Dirichlet) Split(p Population, rng *rand.Rand) (Split, error) {
	const draws = 1000
	if err := d.Check(p); err != nil {
		return nil, err
	}
	classes := p.byClass()
	least := max(1, min(10, p.Examples/(2*p.Clients)))
	for range draws {
		cuts, smallest := d.cuts(classes, p.Clients, rng)
		if smallest < least {
			continue
		}
		owner := make(owners, p.Examples)
		for c, rows := range classes {
			shuffleRows(rows, rng)
			for client := range p.Clients {
				owner.give(client, rows[cuts[c][client]:cuts[c][client+1]])
			}
		}
		return owner.partition(p.Clients), nil
	}
	return nil, fmt.Errorf("partition %v: in each of %d draws with alpha %g one of the %d clients had fewer than %d examples; take a larger alpha or fewer clients",
		d, draws, d.Alpha, p.Clients, least)
}

// cuts are where the share of each client begins in each class, with the end, and the size of the smallest client.
func (d Dirichlet) cuts(classes [][]int32, clients int, rng *rand.Rand) (cuts [][]int, smallest int) {
	concentration, p := slices.Repeat([]float64{d.Alpha}, clients), make([]float64, clients)
	sizes := make([]int, clients)
	cuts = make([][]int, len(classes))
	for c, rows := range classes {
		drawDirichlet(p, concentration, rng)
		cut, sum := make([]int, clients+1), 0.0
		for i := range clients - 1 {
			sum += p[i]
			cut[i+1] = int(sum * float64(len(rows)))
		}
		cut[clients] = len(rows)
		for i := range sizes {
			sizes[i] += cut[i+1] - cut[i]
		}
		cuts[c] = cut
	}
	return cuts, slices.Min(sizes)
}

// drawDirichlet draws p ~ Dir(a). It works with logarithms, where the boost of a gamma variable to a shape below 1,
//
//	Γ(a) = Γ(a+1)·U^(1/a)
//
// cannot underflow: at a = 0.001 half of such variables are zero in float64, and p would be 0/0. A zero in a gives a
// zero in p; one of a must be above.
//
// Reference: Marsaglia and Tsang, "A simple method for generating gamma variables", ACM TOMS 26, 2000.
func drawDirichlet(p, a []float64, rng *rand.Rand) {
	for i, ai := range a {
		p[i] = math.Inf(-1)
		if ai > 0 {
			p[i] = math.Log(distuv.Gamma{Alpha: ai + 1, Beta: 1, Src: rng}.Rand()) - rng.ExpFloat64()/ai
		}
	}
	top, sum := slices.Max(p), 0.0
	for i := range p {
		p[i] = math.Exp(p[i] - top)
		sum += p[i]
	}
	for i := range p {
		p[i] /= sum
	}
}

// alphaInRange refuses a concentration with which float64 or patience ends.
func alphaInRange(alpha float64) error {
	if !(alpha >= 1e-6 && alpha <= 1e6) {
		return fmt.Errorf("alpha must be from 1e-6 to 1e6, got %g", alpha)
	}
	return nil
}
