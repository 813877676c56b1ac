package wire

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
)

// secretWord is so many letters that follow from a key and some words, and that nobody guesses.
func secretWord(key ed25519.PrivateKey, words ...string) string {
	mac := hmac.New(sha256.New, key.Seed())
	mac.Write([]byte("optwatch federation subject\x00" + strings.Join(words, "\x00")))
	return hex.EncodeToString(mac.Sum(nil))[:32]
}

// SecretOf is the secret of the subjects of the coordinator with a key. It is the
// same in all of its lives.
func SecretOf(key ed25519.PrivateKey) string { return secretWord(key, "say") }

// PlaceOf is the place of client k, with its key, in the subjects of the
// coordinator with a key.
func PlaceOf(coordinator ed25519.PrivateKey, k int, client ed25519.PublicKey) string {
	number := strconv.Itoa(k)
	return number + "-" + secretWord(coordinator, "place", number, string(client))
}

// NumberIn is the number of the client whose place it would be; false where it is none.
func NumberIn(place string) (k int, ok bool) {
	number, _, ok := strings.Cut(place, "-")
	k, err := strconv.Atoi(number)
	return k, ok && err == nil && k >= 0
}
