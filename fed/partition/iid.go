package partition

import "math/rand/v2"

// IID deals the rows at random and as evenly as possible, so that every client sees a small copy of the whole.
//
// Reference: McMahan, Moore, Ramage, Hampson and Agüera y Arcas, "Communication-efficient learning of deep networks
// from decentralized data", AISTATS 2017, section 3.
type IID struct{}

var _ Scheme = IID{}

func (IID) String() string { return "iid" }

// Title is the name on the screen.
func (IID) Title() string { return "IID" }

// Check refuses more clients than examples.
func (d IID) Check(p Population) error { return p.crowded(d) }

// Split divides the population; the longer parts go to the lower ids.
func (d IID) Split(p Population, rng *rand.Rand) (Split, error) {
	if err := d.Check(p); err != nil {
		return nil, err
	}
	return dealt(evenSizes(p.Examples, p.Clients), rng), nil
}
