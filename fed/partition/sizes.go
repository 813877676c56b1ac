package partition

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
)

// Sizes makes clients that differ in how much they hold and in nothing else: client i, from 0, holds
//
//	nᵢ ≈ 1 + (n − N)·(i+1)⁻ᵃ / Σⱼ(j+1)⁻ᵃ
//
// rows drawn at random. The 1 keeps every client in business; rounding goes down, and what it leaves goes one row each
// to the lowest ids, so the sizes add up to n and never rise with i. a = 0 is IID, a = 1 is Zipf's law.
type Sizes struct {
	A float64 // a, from 0 to 10
}

var _ Scheme = Sizes{}

func (d Sizes) String() string { return "sizes-" + strconv.FormatFloat(d.A, 'g', -1, 64) }

// Title is the name on the screen.
func (d Sizes) Title() string {
	if d.A == 0 {
		return "equal sizes"
	}
	return fmt.Sprintf("sizes ∝ rank^−%g", d.A)
}

// Check refuses more clients than examples and an exponent out of range.
func (d Sizes) Check(p Population) error {
	if err := exponentInRange(d.A); err != nil {
		return fmt.Errorf("partition %v: %w", d, err)
	}
	return p.crowded(d)
}

// Split divides the population; client 0 is the largest.
func (d Sizes) Split(p Population, rng *rand.Rand) (Split, error) {
	if err := d.Check(p); err != nil {
		return nil, err
	}
	return dealt(d.sizes(p), rng), nil
}

func (d Sizes) sizes(p Population) []int {
	sum := 0.0
	for i := range p.Clients {
		sum += math.Pow(float64(i+1), -d.A)
	}
	rest := p.Examples - p.Clients
	sizes, left := make([]int, p.Clients), rest
	for i := range sizes {
		share := int(float64(rest) * math.Pow(float64(i+1), -d.A) / sum)
		sizes[i] = 1 + share
		left -= share
	}
	for i := range left {
		sizes[i]++
	}
	return sizes
}

func exponentInRange(a float64) error {
	if !(a >= 0 && a <= 10) {
		return fmt.Errorf("the exponent a must be from 0 to 10, got %g", a)
	}
	return nil
}
