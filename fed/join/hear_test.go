package join

import (
	"crypto/ed25519"
	"strings"
	"testing"

	"optwatch/fed/wire"
)

// A letter in which something panics costs the letter: the client says so and goes on.
func TestLetterThatIsTooMuch(t *testing.T) {
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	c, err := New(Settings{
		Line: wire.Line{Server: "box:1", Key: key.Public().(ed25519.PublicKey)}, Folder: t.TempDir(), Log: func(text string) { said = append(said, text) },
	})
	if err != nil {
		t.Fatal(err)
	}
	c.vectors = nil // into which nothing can be put
	numbers := wire.Bytes([]float64{1, 2})
	letter, err := wire.Seal(key, wire.KindVector, wire.Parcel{Vector: wire.VectorOf(numbers), Name: c.subjects.Theta("1")}, numbers)
	if err != nil {
		t.Fatal(err)
	}
	c.heard(letter)
	if len(said) != 1 || !strings.Contains(said[0], "nil map") {
		t.Errorf("it says %q", said)
	}
	c.vectors = map[string]parcel{}
	if c.heard(letter); len(c.vectors) != 1 || len(said) != 1 {
		t.Errorf("the next letter is not heard: %v, %q", c.vectors, said)
	}
}
