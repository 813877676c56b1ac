package fed

import (
	"math"
	"slices"

	"optwatch/fed/partition"
	"optwatch/train"
	"optwatch/train/view"
)

// Begin divides the examples and goes on from the federation before.
func (r *Round) Begin(seed uint64, before train.Federation) {
	r.carriage.begin()
	r.streams = streams{seed: seed}
	if r.Privacy.Secret {
		r.secret = newSecret()
	}
	r.hold(before)
	r.slow = r.Faults.slowness(r.Clients, seed)
	r.board = make(board, r.Clients)
	r.notes = nil
	r.examine, r.agreement, r.written = false, nil, attempt{}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.totals, r.shown = nothing(r.Clients)
	r.broken, r.outcome = breach{}, 0
	r.ledger, r.clients, r.asked = r.newLedger(), r.firstViews(), r.Privacy
	if r.err == nil {
		r.err = r.completePrivacy()
	}
	if old, ok := before.(*Round); ok {
		r.goOn(old)
		if why := r.broken.text(); why != "" {
			r.notes = append(r.notes, "no privacy is guaranteed any more: "+why)
		}
	}
}

// hold says what the clients hold. Those who have data of their own have the
// same as in the federation before.
func (r *Round) hold(before train.Federation) {
	rows, err := r.division(r.seed).Split(r.problem.Labels, r.problem.Classes, r.problem.N)
	if err != nil {
		rows = make(partition.Split, r.Clients)
	}
	r.holdings, r.err = divided(rows, r.problem.Labels, r.problem.Classes), err
	if old, ok := before.(*Round); ok && r.remote() != nil && old.own != nil && old.Clients == r.Clients {
		r.holdings, r.err = owned(old.own), nil
	}
}

// firstViews are the clients before the first round.
func (r *Round) firstViews() []view.Client {
	nan := math.NaN()
	views := make([]view.Client, r.Clients)
	for k := range views {
		views[k] = view.Client{ID: k, Examples: r.sizes[k], Work: int64(r.work(k)), Loss: nan, Drift: nan, Time: nan, Slowness: r.slow[k]}
		if r.classes != nil {
			views[k].Classes = r.classes[k]
		}
	}
	return views
}

// goOn takes over what a federation has left behind.
func (r *Round) goOn(old *Round) {
	r.rounds, r.steps, r.bytes, r.loss = old.rounds, old.steps, old.bytes, old.loss
	r.refused = slices.Clone(old.refused)
	if old.Clients == r.Clients {
		r.dropped, r.accepted, r.rejected = slices.Clone(old.dropped), slices.Clone(old.accepted), slices.Clone(old.rejected)
	}
	same := old.Privacy.Unit == r.Privacy.Unit && r.alike(&old.holdings)
	r.broken = old.broken
	switch was, is := old.Privacy.Kept(), r.Privacy.Kept(); {
	case was && same:
		r.ledger, r.epsilon = old.ledger, old.ledger.Epsilon(r.Privacy.Delta)
		if !is {
			r.broken = r.broken.or(bareAfter, r.rounds)
		}
	case was && r.rounds > 0:
		r.broken = r.broken.or(otherBefore, r.rounds)
	case is && r.rounds > 0:
		r.broken = r.broken.or(bareBefore, r.rounds)
	}
}
