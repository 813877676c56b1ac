package fed

import "fmt"

// Noise that follows from a secret key is other noise after a crash: a round
// that is made again releases another sum, which must be charged too. So each
// release is written down before its noise is drawn.

// attempt is one of a round. Each is a release: of the server's noisy sum, or of
// the noisy steps of the clients that it selects.
type attempt struct{ round, number int }

// register is where releases are written down.
type register struct {
	write   func() error // nil for nowhere
	written attempt      // the latest
}

// BeforeRelease sets what is called before each release whose noise follows
// from a secret key. After an error the release is not made.
func (g *register) BeforeRelease(write func() error) { g.write = write }

// enter calls it, once for an attempt: one that was broken off and is made again
// has the same noise.
func (g *register) enter(a attempt) error {
	if g.write == nil || a == g.written {
		return nil
	}
	if err := g.write(); err != nil {
		return fmt.Errorf("not begun, since the privacy that it spends could not be written down: %w", err)
	}
	g.written = a
	return nil
}

// ChargeLost charges releases that were begun, and of which the state that was
// restored knows nothing. Whom they selected nobody can tell: all are charged.
func (r *Round) ChargeLost(releases int) {
	if !r.Privacy.Kept() || releases <= 0 {
		return
	}
	everyone := make([]int, r.Clients)
	for k := range everyone {
		everyone[k] = k
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.charges(everyone, func(k int, rate, noise float64, steps int) {
		r.ledger.Charge(k, rate, noise, releases*steps)
	})
	r.epsilon = r.ledger.Epsilon(r.Privacy.Delta)
}
