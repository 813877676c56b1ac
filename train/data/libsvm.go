package data

import (
	"bytes"
	"fmt"
	"strconv"

	"optwatch/optimizers/matrix"
)

// maxFeatures bounds the indices of a LIBSVM file: parameters are dense, and
// one mistyped index must not ask for all memory.
const maxFeatures = 1 << 25

// readLIBSVM reads text of one example a line. Indices are from 1 and rise;
// features that are left out are 0; a # starts a comment.
//
//	label index:value index:value …
func readLIBSVM(s *source) (*table, error) {
	t := &table{path: s.path, x: matrix.NewBuilder(1, 0, 0), open: true}
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
		t.labels.number = append(t.labels.number, label)
		t.labels.at = append(t.labels.at, int32(l.number))
		if err := l.features(t.x, rest); err != nil {
			return nil, err
		}
	}
	if err := l.err(); err != nil {
		return nil, err
	}
	if t.x.Rows() == 0 {
		return nil, fmt.Errorf("%s: line %d: found the end of the file, expected an example", s.path, l.number+1)
	}
	return t, nil
}

// features reads the pairs of a line into a row.
func (l *lines) features(x *matrix.Builder, text []byte) error {
	last := 0
	for {
		field, rest := nextField(text)
		if len(field) == 0 {
			break
		}
		text = rest
		index, value, err := l.pair(field)
		if err != nil {
			return err
		}
		if index <= last {
			return l.bad(fmt.Sprintf("index %d after index %d", index, last), "indices that rise")
		}
		last = index
		x.Add(index-1, value)
	}
	x.EndRow(last)
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
	if err != nil || index < 1 || index > maxFeatures {
		return 0, 0, l.bad(quote(string(before))+" as an index", fmt.Sprintf("a whole number from 1 to %d", maxFeatures))
	}
	value, err = l.value(after, fmt.Sprintf("feature %d", index))
	return index, value, err
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
