package record

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"optwatch/train/device"
)

// Holder is the process that holds a record.
type Holder struct {
	PID    int    `json:"pid"`
	Host   string `json:"host"`
	Socket string `json:"socket"` // on which it can be reached; "" for none
}

// beside is the path of what belongs to a record: that of its lock for ".lock".
// Links are followed, so that a record has one lock by whatever name it goes.
func beside(path, ending string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	} else if folder, err := filepath.EvalSymlinks(filepath.Dir(path)); err == nil {
		path = filepath.Join(folder, filepath.Base(path))
	}
	return strings.TrimSuffix(path, ".db") + ending
}

// lock is the hold of a process on a record: the kernel's lock of a file beside
// it, which ends with the process however that ends.
type lock struct {
	file   *os.File
	socket string // that it tells
}

// Whoever only looks at a lock has it for an instant, so that it is worth trying again.
const (
	lockTries = 50
	lockPause = 10 * time.Millisecond
)

// hold takes the lock of the record of a path.
func hold(path string) (*lock, error) {
	name := beside(path, ".lock")
	for try := 0; ; try++ {
		f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|plainly, 0o600)
		switch {
		case errors.Is(err, fs.ErrNotExist): // the folder is missing in which the record was asked for
			return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
		case err != nil:
			return nil, fmt.Errorf("%s: its lock: %w", path, err)
		}
		got, err := flock(f, true)
		if err == nil && got && current(f, name) {
			l := &lock{file: f}
			if err := l.write(""); err != nil { // as on a full disk
				l.release()
				return nil, err
			}
			return l, nil
		}
		f.Close()
		switch {
		case err != nil:
			return nil, err
		case try < lockTries:
			time.Sleep(lockPause)
			continue
		}
		if h, held := Held(path); held {
			return nil, fmt.Errorf("%s: is being written by process %d on %q", path, h.PID, h.Host)
		}
		return nil, fmt.Errorf("%s: another process holds %s", path, name)
	}
}

// current says whether an open file is still the one of its name: whoever had
// the lock before may have removed it.
func current(f *os.File, name string) bool {
	mine, err := f.Stat()
	if err != nil {
		return false
	}
	there, err := os.Lstat(name)
	return err == nil && os.SameFile(mine, there)
}

// write writes down who holds the lock, and where that can be reached.
func (l *lock) write(socket string) error {
	host, _ := os.Hostname()
	text, err := json.Marshal(Holder{PID: os.Getpid(), Host: host, Socket: socket})
	if err != nil {
		return err
	}
	if err := l.file.Truncate(0); err != nil {
		return err
	}
	l.socket = socket
	_, err = l.file.WriteAt(text, 0)
	return err
}

// keep holds the record again where the file of the lock is gone, as when
// somebody has tidied its folder up: nobody could see any more that it is held.
// The error says who was faster, and writes the record now.
func (w *Writer) keep() error {
	if current(w.lock.file, w.lock.file.Name()) {
		return nil
	}
	again, err := hold(w.path)
	if err != nil {
		if _, held := Held(w.path); held {
			return err
		}
		return nil // it cannot be made, which keeps nobody from writing
	}
	_ = again.write(w.lock.socket)
	w.lock.file.Close()
	w.lock = again
	return nil
}

// release gives the lock up, and leaves nothing of it.
func (l *lock) release() {
	if current(l.file, l.file.Name()) {
		os.Remove(l.file.Name())
	}
	l.file.Close()
}

// holderLimit is how much is read of what a lock says, in bytes.
const holderLimit = 4096

// Held is who holds the record of a path, and whether anybody does: a lock of
// the kernel's that ends with the process decides, and no number of a process.
func Held(path string) (Holder, bool) {
	f, err := os.OpenFile(beside(path, ".lock"), os.O_RDONLY|plainly, 0)
	if err != nil {
		return Holder{}, false
	}
	defer f.Close()
	if free, err := flock(f, false); free || err != nil {
		return Holder{}, false
	}
	var h Holder
	text, err := io.ReadAll(io.LimitReader(f, holderLimit))
	if err != nil || json.Unmarshal(text, &h) != nil {
		return Holder{}, true // it is only just being written
	}
	h.Host = device.Printable(h.Host)
	return h, true
}

// Announce writes down where the process that holds the record can be reached.
func (w *Writer) Announce(socket string) error {
	w.writing.Lock()
	defer w.writing.Unlock()
	return w.lock.write(socket)
}
