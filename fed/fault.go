package fed

import "math"

// Faults are stragglers and failures, simulated on demand.
type Faults struct {
	Slow     float64 // fraction of the clients that are slow, always the same ones
	Slowness float64 // how many times longer they take
	Drop     float64 // the probability that a client breaks off in a round
	Deadline float64 // virtual time after which updates are late; 0 for none
}

// slowness is how many times longer than the others each client takes.
func (f Faults) slowness(clients int, seed uint64) []float64 {
	slow := make([]float64, clients)
	for k := range slow {
		slow[k] = 1
	}
	n := int(math.Round(f.Slow * float64(clients)))
	for _, k := range forSlowness.rng(seed).Perm(clients)[:n] {
		slow[k] = f.Slowness
	}
	return slow
}

// breaksOff is the local step, from 1, before which a client breaks off in a
// round; 0 if it does not.
func (f Faults) breaksOff(seed uint64, client, round, attempt, steps int) int {
	if f.Drop == 0 {
		return 0
	}
	rng := forFailure.rng(seed, client, round, attempt)
	if rng.Float64() >= f.Drop {
		return 0
	}
	return 1 + int(rng.Float64()*float64(steps))
}
