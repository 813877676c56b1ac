package data

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"
)

// csvColumn is a column of a CSV file.
type csvColumn struct {
	place int    // in the file, from 1
	name  string // by the header, or ""
	left  bool   // out: it is no feature
	full  bool   // there are more words in it than there may be
	words *words // that are in it; nil while it holds numbers
	late  bool   // it holds words, and numbers before the first of them
}

func (c *csvColumn) holdsWords() bool { return c.words != nil || c.late }

// String is the column as messages name it.
func (c *csvColumn) String() string {
	text := fmt.Sprint("field ", c.place)
	if c.name != "" {
		text += " (" + quote(c.name) + ")"
	}
	return text
}

// flag is the column as the value of a flag.
func (c *csvColumn) flag() string {
	if c.name == "" || strings.ContainsFunc(c.name, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return strconv.Itoa(c.place)
	}
	return shellWord(c.name)
}

// words numbers the words of a column as they come, from 1.
type words struct {
	list  []string
	index map[string]int
}

func newWords() *words { return &words{index: make(map[string]int)} }

// number is that of a word, 0 if there is no room for it.
func (w *words) number(word []byte) int {
	if n, ok := w.index[string(word)]; ok {
		return n
	}
	if len(w.list) == maxWords {
		return 0
	}
	w.list = append(w.list, string(word))
	w.index[string(word)] = len(w.list)
	return len(w.list)
}

// maxWords is how many different words a column may have: with more they are
// names or texts, and no categories.
const maxWords = 256

// cell is what a field comes to: its number, that of its word, or NaN for a gap.
func (r *csvReader) cell(c *csvColumn, field []byte) (float64, error) {
	if c.words != nil {
		return r.word(c, field)
	}
	if v, ok := finite(field); ok {
		return v, nil
	}
	return r.other(c, field)
}

// other is what a field in a column of numbers comes to that is none.
func (r *csvReader) other(c *csvColumn, field []byte) (float64, error) {
	what := quote(string(field)) + " as " + c.String()
	switch absent := missing(field); {
	case absent && r.form.Missing != "":
		r.table.gaps++
		return math.NaN(), nil
	case absent && notNumeric(string(field)) || len(field) == 0:
		return 0, r.helped(what, "a number", "--missing mean")
	case absent:
		return 0, r.helped(what, "a finite number", "--missing mean")
	case !notNumeric(string(field)):
		return r.value(field, c.String())
	case r.form.only:
		return 0, r.bad(what, "a number as in the training file")
	case !r.form.OneHot:
		if v, err := strconv.ParseInt(string(field), 0, 64); err == nil { // no word, and no category
			return 0, r.bad(what, fmt.Sprintf("a decimal number, which would be %d", v))
		}
		if pointed := bytes.Replace(field, []byte(","), []byte("."), 1); !bytes.Equal(pointed, field) && !notNumeric(string(pointed)) {
			return 0, r.bad(what, "a number with a point before its decimals, as "+string(pointed))
		}
		return 0, r.helped(what, "a number", "--one-hot")
	case r.table.x.Rows() == 0 && r.form.words == nil:
		c.words = newWords()
		return r.word(c, field)
	}
	r.late, c.late = true, true
	return 0, nil
}

// word is a field of a column of words. One that is missing is none of them.
func (r *csvReader) word(c *csvColumn, field []byte) (float64, error) {
	switch {
	case r.form.Missing != "" && missing(field):
		r.table.gaps++
		return 0, nil
	case len(field) == 0:
		return 0, r.helped("nothing as "+c.String(), "a word", "--missing mean")
	}
	n := c.words.number(field)
	switch {
	case n == 0 && !r.form.tried:
		return 0, r.helped(fmt.Sprintf("%s as word %d of %s", quote(string(field)), maxWords+1, c), fmt.Sprintf("at most %d different ones", maxWords), "--without "+c.flag())
	case r.form.tried:
		c.full = c.full || n == 0
		n = 0 // the numbers of words say nothing of scales
	}
	return float64(n), nil
}
