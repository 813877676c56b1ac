package record

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"optwatch/train/view"
)

// Writer writes a record. Its methods may be called by any goroutine.
type Writer struct {
	// Every is how much of a run's time may be lost with the process: checkpoints
	// are so far apart, where nothing asks for one sooner. It is set before Follow;
	// 0 for ten seconds.
	Every time.Duration
	// Zero is where time begins in the record, of a source that moves its own
	// beginning, as where an older log is found. It is set before Follow; without it
	// time begins where the source says.
	Zero time.Time

	path string
	file os.FileInfo // that is written: another may come to have its name
	lock *lock
	past past

	writing  sync.Mutex // the store's; whoever has it may take mu
	store    *store
	counted  map[int]int // releases by run that the record has
	outcomes int64       // the highest number of one

	mu       sync.Mutex
	about    *description   // not written yet; nil for nothing
	notes    []note         // of commands, not written yet
	shown    *view.Snapshot // the latest of the source that is followed; nil before
	at       time.Time      // when that was
	commands int64          // so far
	trouble  string
	ended    bool // all runs that were seen last have, or had when it was last written
}

// description is what is known only once data is read.
type description struct{ name, data, digest string }

// past is what a record held when this process began to write it.
type past struct {
	events   int64             // the highest number of one
	commands int64             // likewise
	states   int64             // likewise, of checkpoints
	outcomes int64             // likewise
	columns  map[string]string // of axes by their keys; of those that are declared no longer, by the columns' names
	resumed  bool              // there was something
	finished bool              // all runs had ended
}

// Create begins a record in a new file, and holds it until it is closed: the
// error says who has it, or why it cannot be made.
func Create(path string, a About) (*Writer, error) { return createWith(path, a, nil) }

// createWith begins a record, each statement of which is first shown to before.
func createWith(path string, a About, before func(string) error) (*Writer, error) {
	l, err := hold(path)
	if err != nil {
		return nil, err
	}
	w, err := create(path, a, before)
	if err != nil {
		l.release()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	w.lock = l
	return w, nil
}

func create(path string, a About, before func(string) error) (*Writer, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if os.IsExist(err) {
		return nil, fmt.Errorf("is there already: choose another file, or go on with it by resuming")
	}
	if err != nil {
		return nil, err
	}
	f.Close()
	w, err := write(path, before, func(s *store) error { return s.commit(beginning(a)) })
	if err != nil {
		removeRecord(path)
		return nil, err
	}
	return w, nil
}

// removeRecord removes what is left of a record that could not be begun.
func removeRecord(path string) {
	for _, end := range []string{"", "-wal", "-shm", "-journal"} {
		os.Remove(path + end)
	}
}

// beginning makes the tables, and the row of the experiment.
func beginning(a About) *plan {
	p := &plan{durable: true}
	p.add(fmt.Sprintf("PRAGMA application_id=%d", application))
	p.add(fmt.Sprintf("PRAGMA user_version=%d", version))
	for _, create := range creations() {
		p.add(create)
	}
	configuration := string(a.Configuration)
	if configuration == "" {
		configuration = "null"
	}
	p.add(`INSERT INTO experiment (id, name, status, began, written, elapsed, program, kernels, architecture, host, data, data_digest, inexact, configuration, shown)
		VALUES (?, ?, 'running', ?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?, '{}')`,
		a.ID, a.Name, timeText(a.Began), timeText(time.Now()), a.Program, a.Kernels, a.Architecture, a.Host, a.Data, a.Digest, a.Inexact, configuration)
	return p
}

// writersCache is how much SQLite keeps of the file for the writer, in its units: 128 KiB. What
// is written is seldom looked at again, and SQLite would keep 2 MB, and take twice that.
const writersCache = "-128"

// creations are the statements that make the tables.
func creations() (all []string) {
	for text := range strings.SplitSeq(schema, ";\n") {
		if strings.TrimSpace(text) != "" {
			all = append(all, text)
		}
	}
	return all
}

// complete plans to make the tables that an older record lacks.
func complete(p *plan, s *store) error {
	lacks, err := missing(s.db)
	if err != nil {
		return err
	}
	for _, create := range creations() {
		_, after, _ := strings.Cut(create, "CREATE TABLE ")
		if name, _, _ := strings.Cut(after, " "); slices.Contains(lacks, name) {
			p.add(create)
		}
	}
	return nil
}

// timeText is a time as records tell it.
func timeText(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

// Reopen goes on with a record, which must not be held by another process.
func Reopen(path string) (*Writer, error) {
	l, err := hold(path)
	if err != nil {
		return nil, err
	}
	w, err := reopen(path)
	if err != nil {
		l.release()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	w.lock = l
	return w, nil
}

func reopen(path string) (*Writer, error) {
	if err := examine(path); err != nil {
		return nil, err
	}
	var before past
	w, err := write(path, nil, func(s *store) error {
		if err := check(s.db); err != nil {
			return err
		}
		if err := s.run(strings.Replace(outcomesTable, "CREATE TABLE", "CREATE TABLE IF NOT EXISTS", 1)); err != nil {
			return err
		}
		if err := before.read(s); err != nil {
			return err
		}
		p := &plan{durable: true}
		if err := complete(p, s); err != nil {
			return err
		}
		p.add("UPDATE experiment SET status = 'running', written = ?", timeText(time.Now()))
		return s.commit(p)
	})
	if err != nil {
		return nil, err
	}
	w.past, w.commands, w.outcomes, w.ended = before, before.commands, before.outcomes, before.finished
	return w, nil
}

// write opens a file for writing, begins with something, and makes it safe
// against the loss of the process. A panic of the driver, as a damaged file
// may cause, is an error.
func write(path string, before func(string) error, begin func(*store) error) (w *Writer, err error) {
	db, err := connect(path, "mode=rw", "_pragma=cache_size("+writersCache+")")
	if err != nil {
		return nil, err
	}
	s := &store{db: db, prepared: map[string]*sql.Stmt{}, before: before}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("is damaged: %v", p)
		} else if err != nil {
			db.Close()
		}
	}()
	if err := begin(s); err != nil {
		return nil, worded(err)
	}
	mode := ""
	if err := db.QueryRow("PRAGMA journal_mode=" + journal(path)).Scan(&mode); err != nil {
		return nil, worded(err)
	}
	if err := s.run("PRAGMA journal_size_limit=8388608"); err != nil {
		return nil, worded(err)
	}
	s.always = mode != "wal"
	if path, err = filepath.Abs(path); err != nil {
		return nil, err
	}
	file, err := os.Stat(path)
	return &Writer{path: path, file: file, store: s, counted: map[int]int{}}, err
}

// worded is an error in the words of explain, where it has some.
func worded(err error) error {
	if primary(err) != 0 {
		return fmt.Errorf("%s", explain(err))
	}
	return err
}

// read asks a record how far it has come.
func (b *past) read(s *store) error {
	b.resumed, b.columns = true, map[string]string{}
	for text, into := range map[string]any{
		"SELECT status = 'finished' FROM experiment":     &b.finished,
		"SELECT ifnull(max(number), 0) FROM events":      &b.events,
		"SELECT ifnull(max(number), 0) FROM commands":    &b.commands,
		"SELECT ifnull(max(number), 0) FROM checkpoints": &b.states,
		"SELECT ifnull(max(number), 0) FROM outcomes":    &b.outcomes,
	} {
		if err := s.db.QueryRow(text).Scan(into); err != nil {
			return err
		}
	}
	rows, err := s.db.Query(`SELECT name, name FROM pragma_table_info('points') WHERE name NOT IN (SELECT column FROM axes)
		UNION ALL SELECT key, column FROM axes`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var key, column string
		if err := rows.Scan(&key, &column); err != nil {
			return err
		}
		if !slices.Contains(fixed, strings.ToUpper(column)) {
			b.columns[key] = column
		}
	}
	return rows.Err()
}

// Describe says what is known only once the data is read.
func (w *Writer) Describe(name, data, digest string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.about = &description{name, data, digest}
}

// Inexact says that the experiment goes on under kernels other than those that
// it began with: what is written from here on is not to the bit what they would give.
func (w *Writer) Inexact(kernels, architecture string) error {
	w.writing.Lock()
	defer w.writing.Unlock()
	if w.store == nil {
		return errClosed
	}
	p := &plan{durable: true}
	p.add("UPDATE experiment SET inexact = 1, kernels = ?, architecture = ?", kernels, architecture)
	return worded(w.store.commit(p))
}

// Trouble says why what happens now may be lost; "" where it is not.
func (w *Writer) Trouble() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.trouble
}

// Close closes the record, as finished where all runs have ended and else as
// stopped, and gives it free.
func (w *Writer) Close() error {
	w.writing.Lock()
	defer w.writing.Unlock()
	if w.store == nil {
		return nil
	}
	err := w.intact()
	if err == nil { // else another file may have the name, and the log beside it is that one's
		err = w.store.commit(w.ending())
		if closed := w.store.close(); err == nil {
			err = closed
		}
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

// ending is what is written last.
func (w *Writer) ending() *plan {
	p := &plan{durable: true}
	w.describe(p)
	w.takeNotes(p, nil)
	w.mu.Lock()
	defer w.mu.Unlock()
	status := "stopped"
	if w.ended {
		status = "finished"
	}
	p.add("UPDATE experiment SET status = ?, written = ?", status, timeText(time.Now()))
	return p
}

// describe plans to write what is known of the data, if it is news.
func (w *Writer) describe(p *plan) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if d := w.about; d != nil {
		p.add("UPDATE experiment SET name = ?, data = ?, data_digest = ?", d.name, d.data, d.digest)
		p.after(func() { w.clearDescription(d) })
	}
}

func (w *Writer) clearDescription(d *description) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.about == d {
		w.about = nil
	}
}
