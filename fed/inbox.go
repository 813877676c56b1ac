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

	closed  atomic.Bool // set with mu held; progress is not worth a lock
	mu      sync.Mutex
	updates []*Update
	vectors int                // of the updates, those that say more than that a client failed
	heard   map[int]bool       // clients that have sent one of these
	digests map[*Update]string // of these, where the clients are in other processes
}

// Deliver takes an update, whatever it is worth, unless the attempt is over.
func (in *inbox) Deliver(u Update) {
	digest := ""
	if u.Failed == "" && in.r.remote() != nil {
		digest = u.Digest() // it takes long, and others are waited for
	}
	taken, first := in.take(&u, digest)
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
func (in *inbox) take(u *Update, digest string) (taken, first bool) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.closed.Load() {
		return false, false
	}
	in.updates = append(in.updates, u)
	if u.Failed != "" {
		return true, false
	}
	in.vectors++
	if in.heard == nil {
		in.heard, in.digests = map[int]bool{}, map[*Update]string{}
	}
	if digest != "" {
		in.digests[u] = digest
	}
	first = !in.heard[u.Client]
	in.heard[u.Client] = true
	return true, first
}

// close ends the attempt: what comes now is lost. It gives what has come.
func (in *inbox) close() (updates []*Update, vectors int) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.closed.Store(true)
	return in.updates, in.vectors
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
