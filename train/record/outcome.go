package record

import "fmt"

// Outcome is what came of a round with clients on other machines.
type Outcome struct {
	Number int64 // the higher, the later
	What   []byte
}

// Outcome notes what came of a round of a run, and returns the number of that note
// once the disk has it. It waits for no run, as Release does.
func (w *Writer) Outcome(run int, what []byte) (int64, error) {
	w.writing.Lock()
	defer w.writing.Unlock()
	if w.store == nil {
		return 0, errClosed
	}
	number := w.outcomes + 1
	p := &plan{durable: true}
	p.add("INSERT INTO outcomes (number, run, outcome) VALUES (?, ?, ?)", number, run, string(what))
	p.after(func() { w.outcomes = number })
	if err := w.intact(); err != nil {
		return 0, fmt.Errorf("an outcome cannot be recorded: %w", err)
	}
	if err := w.store.commit(p); err != nil {
		return 0, fmt.Errorf("an outcome cannot be recorded: %s", explain(err))
	}
	return number, nil
}

// dropOutcomes plans to remove the outcomes that are in both checkpoints that are
// kept of a run, of which this is the newer. The newest of all stays, so that no
// number is used again.
func (s *saver) dropOutcomes(p *plan, c *Checkpoint) {
	st := s.standing(c.Run)
	if least := min(st.outcome, c.Outcome); least > 0 {
		p.add("DELETE FROM outcomes WHERE run = ? AND number <= ? AND number < (SELECT max(number) FROM outcomes)", c.Run, least)
	}
	p.after(func() { st.outcome = c.Outcome })
}

// Outcomes are those of each run that are there, in their order.
func (r *Reader) Outcomes() (map[int][]Outcome, error) {
	if there, err := r.has("outcomes"); err != nil || !there {
		return nil, err
	}
	out := map[int][]Outcome{}
	err := r.query(func(scan func(...any) error) error {
		var run int
		var o Outcome
		if err := scan(&run, &o.Number, &o.What); err != nil {
			return err
		}
		out[run] = append(out[run], o)
		return nil
	}, "SELECT run, number, outcome FROM outcomes ORDER BY number")
	return out, err
}
