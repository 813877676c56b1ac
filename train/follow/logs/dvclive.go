package logs

import (
	"cmp"
	"io/fs"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// DVCLive keeps a folder a run, with a table for each value: that of "train/loss"
// is plots/metrics/train/loss.tsv, whose columns are the time in milliseconds, where
// it is wanted, the step, and the value by the last part of its name. params.yaml
// has the parameters. A run that begins anew takes the tables away.
//
// Reference: DVCLive, src/dvclive/{live,plots/metric}.py.

var dvclive = Format{
	Name:  "dvclive",
	Title: "a folder of DVCLive",
	Find: func(d *Folder) []string {
		if !d.Has("plots") || !d.Has("metrics.json") && !d.Has("params.yaml") && filepath.Base(d.Path) != "dvclive" {
			return nil
		}
		if info, err := os.Stat(filepath.Join(d.Path, "plots", "metrics")); err != nil || !info.IsDir() {
			return nil
		}
		return []string{"."}
	},
	Open: func(path string) Follower {
		return &dvcliveFollower{path: path, parameters: parametersFile{path: filepath.Join(path, "params.yaml")}}
	},
	Inside: []string{"*"},
}

const (
	mostTables   = 5000
	deepestTable = 10 // folders
)

// dvcliveFollower follows the tables of a run.
type dvcliveFollower struct {
	path       string
	tables     map[string]*Tail // by the name of the value
	parameters parametersFile
}

// Follow reads on in every table.
func (d *dvcliveFollower) Follow(b *Batch) (more bool, err error) {
	f := b.Run("")
	names, err := d.names(f)
	if err != nil {
		return false, err
	}
	anew := d.gone(names)
	if !anew {
		more, anew, err = d.read(names, f)
	}
	if anew {
		// One of many was written anew: what was read of the others is void too,
		// since it goes by the same run.
		d.tables = nil
		f.Clear()
		more, _, err = d.read(names, f)
		f.Anew = true
	}
	f.Rows = alongside(f.Rows)
	d.parameters.read(f, f.Anew)
	return more, err
}

// gone says whether a table that was read is no longer there.
func (d *dvcliveFollower) gone(names []string) bool {
	for name := range d.tables {
		if _, found := slices.BinarySearch(names, name); !found {
			return true
		}
	}
	return false
}

// names are those of the values that have a table, sorted.
func (d *dvcliveFollower) names(f *Found) ([]string, error) {
	root := filepath.Join(d.path, "plots", "metrics")
	seen := map[string]bool{}
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			if path == root {
				return err
			}
			return nil
		}
		name, _ := filepath.Rel(root, path)
		switch {
		case e.IsDir() && strings.Count(name, string(filepath.Separator)) >= deepestTable:
			return fs.SkipDir
		case e.Type().IsRegular() && hasSuffix(name, ".tsv") && len(name) <= longestTag:
			if len(seen) >= mostTables {
				return fs.SkipAll
			}
			seen[filepath.ToSlash(strings.TrimSuffix(name, ".tsv"))] = true
		}
		return nil
	})
	return slices.Sorted(maps.Keys(seen)), err
}

// read reads on in the tables, each to its end or as far as it goes at once. One
// that was written anew ends it.
func (d *dvcliveFollower) read(names []string, f *Found) (more, anew bool, err error) {
	for _, name := range names {
		t := d.tables[name]
		if t == nil {
			t = NewTail(filepath.Join(d.path, "plots", "metrics", filepath.FromSlash(name)+".tsv"), func() Reader {
				return &csvReader{rename: name}
			})
			if d.tables == nil {
				d.tables = map[string]*Tail{}
			}
			d.tables[name] = t
		}
		goesOn, e := t.Read(f)
		if e != nil {
			err = e
		}
		more = more || goesOn
		if f.Anew {
			return more, true, err
		}
	}
	return more, false, err
}

// alongside puts the rows of many tables, of one value each, into the order of
// their steps, and what was logged at the same step into one. Where a table goes
// back, all is left as it is: the run began again, and order is what tells it.
func alongside(rows []Row) []Row {
	for i := 1; i < len(rows); i++ {
		if rows[i].Values[0].Tag == rows[i-1].Values[0].Tag && !(rows[i].Step > rows[i-1].Step) {
			return rows
		}
	}
	slices.SortStableFunc(rows, func(a, b Row) int { return cmp.Compare(a.Step, b.Step) })
	out := rows[:0]
	for from := 0; from < len(rows); {
		to := from + 1
		for to < len(rows) && rows[to].Step == rows[from].Step {
			to++
		}
		row := rows[from]
		row.Values = make([]Value, 0, to-from)
		for _, r := range rows[from:to] {
			row.Values = append(row.Values, r.Values...)
			if math.IsNaN(row.Time) {
				row.Time = r.Time
			}
		}
		out = append(out, row)
		from = to
	}
	return out
}

// Close has nothing to close: the tables are open only while they are read.
func (d *dvcliveFollower) Close() error { return nil }
