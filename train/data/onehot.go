package data

import (
	"fmt"
	"slices"

	"optwatch/optimizers/matrix"
)

// place is where a column of a file lies in the matrix of features: at first,
// and where it is one of words, with a column for each of them behind that.
type place struct {
	first int
	words []int // the column of each word by its number, from first; -1 for one that has none; nil for numbers
}

// expand gives each word of a column a column of its own, of 0 and 1, in the
// order of the alphabet. The words are those of the training file: another one
// of the test file is none of them.
func expand(train, test *table) (*table, *table) {
	if !slices.ContainsFunc(train.columns, func(c csvColumn) bool { return c.words != nil }) {
		return train, test
	}
	var sorted [][]string
	width, of := 0, 0
	for _, c := range train.columns {
		var list []string
		if width++; c.words != nil {
			list = slices.Sorted(slices.Values(c.words.list))
			width += len(list) - 1
			of++
		}
		sorted = append(sorted, list)
	}
	train.notes = append(train.notes, fmt.Sprintf("%d of %d columns hold words: %d columns of features", of, len(train.columns), width))
	if test != nil && len(test.columns) == len(train.columns) {
		if unknown := test.expand(sorted, width); unknown > 0 {
			train.notes = append(train.notes, fmt.Sprintf("the test file has %d words that the training file has not", unknown))
		}
	}
	train.expand(sorted, width)
	return train, test
}

// expand is told the words of each column, nil for one of numbers. It says how
// many words of the table are not among them.
func (t *table) expand(sorted [][]string, width int) (unknown int) {
	places := make([]place, len(t.columns))
	next := 0
	for i, c := range t.columns {
		places[i].first = next
		if next++; c.words == nil {
			continue
		}
		next += len(sorted[i]) - 1
		places[i].words = make([]int, len(c.words.list))
		for n, word := range c.words.list {
			at, known := slices.BinarySearch(sorted[i], word)
			if places[i].words[n] = at; !known {
				places[i].words[n] = -1
				unknown++
			}
		}
	}
	raw := t.x.Matrix(len(t.columns))
	b := matrix.NewCollector(1, raw.Rows(), 0)
	for i := range raw.Rows() {
		raw.Row(i, func(j int, v float64) {
			p := places[j]
			switch {
			case v == 0: // none of the words, which a dense matrix visits
			case p.words == nil:
				b.Add(p.first, v)
			case p.words[int(v)-1] >= 0:
				b.Add(p.first+p.words[int(v)-1], 1)
			}
		})
		b.EndRow(width)
		b.Appended(float64(i+1) / float64(raw.Rows()))
	}
	t.x = b
	t.nameFeatures(sorted)
	return unknown
}

// nameFeatures names the columns of the matrix.
func (t *table) nameFeatures(sorted [][]string) {
	for i, c := range t.columns {
		if c.words == nil {
			t.features = append(t.features, c.name)
			continue
		}
		for _, word := range sorted[i] {
			t.features = append(t.features, c.name+"="+word)
		}
	}
}

// names are those of the features; nil where they have none.
func (t *table) names() []string {
	if t.features != nil {
		return t.features
	}
	var out []string
	for _, c := range t.columns {
		out = append(out, c.name)
	}
	return out
}
