package logs

import (
	"database/sql"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// trackioSchema is that of trackio 0.36, in trackio/sqlite_storage.py.
const trackioSchema = `
CREATE TABLE metrics (id INTEGER PRIMARY KEY AUTOINCREMENT, run_id TEXT, timestamp TEXT NOT NULL, run_name TEXT NOT NULL, step INTEGER NOT NULL, metrics TEXT NOT NULL, log_id TEXT, space_id TEXT);
CREATE TABLE configs (id INTEGER PRIMARY KEY AUTOINCREMENT, run_id TEXT, run_name TEXT NOT NULL, config TEXT NOT NULL, created_at TEXT NOT NULL);
CREATE TABLE system_metrics (id INTEGER PRIMARY KEY AUTOINCREMENT, run_id TEXT, timestamp TEXT NOT NULL, run_name TEXT NOT NULL, metrics TEXT NOT NULL, log_id TEXT, space_id TEXT);
CREATE TABLE alerts (id INTEGER PRIMARY KEY AUTOINCREMENT, run_id TEXT, timestamp TEXT NOT NULL, run_name TEXT NOT NULL, title TEXT NOT NULL, text TEXT, level TEXT NOT NULL DEFAULT 'warn', step INTEGER, alert_id TEXT);`

func trackioLog(t *testing.T, db *sql.DB, id, name, at string, step any, metrics string) {
	t.Helper()
	exec(t, db, "INSERT INTO metrics (run_id, timestamp, run_name, step, metrics) VALUES (?, ?, ?, ?, ?)", id, at, name, step, metrics)
}

func TestTrackio(t *testing.T) {
	path := filepath.Join(t.TempDir(), "project.db")
	db := writer(t, path, "WAL")
	exec(t, db, trackioSchema)
	exec(t, db, `INSERT INTO configs (run_id, run_name, config, created_at) VALUES ('id1', 'fox', '{"lr": 0.1, "model": {"name": "resnet", "depth": 18}, "_Username": "me", "sizes": [1, 2]}', '2026-09-21T14:13:20+00:00')`)
	trackioLog(t, db, "id1", "fox", "2026-09-21T14:13:20.500000+00:00", 0, `{"loss": 0.5, "acc": {"top1": 1}, "note": "text", "table": [1, 2]}`)
	trackioLog(t, db, "id2", "owl", "2026-09-21T16:13:21+02:00", 5, `{"loss": "NaN", "up": "Infinity", "down": "-Infinity"}`)
	trackioLog(t, db, "id3", "fox", "broken", 7, `{"loss": NaN}`)
	trackioLog(t, db, "id1", "fox", "2026-09-21T14:13:22+00:00", 1, `{"loss": `)
	exec(t, db, "INSERT INTO alerts (run_id, timestamp, run_name, title, text, level, step) VALUES ('id1', '', 'fox', 'Loss', 'is\nhigh', 'warn', 1)")

	f := trackio.Open(path)
	var b Batch
	followOnce(t, f, &b)
	if got, want := b.Names(), []string{"fox", "owl", "fox id3"}; !slices.Equal(got, want) {
		t.Fatalf("runs %q, want %q", got, want)
	}
	for name, want := range map[string]string{
		"fox": "0 - loss=0.5 acc.top1=1\n", "owl": "5 - loss=NaN up=+Inf down=-Inf\n", "fox id3": "7 - loss=NaN\n",
	} {
		if got := told(b.Run(name)); got != want {
			t.Errorf("%s: it reads\n%swant\n%s", name, got, want)
		}
	}
	fox := b.Run("fox")
	if got, want := fox.Config, []Parameter{{"lr", "0.1"}, {"model.name", "resnet"}, {"model.depth", "18"}, {"sizes", "[1, 2]"}}; !slices.Equal(got, want) {
		t.Errorf("config %q, want %q", got, want)
	}
	if got, want := fox.Lines, []string{"warn: Loss: is high"}; !slices.Equal(got, want) {
		t.Errorf("lines %q, want %q", got, want)
	}
	if fox.Bad != 1 || fox.Why != "row 4 of metrics in project.db is no JSON object" {
		t.Errorf("%d bad: %s", fox.Bad, fox.Why)
	}
	// 2026-09-21T14:13:20Z is 1790000000, as date -u has it.
	if got := fox.Rows[0].Time; got != 1790000000.5 {
		t.Errorf("time %f", got)
	}
	if got := b.Run("owl").Rows[0].Time; got != 1790000001 {
		t.Errorf("time with a zone %f", got)
	}
	if got := b.Run("fox id3").Rows[0].Time; got == got {
		t.Errorf("a time that is none is %f", got)
	}

	b.Clear()
	trackioLog(t, db, "id1", "fox", "", 1, `{"loss": 0.25}`)
	exec(t, db, `UPDATE configs SET config = '{"lr": 0.2}'`)
	followOnce(t, f, &b)
	fox = b.Run("fox")
	if got := told(fox); got != "1 - loss=0.25\n" {
		t.Errorf("then it reads\n%s", got)
	}
	if got, want := fox.Config, []Parameter{{"lr", "0.2"}}; !slices.Equal(got, want) {
		t.Errorf("then its config is %q", got)
	}
	if len(fox.Lines) != 0 || len(b.Run("owl").Rows) != 0 {
		t.Error("what was told is told again")
	}
}

// Runs that are deleted make void what was found.
func TestTrackioDeleted(t *testing.T) {
	path := filepath.Join(t.TempDir(), "p.db")
	db := writer(t, path, "WAL")
	exec(t, db, trackioSchema)
	trackioLog(t, db, "1", "a", "", 0, `{"loss": 1}`)
	trackioLog(t, db, "2", "b", "", 0, `{"loss": 2}`)
	f := trackio.Open(path)
	var b Batch
	followOnce(t, f, &b)
	b.Clear()
	exec(t, db, "DELETE FROM metrics WHERE run_name = 'b'")
	followOnce(t, f, &b)
	if got := b.Run("a"); told(got) != "0 - loss=1\n" || !got.Anew {
		t.Errorf("a is, anew being %t,\n%s", got.Anew, told(got))
	}
	if got := b.Run("b"); told(got) != "" || !got.Anew {
		t.Errorf("b is, anew being %t,\n%s", got.Anew, told(got))
	}
}

// Databases of the first versions know no run_id and no other table; some name the
// project in each row.
func TestTrackioOld(t *testing.T) {
	path := filepath.Join(t.TempDir(), "p.db")
	db := writer(t, path, "DELETE")
	exec(t, db, "CREATE TABLE metrics (id INTEGER PRIMARY KEY AUTOINCREMENT, timestamp TEXT NOT NULL, project_name TEXT NOT NULL, run_name TEXT NOT NULL, step INTEGER NOT NULL, metrics TEXT NOT NULL)")
	exec(t, db, `INSERT INTO metrics (timestamp, project_name, run_name, step, metrics) VALUES ('2026-09-21T14:13:20.5', 'p', 'a', 3, '{"loss": 0.5}')`)
	var b Batch
	followOnce(t, trackio.Open(path), &b)
	if got := told(b.Run("a")); got != "3 - loss=0.5\n" {
		t.Errorf("it reads\n%s", got)
	}
}

// A row that is too long is skipped, and is never in memory.
func TestTrackioLong(t *testing.T) {
	path := filepath.Join(t.TempDir(), "p.db")
	db := writer(t, path, "DELETE")
	exec(t, db, trackioSchema)
	trackioLog(t, db, "", "a", "", 0, `{"text": "`+strings.Repeat("x", 10<<20)+`"}`)
	trackioLog(t, db, "", "a", "", 1, `{"loss": 1}`)
	var b Batch
	followOnce(t, trackio.Open(path), &b)
	if got := b.Run("a"); told(got) != "1 - loss=1\n" || got.Bad != 1 {
		t.Errorf("%d bad, and\n%s", got.Bad, told(got))
	}
}

// More rows than are read at once come in turns.
func TestTrackioMany(t *testing.T) {
	path := filepath.Join(t.TempDir(), "p.db")
	db := writer(t, path, "DELETE")
	exec(t, db, trackioSchema)
	const n = 2*mostRows + 10
	exec(t, db, `INSERT INTO metrics (timestamp, run_name, step, metrics) WITH RECURSIVE n(x) AS (SELECT 0 UNION ALL SELECT x + 1 FROM n LIMIT ?) SELECT '', 'a', x, '{"loss": 1}' FROM n`, n)
	f := trackio.Open(path)
	var b Batch
	if more, err := f.Follow(&b); !more || err != nil {
		t.Errorf("at first: %t, %v", more, err)
	}
	followOnce(t, f, &b)
	if got := len(b.Run("a").Rows); got != n {
		t.Errorf("%d rows, want %d", got, n)
	}
}

func TestRunNames(t *testing.T) {
	var n runNames
	for _, c := range []struct{ key, name, want string }{
		{"0123456789", "a", "a"},
		{"abcdefghij", "a", "a abcdefgh"},
		{"abcdefghzz", "a", "a abcdefghzz"},
		{"0123456789", "a", "a"},
		{"xyz", "", "xyz"},
		{"", "", "1"},
	} {
		if got := n.name(c.key, c.name); got != c.want && c.key != "" {
			t.Errorf("%q %q is called %q, want %q", c.key, c.name, got, c.want)
		}
	}
}
