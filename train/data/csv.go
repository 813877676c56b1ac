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

// csvReader reads text of one example a line. The first line may be a header;
// one column is the label, all others are features. Fields may be in quotes
// but not go over the end of a line, which bounds what a broken file can make
// the reader hold.
type csvReader struct {
	*lines
	sep    byte
	fields [][]byte // of the present line
	label  int      // the label's column
	table  *table
}

func readCSV(s *source, label string, sep byte) (*table, error) {
	r := &csvReader{lines: newLines(s), sep: sep, table: &table{path: s.path, x: matrix.NewBuilder(1, 0, 0)}}
	more, err := r.record()
	if !more {
		return nil, r.ended(err)
	}
	columns := len(r.fields)
	header, err := r.begin(label)
	if err != nil {
		return nil, err
	}
	if header {
		more, err = r.record()
	}
	for ; more; more, err = r.record() {
		if len(r.fields) != columns {
			return nil, r.bad(fmt.Sprintf("%d fields", len(r.fields)), fmt.Sprintf("%d as in the lines before", columns))
		}
		if err := r.row(); err != nil {
			return nil, err
		}
	}
	if err != nil || r.table.x.Rows() == 0 {
		return nil, r.ended(err)
	}
	return r.table, nil
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
		if r.fields, ok = splitFields(r.fields[:0], r.text, r.sep); !ok {
			return false, r.bad("a quote that does not end", `a closing " in the same line`)
		}
		return true, nil
	}
	return false, r.err()
}

// begin looks at the first line: whether it is a header, and which column is
// the label.
func (r *csvReader) begin(label string) (header bool, err error) {
	names := make([]string, len(r.fields))
	for i, f := range r.fields {
		names[i] = string(f)
	}
	if len(names) < 2 {
		return false, r.bad("1 field", "features and a label, with commas, tabs or semicolons between them")
	}
	r.label = len(names) - 1
	if label != "" {
		r.label = slices.Index(names, label)
		if r.label < 0 {
			return false, r.bad(listColumns(names), "a header with a column "+strconv.Quote(label))
		}
		return true, nil
	}
	if i := slices.IndexFunc(names, usualLabel); i >= 0 {
		r.label = i
	}
	return isHeader(names, r.label), nil
}

// isHeader tells a header from an example. An example may have a name in its
// label, and that name may be y.
func isHeader(names []string, label int) bool {
	if usualLabel(names[label]) && len(names[label]) > 1 {
		return true
	}
	others := slices.Delete(slices.Clone(names), label, label+1)
	return slices.ContainsFunc(others, notNumeric)
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
	t, col := r.table, 0
	for i, field := range r.fields {
		if i == r.label {
			continue
		}
		v, err := r.value(field, fmt.Sprint("field ", i+1))
		if err != nil {
			return err
		}
		t.x.Add(col, v)
		col++
	}
	t.x.EndRow(col)
	return r.addLabel(r.fields[r.label])
}

// addLabel keeps a label. The first one decides whether they are names: a word
// after numbers is more likely a mistake than a class.
func (r *csvReader) addLabel(field []byte) error {
	c := &r.table.labels
	c.at = append(c.at, int32(r.number))
	if len(field) == 0 {
		return r.bad(fmt.Sprintf("nothing in field %d", r.label+1), "a label")
	}
	if c.name != nil || len(c.number) == 0 && notNumeric(string(field)) {
		c.name = append(c.name, string(field))
		return nil
	}
	v, err := r.value(field, "the label")
	c.number = append(c.number, v)
	return err
}
