package fed

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"optwatch/fed/privacy"
	"optwatch/optimizers"
	"optwatch/train"
	"optwatch/train/view"
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
		{Name: "void", Int: &r.broken.why},
		{Name: "void round", Int: &r.broken.round},
	}
	if r.remote() != nil {
		vars = append(vars, optimizers.Var{Name: "examples", Vec: &r.own}, optimizers.Var{Name: train.OutcomeName, Int: &r.outcome})
	}
	if r.ledger != nil {
		vars = append(vars, r.ledger.State()...)
	}
	return append(vars, r.strategy.state()...)
}

// Check says what is wrong with a state that has been restored.
func (r *Round) Check(p optimizers.Shape) error {
	noise, delta := r.Privacy.Noise, r.Privacy.Delta
	if !(noise >= 0 && noise <= privacy.MaxNoiseMultiplier && delta >= 0 && delta <= 1) {
		return fmt.Errorf("fed: noise %v at δ = %v", noise, delta)
	}
	if r.broken.why < 0 || r.broken.why > otherBefore {
		return fmt.Errorf("fed: there is no reason %d why nothing is guaranteed", r.broken.why)
	}
	for len(r.refused) < len(reasons) { // of a version that knew fewer
		r.refused = append(r.refused, 0)
	}
	err := cmp.Or(
		r.checkHoldings(),
		optimizers.CheckCounts("dropped", r.dropped, r.Clients), optimizers.CheckCounts("accepted", r.accepted, r.Clients), optimizers.CheckCounts("rejected", r.rejected, r.Clients),
		optimizers.CheckCounts("refused", r.refused, len(reasons)),
	)
	r.strategy.begin(r.sizes, p.Parameters)
	if s, ok := r.strategy.(optimizers.Checker); ok {
		err = cmp.Or(err, s.Check(p))
	}
	if r.ledger != nil {
		err = cmp.Or(err, r.ledger.Check())
	}
	return err
}

// checkHoldings says what is wrong with the examples of clients who have data of
// their own, and holds them to those.
func (r *Round) checkHoldings() error {
	if len(r.own) == 0 {
		return nil
	}
	if err := optimizers.CheckCounts("examples", r.own, r.Clients); err != nil {
		return err
	}
	if slices.Min(r.own) < 1 {
		return errors.New("fed: a client without examples")
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.holdings, r.err = owned(r.own), nil
	r.clients = r.firstViews()
	return nil
}

// Check says what is wrong with the variates: they come with the first round, all at once.
// The shares are found anew in each.
func (s *Scaffold) Check(p optimizers.Shape) error {
	if len(s.c) == 0 && len(s.ck) == 0 || len(s.c) == p.Parameters && len(s.ck) == len(s.examples)*p.Parameters {
		return nil
	}
	return fmt.Errorf("fed: variates of %d and %d numbers for %d clients", len(s.c), len(s.ck), len(s.examples))
}

// Save is what is shown of the latest round and what is still to be told. A round
// that is under way, as while a run waits for its clients, is made again.
func (r *Round) Save() *train.FederationState {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := &train.FederationState{
		Attempt: r.latest.attempt, Cohort: r.latest.cohort, Answered: r.latest.answered, SNR: r.snr, Clipped: r.clipped,
		Clients: slices.Clone(r.clients), Notes: slices.Clone(r.notes), Examine: r.examine, Agreement: r.agreement, Secret: r.secret != nil,
	}
	if r.underway {
		s.Answered = 0
	}
	for k := range s.Clients {
		v := &s.Clients[k]
		if v.Classes = nil; r.underway && v.State == view.ClientSelected {
			v.State = view.ClientIdle
		}
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
		if v.ID != k || v.Examples != was.Examples || v.State < view.ClientIdle || v.State > view.ClientDropped {
			return fmt.Errorf("fed: it shows another client where c%d is", k)
		}
		v.Classes = was.Classes
		*was = v
	}
	return nil
}
