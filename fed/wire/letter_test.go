package wire

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"slices"
	"strings"
	"testing"
)

// keyOf is the key of a seed of one byte, repeated.
func keyOf(b byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{b}, ed25519.SeedSize))
}

func publicOf(b byte) ed25519.PublicKey { return keyOf(b).Public().(ed25519.PublicKey) }

func sealed(t testing.TB, kind string, body any, payload []byte) []byte {
	t.Helper()
	letter, err := Seal(keyOf(1), kind, body, payload)
	if err != nil {
		t.Fatal(err)
	}
	return letter
}

func TestLetter(t *testing.T) {
	for _, payload := range [][]byte{nil, {}, {0}, bytes.Repeat([]byte{7, 0, 255}, 1000)} {
		letter := sealed(t, KindHalt, Halt{Run: "3", Epoch: 8, Halted: true}, payload)
		var h Halt
		got, err := Open(publicOf(1), KindHalt, letter, &h)
		if err != nil || h != (Halt{Run: "3", Epoch: 8, Halted: true}) || !bytes.Equal(got, payload) {
			t.Errorf("%d bytes: %+v with %d, %v", len(payload), h, len(got), err)
		}
		if _, err := Open(publicOf(2), KindHalt, letter, &h); !errors.Is(err, ErrSignature) {
			t.Errorf("by another key: %v", err)
		}
		if _, err := Open(nil, KindHalt, letter, &h); !errors.Is(err, ErrSignature) {
			t.Errorf("by no key: %v", err)
		}
		if _, err := Open(publicOf(1), KindHail, letter, &h); !errors.Is(err, ErrKind) {
			t.Errorf("as one of another kind: %v", err)
		}
	}
}

// Nothing of a letter can be changed, cut off or added.
func TestChangedLetter(t *testing.T) {
	for _, payload := range [][]byte{nil, []byte("payload")} {
		letter := sealed(t, KindHalt, Halt{Run: "3"}, payload)
		try := func(what string, at int, changed []byte) {
			var h Halt
			_, err := Open(publicOf(1), KindHalt, changed, &h)
			if err == nil {
				t.Errorf("%s %d of %d: it is read", what, at, len(letter))
			}
			if h != (Halt{}) {
				t.Errorf("%s %d of %d: %+v is taken from it", what, at, len(letter), h)
			}
		}
		for i := range letter {
			for _, bits := range []byte{1, 0x20, 0x80} {
				changed := bytes.Clone(letter)
				changed[i] ^= bits
				try("byte", i, changed)
			}
			try("cut before", i, letter[:i])
			try("without", i, slices.Delete(bytes.Clone(letter), i, i+1))
			try("doubled", i, slices.Insert(bytes.Clone(letter), i, letter[i]))
		}
		try("one more than", len(letter), append(bytes.Clone(letter), 0))
	}
}

// The signature is of the kind, the body and the payload together: none can be
// taken from another letter.
func TestMixedLetters(t *testing.T) {
	a, b := sealed(t, KindHalt, Halt{Run: "1"}, []byte("first")), sealed(t, KindHalt, Halt{Run: "1"}, []byte("other"))
	if _, err := Open(publicOf(1), KindHalt, slices.Concat(a[:len(a)-5], b[len(b)-5:]), new(Halt)); !errors.Is(err, ErrDamaged) {
		t.Errorf("the payload of another letter: %v", err)
	}
	if _, err := Open(publicOf(1), KindHalt, slices.Concat(a[:ed25519.SignatureSize], b[ed25519.SignatureSize:]), new(Halt)); !errors.Is(err, ErrSignature) {
		t.Errorf("the signature of another letter: %v", err)
	}
	// What another program has its user sign with the same key is no letter.
	top := []byte(`{"Kind":"halt","Body":{}}`)
	plain := slices.Concat(ed25519.Sign(keyOf(1), top), []byte{byte(len(top)), 0, 0, 0}, top)
	if _, err := Open(publicOf(1), KindHalt, plain, new(Halt)); !errors.Is(err, ErrSignature) {
		t.Errorf("a signature of the header alone: %v", err)
	}
}

// A letter that nobody could read is not written.
func TestLongHeader(t *testing.T) {
	for _, n := range []int{mostHeader / 2, mostHeader} {
		letter, err := Seal(keyOf(1), KindEnd, End{Reason: strings.Repeat("a", n)}, nil)
		if n == mostHeader {
			if err == nil {
				t.Error("a header that is too long is written")
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Open(publicOf(1), KindEnd, letter, new(End)); err != nil {
			t.Errorf("a header of %d bytes: %v", n, err)
		}
	}
	if _, err := Seal(keyOf(1), KindAnswer, func() {}, nil); err == nil {
		t.Error("a body that JSON has no words for is written")
	}
}

func TestPeek(t *testing.T) {
	letter := sealed(t, KindHello, Hello{Name: "a"}, nil)
	letter[0] ^= 1 // nobody looks at the signature
	body, err := Peek(letter)
	if err != nil || !strings.Contains(string(body), `"Name":"a"`) {
		t.Errorf("got %s, %v", body, err)
	}
	if _, err := Peek(letter[:40]); !errors.Is(err, ErrForm) {
		t.Errorf("of a part of a letter: %v", err)
	}
}

func FuzzOpen(f *testing.F) {
	for _, payload := range [][]byte{nil, {}, []byte("payload")} {
		f.Add(sealed(f, KindAnswer, Answer{Run: "1", Len: 3}, payload))
	}
	f.Add([]byte{})
	public, written := publicOf(1), sealed(f, KindAnswer, Answer{Run: "1", Len: 3}, []byte("payload"))
	f.Fuzz(func(t *testing.T, letter []byte) {
		body, peeked := Peek(letter)
		var a Answer
		payload, err := Open(public, KindAnswer, letter, &a)
		if err != nil {
			return
		}
		// Nobody but the fuzzer's seeds has the key.
		if a.Run != "1" || a.Len != 3 || len(payload) > 0 && !bytes.Equal(letter, written) {
			t.Errorf("%+v with %q is read", a, payload)
		}
		if peeked != nil || len(body) == 0 {
			t.Errorf("what can be opened cannot be peeked at: %v", peeked)
		}
	})
}

func FuzzPeek(f *testing.F) {
	f.Add(sealed(f, KindHello, Hello{Name: "a", Holding: &Holding{Counts: []int{1}}}, nil))
	f.Fuzz(func(t *testing.T, letter []byte) {
		body, err := Peek(letter)
		if err == nil && len(body) > len(letter) {
			t.Errorf("%d bytes of a letter of %d", len(body), len(letter))
		}
	})
}
