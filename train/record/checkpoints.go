package record

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"
)

// sum is the SHA-256 of a checkpoint with all that says what it is of, so that
// one of another run, or of an earlier step, is not taken for it.
func (c *Checkpoint) sum(number int64) string {
	h := sha256.New()
	fmt.Fprintf(h, "%d %d %d %d %s\n", c.Run, number, c.Step, c.Evaluations, c.Parameters)
	h.Write(c.State)
	return hex.EncodeToString(h.Sum(nil))
}

// partSize is how much of a state a row has. SQLite makes two copies of a row that it
// writes, beside the state itself, which may be most of what there is in memory.
const partSize = 4 << 20

// write plans to write a checkpoint, and to keep no more than the last ones.
func (c *Checkpoint) write(p *plan, number int64, now time.Time, elapsed time.Duration) {
	parts := slices.Collect(slices.Chunk(c.State, partSize))
	first := c.State
	if len(parts) > 1 {
		first = parts[0]
	}
	p.add("INSERT INTO checkpoints (run, number, at, elapsed, step, evaluations, parameters, sha256, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
		c.Run, number, timeText(now), elapsed.Seconds(), c.Step, c.Evaluations, c.Parameters, c.sum(number), first)
	for i := 1; i < len(parts); i++ {
		p.add("INSERT INTO parts (run, number, part, state) VALUES (?, ?, ?, ?)", c.Run, number, i, parts[i])
	}
	p.add("DELETE FROM checkpoints WHERE run = ?1 AND number NOT IN (SELECT number FROM checkpoints WHERE run = ?1 ORDER BY number DESC LIMIT ?2)", c.Run, kept)
	p.add("DELETE FROM parts WHERE run = ?1 AND number NOT IN (SELECT number FROM checkpoints WHERE run = ?1)", c.Run)
	p.add("UPDATE runs SET parameters = ? WHERE id = ?", c.Parameters, c.Run)
}

// Kept are the checkpoints of a run.
type Kept struct {
	RunSummary
	Whole   []Checkpoint // those whose SHA-256 is right, the newest first
	Damaged []error      // of the others
}

// Checkpoints are those of all runs, in the order of the runs. A run whose
// newest one is damaged has its error in Damaged.
func (r *Reader) Checkpoints() ([]Kept, error) {
	var runs []Kept
	at := map[int]int{}
	err := r.query(func(scan func(...any) error) error {
		var k Kept
		if err := scan(&k.ID, &k.Name, &k.Recipe, &k.State, &k.Reason); err != nil {
			return err
		}
		at[k.ID] = len(runs)
		runs = append(runs, k)
		return nil
	}, "SELECT id, name, recipe, state, reason FROM runs ORDER BY id")
	if err != nil {
		return nil, err
	}
	type entry struct {
		run    int
		number int64
	}
	var entries []entry
	err = r.query(func(scan func(...any) error) error {
		var e entry
		err := scan(&e.run, &e.number)
		entries = append(entries, e)
		return err
	}, "SELECT run, number FROM checkpoints ORDER BY run, number DESC")
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		i, known := at[e.run]
		if !known {
			return nil, fmt.Errorf("%s: is damaged: found a checkpoint of run %d; expected one of the runs that are listed", r.path, e.run)
		}
		c, err := r.checkpoint(e.run, e.number)
		if err != nil {
			runs[i].Damaged = append(runs[i].Damaged, fmt.Errorf("checkpoint %d of %q: %w", e.number, runs[i].Name, err))
			continue
		}
		runs[i].Whole = append(runs[i].Whole, c)
	}
	return runs, nil
}

// checkpoint is one of them, if it is whole.
func (r *Reader) checkpoint(run int, number int64) (c Checkpoint, err error) {
	found, sum := false, ""
	err = r.query(func(scan func(...any) error) error {
		found = true
		return scan(&c.Run, &c.Step, &c.Evaluations, &c.Parameters, &sum, &c.State)
	}, "SELECT run, step, evaluations, parameters, sha256, state FROM checkpoints WHERE run = ? AND number = ?", run, number)
	if err == nil && len(c.State) == partSize {
		err = r.readParts(&c, number)
	}
	switch {
	case err != nil:
		return c, err
	case !found:
		return c, fmt.Errorf("%s: is damaged: found it in the list alone", r.path)
	}
	if got := c.sum(number); got != sum {
		return c, fmt.Errorf("%s: is damaged: found SHA-256 %.8s…; expected %.8q…", r.path, got, sum)
	}
	return c, nil
}

// readParts reads what follows the beginning of a state.
func (r *Reader) readParts(c *Checkpoint, number int64) error {
	if there, err := r.has("parts"); err != nil || !there {
		return err
	}
	parts := [][]byte{c.State}
	err := r.query(func(scan func(...any) error) error {
		var part []byte
		err := scan(&part)
		parts = append(parts, part)
		return err
	}, "SELECT state FROM parts WHERE run = ? AND number = ? ORDER BY part", c.Run, number)
	c.State = slices.Concat(parts...)
	return err
}

// Releases are how many noisy sums each private run may have released.
func (r *Reader) Releases() (map[int]int, error) {
	counts := map[int]int{}
	err := r.query(func(scan func(...any) error) error {
		var run, count int
		if err := scan(&run, &count); err != nil {
			return err
		}
		counts[run] = count
		return nil
	}, "SELECT run, count FROM releases")
	return counts, err
}
