package record

import (
	"errors"
	"fmt"
	"os"
	"time"
)

// errDeleted says that what is written would be in a file that nobody can find.
var errDeleted = errors.New("the file of the record was deleted")

// intact says whether the file that is written still has its name, and is held by
// this process alone.
func (w *Writer) intact() error {
	there, err := os.Stat(w.path)
	if err != nil && !os.IsNotExist(err) {
		return nil // that it cannot be looked at does not mean that it cannot be written
	}
	if err != nil || !os.SameFile(w.file, there) {
		return errDeleted
	}
	return w.keep()
}

// retry is when to try again after something could not be written.
type retry struct {
	failures int
	until    time.Time
}

// Between the first tries there is half a second, and never more than this.
const (
	firstRetry   = 500 * time.Millisecond
	longestRetry = 30 * time.Second
)

func (r *retry) failed(now time.Time) {
	r.until = now.Add(min(longestRetry, firstRetry<<min(r.failures, 10)))
	r.failures++
}

// tell says what is wrong; "" for nothing.
func (w *Writer) tell(trouble string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.trouble = trouble
}

// clock is a time since the experiment began, as its screen tells it: 2:31.
func clock(d time.Duration) string {
	s := int(d.Seconds())
	if s >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	}
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}
