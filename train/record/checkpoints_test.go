package record

import (
	"bytes"
	"math/rand/v2"
	"testing"
	"time"
)

// States of any size come back as they were written; of those that are kept no more
// nothing is left.
func TestStatesOfAnySize(t *testing.T) {
	rng := rand.NewChaCha8([32]byte{1})
	for _, size := range []int{1, partSize - 1, partSize, partSize + 1, 2 * partSize, 2*partSize + 1} {
		w := created(t)
		state := make([]byte, size)
		rng.Read(state)
		p := &plan{}
		p.add("INSERT INTO runs (id, name, recipe, method, family, seed, state, reason) VALUES (7, '', '', '', '', 0, '', '')")
		for number := range int64(3) {
			c := Checkpoint{Run: 7, Step: number, State: state}
			c.write(p, number+1, time.Now(), 0)
		}
		if err := w.store.commit(p); err != nil {
			t.Fatal(err)
		}
		r := readerOf(t, w.path)
		runs, err := r.Checkpoints()
		if err != nil || len(runs) != 1 || len(runs[0].Whole) != kept || len(runs[0].Damaged) > 0 {
			t.Fatalf("%d bytes: got %d runs (%v), %v", size, len(runs), err, runs[0].Damaged)
		}
		for i, c := range runs[0].Whole {
			if c.Step != int64(2-i) || !bytes.Equal(c.State, state) {
				t.Errorf("%d bytes: got another state of %d bytes", size, len(c.State))
			}
		}
		rows := 0
		if err := r.query(func(scan func(...any) error) error { return scan(&rows) }, "SELECT count(*) FROM parts"); err != nil || rows != kept*((size-1)/partSize) {
			t.Errorf("%d bytes: got %d rows of parts (%v)", size, rows, err)
		}
	}
}

// A state that is as large as any ever was is read where all of it is in one row, as
// it once was; one whose end is lost is damaged.
func TestStatesInOneRow(t *testing.T) {
	w := created(t)
	c := Checkpoint{Run: 7, Step: 5, State: bytes.Repeat([]byte("state "), partSize/4)}
	p := &plan{}
	p.add("INSERT INTO runs (id, name, recipe, method, family, seed, state, reason) VALUES (7, '', '', '', '', 0, '', '')")
	c.write(p, 1, time.Now(), 0)
	p.add("DELETE FROM parts")
	c.write(p, 2, time.Now(), 0)
	p.add("DELETE FROM parts WHERE number = 2")
	p.add("UPDATE checkpoints SET state = ? WHERE number = 1", c.State)
	if err := w.store.commit(p); err != nil {
		t.Fatal(err)
	}
	runs, err := readerOf(t, w.path).Checkpoints()
	if err != nil || len(runs) != 1 || len(runs[0].Whole) != 1 || len(runs[0].Damaged) != 1 {
		t.Fatalf("got %+v (%v), want a whole state and a damaged one", runs, err)
	}
	if got := runs[0].Whole[0]; !bytes.Equal(got.State, c.State) {
		t.Errorf("got another state of %d bytes", len(got.State))
	}
}
