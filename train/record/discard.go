package record

import "fmt"

// Discard gives a record up of which nothing is to be kept, as of an experiment that
// could not begin, and removes its file.
func (w *Writer) Discard() error {
	w.writing.Lock()
	defer w.writing.Unlock()
	if w.store == nil {
		return nil
	}
	err := w.intact()
	if err == nil { // else another file may have the name
		err = w.store.close()
		removeRecord(w.path)
	} else {
		w.store.abandon()
	}
	w.store = nil
	w.lock.release()
	if err != nil {
		return fmt.Errorf("%s: %w", w.path, worded(err))
	}
	return nil
}
