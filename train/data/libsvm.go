package data

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"

	"optwatch/optimizers/matrix"
)

// maxFeatures bounds the indices of a LIBSVM file: parameters are dense, and
// one mistyped index must not ask for all memory.
const maxFeatures = 1 << 25

// errZeroBased asks for a file to be read again, with indices from 0: there is
// an index 0 in it.
var errZeroBased = errors.New("indices are from 0")

// readLIBSVM reads text of one example a line. Indices rise; they are from 1,
// or in files of some programs from 0; features that are left out are 0; a #
// starts a comment.
//
//	label index:value index:value …
func readLIBSVM(s *source, zero bool) (*table, error) {
	t := &table{path: s.path, x: matrix.NewCollector(1, 0, 0), open: true, zero: zero}
	first := 1
	if zero {
		first = 0
		t.notes = append(t.notes, "indices of features are from 0")
	}
	l := newLines(s)
	for l.next() {
		text, _, _ := bytes.Cut(l.text, []byte("#"))
		field, rest := nextField(text)
		if len(field) == 0 {
			continue
		}
		label, err := l.value(field, "the label")
		if err != nil {
			return nil, err
		}
		t.labels.addNumber(label)
		t.labels.at = append(t.labels.at, int32(l.number))
		if err := l.features(t.x, rest, first); err != nil {
			return nil, err
		}
		t.x.Appended(s.share())
	}
	if err := l.err(); err != nil {
		return nil, err
	}
	if t.x.Rows() == 0 {
		return nil, fmt.Errorf("%s: line %d: found the end of the file, expected an example", s.path, l.number+1)
	}
	return t, nil
}

// features reads the pairs of a line into a row, of which the first has some index.
func (l *lines) features(x *matrix.Collector, text []byte, first int) error {
	last := first - 1
	for {
		field, rest := nextField(text)
		if len(field) == 0 {
			break
		}
		text = rest
		index, value, err := l.pair(field)
		switch {
		case err != nil:
			return err
		case index < first:
			return errZeroBased
		}
		if index <= last {
			return l.bad(fmt.Sprintf("index %d after index %d", index, last), "indices that rise")
		}
		last = index
		x.Add(index-first, value)
	}
	x.EndRow(last - first + 1)
	return nil
}

// pair reads index:value.
func (l *lines) pair(field []byte) (index int, value float64, err error) {
	before, after, ok := bytes.Cut(field, []byte(":"))
	switch {
	case !ok:
		return 0, 0, l.bad(quote(string(field)), "index:value")
	case string(before) == "qid":
		return 0, 0, l.bad(quote(string(field)), "index:value (queries, for ranking, are not supported)")
	}
	index, err = strconv.Atoi(string(before))
	if err != nil || index < 0 || index > maxFeatures {
		return 0, 0, l.bad(quote(string(before))+" as an index", fmt.Sprintf("a whole number from 0 or 1 to %d", maxFeatures))
	}
	if value, ok = finite(after); !ok {
		return 0, 0, l.noNumber(after, fmt.Sprintf("feature %d", index))
	}
	return index, value, nil
}

// nextField cuts the first field off a text of fields between blanks.
func nextField(text []byte) (field, rest []byte) {
	start := 0
	for start < len(text) && blank(text[start]) {
		start++
	}
	end := start
	for end < len(text) && !blank(text[end]) {
		end++
	}
	return text[start:end], text[end:]
}

func blank(c byte) bool { return c == ' ' || c == '\t' || c == '\r' }
