package record

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"
)

// numbersOf are the outcomes of a record by run, in their order.
func numbersOf(t *testing.T, path string) string {
	t.Helper()
	r := open(t, path)
	all, err := r.Outcomes()
	if err != nil {
		t.Fatal(err)
	}
	text := ""
	for run := range 4 {
		for _, o := range all[run] {
			text += fmt.Sprintf("%d:%d=%s ", run, o.Number, o.What)
		}
	}
	return text
}

// What came of rounds is in the record once that is said, under numbers that rise
// over processes too, and no longer once both checkpoints of its run hold it.
func TestOutcomesAreKeptAsLongAsNeeded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "o.db")
	w, err := Create(path, About{ID: "o", Began: began})
	if err != nil {
		t.Fatal(err)
	}
	note := func(run int, want int64) {
		t.Helper()
		if got, err := w.Outcome(run, fmt.Appendf(nil, `{"n":%d}`, want)); err != nil || got != want {
			t.Errorf("got %d (%v), want %d", got, err, want)
		}
	}
	checkpoint := func(s *saver, run int, outcome int64) {
		t.Helper()
		s.arrived(saved{run: run, checkpoint: Checkpoint{Run: run, Outcome: outcome, State: []byte("state")}})
		p := &plan{}
		s.write(p, time.Now(), 0)
		w.writing.Lock()
		defer w.writing.Unlock()
		if err := w.store.commit(p); err != nil {
			t.Fatal(err)
		}
	}
	want := func(text string) {
		t.Helper()
		if got := numbersOf(t, path); got != text {
			t.Errorf("got  %s\nwant %s", got, text)
		}
	}
	for i := range int64(4) {
		note(int(i%2), i+1)
	}
	want(`0:1={"n":1} 0:3={"n":3} 1:2={"n":2} 1:4={"n":4} `)
	s := newSaver(func(int) (Checkpoint, error) { return Checkpoint{}, nil }, time.Second, 1)
	checkpoint(&s, 0, 1)
	want(`0:1={"n":1} 0:3={"n":3} 1:2={"n":2} 1:4={"n":4} `) // the checkpoint before may need it
	checkpoint(&s, 0, 3)
	want(`0:3={"n":3} 1:2={"n":2} 1:4={"n":4} `)
	checkpoint(&s, 1, 4)
	checkpoint(&s, 1, 4)
	want(`0:3={"n":3} 1:4={"n":4} `) // the newest of all stays: no number is used again
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Outcome(0, nil); err == nil {
		t.Error("a record that is closed takes an outcome")
	}

	if w, err = Reopen(path); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.Close() })
	note(2, 5)
	want(`0:3={"n":3} 1:4={"n":4} 2:5={"n":5} `)
}

// A record from before there were outcomes has none, and takes them once it is gone on with.
func TestRecordWithoutOutcomes(t *testing.T) {
	path := handmade(t)
	db := openSQL(t, path)
	if _, err := db.Exec("DROP TABLE outcomes"); err != nil {
		t.Fatal(err)
	}
	db.Close()
	if got := numbersOf(t, path); got != "" {
		t.Errorf("got %s", got)
	}
	w, err := Reopen(path)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if n, err := w.Outcome(1, []byte("{}")); n != 1 || err != nil {
		t.Errorf("got %d (%v)", n, err)
	}
	if got := numbersOf(t, path); got != "1:1={} " {
		t.Errorf("got %s", got)
	}
}
