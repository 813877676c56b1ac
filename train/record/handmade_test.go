package record

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"optwatch/train/view"
)

var began = time.Date(2026, 3, 4, 5, 6, 7, 800, time.UTC)

// handmade writes a record by SQL alone, as the schema describes it: an
// experiment of twenty seconds with two runs, of which the second begins at 8 s
// and is restarted at 12 s.
func handmade(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "hand2.db")
	db := openSQL(t, path)
	defer db.Close()
	write := func(text string, args ...any) {
		t.Helper()
		if _, err := db.Exec(text, args...); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
	}
	write("PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY")
	write(schema)
	write(fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d", application, version))
	write(`INSERT INTO experiment (id, name, status, began, written, elapsed, program, kernels, architecture, host, data, data_digest, inexact, configuration, shown)
		VALUES ('hand2', 'by hand', 'running', ?, ?, 20, 'v1', 'generic', 'amd64', 'box', 'digits', 'd1', 0, '{"seed":3}', ?)`,
		stamp(began), stamp(began.Add(20*time.Second)), encode(shown{Subject: view.Subject{Name: "digits"}, Headline: []string{"loss"}, Pace: "evals"}))
	for i, a := range []view.Axis{{Key: "evals", Title: "evaluations", Format: view.Count}, {Key: "seconds", Title: "seconds", Clock: true}} {
		write("INSERT INTO axes VALUES (?, ?, ?, ?, ?)", i, a.Key, a.Key, a.Title, encode(a))
		for _, table := range []string{"points", "trace", "marks"} {
			write("ALTER TABLE " + table + " ADD COLUMN " + a.Key + " REAL")
		}
	}
	for i, m := range []view.Metric{{Key: "loss", Title: "loss", Progress: view.Progress{Of: "certifying"}}, {Key: "batch", Behind: "loss"}, {Key: "size", Aside: true}} {
		write("INSERT INTO metrics VALUES (?, ?, ?, ?, ?)", i, m.Key, m.Title, m.Behind, encode(m))
	}
	for id, name := range []string{"sgd", "=adam\x1b"} {
		write("INSERT INTO runs VALUES (?, ?, ?, '', 'f', ?, 'budget', 'spent', NULL)", id, name, name+":lr=1", int64(-1-id))
		for k := range 7 {
			begins := 8 * float64(id)
			at := begins + 2*float64(k)
			value := any(1 / float64(k))
			if k == 3 {
				value = nil
			}
			write("INSERT INTO points (run, metric, number, value, evals, seconds) VALUES (?, 'loss', ?, ?, ?, ?)", id, k, value, 100*k, at)
			write("INSERT INTO trace (run, metric, number, value, low, high, evals, seconds) VALUES (?, 'batch', ?, 2, 1, 3, ?, ?)", id, k, 100*k, at)
		}
		for _, at := range []float64{0, 5, 12} {
			state := view.Running
			if at == 12 {
				state = view.Budget
			}
			r := view.Run{
				At: []float64{10 * at, at}, Settings: []view.Setting{{Key: "lr", Value: at}}, Method: name, Recipe: fmt.Sprint(at), Left: -1,
				Series:     []view.Series{{Metric: "loss", Last: at}, {Metric: "size", Last: 7}},
				Federation: &view.Federation{Round: int(at), Clients: []view.Client{{ID: 4, Classes: []int{1, 2}}}},
			}
			write("INSERT INTO moments VALUES (?, ?, ?, ?)", id, 8*float64(id)+at, wordOf(state), encode(momentOf(&r, []view.Axis{{Key: "evals"}, {Key: "seconds"}}, at == 0)))
		}
	}
	write("INSERT INTO marks (run, number, kind, text, evals, seconds) VALUES (1, 0, 'restart', 'begun again', 200, 12)")
	for i, at := range []float64{0, 8, 12.02, 19} {
		kind := []string{"start", "info", "restart", "end"}[i]
		write("INSERT INTO events VALUES (?, ?, 'sgd', ?, ?)", 11+i, at, kind, fmt.Sprintf("line %d", i))
	}
	write("INSERT INTO commands VALUES (1, ?, 11, 'ann', '=adam', 'restart', 'done')", stamp(began))
	for at := range 20 {
		write("INSERT INTO devices VALUES (?, ?)", at, fmt.Sprintf(`{"schema":1,"at":%q,"backend":"nvml","devices":[{"id":"GPU-a","state":"up","readings":{"busy":%d}}]}`, stamp(began.Add(time.Duration(at)*time.Second)), at))
	}
	return path
}

// openSQL opens a database as nothing but that.
func openSQL(t testing.TB, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	return db
}

// change changes a record.
func change(t testing.TB, path, text string, args ...any) {
	t.Helper()
	db := openSQL(t, path)
	defer db.Close()
	if _, err := db.Exec(text, args...); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
}

func open(t testing.TB, path string) *Reader {
	t.Helper()
	r, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

// hand is a clock that goes on when it is told to.
type hand struct{ time time.Time }

func (h *hand) now() time.Time { return h.time }

func (h *hand) pass(d time.Duration) { h.time = h.time.Add(d) }

func playing(t testing.TB, path string) (*Player, *hand) {
	t.Helper()
	h := &hand{time: began}
	p, err := open(t, path).player(h.now)
	if err != nil {
		t.Fatal(err)
	}
	return p, h
}

// seek is a player's snapshot at a moment.
func seek(t testing.TB, p *Player, seconds float64) *view.Snapshot {
	t.Helper()
	if err := p.Do(view.Command{Kind: view.Seek, Value: seconds}); err != nil {
		t.Fatal(err)
	}
	return p.Snapshot()
}
