package wire

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
)

// SecretSize is the bytes of a secret.
const SecretSize = 16

// Line is what is pasted on a client's machine: where the server is, the key of
// the coordinator, and a secret by which a key that is not known may be handed in.
//
//	HOST:PORT/KEY            of an embedded server
//	nats://…/KEY, tls://…    of a server of the user's
type Line struct {
	Server string // HOST:PORT, or a URL
	Key    ed25519.PublicKey
	Secret []byte
}

// String is the line.
func (l Line) String() string {
	return l.Server + "/" + base64.RawURLEncoding.EncodeToString(append(append([]byte{}, l.Key...), l.Secret...))
}

// Embedded says whether the server is the coordinator's own.
func (l Line) Embedded() bool { return !strings.Contains(l.Server, "://") }

// ParseLine reads a line.
func ParseLine(text string) (Line, error) {
	text = strings.TrimSpace(text)
	at := strings.LastIndexByte(text, '/')
	if at < 0 {
		return Line{}, errors.New("a line to join by is HOST:PORT/KEY, as the coordinator shows it; there is no / in it")
	}
	key, err := base64.RawURLEncoding.DecodeString(text[at+1:])
	if want := ed25519.PublicKeySize + SecretSize; err != nil || len(key) != want {
		return Line{}, fmt.Errorf("what follows the last / of a line to join by is %d letters, got %d: it is not whole",
			base64.RawURLEncoding.EncodedLen(want), len(text)-at-1)
	}
	l := Line{Server: text[:at], Key: key[:ed25519.PublicKeySize], Secret: key[ed25519.PublicKeySize:]}
	return l, l.check()
}

func (l Line) check() error {
	if l.Embedded() {
		if host, port, err := net.SplitHostPort(l.Server); err != nil || host == "" || port == "" {
			return fmt.Errorf("a line to join by begins with HOST:PORT, got %q", l.Server)
		}
		return nil
	}
	if u, err := url.Parse(l.Server); err != nil || u.Host == "" {
		return fmt.Errorf("a line to join by begins with HOST:PORT or nats://HOST:PORT, got %q", l.Server)
	}
	return nil
}

// Proof is that the holder of a key knows a secret, without telling it.
func Proof(secret []byte, key ed25519.PublicKey) []byte {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("optwatch federation join\x00"))
	mac.Write(key)
	return mac.Sum(nil)
}

// Proves says whether a proof is that.
func Proves(proof, secret []byte, key ed25519.PublicKey) bool {
	return hmac.Equal(proof, Proof(secret, key))
}
