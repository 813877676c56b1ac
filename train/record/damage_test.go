package record

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// bigState is a state that takes several pages of a file, told by its run and step.
func bigState(run int, step int64) []byte {
	return bytes.Repeat(fmt.Appendf(nil, "<%d %d>", run, step), 1500)
}

// closedRecord is the bytes of a record of a few checkpoints.
func closedRecord(t testing.TB) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "abc23.db")
	w, err := Create(path, someone)
	if err != nil {
		t.Fatal(err)
	}
	h := newHostile()
	f := newFollower(w, h, func(run int) (Checkpoint, error) {
		c, err := h.save(run)
		c.State = bigState(c.Run, c.Step)
		return c, err
	})
	for range 3 {
		h.goOn(time.Second)
		f.saves.start(f.look(), time.Now().Add(time.Hour), true)
		for f.saves.underway() > 0 {
			f.saves.arrived(<-f.saves.results)
		}
		if !f.record(f.look(), true) {
			t.Fatal(w.Trouble())
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// checkWholeOrError reads a file that may be damaged: a checkpoint that it hands
// out is one that was written.
func checkWholeOrError(t *testing.T, path, what string) (whole int) {
	t.Helper()
	r, err := Open(path)
	if err != nil {
		return 0
	}
	defer r.Close()
	r.Releases()
	runs, err := r.Checkpoints()
	if err != nil {
		return 0
	}
	for _, k := range runs {
		for _, c := range k.Whole {
			whole++
			if c.Run != k.ID || c.Step < 1 || c.Step > 3 || c.Evaluations != 3*c.Step || !bytes.Equal(c.State, bigState(c.Run, c.Step)) {
				t.Errorf("%s: run %d has the checkpoint %d %d %d of %d bytes, which nobody wrote", what, k.ID, c.Run, c.Step, c.Evaluations, len(c.State))
			}
		}
	}
	return whole
}

const pageSize = 4096

func TestCutAtEveryPage(t *testing.T) {
	text, path := closedRecord(t), filepath.Join(t.TempDir(), "cut.db")
	for size := 0; size <= len(text); size += pageSize {
		for _, more := range []int{0, 100} {
			if err := os.WriteFile(path, text[:min(len(text), size+more)], 0o600); err != nil {
				t.Fatal(err)
			}
			whole := checkWholeOrError(t, path, fmt.Sprintf("cut to %d bytes", size+more))
			if size == len(text) && whole != 6 {
				t.Errorf("%d checkpoints of the whole file are whole, want 6", whole)
			}
			reopenDamaged(t, path, text)
		}
	}
}

// reopenDamaged checks that nobody's panic comes of writing to a damaged record,
// and that its lock is given up.
func reopenDamaged(t *testing.T, path string, text []byte) {
	t.Helper()
	if w, err := Reopen(path); err == nil {
		h := newHostile()
		h.goOn(time.Hour)
		f := newFollower(w, h, nil)
		f.record(f.look(), true)
		w.Close()
	}
	if _, held := Held(path); held {
		t.Error("a damaged record is held by nobody")
	}
	removeRecord(path)
}

// The places are everywhere in the first pages, which say what is where, and a
// few of every other page.
func TestFlippedBytes(t *testing.T) {
	text, path := closedRecord(t), filepath.Join(t.TempDir(), "flipped.db")
	step, wholes := 499, 0
	if testing.Short() || raceEnabled {
		step = 1999
	}
	for at := 0; at < len(text); at += step {
		for _, bits := range []byte{0xff, 0x01} {
			flipped := bytes.Clone(text)
			flipped[at] ^= bits
			if err := os.WriteFile(path, flipped, 0o600); err != nil {
				t.Fatal(err)
			}
			wholes += checkWholeOrError(t, path, fmt.Sprintf("byte %d with %#x", at, bits))
			if at%(7*step) == 0 {
				reopenDamaged(t, path, text)
			}
		}
	}
	if wholes == 0 {
		t.Error("no checkpoint was ever whole")
	}
}

// A state whose bits changed is told of, and the one before is there.
func TestDamagedState(t *testing.T) {
	text, path := closedRecord(t), filepath.Join(t.TempDir(), "state.db")
	i := bytes.LastIndex(text, []byte("<7 3><7 3><7 3><7 3>"))
	if i < 0 {
		t.Fatal("the state is not in the file")
	}
	text[i+1] = '8'
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	r := readerOf(t, path)
	runs, err := r.Checkpoints()
	if err != nil {
		t.Fatal(err)
	}
	k := runs[1]
	if k.ID != 7 || len(k.Damaged) != 1 || len(k.Whole) != 1 || k.Whole[0].Step != 2 {
		t.Errorf("got %d whole and %v; want the newest damaged, and that of step 2", len(k.Whole), k.Damaged)
	}
}

func FuzzOpen(f *testing.F) {
	text := closedRecord(f)
	f.Add(text, 20, byte(1))
	f.Add(text[:pageSize*2], 0, byte(0))
	f.Add(text, 101, byte(0xff))
	f.Add([]byte("SQLite format 3\x00"), 0, byte(0))
	path := filepath.Join(f.TempDir(), "fuzzed.db")
	f.Fuzz(func(t *testing.T, text []byte, at int, bits byte) {
		text = bytes.Clone(text)
		if at >= 0 && at < len(text) {
			text[at] ^= bits
		}
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		checkWholeOrError(t, path, "fuzzed")
		removeRecord(path)
	})
}
