package data

import (
	"context"
	"fmt"
	"strings"
)

// helpable is the error of a cell that is none of a number, with the flag that
// makes something of it.
type helpable struct {
	err  error
	flag string
}

// Error says what is wrong and what helps.
func (h helpable) Error() string { return h.err.Error() + ": try " + h.flag }

// helped is an error at the present line with the flag that helps.
func (r *csvReader) helped(found, expected, flag string) error {
	return helpable{r.bad(found, expected), flag}
}

// wordsAt asks for a file to be read again: these columns hold words, and not
// each of them was known to from its first cell.
type wordsAt struct{ words []bool }

// Error is for nobody: whoever reads the file reads it again.
func (wordsAt) Error() string { return "columns of words have numbers first" }

// advised is the error of a file that can be read with other flags, with all
// that it takes; as it is where none of them helps.
func advised(ctx context.Context, path string, form textForm, h helpable) error {
	form.tried, form.OneHot = true, true
	switch {
	case h.flag == "--missing "+MissingDrop:
		form.Missing = MissingDrop
	case form.Missing == "":
		form.Missing = MissingMean
	}
	t, err := readTable(ctx, path, form, &meter{})
	if err != nil {
		return h
	}
	return fmt.Errorf("%w: %s reads it", h.err, strings.Join(t.needs(form), " "))
}

// needs are the flags that a table cannot be read without, or should not.
func (t *table) needs(form textForm) []string {
	var flags, drop []string
	encoded, d := false, Dataset{}
	for _, c := range t.columns {
		d.columns = append(d.columns, c.name)
		if c.full {
			drop = append(drop, "--without "+c.flag())
		} else if c.words != nil {
			encoded = true
		}
	}
	if t.gaps > 0 || form.Missing == MissingDrop {
		flags = append(flags, "--missing "+form.Missing)
	}
	if encoded {
		flags = append(flags, "--one-hot")
	}
	flags = append(flags, drop...)
	d.Train.X = t.x.CSR(t.x.Cols())
	if form.Standardize || d.scales() != "" {
		flags = append(flags, "--standardize")
	}
	return flags
}

// shellWord is a name as a shell takes it for one word.
func shellWord(s string) string {
	if s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./") == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
