package client

import (
	"bytes"
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
	w.text(u.Failed)
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
		fmt.Fprintf(&w.buf, "%+v\n", t) // maps in the order of their keys, numbers with all their digits
		w.flush()
	}
	return w.sum()
}

// digester hashes numbers.
type digester struct {
	hash hash.Hash
	buf  bytes.Buffer
}

func newDigester() *digester { return &digester{hash: sha256.New()} }

const digestedAtOnce = 64 << 10

func (d *digester) whole(v ...int) {
	for _, n := range v {
		d.word(uint64(n))
	}
}

func (d *digester) real(v ...float64) {
	for _, x := range v {
		d.word(math.Float64bits(x))
	}
}

func (d *digester) word(v uint64) {
	d.buf.Write(binary.LittleEndian.AppendUint64(d.buf.AvailableBuffer(), v))
	if d.buf.Len() >= digestedAtOnce {
		d.flush()
	}
}

func (d *digester) text(s string) { d.buf.WriteString(s) }

func (d *digester) flush() {
	d.hash.Write(d.buf.Bytes())
	d.buf.Reset()
}

func (d *digester) sum() string {
	d.flush()
	return hex.EncodeToString(d.hash.Sum(nil))
}
