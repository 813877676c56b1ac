package follow

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"optwatch/train/follow/logs"
)

// The bounds of a walk: a folder may be a whole file system, or be made to keep
// whoever looks busy.
const (
	mostDepth   = 12
	mostEntries = 200_000 // of all folders
	mostOfOne   = 20_000  // of one folder
	mostLogs    = 2_000
)

// located is a log that was found.
type located struct {
	path   string
	format *logs.Format
}

// walk is what was seen on a walk through folders.
type walk struct {
	formats []logs.Format
	logs    []located
	entries int
	limits  []string               // what was not looked at, and why
	explain func(path, why string) // nil unless every entry is to be explained
	before  map[string]seenHead    // of files that the walk before looked into
	heads   map[string]seenHead    // of those that this one did
	kept    int                    // bytes of them
	visited map[string]bool        // paths of folders without links
}

func newWalk(formats []logs.Format) *walk {
	return &walk{formats: formats, heads: map[string]seenHead{}, visited: map[string]bool{}}
}

// skipped are folders in which no logs are looked for.
var skipped = []string{".git", ".hg", ".svn", "node_modules", "__pycache__", ".venv", "venv", "site-packages", ".cache", ".conda"}

// What is wrong with a named pipe, a socket or a device, and with a table of curves.
var (
	errNoFile = errors.New("is neither a folder nor a regular file")
	errExport = errors.New("is an export of optwatch: optwatch replay shows the record that it is of")
)

// root looks at what a user named, a file or a folder.
func (w *walk) root(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if info.IsDir() {
		w.folder(path, 0)
		return nil
	}
	if !info.Mode().IsRegular() {
		return &fs.PathError{Op: "read", Path: path, Err: errNoFile}
	}
	w.find(w.listed(filepath.Dir(path), []fs.DirEntry{fs.FileInfoToDirEntry(info)}))
	if w.explain == nil && logs.IsExport(info.Name(), w.head(path)) { // else it has been said
		return &fs.PathError{Op: "read", Path: path, Err: errExport}
	}
	return nil
}

// folder looks for logs in a folder and in those below.
func (w *walk) folder(at string, depth int) {
	real, err := filepath.EvalSymlinks(at)
	if err != nil || w.visited[real] {
		return
	}
	w.visited[real] = true
	entries, err := readDir(at)
	if err != nil {
		w.say(at, "cannot be read: "+reason(err))
		return
	}
	if len(entries) > mostOfOne {
		w.limit(at, "has more than 20,000 entries: only the first are looked at")
		entries = withUsual(at, entries[:mostOfOne])
	}
	if w.entries += len(entries); w.entries > mostEntries {
		w.limit(at, "more than 200,000 entries in all: the rest is not looked at")
		return
	}
	inside := w.find(w.listed(at, entries))
	for _, e := range usualFirst(entries) {
		below := filepath.Join(at, e.Name())
		switch {
		case !e.IsDir():
		case slices.Contains(skipped, e.Name()):
			w.say(below, "is not looked into: no logs are kept there")
		case slices.ContainsFunc(inside, func(pattern string) bool { is, _ := path.Match(pattern, e.Name()); return is }):
		case depth == mostDepth:
			w.limit(below, "lies too deep to be looked into")
		default:
			w.folder(below, depth+1)
		}
	}
}

// readDir is ReadDir, but no more than so many entries come into memory.
func readDir(path string) ([]fs.DirEntry, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	entries, err := f.ReadDir(mostOfOne + 1)
	if err == io.EOF {
		err = nil
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return cmp.Compare(a.Name(), b.Name()) })
	return entries, err
}

// listed is a folder as formats look at it.
func (w *walk) listed(path string, entries []fs.DirEntry) *logs.Folder {
	return &logs.Folder{
		Path: path, Entries: entries,
		Head: func(name string) []byte { return w.head(filepath.Join(path, name)) },
		Past: func(name string) []byte { return w.past(filepath.Join(path, name)) },
	}
}

// find notes the logs of a folder, each entry for the first format that has it. It
// gives the entries that belong to one.
func (w *walk) find(d *logs.Folder) (inside []string) {
	taken := map[string]bool{}
	for i := range w.formats {
		f := &w.formats[i]
		for _, name := range w.finds(f, d) {
			if taken[name] || len(w.logs) >= mostLogs {
				continue
			}
			taken[name] = true
			path := filepath.Join(d.Path, name)
			w.logs = append(w.logs, located{path, f})
			if w.explain != nil {
				w.explain(path, "is read as "+f.Title+skips(located{path, f}))
			}
			inside = append(inside, f.Inside...)
		}
	}
	if len(w.logs) >= mostLogs {
		w.limit(d.Path, "2,000 logs are found: others are not looked for")
	}
	if w.explain != nil {
		for _, e := range d.Entries {
			if !e.IsDir() && !taken[e.Name()] && !taken["."] {
				w.say(filepath.Join(d.Path, e.Name()), unread(e, w.head(filepath.Join(d.Path, e.Name()))))
			}
		}
	}
	return inside
}

// finds is what a format finds in a folder. A panic of it costs what it would have
// found there.
func (w *walk) finds(f *logs.Format, d *logs.Folder) (names []string) {
	defer func() {
		if p := recover(); p != nil {
			w.limit(d.Path, fmt.Sprintf("looking for %s failed: %v", f.Title, p))
		}
	}()
	return f.Find(d)
}

func (w *walk) say(path, why string) {
	if w.explain != nil {
		w.explain(path, why)
	}
}

func (w *walk) limit(path, why string) {
	w.say(path, why)
	if len(w.limits) < 8 {
		w.limits = append(w.limits, path+": "+why)
	}
}

// reason is an error without the path that it is about.
func reason(err error) string {
	if e, ok := err.(*fs.PathError); ok {
		return e.Err.Error()
	}
	return err.Error()
}

// usual are the names that trainers give their logs: they say nothing of the run.
var usual = []string{"events.jsonl", "metrics.csv", "metrics.jsonl", "results.csv", "progress.csv", "result.json", "trainer_log.jsonl", "main.log", "train.log", "log.txt", "log.csv", "log.jsonl", "mlflow.db"}

// named is what a log is called: its path from where it was looked for, without a
// name that says nothing.
func named(path string, roots []string) string {
	if slices.Contains(usual, filepath.Base(path)) {
		path = filepath.Dir(path)
	}
	name := path
	for _, root := range roots {
		if rel, err := filepath.Rel(root, path); err == nil && !strings.HasPrefix(rel, "..") && len(rel) < len(name) {
			name = rel
		}
	}
	if name == "." || name == "" {
		if abs, err := filepath.Abs(path); err == nil {
			name = filepath.Base(abs)
		}
	}
	return name
}
