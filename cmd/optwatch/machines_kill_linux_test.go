package main

import (
	"bytes"
	"encoding/binary"
	"os"
	"testing"
)

// killing are the runs of federations whose processes are killed: with variates
// that the coordinator keeps for its clients, with moments of the server's, and
// with cohorts that are drawn.
const killing = "scaffold:clients=3,partition=dirichlet,alpha=1,rounds=8,batch=16 fedavg+fedadam:clients=3,partition=iid,rounds=8,batch=16,fraction=0.7"

// A coordinator is killed right after the n-th transaction of its record, for each
// n that an undisturbed federation has, and resumed, and killed anew wherever it
// is by then. Meanwhile clients are killed at random moments and started anew by
// the same line, and the store of the embedded server is deleted. All come to the
// bits of one process. OPTWATCH_CHAOS=all takes every n, in many minutes; else
// some are taken. OPTWATCH_SEED repeats what was drawn.
func TestMachinesKilledAtAnyRecord(t *testing.T) {
	if raceEnabled {
		t.Skip("the processes would be those of the race detector, which are too slow to be killed often")
	}
	trials, lives := 4, 2
	if os.Getenv("OPTWATCH_CHAOS") == "all" {
		trials, lives = 1<<30, 4
	}
	seed := drawn(t)
	want := parameters(outcome(t, append([]string{"run", "--headless", "--data", "digits"}, recipeFlags(killing)...)...))

	whole := newFederation(t, killing, seed)
	if !whole.lives(-1) {
		t.Fatal("it was killed")
	}
	whole.ends(want)
	records := whole.commits.n
	if records < 18 { // each of 16 rounds writes what came of it, and there is a checkpoint at least
		t.Fatalf("%d transactions", records)
	}
	stride, kills := max(1, records/trials), [3]int{}
	for n := 1; n <= records; n += stride {
		f := newFederation(t, killing, seed+uint64(n))
		stop := f.disturb()
		killed := !f.lives(n)
		for life := 2; killed; life++ {
			kills[0]++
			if f.chance.IntN(2) == 0 {
				kills[2]++
				f.loseStore()
			}
			after := -1
			if life < lives {
				after = f.chance.IntN(12)
			}
			killed = !f.lives(after)
		}
		kills[1] += stop()
		f.ends(want)
		if t.Failed() {
			t.Fatalf("killed after transaction %d of %d:\n%s", n, records, f.said.String())
		}
	}
	t.Logf("%d transactions; %d kills of the coordinator, %d of clients, %d stores deleted: %v", records, kills[0], kills[1], kills[2], want)
}

// commits counts the transactions that a database gets, from outside, in its
// write-ahead log. A frame of it is a page with a header of 24 bytes, in which the
// size of the database is that of the last frame of a transaction, and 0 else; the
// log begins anew with other salt (https://www.sqlite.org/fileformat2.html#walformat).
type commits struct {
	path string
	head [32]byte // of the log
	at   int64    // of the next frame
	n    int
}

// look counts what is new.
func (c *commits) look() {
	f, err := os.Open(c.path)
	if err != nil { // there is none yet, or none any more
		return
	}
	defer f.Close()
	var head [32]byte
	if _, err := f.ReadAt(head[:], 0); err != nil {
		return
	}
	if head != c.head {
		c.head, c.at = head, int64(len(head))
	}
	page := int64(binary.BigEndian.Uint32(head[8:]))
	for frame := [24]byte{}; ; c.at += int64(len(frame)) + page {
		if _, err := f.ReadAt(frame[:], c.at); err != nil || !bytes.Equal(frame[8:16], head[16:24]) {
			return
		}
		if binary.BigEndian.Uint32(frame[4:]) != 0 {
			c.n++
		}
	}
}
