package publish

import (
	"errors"
	"fmt"
	"strings"
)

// Target is where the runs are written, and in what form.
type Target struct {
	Format string // tensorboard, jsonl or csv
	Dir    string
}

// formats are those that there are, in the order in which they are told.
var formats = []struct {
	name string
	open func(folder string) book
}{
	{"tensorboard", func(folder string) book { return &events{folder: folder} }},
	{"jsonl", func(folder string) book { return &table{folder: folder, form: jsonLines{}} }},
	{"csv", func(folder string) book { return &table{folder: folder, form: commas{}} }},
}

// Formats are the names of those that there are.
func Formats() []string {
	var names []string
	for _, f := range formats {
		names = append(names, f.name)
	}
	return names
}

// Parse reads a target as it is written on a command line, FORMAT:DIR.
func Parse(text string) (Target, error) {
	name, dir, found := strings.Cut(text, ":")
	for _, f := range formats {
		if f.name != name {
			continue
		}
		if !found || dir == "" {
			return Target{}, fmt.Errorf("%q names no folder; want %s:DIR", text, name)
		}
		return Target{name, dir}, nil
	}
	return Target{}, fmt.Errorf("%q: there is no format %q; want one of %s, as in csv:DIR", text, name, strings.Join(Formats(), ", "))
}

// ParseAll reads targets, of which no two may write the same files.
func ParseAll(texts []string) ([]Target, error) {
	var all []Target
	seen := map[Target]bool{}
	for _, text := range texts {
		t, err := Parse(text)
		if err != nil {
			return nil, err
		}
		if seen[t] {
			return nil, errors.New(t.String() + " is given twice")
		}
		seen[t] = true
		all = append(all, t)
	}
	return all, nil
}

// String is the target as it is written on a command line.
func (t Target) String() string { return t.Format + ":" + t.Dir }

// open is the log of a run in a folder of its own.
func (t Target) open(folder string) book {
	for _, f := range formats {
		if f.name == t.Format {
			return f.open(folder)
		}
	}
	panic("publish: no format " + t.Format)
}
