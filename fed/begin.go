package fed

import (
	"math"
	"slices"

	"optwatch/fed/partition"
	"optwatch/fed/privacy"
	"optwatch/train"
	"optwatch/train/view"
)

// Begin divides the examples and goes on from the federation before.
func (r *Round) Begin(seed uint64, before train.Federation) {
	r.streams = streams{seed: seed}
	if r.Privacy.Secret {
		r.secret = newSecret()
	}
	pop := partition.Population{Labels: r.problem.Labels, Classes: r.problem.Classes, Examples: r.problem.N, Clients: r.Clients}
	r.partition, r.err = r.Partitioning.Split(pop, forPartition.rng(seed))
	if r.err != nil {
		r.partition = make(partition.Split, r.Clients)
	}
	r.slow = r.Faults.slowness(r.Clients, seed)
	r.board = make(board, r.Clients)
	r.notes = nil
	r.examine, r.agreement, r.written = false, nil, attempt{}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.totals, r.shown = nothing(r.Clients)
	r.broken = breach{}
	sizes := make([]int, r.Clients)
	for k, rows := range r.partition {
		sizes[k] = len(rows)
	}
	r.ledger = privacy.NewLedger(sizes, r.Privacy.Unit == privacy.Client)
	r.clients = r.firstViews()
	if r.err == nil {
		r.err = r.completePrivacy(sizes)
	}
	if old, ok := before.(*Round); ok {
		r.goOn(old)
		if why := r.broken.text(); why != "" {
			r.notes = append(r.notes, "no privacy is guaranteed any more: "+why)
		}
	}
}

// firstViews are the clients before the first round.
func (r *Round) firstViews() []view.Client {
	nan := math.NaN()
	counts := r.partition.Counts(r.problem.Labels, r.problem.Classes)
	views := make([]view.Client, r.Clients)
	for k := range views {
		n := len(r.partition[k])
		views[k] = view.Client{ID: k, Examples: n, Work: int64(r.work(k)), Loss: nan, Drift: nan, Time: nan, Slowness: r.slow[k]}
		if counts != nil {
			views[k].Classes = counts[k]
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
	same := old.Privacy.Unit == r.Privacy.Unit && slices.EqualFunc(old.partition, r.partition, slices.Equal)
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
