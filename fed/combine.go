package fed

import "optwatch/optimizers"

// combine is an average that withstands clients who send anything. Where
// clients differ much, honest updates are far apart too, and it does harm.
type combine interface {
	least() int // updates that it needs
	into(g []float64, deltas [][]float64, each each) error
}

type (
	median    struct{}
	trimmed   struct{ beta float64 }
	krum      struct{ f int }
	multiKrum struct{ f, keep int }
)

func (median) least() int      { return 1 }
func (trimmed) least() int     { return 1 }
func (k krum) least() int      { return 2*k.f + 3 }
func (k multiKrum) least() int { return 2*k.f + 3 }

func (median) into(g []float64, us [][]float64, each each) error { return each.median(g, us) }

func (t trimmed) into(g []float64, us [][]float64, each each) error {
	return each.trimmedMean(g, us, t.beta)
}

func (k krum) into(g []float64, us [][]float64, each each) error {
	_, err := each.multiKrum(g, us, k.f, 1)
	return err
}

func (k multiKrum) into(g []float64, us [][]float64, each each) error {
	keep := len(us) - k.f
	if k.keep > 0 {
		keep = min(keep, k.keep)
	}
	_, err := each.multiKrum(g, us, k.f, keep)
	return err
}

// combineOf is the average that a recipe asks for; nil for the strategy's own.
func combineOf(v optimizers.Values) combine {
	f := v.Int("byzantine")
	switch v.Word("aggregate") {
	case "median":
		return median{}
	case "trimmed":
		return trimmed{v.Real("trim")}
	case "krum":
		return krum{f}
	case "multi-krum":
		k := multiKrum{f: f}
		if v.Given("keep") {
			k.keep = v.Int("keep")
		}
		return k
	}
	return nil
}
