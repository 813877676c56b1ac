package fed

import (
	"fmt"
	"slices"
)

// What a run asks of a federation between rounds.

// Full is false.
func (r *Round) Full() bool { return false }

// BatchSize is B.
func (s *Settings) BatchSize() int { return s.Batch }

// SetBatch changes B.
func (s *Settings) SetBatch(batch int) { s.Batch = batch }

// Prepare says with which learning rate clients step in the next round, and how
// many evaluations it may take.
func (r *Round) Prepare(lr float64, evals int64) { r.lr, r.evals = lr, evals }

// RoundLimit is after how many rounds the run ends.
func (s *Settings) RoundLimit() int64 { return int64(s.Limit) }

// SetEpochs changes E.
func (r *Round) SetEpochs(epochs int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.Epochs = epochs
}

// SetMu changes the strategy's μ, which it must have.
func (r *Round) SetMu(mu float64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	*r.strategy.(proximal).mu() = mu
}

// HasMu says whether the strategy has a μ.
func (r *Round) HasMu() bool { _, ok := r.strategy.(proximal); return ok }

// Rounds is how many rounds have been averaged.
func (t *totals) Rounds() int64 { return int64(t.rounds) }

// Steps is how many local steps went into them.
func (t *totals) Steps() int64 { return int64(t.steps) }

// Bytes is what has been sent, both ways, at 8 bytes a number.
func (t *totals) Bytes() int64 { return int64(t.bytes) }

// Elsewhere is about the average, and about what noise and bounds do to it.
func (r *Round) Elsewhere() string {
	unlike := len(r.sizes) > 0 && slices.Min(r.sizes) != slices.Max(r.sizes)
	s, scaffold := r.strategy.(*Scaffold)
	switch {
	case r.Combine != nil:
		return "its average leaves out, or outvotes, clients that differ from the others"
	case r.Privacy.Kept():
		return "contributions are clipped and divided by how many are expected, which privacy asks for"
	case scaffold && s.Uniform && unlike:
		return "clients with few examples count as much as those with many"
	}
	return ""
}

// Notes are the lines for the log since they were last asked for.
func (r *Round) Notes() []string {
	notes := r.notes
	r.notes = nil
	return notes
}

// Spent says why no further round may begin.
func (r *Round) Spent() string {
	if r.err != nil {
		return ""
	}
	if limit := r.Limit; limit > 0 && r.rounds >= limit {
		return fmt.Sprintf("%d of %d rounds", r.rounds, limit)
	}
	if why := r.exceeds(r.rounds+1, nil); why != "" {
		return fmt.Sprintf("ε = %.4g is spent, another round %s", r.epsilon, why)
	}
	return ""
}

// CheckDrop says what speaks against leaving a client out, or taking it in again.
func (r *Round) CheckDrop(client int, out bool) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if client < 0 || client >= r.Clients {
		return fmt.Errorf("there is no client c%d", client)
	}
	left := 0.0
	for _, gone := range r.dropped {
		left += 1 - gone
	}
	switch gone := r.dropped[client] != 0; {
	case gone && out:
		return fmt.Errorf("c%d has been dropped already", client)
	case !gone && !out:
		return fmt.Errorf("c%d has not been dropped", client)
	case out && left == 1:
		return fmt.Errorf("c%d is the last client there is", client)
	}
	return nil
}

// Drop leaves a client out of the rounds to come, or takes it in again.
func (r *Round) Drop(client int, out bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.dropped[client] = map[bool]float64{true: 1}[out]
}
