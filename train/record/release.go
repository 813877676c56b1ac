package record

import (
	"errors"
	"fmt"
)

// errClosed says that a record is written no more.
var errClosed = errors.New("the record is closed")

// Release notes that a private run is about to draw the noise of its count-th
// release, and returns once the disk has that. It waits for no run, so that a
// run may call it that is to be saved meanwhile.
func (w *Writer) Release(run, count int) error {
	w.writing.Lock()
	defer w.writing.Unlock()
	if w.store == nil {
		return errClosed
	}
	if w.counted[run] >= count {
		return nil
	}
	p := &plan{durable: true}
	p.add("INSERT INTO releases (run, count) VALUES (?, ?) ON CONFLICT (run) DO UPDATE SET count = max(count, excluded.count)", run, count)
	p.after(func() { w.counted[run] = count })
	if err := w.intact(); err != nil {
		return fmt.Errorf("a release cannot be recorded: %w", err)
	}
	if err := w.store.commit(p); err != nil {
		return fmt.Errorf("a release cannot be recorded: %s", explain(err))
	}
	return nil
}
