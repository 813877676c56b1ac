package wire

import (
	"bytes"
	"crypto/ed25519"
	"strings"
	"testing"
)

func lineTo(server string) Line {
	return Line{Server: server, Key: publicOf(1), Secret: bytes.Repeat([]byte{0xfe}, SecretSize)}
}

func TestLine(t *testing.T) {
	for server, embedded := range map[string]bool{
		"10.0.0.1:4222": true, "[::1]:4222": true, "box.example:4222": true, "nats://user:pass@box:4222": false, "tls://box.example:4222": false,
	} {
		want := lineTo(server)
		for _, text := range []string{want.String(), "  " + want.String() + "\n"} {
			got, err := ParseLine(text)
			if err != nil || got.Server != server || !got.Key.Equal(want.Key) || !bytes.Equal(got.Secret, want.Secret) || got.Embedded() != embedded {
				t.Errorf("%q: got %+v, %v", text, got, err)
			}
		}
	}
}

// A line that is not whole, or not one, is said to be so, wherever it was cut.
func TestWrongLine(t *testing.T) {
	whole := lineTo("10.0.0.1:4222").String()
	for n := range whole {
		if _, err := ParseLine(whole[:n]); err == nil {
			t.Errorf("%q is read", whole[:n])
		}
		if n == 0 {
			continue
		}
		if l, err := ParseLine(whole[n:]); err == nil && n < len("10.0.0.1") && !strings.HasSuffix("10.0.0.1:4222", l.Server) {
			t.Errorf("%q is read as %+v", whole[n:], l)
		}
	}
	key := whole[strings.IndexByte(whole, '/'):]
	for _, text := range []string{
		"", "/", "abc", key, "10.0.0.1" + key, ":4222" + key, "10.0.0.1:" + key, "nats://" + key, "::1:4222" + key, whole + "A", whole + "=",
		strings.Replace(whole, "/", "/+", 1), "nats://%zz" + key,
	} {
		if l, err := ParseLine(text); err == nil {
			t.Errorf("%q is read as %+v", text, l)
		}
	}
}

// A secret lets that key in which knows it, and no other that heard the proof.
func TestProof(t *testing.T) {
	secret := []byte("0123456789abcdef")
	proof := Proof(secret, publicOf(1))
	if !Proves(proof, secret, publicOf(1)) {
		t.Error("a proof does not prove")
	}
	for i := range proof {
		proof[i] ^= 1
		if Proves(proof, secret, publicOf(1)) {
			t.Errorf("with another byte %d it proves", i)
		}
		proof[i] ^= 1
	}
	if Proves(proof, secret, publicOf(2)) || Proves(proof, []byte("0123456789abcdeg"), publicOf(1)) || Proves(nil, secret, publicOf(1)) || Proves(proof[:16], secret, publicOf(1)) {
		t.Error("it proves another key, another secret, or is not whole")
	}
	if bytes.Contains(proof, secret) {
		t.Error("it tells the secret")
	}
}

func TestNames(t *testing.T) {
	if a, b := Fingerprint(publicOf(1)), Fingerprint(publicOf(2)); a == b || len(a) != 19 {
		t.Errorf("fingerprints %s and %s", a, b)
	}
	if a, b := Federation(publicOf(1)), Federation(publicOf(2)); a == b || len(a) != 16 {
		t.Errorf("federations %s and %s", a, b)
	}
}

func FuzzParseLine(f *testing.F) {
	for _, server := range []string{"10.0.0.1:4222", "[::1]:4222", "nats://user:pass@box:4222"} {
		f.Add(lineTo(server).String())
	}
	f.Add("::/")
	f.Fuzz(func(t *testing.T, text string) {
		l, err := ParseLine(text)
		if err != nil {
			return
		}
		if len(l.Key) != ed25519.PublicKeySize || len(l.Secret) != SecretSize || l.Server == "" {
			t.Errorf("%q is read as %+v", text, l)
		}
		if again, err := ParseLine(l.String()); err != nil || again.String() != l.String() {
			t.Errorf("%q is read as %q, and that as %q, %v", text, l, again, err)
		}
	})
}
