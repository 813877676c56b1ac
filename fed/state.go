package fed

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"optwatch/optimizers"
	"optwatch/train"
)

// What a federation carries from round to round.

// State is what the next rounds follow from. The partition follows from the seed.
func (r *Round) State() []optimizers.Var {
	vars := []optimizers.Var{
		{Name: "rounds", Int: &r.rounds},
		{Name: "local steps", Int: &r.steps},
		{Name: "bytes", Int: &r.bytes},
		{Name: "local loss", Real: &r.loss},
		{Name: "epsilon", Real: &r.epsilon},
		{Name: "releases", Int: &r.releases},
		{Name: "noise", Real: &r.Privacy.Noise},
		{Name: "delta", Real: &r.Privacy.Delta},
		{Name: "dropped", Vec: &r.dropped},
		{Name: "accepted", Vec: &r.accepted},
		{Name: "rejected", Vec: &r.rejected},
		{Name: "refused", Vec: &r.refused},
	}
	if r.ledger != nil {
		vars = append(vars, r.ledger.state()...)
	}
	return append(vars, r.strategy.state()...)
}

// Check says what is wrong with a state that has been restored.
func (r *Round) Check(p optimizers.Shape) error {
	noise, delta := r.Privacy.Noise, r.Privacy.Delta
	if !(noise >= 0 && noise <= maxNoiseMultiplier && delta >= 0 && delta <= 1) {
		return fmt.Errorf("fed: noise %v at δ = %v", noise, delta)
	}
	err := cmp.Or(
		counts("dropped", r.dropped, r.Clients), counts("accepted", r.accepted, r.Clients), counts("rejected", r.rejected, r.Clients),
		counts("refused", r.refused, len(reasons)),
	)
	r.strategy.begin(r.Clients, p.Parameters)
	if s, ok := r.strategy.(optimizers.Checker); ok {
		err = cmp.Or(err, s.Check(p))
	}
	return cmp.Or(err, r.ledger.check())
}

// counts says what is wrong with a vector of counts.
func counts(name string, v []float64, want int) error {
	if len(v) != want || slices.ContainsFunc(v, func(n float64) bool { return !(n >= 0 && n <= 1<<53) }) {
		return fmt.Errorf("fed: %q is not %d counts", name, want)
	}
	return nil
}

// check says what is wrong with what is spent: accounts are charged in whole
// steps of mechanisms that there can be.
func (l *ledger) check() error {
	if err := counts("noisy steps", l.steps, len(l.of)); err != nil {
		return err
	}
	if l.void.why > int(otherBefore) {
		return fmt.Errorf("fed: there is no reason %d why nothing is guaranteed", l.void.why)
	}
	for _, a := range l.accounts {
		if err := cmp.Or(counts("most", []float64{a.most}, 1), a.check()); err != nil {
			return err
		}
	}
	return nil
}

// check says what is wrong with charges.
func (a *Accountant) check() error {
	if len(a.noise) != len(a.rate) || len(a.steps) != len(a.rate) {
		return fmt.Errorf("fed: an account with %d rates, %d noises and %d steps", len(a.rate), len(a.noise), len(a.steps))
	}
	for i, rate := range a.rate {
		if !(rate > 0 && rate <= 1 && a.noise[i] >= 0 && a.noise[i] <= maxNoiseMultiplier) {
			return fmt.Errorf("fed: an account is charged at rate %v and noise %v", rate, a.noise[i])
		}
	}
	return counts("steps", a.steps, len(a.rate))
}

// Check says what is wrong with the variates: they come with the first round, all at once.
func (s *Scaffold) Check(p optimizers.Shape) error {
	if len(s.c) == 0 && len(s.ck) == 0 || len(s.c) == p.Parameters && len(s.ck) == s.clients*p.Parameters {
		return nil
	}
	return fmt.Errorf("fed: variates of %d and %d numbers for %d clients", len(s.c), len(s.ck), s.clients)
}

// Save is what is shown of the latest round and what is still to be told. A
// round is never under way between steps.
func (r *Round) Save() *train.FederationState {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := &train.FederationState{
		Attempt: r.latest.attempt, Cohort: r.latest.cohort, Answered: r.latest.answered, SNR: r.snr, Clipped: r.clipped,
		Clients: slices.Clone(r.clients), Notes: slices.Clone(r.notes), Examine: r.examine, Agreement: r.agreement, Secret: r.secret != nil,
	}
	for k := range s.Clients {
		s.Clients[k].Classes = nil
	}
	return s
}

// Restore goes on from there. Counts of a client are of a round, and bound nothing.
func (r *Round) Restore(s *train.FederationState) error {
	if len(s.Clients) != r.Clients || s.Secret != (r.secret != nil) {
		return fmt.Errorf("fed: it shows %d clients, there are %d", len(s.Clients), r.Clients)
	}
	if min(s.Attempt, s.Cohort, s.Answered) < 0 {
		return errors.New("fed: a count of its latest round is below 0")
	}
	r.notes, r.examine, r.agreement = slices.Clone(s.Notes), s.Examine, s.Agreement
	r.mu.Lock()
	defer r.mu.Unlock()
	r.latest = tally{attempt: s.Attempt, cohort: s.Cohort, answered: s.Answered}
	r.snr, r.clipped = s.SNR, s.Clipped
	for k, v := range s.Clients {
		was := &r.clients[k]
		if v.ID != k || v.Examples != was.Examples || v.State < train.ClientIdle || v.State > train.ClientDropped {
			return fmt.Errorf("fed: it shows another client where c%d is", k)
		}
		v.Classes = was.Classes
		*was = v
	}
	return nil
}
