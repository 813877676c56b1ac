package client

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"math"
)

// Digest is the SHA-256 of all that an update says, in hexadecimal digits. What
// is said twice has the same digest, and what differs in a bit has another.
//
// It is that of Round, Attempt, Client, Examples, Steps, Evaluations, Clipped and
// Contributions as 64-bit integers, LossHidden as one, of Loss, Time and Signal as
// float64, of the lengths of Failed and Delta as integers, of the bytes of Failed
// and of the numbers of Delta; all numbers little-endian.
func (u Update) Digest() string {
	w := newDigester()
	w.whole(u.Round, u.Attempt, u.Client, u.Examples, u.Steps, u.Evaluations, u.Clipped, u.Contributions)
	hidden := 0
	if u.LossHidden {
		hidden = 1
	}
	w.whole(hidden)
	w.real(u.Loss, u.Time, u.Signal)
	w.whole(len(u.Failed), len(u.Delta))
	w.Write([]byte(u.Failed))
	w.real(u.Delta...)
	return w.sum()
}

// TasksDigest is the SHA-256 of what some tasks of one attempt at a round ask,
// which have θ in common. Other tasks have another digest; so have the same
// ones of other streams or after another command. Variates are not in it: they
// are of the rounds before, as θ is.
func TasksDigest(tasks []Task) string {
	w := newDigester()
	for i, t := range tasks {
		if i == 0 {
			w.real(t.Theta...)
		}
		t.Theta, t.Variates = nil, nil
		fmt.Fprintf(w, "%+v\n", t) // maps in the order of their keys, numbers with all their digits
	}
	return w.sum()
}

// digester hashes numbers.
type digester struct {
	hash hash.Hash
	buf  []byte // not hashed yet
}

// digestedAtOnce is how many bytes are hashed at a time, some kB of them.
const digestedAtOnce = 8 << 10

func newDigester() *digester {
	return &digester{hash: sha256.New(), buf: make([]byte, 0, digestedAtOnce+8)}
}

func (d *digester) whole(v ...int) {
	for _, n := range v {
		d.Write(binary.LittleEndian.AppendUint64(nil, uint64(n)))
	}
}

func (d *digester) real(v ...float64) {
	for len(v) > 0 {
		d.flush()
		n := min(len(v), digestedAtOnce/8)
		d.buf = d.buf[:8*n]
		for i, x := range v[:n] {
			binary.LittleEndian.PutUint64(d.buf[8*i:], math.Float64bits(x))
		}
		v = v[n:]
	}
}

// Write hashes bytes. It does not fail.
func (d *digester) Write(b []byte) (int, error) {
	d.flush()
	return d.hash.Write(b)
}

func (d *digester) flush() {
	d.hash.Write(d.buf)
	d.buf = d.buf[:0]
}

func (d *digester) sum() string {
	d.flush()
	return hex.EncodeToString(d.hash.Sum(nil))
}
