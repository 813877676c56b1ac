package data

import (
	"fmt"
	"strconv"
	"strings"

	"optwatch/optimizers/matrix"
)

// How the numbers of a split are kept, in a word. It changes no number, but sums of
// numbers that are kept otherwise are rounded otherwise: who wants the bits of
// another machine keeps them as that does.
const (
	asNumbers = "numbers"
	asDense   = "dense"
	asBytes   = "bytes/" // and what they are divided by
)

// Storage is the word for a split that has examples.
func (s Split) Storage() string {
	m, ok := s.X.(*matrix.CSR)
	switch {
	case !ok:
		return asDense
	case m.Compact():
		return asBytes + strconv.FormatFloat(m.Divisor(), 'g', -1, 64)
	}
	return asNumbers
}

// StoredAs is the split with its numbers kept as a word says, and with so many
// features at least, of which the last ones may be all 0. Where its numbers do not
// fit, they are kept in full.
func (s Split) StoredAs(word string, features int) (Split, error) {
	if word == s.Storage() && s.X.Cols() >= features {
		return s, nil
	}
	if word == asDense {
		return s, fmt.Errorf("data: examples are never stored as %s", word)
	}
	n := s.X.Rows()
	b := matrix.NewWideBuilder(n, 0)
	if text, bytes := strings.CutPrefix(word, asBytes); bytes {
		divisor, err := strconv.ParseFloat(text, 64)
		if err != nil || !(divisor >= 1 && divisor <= 1<<16) {
			return s, fmt.Errorf("data: examples cannot be stored as %q", word)
		}
		b = matrix.NewBuilder(divisor, n, 0)
	} else if word != asNumbers {
		return s, fmt.Errorf("data: examples cannot be stored as %q", word)
	}
	for i := range n {
		s.X.Row(i, b.Add)
		b.EndRow(max(features, s.X.Cols()))
	}
	s.X = b.CSR(features)
	return s, nil
}
