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
	asNumbers    = "numbers"
	asBytes      = "bytes/" // and what they are divided by
	asDense      = "dense"
	asDenseFloat = "dense-float32"
	asDenseBytes = "dense-bytes/" // and what they are divided by
)

// Storage is the word for a split that has examples.
func (s Split) Storage() string {
	divided := func(by float64) string { return strconv.FormatFloat(by, 'g', -1, 64) }
	switch m := s.X.(type) {
	case *matrix.CSR:
		if m.Compact() {
			return asBytes + divided(m.Divisor())
		}
		return asNumbers
	case *matrix.Packed:
		if m.Divisor() != 0 {
			return asDenseBytes + divided(m.Divisor())
		}
		return asDenseFloat
	}
	return asDense
}

// StoredAs is the split with its numbers kept as a word says, and with so many
// features at least, of which the last ones may be all 0. Where its numbers do not
// fit, they are kept in full.
func (s Split) StoredAs(word string, features int) (Split, error) {
	if word == s.Storage() && s.X.Cols() >= features {
		return s, nil
	}
	kind, by, bytes := strings.Cut(word, "/")
	divisor := 1.0
	if bytes {
		var err error
		if divisor, err = strconv.ParseFloat(by, 64); err != nil || !(divisor >= 1 && divisor <= 1<<16) {
			return s, fmt.Errorf("data: examples cannot be stored as %q", word)
		}
		kind += "/"
	}
	features = max(features, s.X.Cols())
	switch kind {
	case asBytes:
		s.X = sparse(s.X, matrix.NewBuilder(divisor, s.X.Rows(), 0), features)
	case asNumbers:
		s.X = sparse(s.X, matrix.NewWideBuilder(s.X.Rows(), 0), features)
	case asDenseBytes:
		s.X = matrix.StackBytes(s.X, features, divisor)
	case asDenseFloat:
		s.X = matrix.StackFloats(s.X, features)
	case asDense:
		s.X = matrix.StackNumbers(s.X, features)
	default:
		return s, fmt.Errorf("data: examples cannot be stored as %q", word)
	}
	return s, nil
}

// sparse is the rows of a matrix as a builder keeps them.
func sparse(x matrix.Matrix, b *matrix.Builder, features int) matrix.Matrix {
	for i := range x.Rows() {
		x.Row(i, b.Add)
		b.EndRow(features)
	}
	return b.CSR(features)
}
