package record

import (
	"bytes"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
)

// Reader reads a record. It changes nothing, and may be used while it is written.
type Reader struct {
	path   string
	db     *sql.DB
	broken error // the driver panicked, so that nothing more is asked of it
}

// Open opens a record for reading. The error says whether the file is no record,
// is of a later version, or is damaged.
func Open(path string) (*Reader, error) {
	if err := examine(path); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	var why error
	for _, how := range ways(path) {
		db, err := connect(path, how, "_pragma=query_only(1)")
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		r := &Reader{path: path, db: db}
		err = r.guarded(func() error { return check(db) })
		if err == nil {
			return r, nil
		}
		r.Close()
		if why == nil || primary(err) == 0 {
			why = err
		}
	}
	return nil, fmt.Errorf("%s: %s", path, explain(why))
}

// ways are the modes to try to open a record in. Reading alone does for nearly
// all. What a killed process left in the journal beside the file may have to
// be carried out or taken back first, which needs a folder that can be written.
// Where nobody writes the record and there is no journal, the file is all there is.
func ways(path string) []string {
	ways := []string{"mode=ro"}
	_, held := Held(path)
	if held {
		return ways
	}
	for _, end := range []string{"-wal", "-journal"} {
		if left, err := os.Stat(path + end); err == nil && left.Size() > 0 {
			return append(ways, "mode=rw")
		}
	}
	return append(ways, "immutable=1")
}

// What the header of every record holds, and where.
const (
	headerSize    = 100
	applicationAt = 68
)

var magic = []byte("SQLite format 3\x00")

// examine looks at the first bytes of a file, which are where they are however
// damaged the rest is.
func examine(path string) error {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		var of *os.PathError
		if errors.As(err, &of) {
			return of.Err
		}
		return err
	case !info.Mode().IsRegular():
		return errors.New("is no record: found no file")
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	var header [headerSize]byte
	switch n, err := io.ReadFull(f, header[:]); {
	case n == 0:
		return errors.New("is empty: the process that made it ended before it wrote anything")
	case err != nil || !bytes.HasPrefix(header[:], magic):
		return errors.New("is no record: found no database of SQLite's")
	}
	if id := binary.BigEndian.Uint32(header[applicationAt:]); id != application {
		return fmt.Errorf("is no record: found a database with application_id %#x; expected %#x", id, application)
	}
	return nil
}

// guarded calls the driver, whose panics on a damaged file are errors. Those
// leave it in an unknown state, so that it is not called again.
func (r *Reader) guarded(f func() error) (err error) {
	if r.broken != nil {
		return r.broken
	}
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			r.broken = fmt.Errorf("is damaged: %v", p)
			err = r.broken
		}
	}()
	return f()
}

// query calls f for each row of an answer.
func (r *Reader) query(f func(scan func(...any) error) error, text string, args ...any) error {
	err := r.guarded(func() error {
		rows, err := r.db.Query(text, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			if err := f(rows.Scan); err != nil {
				return err
			}
		}
		return rows.Err()
	})
	if primary(err) != 0 {
		return fmt.Errorf("%s: %s", r.path, explain(err))
	}
	if err != nil {
		return fmt.Errorf("%s: %w", r.path, err)
	}
	return nil
}

// Close closes the reader.
func (r *Reader) Close() error {
	if r.broken != nil {
		return nil // whatever it holds, it may hold for ever
	}
	return r.guarded(r.db.Close)
}
