package privacy

import (
	"math/rand/v2"
	"testing"
)

// The ledger against an accountant for each member, over random charges: it is
// never below the most that a member has spent, and equal to it as long as the
// price of a step stays the same.
func TestLedgerIsAnUpperBound(t *testing.T) {
	const delta = 1e-5
	sizes := []int{10, 10, 25, 10, 25}
	for seed := range uint64(20) {
		rng := rand.New(rand.NewPCG(seed, 9))
		l, spent := NewLedger(sizes, false), make([]Accountant, len(sizes))
		noise, same := 2.0, true
		for range 40 {
			if rng.IntN(10) == 0 && seed >= 10 {
				noise, same = 1+2*rng.Float64(), false
			}
			k, steps := rng.IntN(len(sizes)), 1+rng.IntN(5)
			rate := 5 / float64(sizes[k])
			after := l.After(k, rate, noise, steps, delta)
			l.Charge(k, rate, noise, steps)
			spent[k].Charge(rate, noise, steps)
			most := 0.0
			for i := range spent {
				most = max(most, spent[i].Epsilon(delta))
			}
			got := l.Epsilon(delta)
			if same && got != most || got < most*(1-1e-12) {
				t.Fatalf("seed %d: got ε = %g, want %g", seed, got, most)
			}
			if account := l.of[k].Epsilon(delta); after != account {
				t.Fatalf("seed %d: it had been said to come to %g, and came to %g", seed, after, account)
			}
		}
	}
}
