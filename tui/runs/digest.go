package runs

import (
	"math"

	"optwatch/train/view"
)

// Digest is FNV-1a over words: equal digests, equal pictures of what was taken in.
type Digest uint64

// Begun is the digest of nothing.
const Begun Digest = 14695981039346656037

// Add takes in words.
func (h *Digest) Add(words ...uint64) {
	for _, w := range words {
		*h = (*h ^ Digest(w)) * 1099511628211
	}
}

// Text takes in a text.
func (h *Digest) Text(s string) {
	for i := range len(s) {
		h.Add(uint64(s[i]))
	}
}

// Metric takes in how a metric is drawn.
func (h *Digest) Metric(m *view.Metric) {
	h.Text(m.Title)
	h.Text(m.Note)
	h.Text(m.Progress.Of)
	h.Add(uint64(m.Format), uint64(m.Scale), uint64(m.Better), math.Float64bits(m.Least), math.Float64bits(m.Floor), uint64(m.Progress.Done))
	for _, l := range m.Lines {
		h.Text(l.Name)
		h.Add(math.Float64bits(l.At))
	}
}

// End takes in how many places there are, and the last.
func (h *Digest) End(at []float64) {
	h.Add(uint64(len(at)))
	if n := len(at); n > 0 {
		h.Add(math.Float64bits(at[n-1]))
	}
}

// Series takes in the length of a series and its end, and its first value, which
// moves where what it is measured against does.
func (h *Digest) Series(k *view.Series, axis int) {
	n := len(k.Values)
	h.Add(uint64(n))
	if n == 0 {
		return
	}
	h.Add(math.Float64bits(k.Values[0]), math.Float64bits(k.Values[n-1]))
	at := k.On(axis)
	if len(at) > 0 {
		h.Add(math.Float64bits(at[0]))
	}
	h.End(at)
}
