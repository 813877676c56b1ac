package record

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Folder is where records are kept, each with what belongs to it beside it:
//
//	ID.db     the record
//	ID.lock   held by the process that writes it; says who that is
//	ID.log    what that process prints, where it has no terminal
//	ID.hub/   what a federation over machines must not lose: its key, and its clients'
type Folder struct{ Path string }

// DefaultFolder is $OPTWATCH_STATE, else the folder "optwatch" of the user's
// state folder. It is made, for the user alone, where it is not there.
func DefaultFolder() (Folder, error) {
	path := os.Getenv("OPTWATCH_STATE")
	if path == "" {
		state := os.Getenv("XDG_STATE_HOME")
		if !filepath.IsAbs(state) { // the standard says that others are not to be looked at
			home, err := os.UserHomeDir()
			if err != nil {
				return Folder{}, fmt.Errorf("there is no folder for records: %w; set OPTWATCH_STATE to one", err)
			}
			state = filepath.Join(home, ".local", "state")
		}
		path = filepath.Join(state, "optwatch")
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return Folder{}, fmt.Errorf("there is no folder for records: %w", err)
	}
	if err := os.MkdirAll(path, 0o700); err != nil {
		return Folder{}, fmt.Errorf("there is no folder for records: %w", err)
	}
	return Folder{Path: path}, nil
}

// IDs are short, so that people can type them, and have no letters that look
// like others.
const (
	idLetters = "abcdefghjkmnpqrstuvwxyz23456789"
	idLength  = 5
	idTries   = 100
)

// newID is one of 28 million.
func newID() string {
	id := make([]byte, 0, idLength)
	for len(id) < idLength {
		var b [1]byte
		rand.Read(b[:])
		if i := int(b[0] & 31); i < len(idLetters) { // each as likely as any other
			id = append(id, idLetters[i])
		}
	}
	return string(id)
}

// New is a free ID and the path of its record.
func (f Folder) New() (id, path string, err error) {
	for range idTries {
		id = newID()
		path = f.File(id)
		taken, err := filepath.Glob(filepath.Join(globbed(f.Path), id+".*"))
		if err != nil {
			return "", "", err
		}
		if len(taken) == 0 {
			return id, path, nil
		}
	}
	return "", "", fmt.Errorf("%s: is full of records: remove some of them", f.Path)
}

// globbed is a path as a pattern for itself alone.
func globbed(path string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}

// ids are those of the records in the folder, in the order of the alphabet.
func (f Folder) ids() ([]string, error) {
	files, err := os.ReadDir(f.Path)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, file := range files {
		if id, is := strings.CutSuffix(file.Name(), ".db"); is && id != "" && !file.IsDir() {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// File is the path of the record of an ID.
func (f Folder) File(id string) string { return filepath.Join(f.Path, id+".db") }

// Log is where the process that trains it says what goes wrong.
func (f Folder) Log(id string) string { return filepath.Join(f.Path, id+".log") }

// Find is the path of the record of an ID, of an unambiguous beginning of one,
// or of a file; "" finds the only live one. The error says what there is.
func (f Folder) Find(idOrFile string) (string, error) {
	if strings.ContainsRune(idOrFile, filepath.Separator) || strings.HasSuffix(idOrFile, ".db") {
		return existing(idOrFile)
	}
	ids, err := f.ids()
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return "", err
	}
	if idOrFile == "" {
		return f.onlyLive(ids)
	}
	var found []string
	for _, id := range ids {
		if id == idOrFile {
			return f.File(id), nil
		}
		if strings.HasPrefix(id, idOrFile) {
			found = append(found, id)
		}
	}
	switch len(found) {
	case 1:
		return f.File(found[0]), nil
	case 0:
		if path, err := existing(idOrFile); err == nil {
			return path, nil
		}
		return "", fmt.Errorf("found no record %q in %s: %s", idOrFile, f.Path, listed(ids))
	}
	return "", fmt.Errorf("%q may be any of %d records: %s", idOrFile, len(found), listed(found))
}

// ErrNoneLive says that no process writes a record of the folder.
var ErrNoneLive = errors.New("nothing runs now")

// onlyLive is the path of the record that a process writes, where there is just one.
func (f Folder) onlyLive(ids []string) (string, error) {
	var live []string
	for _, id := range ids {
		if _, held := Held(f.File(id)); held {
			live = append(live, id)
		}
	}
	switch len(live) {
	case 1:
		return f.File(live[0]), nil
	case 0:
		return "", fmt.Errorf("%w; records in %s: %s", ErrNoneLive, f.Path, listed(ids))
	}
	return "", fmt.Errorf("%d experiments run: say which, of %s", len(live), listed(live))
}

// existing is the path of a file that is there.
func existing(path string) (string, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return "", err
	case !info.Mode().IsRegular():
		return "", fmt.Errorf("%s: found no file; expected a record", path)
	}
	return path, nil
}

// mostNamed is how many records an error names.
const mostNamed = 12

// listed are some IDs in a text.
func listed(ids []string) string {
	switch more := len(ids) - mostNamed; {
	case len(ids) == 0:
		return "there are none"
	case more > 0:
		return fmt.Sprintf("%s and %d more", strings.Join(ids[:mostNamed], ", "), more)
	}
	return strings.Join(ids, ", ")
}
