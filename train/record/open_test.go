package record

import (
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// altered is a record that somebody wrote some SQL into.
func altered(t *testing.T, statements ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "altered.db")
	if err := os.WriteFile(path, closedRecord(t), 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

// TestHoldNamesWhatFails: where the folder is missing, the record that was asked for; where
// its lock cannot be had, the lock too.
func TestHoldNamesWhatFails(t *testing.T) {
	folder := t.TempDir()
	none := filepath.Join(folder, "none", "a.db")
	if _, err := hold(none); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), none) || strings.Contains(err.Error(), ".lock") {
		t.Errorf("in no folder: %v", err)
	}
	path := filepath.Join(folder, "a.db")
	if err := os.Mkdir(beside(path, ".lock"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := hold(path); err == nil || !strings.HasPrefix(err.Error(), path+": its lock: ") || !strings.Contains(err.Error(), "a.lock") {
		t.Errorf("with a folder for a lock: %v", err)
	}
}

func TestOpenRefuses(t *testing.T) {
	folder := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for path, want := range map[string]string{
		file("empty", ""): "is empty",
		file("text", strings.Repeat("a log of something", 99)): "is no record",
		file("short", "SQLite format 3\x00"):                   "is no record",
		folder:                                                 "is no record: found no file",
		filepath.Join(folder, "none"):                          "no such file",
		altered(t, "PRAGMA application_id=7"):                  "application_id 0x7",
		altered(t, "PRAGMA user_version=9"):                    fmt.Sprintf("version 9; this program reads versions up to %d", version),
		altered(t, "PRAGMA user_version=0"):                    "version 0",
		altered(t, "DROP TABLE marks"):                         `no table "marks"`,
		altered(t, "DROP TABLE points", "CREATE VIEW points AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM n) SELECT x AS run FROM n"): `found the "view points"`,
		altered(t, "CREATE TRIGGER t AFTER UPDATE ON experiment BEGIN DELETE FROM checkpoints; END"):                                                  `found the "trigger t"`,
		altered(t, "ALTER TABLE checkpoints ADD COLUMN large AS (zeroblob(900000000))"):                                                               `column of "checkpoints" that is computed`,
	} {
		if r, err := Open(path); err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), path+": ") {
			t.Errorf("%s: got %v, want %q", path, err, want)
			if err == nil {
				r.Close()
			}
		}
		if _, err := Reopen(path); err == nil {
			t.Errorf("%s: was reopened", path)
		}
	}
}

// A name with what stands for something in the address of a file.
func TestOpenAnyName(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a ?mode=memory&x=%41#é'.db")
	w, err := Create(path, someone)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Release(1, 2); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r := readerOf(t, path)
	defer r.Close()
	if got, err := r.Releases(); err != nil || got[1] != 2 {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestFind(t *testing.T) {
	f := Folder{Path: t.TempDir()}
	if _, err := f.Find(""); err == nil || !strings.Contains(err.Error(), "nothing runs now") {
		t.Errorf("in an empty folder: %v", err)
	}
	for _, id := range []string{"abc23", "abd45", "xyz99"} {
		w, err := Create(f.File(id), About{ID: id})
		if err != nil {
			t.Fatal(err)
		}
		defer w.Close()
		if id == "abd45" {
			if _, err := f.Find(""); err == nil || !strings.Contains(err.Error(), "2 experiments run: say which, of abc23, abd45") {
				t.Errorf("two live ones: %v", err)
			}
			w.Close()
		} else if id == "xyz99" {
			w.Close()
		}
	}
	for find, want := range map[string]string{
		"": "abc23", "abc23": "abc23", "x": "xyz99", "abd": "abd45", f.File("xyz99"): "xyz99",
	} {
		if got, err := f.Find(find); err != nil || got != f.File(want) {
			t.Errorf("%q: got %s, %v; want %s", find, got, err, want)
		}
	}
	for find, want := range map[string]string{
		"ab": "may be any of 2 records: abc23, abd45", "q": `no record "q"`, "../x": "no such file", f.Path + "/": "found no file",
	} {
		if got, err := f.Find(find); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %s, %v; want %q", find, got, err, want)
		}
	}
}

func TestNew(t *testing.T) {
	f := Folder{Path: filepath.Join(t.TempDir(), "a[b*")}
	seen := map[string]bool{}
	for range 1000 {
		id, path, err := f.New()
		if err != nil || path != f.File(id) || len(id) != 5 || strings.Trim(id, idLetters) != "" {
			t.Fatalf("got %q, %s, %v", id, path, err)
		}
		seen[id] = true
	}
	if len(seen) < 990 {
		t.Errorf("of 1000 IDs %d are different", len(seen))
	}
}

func TestDefaultFolder(t *testing.T) {
	state := t.TempDir()
	t.Setenv("OPTWATCH_STATE", "")
	t.Setenv("XDG_STATE_HOME", state)
	f, err := DefaultFolder()
	if err != nil || f.Path != filepath.Join(state, "optwatch") {
		t.Errorf("got %v, %v", f, err)
	}
	if info, err := os.Stat(f.Path); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("it is %v, %v", info, err)
	}
	t.Setenv("OPTWATCH_STATE", filepath.Join(state, "own"))
	if f, err := DefaultFolder(); err != nil || f.Path != filepath.Join(state, "own") {
		t.Errorf("got %v, %v", f, err)
	}
	t.Setenv("OPTWATCH_STATE", "")
	t.Setenv("XDG_STATE_HOME", "relative")
	t.Setenv("HOME", "")
	if _, err := DefaultFolder(); err == nil || !strings.Contains(err.Error(), "OPTWATCH_STATE") {
		t.Errorf("without a home: %v", err)
	}
}
