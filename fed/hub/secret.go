package hub

import (
	"crypto/ed25519"
	"crypto/rand"
	"sync"
	"time"

	"optwatch/fed/wire"
)

// secretLasts is how long a line can be used to join.
const secretLasts = 10 * time.Minute

// Why a key that is not known is not let in.
const (
	noSecret      = "no secret"
	wrongSecret   = "wrong secret"
	usedSecret    = "used secret"
	expiredSecret = "expired secret"
)

// secrets are the secret of the line that is shown, and those before it, which
// let nobody in and are known only so that the reason can be told.
type secrets struct {
	mu    sync.Mutex
	now   func() time.Time
	all   [][]byte // the newest last
	left  int      // keys that the newest lets in
	until time.Time
}

// mostSecrets is how many are remembered.
const mostSecrets = 100

// renew makes a secret that lets in so many keys.
func (s *secrets) renew(keys int) {
	secret := make([]byte, wire.SecretSize)
	if _, err := rand.Read(secret); err != nil {
		panic("hub: the system gives no random numbers: " + err.Error())
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = append(s.all, secret)
	s.all = s.all[max(0, len(s.all)-mostSecrets):]
	s.left, s.until = keys, s.now().Add(secretLasts)
}

// newest is the secret of the line, and until when it is good.
func (s *secrets) newest() ([]byte, time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.all[len(s.all)-1], s.until
}

// admits says why a proof does not let a key in; "" if it does. Using it up is
// another thing: a key knocks several times before it is handed in.
func (s *secrets) admits(proof []byte, key ed25519.PublicKey) string {
	if len(proof) == 0 {
		return noSecret
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := len(s.all) - 1; i >= 0; i-- {
		if !wire.Proves(proof, s.all[i], key) {
			continue
		}
		switch {
		case i < len(s.all)-1, s.now().After(s.until):
			return expiredSecret
		case s.left < 1:
			return usedSecret
		}
		return ""
	}
	return wrongSecret
}

// give changes how many keys the newest secret lets in: one fewer where it has let one
// in, one more where one has gone.
func (s *secrets) give(keys int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.left += keys
}
