package record

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"optwatch/train/view"
)

var someone = About{ID: "abc23", Name: "a test", Configuration: []byte(`{"runs":["sgd"]}`), Program: "1", Kernels: "generic", Architecture: "any", Host: "here"}

// created is the writer of a new record, which is closed at the end of the test.
func created(t *testing.T) *Writer {
	t.Helper()
	w, err := Create(filepath.Join(t.TempDir(), "abc23.db"), someone)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.Close() })
	return w
}

// saves makes checkpoints of a hostile source's runs.
func (h *hostile) save(run int) (Checkpoint, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return Checkpoint{Run: run, Step: h.step, Evaluations: 3 * h.step, Parameters: fmt.Sprint("p", h.step), State: fmt.Appendf(nil, "run %d at %d", run, h.step)}, nil
}

// readerOf is the record, for queries.
func readerOf(t *testing.T, path string) *Reader {
	t.Helper()
	r, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

// checkCurves compares the series and marks of a record with those of a snapshot.
func checkCurves(t *testing.T, r *Reader, s *view.Snapshot) {
	t.Helper()
	columns := map[string]string{}
	err := r.query(func(scan func(...any) error) error {
		var key, column string
		err := scan(&key, &column)
		columns[key] = column
		return err
	}, "SELECT key, column FROM axes")
	if err != nil {
		t.Fatal(err)
	}
	for i := range s.Runs {
		run := &s.Runs[i]
		seen := map[string]bool{}
		for k := range run.Series {
			sr := &run.Series[k]
			if seen[sr.Metric] {
				continue
			}
			seen[sr.Metric] = true
			table := "points"
			if m := s.Metric(sr.Metric); m != nil && m.Behind != "" {
				table = "trace"
			}
			where := fmt.Sprintf("FROM %s WHERE run = %d AND metric = ? ORDER BY number", table, run.ID)
			checkColumn(t, r, "value", where, sr.Metric, len(sr.Values), sr.Values)
			checkColumn(t, r, "low", where, sr.Metric, len(sr.Values), sr.Low)
			checkColumn(t, r, "high", where, sr.Metric, len(sr.Values), sr.High)
			for a, axis := range s.Axes {
				checkColumn(t, r, quoted(columns[axis.Key]), where, sr.Metric, len(sr.Values), sr.On(a))
			}
		}
	}
}

// checkColumn compares a column with a list, beyond whose end there is nothing.
func checkColumn(t *testing.T, r *Reader, column, where, metric string, n int, want []float64) {
	t.Helper()
	var got []float64
	err := r.query(func(scan func(...any) error) error {
		var v sql.NullFloat64
		err := scan(&v)
		if !v.Valid {
			v.Float64 = math.NaN()
		}
		got = append(got, v.Float64)
		return err
	}, "SELECT "+column+" "+where, metric)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != n {
		t.Fatalf("%s of %q: got %d values, want %d", column, metric, len(got), n)
	}
	for i := range got {
		if !sameBits(got[i], at(want, i)) {
			t.Fatalf("%s of %q: value %d is %v, want %v", column, metric, i, got[i], at(want, i))
		}
	}
}

// count is what a query counts.
func count(t *testing.T, r *Reader, text string, args ...any) int {
	t.Helper()
	n := 0
	if err := r.query(func(scan func(...any) error) error { return scan(&n) }, text, args...); err != nil {
		t.Fatal(err)
	}
	return n
}

// text is what a query tells.
func text(t *testing.T, r *Reader, query string, args ...any) string {
	t.Helper()
	var s sql.NullString
	if err := r.query(func(scan func(...any) error) error { return scan(&s) }, query, args...); err != nil {
		t.Fatal(err)
	}
	return s.String
}

// Whatever a source shows is read as it was written, at any time and at the end.
func TestWriteAndRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, h := created(t), newHostile()
		ctx, cancel := context.WithCancel(t.Context())
		over := make(chan struct{})
		go func() {
			defer close(over)
			w.Follow(ctx, h, h.save)
		}()
		for n := range 120 {
			h.goOn(500 * time.Millisecond)
			switch n {
			case 20: // a run goes back to its beginning
				h.change(func(s *view.Snapshot) {
					r := &s.Runs[1]
					r.Series, r.Generation = nil, s.Generation+1
					r.Marks = append(r.Marks[:len(r.Marks):len(r.Marks)], view.Mark{Kind: view.EventRestart, Places: []float64{0, nan}, Text: "again"})
					h.event(1, view.EventRestart, "again", 0)
				})
			case 40: // an axis more, and a metric less
				h.change(func(s *view.Snapshot) {
					s.Axes = append(s.Axes[:len(s.Axes):len(s.Axes)], view.Axis{Key: "late"})
					s.Runs[0].Series, s.Runs[0].Generation = s.Runs[0].Series[1:], s.Generation+1
				})
			case 60: // a curve is thinned
				h.change(func(s *view.Snapshot) {
					r := &s.Runs[2]
					r.Series, r.Generation = append([]view.Series(nil), r.Series...), s.Generation+1
					sr := &r.Series[0]
					sr.Values = append([]float64{sr.Values[0]}, sr.Values[10:]...)
				})
			}
			time.Sleep(500 * time.Millisecond)
			if n%17 == 0 {
				synctest.Wait()
				r := readerOf(t, w.path)
				checkCurves(t, r, h.Snapshot())
				r.Close()
			}
		}
		cancel()
		<-over
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		r := readerOf(t, w.path)
		defer r.Close()
		checkCurves(t, r, h.Snapshot())
		if got := text(t, r, "SELECT group_concat(text, '|') FROM marks"); got != "again" {
			t.Errorf("marks: got %q, want the one restart", got)
		}
		if got, want := count(t, r, "SELECT count(*) FROM events"), len(h.Snapshot().Events); got != want {
			t.Errorf("got %d events, want %d", got, want)
		}
		if got := text(t, r, "SELECT status FROM experiment"); got != "stopped" {
			t.Errorf("status: got %q, want stopped", got)
		}
		if got, want := text(t, r, "SELECT seed FROM runs WHERE id = 7"), "-2"; got != want {
			t.Errorf("seed: got %s, want %s", got, want)
		}
		checkKept(t, r, h)
		if left, _ := filepath.Glob(filepath.Join(filepath.Dir(w.path), "*")); len(left) != 1 {
			t.Errorf("a closed record is one file, found %q", left)
		}
	})
}

// checkKept checks that the last two checkpoints of all runs are whole, and that
// the newest are of now.
func checkKept(t *testing.T, r *Reader, h *hostile) {
	t.Helper()
	runs, err := r.Checkpoints()
	if err != nil {
		t.Fatal(err)
	}
	if len(runs) != len(h.snap.Runs) {
		t.Fatalf("got checkpoints of %d runs, want %d", len(runs), len(h.snap.Runs))
	}
	for _, k := range runs {
		if len(k.Whole) != 2 || len(k.Damaged) > 0 {
			t.Fatalf("%s: %d checkpoints are whole, want 2; damaged: %v", k.Name, len(k.Whole), k.Damaged)
		}
		want, _ := h.save(k.ID)
		if got := k.Whole[0]; fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: got %+v, want %+v", k.Name, got, want)
		}
	}
}

// Permissions are the user's alone.
func TestFilesArePrivate(t *testing.T) {
	w := created(t)
	if err := w.Release(1, 1); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{w.path, beside(w.path, ".lock"), w.path + "-wal"} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != 0o600 {
			t.Errorf("%s: got %v, want 0600", path, got)
		}
	}
}

func TestCreateRefuses(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "there.db")
	if err := os.WriteFile(path, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Create(path, someone); err == nil {
		t.Error("a file that is there was taken for a record to be made")
	}
	if got, _ := os.ReadFile(path); string(got) != "precious" {
		t.Errorf("it holds %q now", got)
	}
	if _, err := Create(filepath.Join(path, "below.db"), someone); err == nil {
		t.Error("a record was made below a file")
	}
	if _, err := Reopen(path); err == nil {
		t.Error("what is no record was reopened")
	}
	if _, held := Held(path); held {
		t.Error("a record that could not be made is held")
	}
	if _, err := Reopen(filepath.Join(folder, "none.db")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a record that is not there: got %v", err)
	}
}

// A driver that panicked may hold its own locks for ever: it is not asked again,
// by what would wait with it, and the record is given free.
func TestPanicOfTheDriver(t *testing.T) {
	w := created(t)
	asked := 0
	w.store.before = func(statement string) error {
		if asked++; strings.HasPrefix(statement, "INSERT") {
			panic("a page out of bounds")
		}
		return nil
	}
	for range 2 {
		if err := w.Release(0, 1); err == nil || !strings.Contains(err.Error(), "a page out of bounds") {
			t.Errorf("got %v", err)
		}
		if asked != 2 { // BEGIN and INSERT
			t.Errorf("%d statements were asked for, want 2", asked)
		}
	}
	if err := w.Close(); err == nil || asked != 2 {
		t.Errorf("closing: %v, %d statements", err, asked)
	}
	if _, held := Held(w.path); held {
		t.Error("it is still held")
	}
}
