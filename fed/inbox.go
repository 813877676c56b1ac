package fed

import (
	"sync"
	"sync/atomic"

	"optwatch/fed/client"
)

// inbox is the Inbox of one attempt.
type inbox struct {
	r              *Round
	round, attempt int

	judge judge
	line  *line // where clients are in this process; nil elsewhere

	closed  atomic.Bool // set with mu held; progress is not worth a lock
	mu      sync.Mutex
	updates []*Update          // that are judged when all are there
	vectors int                // updates that say more than that a client failed
	heard   map[int]bool       // clients that have sent one of these
	digests map[*Update]string // of these, where the clients are in other processes
}

// newInbox is an inbox for the answers to some tasks.
func newInbox(r *Round, asked []Task, all *gathering, t *tally) *inbox {
	in := &inbox{r: r, round: t.round, attempt: t.attempt, judge: r.judge(asked)}
	if _, here := r.Transport.(InProcess); here && len(asked) == len(all.cohort) {
		in.line = newLine(in.judge, all)
	}
	return in
}

// Deliver takes an update, whatever it is worth, unless the attempt is over. It is
// judged without the lock; in this process it is added up with it, a pass over its
// numbers, beside which its training takes long.
func (in *inbox) Deliver(u Update) {
	v := verdict{Update: &u}
	switch {
	case in.line != nil:
		v.reason, v.drift = in.judge.fault(&u)
	case u.Failed == "" && in.r.remote() != nil:
		v.digest = u.Digest()
	}
	taken, first := in.take(v)
	if !taken {
		return
	}
	if first {
		in.r.arrived()
	}
	if track := in.track(u.Client, u.Round, u.Attempt); track != nil {
		track.end(&u, u.Failed == "" && u.Steps == in.r.localSteps(u.Client))
	}
}

// take says whether it took the update, and whether that is the first of its client.
func (in *inbox) take(v verdict) (taken, first bool) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.closed.Load() {
		return false, false
	}
	if in.line != nil {
		in.line.stand(v)
	} else {
		in.updates = append(in.updates, v.Update)
	}
	if v.Failed != "" {
		return true, false
	}
	in.vectors++
	if in.heard == nil {
		in.heard, in.digests = map[int]bool{}, map[*Update]string{}
	}
	if v.digest != "" {
		in.digests[v.Update] = v.digest
	}
	first = !in.heard[v.Client]
	in.heard[v.Client] = true
	return true, first
}

// close ends the attempt: what comes now is lost. It gives the verdicts on what has come.
func (in *inbox) close() (verdicts []verdict, vectors int) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.closed.Store(true)
	if in.line != nil {
		return in.line.verdicts, in.vectors
	}
	verdicts = in.judge.verdicts(in.updates)
	for i := range verdicts {
		verdicts[i].digest = in.digests[verdicts[i].Update]
	}
	return verdicts, in.vectors
}

// breakOff ends an attempt that comes to nothing.
func (in *inbox) breakOff() {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.closed.Store(true)
	if in.line != nil {
		in.line.leave()
	}
}

// Progress shows how far a client is, if it is of this attempt and that is not over.
func (in *inbox) Progress(p client.Progress) {
	if in.closed.Load() {
		return
	}
	if track := in.track(p.Client, p.Round, p.Attempt); track != nil {
		track.step(p)
	}
}

// track is where a client's progress in this attempt is kept; nil for what is not of this attempt.
func (in *inbox) track(k, round, attempt int) *track {
	if k < 0 || k >= len(in.r.board) || round != in.round || attempt != in.attempt {
		return nil
	}
	return &in.r.board[k]
}
