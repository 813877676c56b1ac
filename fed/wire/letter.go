package wire

import (
	"crypto/ed25519"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// What a letter is about. It is signed with the rest, so that a letter of one
// kind cannot be given out as another.
const (
	KindAsk     = "ask"
	KindVector  = "vector"
	KindHalt    = "halt"
	KindEnd     = "end"
	KindLife    = "life"
	KindHail    = "hail" // to a client that is to say hello again
	KindHello   = "hello"
	KindWelcome = "welcome"
	KindAnswer  = "answer"
	KindPulse   = "pulse"
)

// header is what is signed of a letter.
type header struct {
	Kind string
	Sum  string `json:",omitempty"` // of the payload; "" without one
	Body json.RawMessage
}

const (
	signed     = "optwatch federation letter\x00" // nothing else that is signed by such a key begins so
	lengths    = 4
	mostHeader = 256 << 10
)

// Seal is a letter: the signature, the length of the header, the header, the payload.
func Seal(key ed25519.PrivateKey, kind string, body any, payload []byte) ([]byte, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return nil, fmt.Errorf("wire: %w", err)
	}
	h := header{Kind: kind, Body: text}
	if payload != nil {
		h.Sum = Sum(payload)
	}
	top, err := json.Marshal(h)
	if err != nil {
		return nil, fmt.Errorf("wire: %w", err)
	}
	if len(top) > mostHeader { // nobody would open it
		return nil, fmt.Errorf("wire: a letter with %d bytes beside its numbers, and it may have %d", len(top), mostHeader)
	}
	out := make([]byte, 0, ed25519.SignatureSize+lengths+len(top)+len(payload))
	out = append(out, ed25519.Sign(key, slices.Concat([]byte(signed), top))...)
	out = binary.LittleEndian.AppendUint32(out, uint32(len(top)))
	return append(append(out, top...), payload...), nil
}

// The reasons why a letter is not read.
var (
	ErrForm      = errors.New("not a letter of a federation")
	ErrSignature = errors.New("signed by another key")
	ErrDamaged   = errors.New("damaged on the way")
	ErrKind      = errors.New("of another kind")
)

// Open reads a letter that the holder of a key has signed, and returns its
// payload, which shares memory with the letter.
func Open(from ed25519.PublicKey, kind string, letter []byte, body any) (payload []byte, err error) {
	top, payload, err := split(letter)
	if err != nil {
		return nil, err
	}
	if len(from) != ed25519.PublicKeySize || !ed25519.Verify(from, slices.Concat([]byte(signed), top), letter[:ed25519.SignatureSize]) {
		return nil, ErrSignature
	}
	var h header
	if err := json.Unmarshal(top, &h); err != nil {
		return nil, ErrForm
	}
	switch {
	case h.Kind != kind:
		return nil, ErrKind
	case h.Sum == "" && len(payload) > 0, h.Sum != "" && h.Sum != Sum(payload):
		return nil, ErrDamaged
	}
	if err := json.Unmarshal(h.Body, body); err != nil {
		return nil, ErrForm
	}
	return payload, nil
}

// split is the header and the payload of a letter.
func split(letter []byte) (top, payload []byte, err error) {
	const begin = ed25519.SignatureSize + lengths
	if len(letter) < begin {
		return nil, nil, ErrForm
	}
	n := binary.LittleEndian.Uint32(letter[ed25519.SignatureSize:])
	if n > mostHeader || int(n) > len(letter)-begin {
		return nil, nil, ErrForm
	}
	return letter[begin : begin+int(n)], letter[begin+int(n):], nil
}

// KindOf is what a letter says that it is about, which nobody has verified; "" where it is none.
func KindOf(letter []byte) string {
	top, _, err := split(letter)
	var h struct{ Kind string }
	if err != nil || json.Unmarshal(top, &h) != nil {
		return ""
	}
	return h.Kind
}

// Peek is the body of a letter that nobody has verified: enough to see whose key it is to be verified with.
func Peek(letter []byte) (json.RawMessage, error) {
	top, _, err := split(letter)
	if err != nil {
		return nil, err
	}
	var h header
	if err := json.Unmarshal(top, &h); err != nil {
		return nil, ErrForm
	}
	return h.Body, nil
}
