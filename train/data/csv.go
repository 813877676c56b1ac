package data

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"optwatch/optimizers/matrix"
)

// textForm says how a CSV file is read.
type textForm struct {
	Preparation
	label string // the label's column; "" finds it
	sep   byte
	words []bool // the columns that hold words, by their place in the file; nil where that is not known
	only  bool   // there are no others that do: a word elsewhere is a mistake
	tried bool   // it is read to see what would help: nothing is made of it
	zero  bool   // indices are from 0, of a file that turns out to be LIBSVM
}

// csvReader reads text of one example a line. The first line may be a header;
// one column is the label, all others are features. Fields may be in quotes
// but not go over the end of a line, which bounds what a broken file can make
// the reader hold.
type csvReader struct {
	*lines
	form    textForm
	fields  [][]byte    // of the present line
	columns []csvColumn // as they are in the file
	label   int         // the label's column
	named   bool        // there is a header
	table   *table
	late    bool // a column of numbers has turned out to be one of words
	left    int  // rows left out since something is missing
}

func readCSV(s *source, form textForm) (*table, error) {
	r := &csvReader{lines: newLines(s), form: form, table: &table{path: s.path, x: matrix.NewCollector(1, 0, 0)}}
	more, err := r.record()
	if !more {
		return nil, r.ended(err)
	}
	first, at := cloneFields(r.fields), r.number
	more, err = r.record()
	header, headerErr := r.begin(first, at, more)
	if headerErr != nil {
		return nil, headerErr
	}
	if !header {
		if err := r.again(first, at); err != nil {
			return nil, err
		}
	}
	for ; more; more, err = r.record() {
		if len(r.fields) != len(r.columns) {
			return nil, r.bad(fmt.Sprintf("%d fields", len(r.fields)), fmt.Sprintf("%d as in the lines before", len(r.columns)))
		}
		if err := r.row(); err != nil {
			return nil, err
		}
	}
	if err != nil || r.table.x.Rows() == 0 && r.left == 0 {
		return nil, r.ended(err)
	}
	return r.finish()
}

// finish gives what was read, or asks for it to be read again, with what has
// become clear on the way.
func (r *csvReader) finish() (*table, error) {
	holding := make([]bool, len(r.columns))
	for i := range r.columns {
		holding[i] = r.columns[i].holdsWords()
	}
	if r.late {
		return nil, wordsAt{holding}
	}
	r.table.words = holding
	if r.table.x.Rows() == 0 {
		return nil, fmt.Errorf("%s: each of the %d rows has an empty cell, expected one without: --missing mean keeps them", r.source.path, r.left)
	}
	if r.left > 0 {
		r.table.notes = append(r.table.notes, fmt.Sprintf("%d of %d rows left out, which have an empty cell", r.left, r.left+r.table.x.Rows()))
	}
	for i := range r.columns {
		if i != r.label && !r.columns[i].left {
			r.table.columns = append(r.table.columns, r.columns[i])
		}
	}
	return r.table, nil
}

// again reads the first line, once the second has shown that it is no header.
func (r *csvReader) again(first [][]byte, at int) error {
	second, number := r.fields, r.number
	r.fields, r.number = first, at
	err := r.row()
	r.fields, r.number = second, number
	return err
}

// ended is the error of a file that ends before its first example.
func (r *csvReader) ended(err error) error {
	if err != nil {
		return err
	}
	r.number++
	return r.bad("the end of the file", "an example")
}

// record goes to the next line that is not empty and splits it.
func (r *csvReader) record() (bool, error) {
	for r.next() {
		if len(bytes.TrimSpace(r.text)) == 0 {
			continue
		}
		var ok bool
		if r.fields, ok = splitFields(r.fields[:0], r.text, r.form.sep); !ok {
			return false, r.bad("a quote that does not end", `a closing " in the same line`)
		}
		return true, nil
	}
	return false, r.err()
}

// begin looks at the first line, and the second if there is one: whether the
// first is a header, which column is the label, and which are left out.
func (r *csvReader) begin(first [][]byte, at int, second bool) (header bool, err error) {
	l := *r.lines
	l.number = at
	names := make([]string, len(first))
	for i, f := range first {
		names[i] = string(f)
	}
	if len(names) < 2 {
		return false, l.bad("1 field", "features and a label, with commas, tabs or semicolons between them")
	}
	r.label = len(names) - 1
	if r.form.label != "" {
		r.label = slices.Index(names, r.form.label)
		if r.label < 0 {
			return false, l.bad(listColumns(names), "a header with a column "+strconv.Quote(r.form.label))
		}
	} else if i := slices.IndexFunc(names, usualLabel); i >= 0 {
		r.label = i
	}
	header = r.form.label != "" || isHeader(names, r.label, second, r.fields)
	r.columns = make([]csvColumn, len(names))
	for i := range r.columns {
		c := &r.columns[i]
		if c.place = i + 1; header {
			c.name = names[i]
		}
		if r.form.words != nil && i < len(r.form.words) && r.form.words[i] {
			c.words = newWords()
		}
	}
	r.named = header
	return header, r.leaveOut(&l)
}

// leaveOut finds the columns that are to be left out.
func (r *csvReader) leaveOut(l *lines) error {
	for _, name := range r.form.Without {
		i := slices.IndexFunc(r.columns, func(c csvColumn) bool { return c.name == name })
		if i < 0 {
			if n, err := strconv.Atoi(name); err == nil && n >= 1 && n <= len(r.columns) {
				i = n - 1
			}
		}
		switch {
		case i < 0 && r.named:
			names := make([]string, len(r.columns))
			for i := range r.columns {
				names[i] = r.columns[i].name
			}
			return l.bad(listColumns(names), "a column "+strconv.Quote(name)+" to leave out")
		case i < 0:
			return l.bad(fmt.Sprintf("%d columns without a header", len(r.columns)), fmt.Sprintf("the number of one to leave out, from 1, not %q", name))
		case i == r.label:
			return l.bad("the label in column "+strconv.Quote(name), "a feature to leave out")
		}
		r.columns[i].left = true
	}
	return nil
}

// isHeader tells a header from an example. An example may have a name in its
// label, and that name may be y; words among its features show what they are in
// the line after it, where there are numbers under those of a header.
func isHeader(names []string, label int, second bool, under [][]byte) bool {
	if usualLabel(names[label]) && len(names[label]) > 1 {
		return true
	}
	words, numbers := false, false
	for i, name := range names {
		switch {
		case i == label:
		case !notNumeric(name):
			numbers = numbers || name != ""
		case second && i < len(under) && len(under[i]) > 0 && !notNumeric(string(under[i])):
			return true
		default:
			words = true
		}
	}
	return words && !(numbers && second)
}

// cloneFields are fields that the next line leaves as they are.
func cloneFields(fields [][]byte) [][]byte {
	out := make([][]byte, len(fields))
	for i, f := range fields {
		out[i] = bytes.Clone(f)
	}
	return out
}

// usualLabel says whether a column of that name is the label unless told otherwise.
func usualLabel(name string) bool {
	switch strings.ToLower(name) {
	case "label", "class", "target", "y":
		return true
	}
	return false
}

// notNumeric is true of words. What is written like a number but is none that
// can be used, as NaN and 1e999, is left to be refused as a value.
func notNumeric(field string) bool {
	_, err := strconv.ParseFloat(field, 64)
	return errors.Is(err, strconv.ErrSyntax) && field != ""
}

func listColumns(names []string) string {
	const few = 8
	if len(names) > few {
		names = append(names[:few:few], "…")
	}
	return fmt.Sprintf("the columns %q", names)
}

// row adds the present line to the table.
func (r *csvReader) row() error {
	if r.form.Missing == MissingDrop && r.gap() {
		r.left++
		return nil
	}
	t, col := r.table, 0
	for i, field := range r.fields {
		c := &r.columns[i]
		if i == r.label || c.left {
			continue
		}
		v, err := r.cell(c, field)
		if err != nil {
			return err
		}
		t.x.Add(col, v)
		col++
	}
	t.x.EndRow(col)
	t.x.Appended(r.source.share())
	return r.addLabel(r.fields[r.label])
}

// gap says whether something is missing in the present line.
func (r *csvReader) gap() bool {
	for i, field := range r.fields {
		if !r.columns[i].left && missing(field) {
			return true
		}
	}
	return false
}

// addLabel keeps a label. The first one decides whether they are names: a word
// after numbers is more likely a mistake than a class.
func (r *csvReader) addLabel(field []byte) error {
	c := &r.table.labels
	c.at = append(c.at, int32(r.number))
	if len(field) == 0 {
		return r.helped(fmt.Sprintf("nothing in field %d", r.label+1), "a label", "--missing drop")
	}
	if c.name != nil || len(c.number) == 0 && notNumeric(string(field)) {
		return c.addName(string(field), r.source.path)
	}
	v, err := r.value(field, "the label")
	c.addNumber(v)
	return err
}
