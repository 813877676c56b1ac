package record

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"optwatch/train/device"
)

// Summary is the record in a list.
func (r *Reader) Summary() (Summary, error) {
	c := new(contents)
	err := r.atOnce(func() error {
		if err := r.readSummary(c); err != nil {
			return err
		}
		return r.readRuns(c)
	})
	return c.Summary, err
}

// hubEnding is that of the folder of a federation over machines.
const hubEnding = ".hub"

// HubFolder is where a federation over machines keeps what belongs to a record:
// its key and those of its clients.
func HubFolder(path string) string { return beside(path, hubEnding) }

// belongings are the endings of all files of a record, itself the last.
var belongings = []string{".sock", ".log", hubEnding, ".db-shm", ".db-wal", ".db-journal", ".db"}

// sizeOf is the size of a record with what lies beside it.
func sizeOf(path string) int64 {
	var size int64
	for _, ending := range belongings {
		_ = filepath.WalkDir(beside(path, ending), func(_ string, d fs.DirEntry, err error) error {
			if err != nil {
				return fs.SkipAll
			}
			if info, err := d.Info(); err == nil && !d.IsDir() {
				size += info.Size()
			}
			return nil
		})
	}
	return size
}

// mostConfiguration is how much of a configuration is read, in bytes.
const mostConfiguration = 1 << 20

func (r *Reader) readSummary(c *contents) error {
	c.Path, c.Size = r.path, sizeOf(r.path)
	found := false
	err := r.query(func(scan func(...any) error) error {
		found = true
		var status, began, written, configuration string
		var elapsed real
		err := scan(&c.ID, &c.Name, &status, &began, &written, &c.Program, &c.Kernels, &c.Architecture, &c.Host, &c.Data, &c.Digest,
			&elapsed, &c.Inexact, &configuration)
		if err != nil {
			return err
		}
		c.Elapsed = instantOf(elapsed).at
		c.Configuration = json.RawMessage(configuration)
		if c.Status, err = statusOf(status); err != nil {
			return damaged("experiment.status", err)
		}
		if c.Began, err = parseTime(began); err != nil {
			return damaged("experiment.began", err)
		}
		if c.Written, err = parseTime(written); err != nil {
			return damaged("experiment.written", err)
		}
		return nil
	}, fmt.Sprintf("SELECT %s, elapsed, inexact, substr(configuration, 1, %d) FROM experiment LIMIT 1",
		cut("id", "name", "status", "began", "written", "program", "kernels", "architecture", "host", "data", "data_digest"), mostConfiguration))
	if err == nil && !found {
		err = fmt.Errorf("%s: is damaged: found no row in experiment", r.path)
	}
	if holder, held := Held(r.path); held {
		c.Status, c.Holder = Live, holder
	}
	return err
}

// statusOf is how a record stands that no process holds, by the word in it.
func statusOf(word string) (Status, error) {
	switch word {
	case "finished":
		return Finished, nil
	case "stopped":
		return Stopped, nil
	case "running":
		return Interrupted, nil
	}
	return Interrupted, fmt.Errorf("found %q, expected running, finished or stopped", device.Printable(word))
}

// parseTime reads a time; where none is written, it is not known.
func parseTime(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return time.Time{}, fmt.Errorf("found %q, expected a time such as %s", device.Printable(text), "2026-01-02T15:04:05Z")
	}
	return at, nil
}
