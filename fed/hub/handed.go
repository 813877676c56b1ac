package hub

import (
	"cmp"
	"crypto/ed25519"
	"errors"
	"slices"
	"syscall"
	"time"

	"optwatch/fed/wire"
)

// What became of the keys that were handed in is kept over restarts: of those who
// take part, of those who wait, so that they need no new line, and of those who were
// turned away, so that the same line does not let them in again.

// keptOther is a client whose key was handed in and that does not take part.
type keptOther struct {
	keptMember
	State string
	Left  bool `json:",omitempty"` // its place at the door is free
}

// keptSecret is that of the line that was shown last.
type keptSecret struct {
	Secret []byte
	Left   int
	Until  time.Time
}

// kept is the newest secret.
func (s *secrets) kept() *keptSecret {
	s.mu.Lock()
	defer s.mu.Unlock()
	return &keptSecret{s.all[len(s.all)-1], s.left, s.until}
}

// restore goes on with a secret, unless there is none or it has expired.
func (s *secrets) restore(k *keptSecret) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if k == nil || len(k.Secret) != wire.SecretSize || s.now().After(k.Until) {
		return false
	}
	s.all, s.left, s.until = [][]byte{k.Secret}, k.Left, k.Until
	return true
}

// restore goes on with those who wait, who have some time to come back before their
// place is another's, and with those who were turned away.
func (ms *members) restore(others []keptOther) {
	for _, o := range others {
		m := &member{key: o.Key, client: o.Client, state: wire.Refused}
		if o.State == wire.Waiting { // nothing else lets anybody wait
			m.state, m.left, m.Heard = wire.Waiting, o.Left, ms.now()
		}
		m.Fingerprint, m.Name, m.Client, m.Own, m.Examples, m.Counts = wire.Fingerprint(o.Key), o.Name, -1, o.Own, o.Examples, o.Counts
		ms.by[string(o.Key)] = m
	}
}

// othersLocked are those who wait or were turned away.
func (ms *members) othersLocked() (out []keptOther) {
	for _, m := range ms.by {
		if m.state != wire.Accepted {
			out = append(out, keptOther{keptMember{Key: m.key, Name: m.Name, Client: m.client, Own: m.Own, Examples: m.Examples, Counts: m.Counts}, m.state, m.left})
		}
	}
	slices.SortFunc(out, func(a, b keptOther) int { return cmp.Compare(string(a.Key), string(b.Key)) })
	return out
}

// saveLocked writes all of them down. What cannot be written is tried again by settle.
func (ms *members) saveLocked() error {
	err := ms.save(ms.keptLocked())
	if ms.unsaved = err != nil; ms.unsaved {
		return unsavedError{err}
	}
	return nil
}

// write writes all of them down.
func (ms *members) write() error {
	ms.mu.Lock()
	defer ms.mu.Unlock()
	return ms.saveLocked()
}

// settle writes down what could not be written before.
func (ms *members) settle() {
	ms.mu.Lock()
	defer ms.mu.Unlock()
	if ms.unsaved {
		_ = ms.saveLocked() // it is tried again
	}
}

// unsavedError is that who takes part could not be written down.
type unsavedError struct{ error }

// Unwrap is why.
func (e unsavedError) Unwrap() error { return e.error }

func isUnsaved(err error) bool { return errors.As(err, new(unsavedError)) }

// notSaved is why somebody is not let in yet: it would be forgotten. The name of the
// file that could not be written is another each time.
func notSaved(err error) string {
	if errno := syscall.Errno(0); errors.As(err, &errno) {
		err = errno
	}
	return "who takes part cannot be written down: " + err.Error()
}

// sweepFor is how long after somebody was turned away its connections are looked for:
// one that was let in just before may be listed later.
const sweepFor = time.Minute

// sweep ends what connections those have who were turned away lately.
func (h *Hub) sweep() {
	for _, key := range h.members.turnedAway(h.settings.Now().Add(-sweepFor)) {
		h.disconnect(key)
	}
}

// turnedAway are the keys of those who were turned away after some time.
func (ms *members) turnedAway(after time.Time) (out []ed25519.PublicKey) {
	ms.mu.Lock()
	defer ms.mu.Unlock()
	for _, m := range ms.by {
		if m.state == wire.Refused && m.away.After(after) {
			out = append(out, m.key)
		}
	}
	return out
}
