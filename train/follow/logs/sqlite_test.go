package logs

import (
	"database/sql"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// writer is a database that a program writes, with a log (WAL) or without.
func writer(t *testing.T, path, journal string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(5000)&_pragma=synchronous(NORMAL)&_pragma=journal_mode("+journal+")")
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { db.Close() })
	return db
}

func exec(t *testing.T, db *sql.DB, query string, arguments ...any) {
	t.Helper()
	if _, err := db.Exec(query, arguments...); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

// follow follows until there is nothing new: twice, since a change is looked at
// twice.
func followOnce(t *testing.T, f Follower, b *Batch) {
	t.Helper()
	for more, quiet := true, 0; more || quiet < 2; {
		var err error
		if more, err = f.Follow(b); err != nil {
			t.Fatal(err)
		}
		if !more {
			quiet++
		}
	}
}

// beside names what lies in the folder of a file, with sizes.
func another(t *testing.T, path string) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, fmt.Sprintf("%s %d %v", e.Name(), info.Size(), info.ModTime()))
	}
	return out
}

// copyFile copies the file of one path to another.
func copyFile(t *testing.T, from, to string) {
	t.Helper()
	p, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, p, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

const oneMetric = "CREATE TABLE metrics (id INTEGER PRIMARY KEY AUTOINCREMENT, timestamp TEXT NOT NULL, run_name TEXT NOT NULL, step INTEGER NOT NULL, metrics TEXT NOT NULL)"

func addMetric(t *testing.T, db *sql.DB, run string, step int, metrics string) {
	t.Helper()
	exec(t, db, "INSERT INTO metrics (timestamp, run_name, step, metrics) VALUES ('2026-09-21T14:13:20+00:00', ?, ?, ?)", run, step, metrics)
}

// A database is read in whatever state its writer leaves it, and nothing beside it
// is made, removed or changed.
func TestDatabaseUntouched(t *testing.T) {
	for _, c := range []struct {
		name, journal string
		after         func(t *testing.T, db *sql.DB, path string) string
		rows          int
		note          string
	}{
		{"rollback journal, open", "DELETE", nil, 2, ""},
		{"log, open", "WAL", nil, 2, ""},
		{"log, closed", "WAL", func(t *testing.T, db *sql.DB, path string) string { db.Close(); return path }, 2, ""},
		{"log, killed", "WAL", func(t *testing.T, db *sql.DB, path string) string {
			to := filepath.Join(t.TempDir(), "b.db")
			for _, end := range []string{"", "-wal", "-shm"} {
				copyFile(t, path+end, to+end)
			}
			return to
		}, 2, ""},
		{"log, half copied", "WAL", func(t *testing.T, db *sql.DB, path string) string {
			exec(t, db, "PRAGMA wal_checkpoint(TRUNCATE)")
			addMetric(t, db, "a", 2, `{"loss": 3}`)
			to := filepath.Join(t.TempDir(), "b.db")
			for _, end := range []string{"", "-wal"} {
				copyFile(t, path+end, to+end)
			}
			return to
		}, 2, "what is in b.db-wal is not read: its -shm is missing"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "a.db")
			db := writer(t, path, c.journal)
			exec(t, db, oneMetric)
			addMetric(t, db, "a", 0, `{"loss": 1}`)
			addMetric(t, db, "a", 1, `{"loss": 2}`)
			if c.after != nil {
				path = c.after(t, db, path)
			}
			before := another(t, path)
			if got, want := trackio.Find(folderOf(t, filepath.Dir(path))), []string{filepath.Base(path)}; !slices.Equal(got, want) {
				t.Errorf("found %q, want %q", got, want)
			}
			var b Batch
			followOnce(t, trackio.Open(path), &b)
			if got := len(b.Run("a").Rows); got != c.rows {
				t.Errorf("%d rows, want %d", got, c.rows)
			}
			if got := b.Run("a").About.Note; got != c.note {
				t.Errorf("note %q, want %q", got, c.note)
			}
			if after := another(t, path); !slices.Equal(before, after) {
				t.Errorf("beside it there was\n%q\nand now is\n%q", before, after)
			}
		})
	}
}

// On a file system on which nothing can be written, it is read as well.
func TestDatabaseReadOnlyFolder(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.db")
	db := writer(t, path, "WAL")
	exec(t, db, oneMetric)
	addMetric(t, db, "a", 0, `{"loss": 1}`)
	for _, end := range []string{"", "-wal", "-shm"} {
		if err := os.Chmod(path+end, 0o400); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(dir, 0o500); err != nil {
		t.Fatal(err)
	}
	defer os.Chmod(dir, 0o700)
	var b Batch
	followOnce(t, trackio.Open(path), &b)
	if got := told(b.Run("a")); got != "0 - loss=1\n" {
		t.Errorf("it reads\n%s", got)
	}
}

// What is no log costs an error or nothing, and no format finds it.
func TestDatabaseHostile(t *testing.T) {
	bomb := "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT "
	for _, c := range []struct{ name, schema string }{
		{"other tables", "CREATE TABLE metrics (a, b); CREATE TABLE runs (c)"},
		{"a view", "CREATE VIEW metrics AS " + bomb + "x AS id, 'a' AS run_name, x AS step, '' AS timestamp, '{}' AS metrics, '' AS run_uuid, 'k' AS key, 1 AS value, 0 AS is_nan FROM n; CREATE VIEW runs AS SELECT 'a' AS run_uuid, 1 AS experiment_id, 'RUNNING' AS status"},
		{"a computed column", "CREATE TABLE metrics (run_name, step, timestamp, run_uuid, key, value, metrics GENERATED ALWAYS AS (hex(zeroblob(500000000))) VIRTUAL); CREATE TABLE x (y)"},
	} {
		dir := t.TempDir()
		path := filepath.Join(dir, "x.db")
		db := writer(t, path, "DELETE")
		exec(t, db, c.schema)
		db.Close()
		for _, format := range []Format{trackio, mlflowDatabase} {
			if got := format.Find(folderOf(t, dir)); len(got) != 0 {
				t.Errorf("%s: %s finds %q", c.name, format.Name, got)
			}
			var b Batch
			if _, err := format.Open(path).Follow(&b); err == nil && len(b.Names()) > 0 {
				t.Errorf("%s: %s reads %q", c.name, format.Name, b.Names())
			}
		}
	}
}

func TestDatabaseNone(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "x.db"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"empty.db": "", "text.db": strings.Repeat("no database ", 100), "short.db": "SQLite format 3\x00"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if got := trackio.Find(folderOf(t, dir)); len(got) != 0 {
		t.Errorf("found %q", got)
	}
	for name, want := range map[string]string{"x.db": "is no file", "empty.db": "has no table yet", "text.db": "is no SQLite database", "short.db": "has no table yet"} {
		var b Batch
		if _, err := trackio.Open(filepath.Join(dir, name)).Follow(&b); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
	if got := len(another(t, filepath.Join(dir, "x.db"))); got != 4 {
		t.Errorf("there are %d entries now", got)
	}
}

// A damaged database gives an error or what is whole of it, and comes to an end.
func TestDatabaseDamaged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	db := writer(t, path, "DELETE")
	exec(t, db, oneMetric)
	for i := range 2000 {
		if i%500 == 0 {
			exec(t, db, "INSERT INTO metrics (timestamp, run_name, step, metrics) WITH RECURSIVE n(x) AS (SELECT ? UNION ALL SELECT x + 1 FROM n LIMIT 500) SELECT '', 'a', x, '{\"loss\": 1}' FROM n", i)
		}
	}
	db.Close()
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	errors := 0
	for page := 1; page < len(whole)/4096; page += 3 {
		for _, with := range []byte{0x00, 0x05, 0xff} {
			bad := slices.Clone(whole)
			for i := range 64 {
				bad[page*4096+i] = with + byte(i%3)
			}
			if err := os.WriteFile(path, bad, 0o600); err != nil {
				t.Fatal(err)
			}
			var b Batch
			f := trackio.Open(path)
			for n := 0; n < 100; n++ {
				more, err := f.Follow(&b)
				if err != nil {
					errors++
				}
				if !more {
					break
				}
				if n == 99 {
					t.Errorf("page %d: it comes to no end", page)
				}
			}
		}
	}
	if errors == 0 {
		t.Error("no damage is told")
	}
	if err := os.WriteFile(path, whole[:len(whole)/2], 0o600); err != nil {
		t.Fatal(err)
	}
	var b Batch
	if _, err := trackio.Open(path).Follow(&b); err == nil || err.Error() != "the database is damaged" {
		t.Errorf("of half a database it says %v", err)
	}
}

// Another database in the place of one makes void what was found.
func TestDatabaseReplaced(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.db")
	for i, name := range []string{path, filepath.Join(dir, "b")} {
		db := writer(t, name, "DELETE")
		exec(t, db, oneMetric)
		addMetric(t, db, "a", i, fmt.Sprintf(`{"loss": %d}`, i))
		db.Close()
	}
	f := trackio.Open(path)
	var b Batch
	followOnce(t, f, &b)
	if got := told(b.Run("a")); got != "0 - loss=0\n" {
		t.Errorf("first it reads\n%s", got)
	}
	b.Clear()
	info, err := os.Stat(path) // as a copy would have its time
	if err == nil {
		err = os.Chtimes(filepath.Join(dir, "b"), info.ModTime(), info.ModTime())
	}
	if err == nil {
		err = os.Rename(filepath.Join(dir, "b"), path)
	}
	if err != nil {
		t.Fatal(err)
	}
	followOnce(t, f, &b)
	if got := b.Run("a"); told(got) != "1 - loss=1\n" || !got.Anew {
		t.Errorf("then it reads, anew being %t,\n%s", got.Anew, told(got))
	}
}

// What another connection writes while it is read comes in its order, whole.
func TestDatabaseLive(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	db := writer(t, path, "WAL")
	exec(t, db, oneMetric)
	const steps = 1000
	failed := make(chan error, 1)
	go func() {
		for i := range steps {
			if _, err := db.Exec("INSERT INTO metrics (timestamp, run_name, step, metrics) VALUES ('', 'a', ?, ?)", i, fmt.Sprintf(`{"loss": %d}`, i)); err != nil {
				failed <- err
				return
			}
		}
		failed <- nil
	}()
	f := trackio.Open(path)
	var b Batch
	looks := 0
	for going := true; going; looks++ {
		select {
		case err := <-failed:
			if err != nil {
				t.Fatal("the writer: ", err)
			}
			going = false
		default:
		}
		if _, err := f.Follow(&b); err != nil && looks > 0 {
			t.Log(err)
		}
	}
	followOnce(t, f, &b)
	rows := b.Run("a").Rows
	if len(rows) != steps {
		t.Fatalf("%d rows, want %d", len(rows), steps)
	}
	for i, r := range rows {
		if r.Step != float64(i) || r.Values[0].Number != float64(i) {
			t.Fatalf("row %d is of step %g with %v", i, r.Step, r.Values)
		}
	}
}

func TestCellNumber(t *testing.T) {
	for _, c := range []struct {
		cell any
		want float64
		ok   bool
	}{{int64(-3), -3, true}, {2.5, 2.5, true}, {true, 1, true}, {"3", 0, false}, {nil, 0, false}, {math.Inf(1), math.Inf(1), true}} {
		if got, ok := cellNumber(c.cell); got != c.want || ok != c.ok {
			t.Errorf("%v is %g, %t", c.cell, got, ok)
		}
	}
}
