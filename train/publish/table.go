package publish

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// form is how lines are written as text.
type form interface {
	extension() string
	// open says whether lines may have columns that the file does not begin with.
	open() bool
	head(columns []string) []byte
	encode(l line, columns []string) []byte
	// decode reads whole lines, and the columns that the file begins with. What
	// cannot be read is not there.
	decode(text []byte) (lines []line, columns []string)
}

// table is a log of one file of text for each life of the run:
// metrics.csv, metrics-2.csv and so on.
type table struct {
	folder string
	form   form

	number  int       // of the life
	file    *appended // nil before the first line of this process
	size    int64     // of what is whole in the file before
	columns []string
}

func (t *table) path(number int) string {
	name := "metrics"
	if number > 1 {
		name += fmt.Sprintf("-%d", number)
	}
	return filepath.Join(t.folder, name+t.form.extension())
}

// newest is the number of the newest life that has a file; 0 for none.
func (t *table) newest() (int, error) {
	entries, err := os.ReadDir(t.folder)
	if err != nil {
		return 0, err
	}
	newest := 0
	for _, e := range entries {
		middle, is := strings.CutSuffix(e.Name(), t.form.extension())
		middle, named := strings.CutPrefix(middle, "metrics")
		if !is || !named {
			continue
		}
		n := 1
		if middle != "" {
			n, err = strconv.Atoi(strings.TrimPrefix(middle, "-"))
		}
		if err == nil && n > newest && filepath.Base(t.path(n)) == e.Name() {
			newest = n
		}
	}
	return newest, nil
}

func (t *table) read() (lines []line, err error) {
	t.close()
	if t.number, err = t.newest(); err != nil || t.number == 0 {
		t.number = max(t.number, 1)
		return nil, err
	}
	text, err := os.ReadFile(t.path(t.number))
	if err != nil {
		return nil, err
	}
	text = text[:bytes.LastIndexByte(text, '\n')+1] // the rest is torn
	lines, t.columns = t.form.decode(text)
	t.size = int64(len(text))
	return lines, nil
}

func (t *table) begin() {
	if t.file != nil || t.size > 0 {
		t.number++
	}
	t.close()
}

func (t *table) add(lines []line, s shape) error {
	if t.file != nil && t.file.gone() {
		return fmt.Errorf("%s: %w", t.path(t.number), errGone)
	}
	columns := t.with(s)
	if !t.form.open() && len(columns) > len(t.columns) && t.size > 0 {
		return t.rewrite(lines, columns, s)
	}
	if t.file == nil {
		f, err := openAppended(t.path(t.number), t.size)
		if err != nil {
			return err
		}
		t.file = f
	}
	var text []byte
	if t.file.size == 0 {
		text = t.form.head(columns)
	}
	for _, l := range lines {
		text = append(text, t.form.encode(l, columns)...)
	}
	if err := t.file.write(text); err != nil {
		return err
	}
	t.columns, t.size = columns, t.file.size
	return nil
}

func (t *table) fill(lines []line, s shape) error { return t.rewrite(lines, t.with(s), s) }

// with are the columns of the table with those that it must have besides. Those
// that are there stay where they are.
func (t *table) with(s shape) []string {
	columns := slices.Clip(t.columns)
	wanted := slices.Concat(s.places, s.metrics)
	if t.form.open() {
		columns = nil
	}
	for _, name := range wanted {
		if !slices.Contains(columns, name) {
			columns = append(columns, name)
		}
	}
	return columns
}

// rewrite writes the file anew, with lines put where they belong. It is there
// whole at any time.
func (t *table) rewrite(lines []line, columns []string, s shape) error {
	old, err := os.ReadFile(t.path(t.number))
	if err != nil && !os.IsNotExist(err) {
		return err
	}
	have, _ := t.form.decode(old[:bytes.LastIndexByte(old, '\n')+1])
	for _, l := range have {
		for _, name := range slices.Sorted(maps.Keys(l)) {
			if !slices.Contains(columns, name) {
				columns = append(columns, name)
			}
		}
	}
	text := t.form.head(columns)
	for _, l := range merged(have, lines, s) {
		text = append(text, t.form.encode(l, columns)...)
	}
	whole := t.path(t.number)
	part := whole + ".part"
	err = os.WriteFile(part, text, 0o666)
	if err == nil {
		err = os.Rename(part, whole)
	}
	if err != nil {
		os.Remove(part)
		return err
	}
	t.close()
	t.columns, t.size = columns, int64(len(text))
	return nil
}

// merged are lines of two lists in the order of their places. Lines at one place
// become one.
func merged(a, b []line, s shape) []line {
	var out []line
	for len(a) > 0 || len(b) > 0 {
		switch {
		case len(b) == 0 || len(a) > 0 && s.placeOf(b[0]).after(s.placeOf(a[0])):
			out, a = append(out, a[0]), a[1:]
		case len(a) == 0 || s.placeOf(a[0]).after(s.placeOf(b[0])):
			out, b = append(out, b[0]), b[1:]
		default:
			both := line{}
			for _, l := range []line{b[0], a[0]} { // what is there stays
				for name, v := range l {
					both[name] = v
				}
			}
			out, a, b = append(out, both), a[1:], b[1:]
		}
	}
	return out
}

func (t *table) close() {
	if t.file != nil {
		t.file.file.Close()
	}
	t.file, t.size, t.columns = nil, 0, nil
}
