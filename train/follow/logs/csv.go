package logs

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

// Tables of comma-separated values, a row each time that a program logs. The first
// line names the columns. A cell may stand in quotes, within which a quote is
// doubled; a line ends where it ends, in quotes or not.

var csvTable = Format{
	Name:  "csv",
	Title: "a table of comma-separated values",
	Find: func(d *Folder) []string {
		tables := look(d, func(name string) bool {
			return hasSuffix(name, ".csv", ".tsv") && !(name == "progress.csv" && d.Has("result.json"))
		}, isTable)
		return slices.DeleteFunc(tables, func(name string) bool { return IsExport(name, d.Head(name)) })
	},
	Open: func(path string) Follower { return NewTail(path, func() Reader { return &csvReader{} }) },
}

// isTable says whether a table is a log: a column counts steps or epochs, or tells
// the time, and another has numbers in the first rows. A table of anything else, as
// a data set is, has no such columns, or has words where numbers would be.
func isTable(head []byte) bool {
	names, sep, rows := csvBegin(head)
	placed := map[int]bool{}
	counts := false
	for i, name := range names {
		if p := spotOf(name).place; p != nowhere {
			placed[i] = true
			counts = counts || p == atStep || p == atEpoch
		}
	}
	if !counts {
		return false
	}
	numbers, cells := false, [][]byte(nil)
	for line := range bytes.Lines(rows) {
		if line[len(line)-1] != '\n' {
			break // it may be half a row
		}
		line = bytes.TrimRight(line, "\r\n")
		cells, _ = csvCells(cells[:0], line, sep)
		for i, cell := range cells {
			if i >= len(names) || csvEmpty(cell) {
				continue
			}
			_, ok := decimal(cell)
			if !ok && placed[i] && countsSteps(names[i]) {
				return false
			}
			numbers = numbers || ok && !placed[i] && names[i] != ""
		}
	}
	return numbers
}

// csvBegin is the header that a table begins with, and what follows it.
func csvBegin(head []byte) (names []string, sep byte, rows []byte) {
	head = bytes.TrimPrefix(head, []byte("\ufeff"))
	for len(head) > 0 {
		line, rest, whole := bytes.Cut(head, []byte("\n"))
		if !whole {
			return nil, 0, nil
		}
		line, head = bytes.TrimRight(line, "\r"), rest
		if csvPassed(line) {
			continue
		}
		sep = csvSeparator(line)
		cells, _ := csvCells(nil, line, sep)
		if len(cells) < 2 || len(cells) > mostColumns {
			return nil, 0, nil
		}
		for _, cell := range cells {
			names = append(names, string(cell))
		}
		return names, sep, head
	}
	return nil, 0, nil
}

// mostColumns is how many columns a table may have.
const mostColumns = 20_000

// csvReader reads a table as it grows.
type csvReader struct {
	// Settings, the zero value for any table.
	elapsed bool   // "time" is the time since the run began
	rename  string // the tag of the last column; "" for its own name
	// special is asked for each column whether it is something else than a place or
	// a value. What it gives back is called with the cells of the column.
	special func(name string) func(cell []byte, f *Found)

	lines   lines
	sep     byte
	header  []byte
	columns []csvColumn
	cells   [][]byte
}

// csvColumn is what is done with the cells of a column.
type csvColumn struct {
	tag     string // "" where they are passed over
	place   place
	number  bool // a number was in it
	special func(cell []byte, f *Found)
}

// Read takes in what follows.
func (r *csvReader) Read(p []byte, f *Found) {
	r.lines.each(p, f, func(line []byte) { r.line(line, f) })
}

// csvPassed says whether a line is neither header nor row.
func csvPassed(line []byte) bool {
	line = bytes.TrimSpace(line)
	return len(line) == 0 || line[0] == '#'
}

func (r *csvReader) line(line []byte, f *Found) {
	if csvPassed(line) || r.header != nil && bytes.Equal(line, r.header) {
		return
	}
	if r.columns == nil {
		r.begin(line, f)
		return
	}
	var whole bool
	r.cells, whole = csvCells(r.cells[:0], line, r.sep)
	if n := len(r.cells); n == len(r.columns)+1 && len(r.cells[n-1]) == 0 {
		r.cells = r.cells[:n-1]
	}
	switch {
	case !whole:
		f.Skip(fmt.Sprintf("line %d: a quote does not end", r.lines.number))
	case r.another():
		r.begin(line, f)
	case len(r.cells) == len(r.columns):
		r.row(f)
	default:
		f.Skip(fmt.Sprintf("line %d: %d cells, where the header names %d", r.lines.number, len(r.cells), len(r.columns)))
	}
}

// another says whether the cells are those of another header, which a program
// writes that goes on with a file, having more to log.
func (r *csvReader) another() bool {
	placed := false
	for _, cell := range r.cells {
		if _, ok := decimal(cell); ok || csvEmpty(cell) {
			return false
		}
		placed = placed || countsSteps(string(cell))
	}
	return placed
}

// begin takes a line for the header.
func (r *csvReader) begin(line []byte, f *Found) {
	r.sep = csvSeparator(line)
	var whole bool
	r.cells, whole = csvCells(r.cells[:0], line, r.sep)
	switch {
	case !whole:
		f.Skip(fmt.Sprintf("line %d: a quote does not end in the header", r.lines.number))
		return
	case len(r.cells) > mostColumns:
		f.Skip(fmt.Sprintf("line %d: more than 20,000 columns", r.lines.number))
		return
	}
	r.header = bytes.Clone(line)
	r.columns = make([]csvColumn, len(r.cells))
	best := [places]int{} // the column of a place, plus one
	ranks := [places]int{}
	seen := map[string]bool{}
	for i := range r.columns {
		c := &r.columns[i]
		name := string(r.cells[i])
		switch {
		case seen[name]:
			f.Skip(fmt.Sprintf("line %d: there is a column %q before", r.lines.number, short40(name)))
			continue
		case name == "" || len(name) > longestTag:
			continue
		}
		seen[name], c.tag = true, name
		if r.special != nil {
			if c.special = r.special(name); c.special != nil {
				continue
			}
		}
		s := spotOf(name)
		if r.elapsed && name == "time" {
			s.place = atElapsed
		}
		if s.place == nowhere {
			continue
		}
		if old := best[s.place]; old == 0 || s.rank < ranks[s.place] {
			if old != 0 {
				r.columns[old-1].place = nowhere
			}
			best[s.place], ranks[s.place], c.place = i+1, s.rank, s.place
		}
	}
	if n := len(r.columns); r.rename != "" && n > 1 {
		r.columns[n-1] = csvColumn{tag: r.rename}
	}
}

// longestTag is the longest name of a value that is taken for one.
const longestTag = 1000

// row takes the cells for what was logged at once.
func (r *csvReader) row(f *Found) {
	row := NewRow()
	values := false
	for i, cell := range r.cells {
		c := &r.columns[i]
		if c.tag == "" || csvEmpty(cell) {
			continue
		}
		if c.special != nil {
			c.special(cell, f)
			continue
		}
		v, ok := decimal(cell)
		switch {
		case ok && c.place != nowhere && row.put(c.place, v):
		case ok && (c.place == nowhere || c.place == atTime):
			f.Put(c.tag, v, false)
			c.number, values = true, true
		case c.place != nowhere && row.putText(c.place, string(cell)):
		case c.number || c.place == atStep || c.place == atEpoch:
			f.Skip(fmt.Sprintf("line %d: %s is %q, which is no number", r.lines.number, short40(c.tag), short40(string(cell))))
		}
	}
	if values {
		f.Add(row)
	}
}

// short40 is as much of a text as a message has room for.
func short40(s string) string {
	if len(s) > 40 {
		return s[:40] + "…"
	}
	return s
}

// csvEmpty says whether a cell stands for no value.
func csvEmpty(cell []byte) bool {
	switch string(cell) {
	case "", "NA", "N/A", "None", "null", "-":
		return true
	}
	return false
}

// csvSeparator is what stands between the cells of a header: what there is most of.
func csvSeparator(line []byte) byte {
	best, most := byte(','), 0
	for _, sep := range []byte{',', '\t', ';'} {
		if n := bytes.Count(line, []byte{sep}); n > most {
			best, most = sep, n
		}
	}
	return best
}

// csvCells splits a line into its cells, without the spaces around them. It is not
// whole where a quote does not end. What follows one cell too many is left.
func csvCells(cells [][]byte, line []byte, sep byte) (_ [][]byte, whole bool) {
	for {
		if len(cells) > mostColumns {
			return cells, true
		}
		line = bytes.TrimLeft(line, " ")
		var cell []byte
		if len(line) > 0 && line[0] == '"' {
			var ok bool
			if cell, line, ok = csvQuoted(line[1:]); !ok {
				return cells, false
			}
			end := bytes.IndexByte(line, sep)
			if end < 0 {
				return append(cells, cell), true
			}
			cells, line = append(cells, cell), line[end+1:]
			continue
		}
		end := bytes.IndexByte(line, sep)
		if end < 0 {
			return append(cells, bytes.TrimSpace(line)), true
		}
		cell = bytes.TrimSpace(line[:end])
		cells, line = append(cells, cell), line[end+1:]
	}
}

// csvQuoted is a cell up to the quote that ends it, and what follows that.
func csvQuoted(p []byte) (cell, rest []byte, whole bool) {
	from := 0
	for {
		i := bytes.IndexByte(p[from:], '"')
		if i < 0 {
			return nil, nil, false
		}
		i += from
		if i+1 < len(p) && p[i+1] == '"' {
			from = i + 2
			continue
		}
		cell = p[:i]
		if from > 0 {
			cell = bytes.ReplaceAll(cell, []byte(`""`), []byte(`"`))
		}
		return bytes.TrimSpace(cell), p[i+1:], true
	}
}

// hasSuffix says whether a name ends in one of some endings.
func hasSuffix(name string, endings ...string) bool {
	for _, e := range endings {
		if strings.HasSuffix(name, e) {
			return true
		}
	}
	return false
}
