package record

import (
	"context"
	"database/sql"
	"fmt"
	"math"

	"modernc.org/sqlite"
)

// store is the connection that a record is written by. Whoever uses it has
// Writer.writing.
type store struct {
	db       *sql.DB
	prepared map[string]*sql.Stmt
	open     bool  // a transaction is
	durable  bool  // a commit returns once the disk has it
	broken   error // the driver panicked: what it holds, it may hold for ever, so that nothing more is asked of it
	always   bool  // so does every one: the file is kept by a rollback journal, which must not be left behind half-written
	// before is called with every statement, which fails with its error; tests
	// let disks be full by it, and processes end. It may be nil.
	before func(statement string) error
}

// statement is one to carry out, or where it has no words none.
type statement struct {
	text string
	args []any
}

// plan is a transaction: what is to be written, and what is true once it is.
type plan struct {
	statements []statement
	durable    bool
	then, undo []func()
}

func (p *plan) add(text string, args ...any) {
	p.statements = append(p.statements, statement{text, args})
}

// after says what is true once the plan has been carried out.
func (p *plan) after(f func()) { p.then = append(p.then, f) }

// otherwise says what is to be taken back where the plan could not be carried out.
func (p *plan) otherwise(f func()) { p.undo = append(p.undo, f) }

// commit carries a plan out, wholly or, with an error, not at all.
func (s *store) commit(p *plan) error {
	err := s.write(p)
	then := p.then
	if err != nil {
		then = p.undo
	}
	for _, f := range then {
		f()
	}
	return err
}

// write carries the statements out. A panic of the driver, as a file that somebody
// damaged meanwhile may cause, ends no training.
func (s *store) write(p *plan) (err error) {
	if s.broken != nil {
		return s.broken
	}
	defer func() {
		if panicked := recover(); panicked != nil {
			s.broken = fmt.Errorf("the record is damaged: %v", panicked)
			err = s.broken
		}
	}()
	if err := s.transact(p); err != nil {
		s.rollBack()
		return err
	}
	return nil
}

func (s *store) transact(p *plan) error {
	if err := s.synchronize(p.durable || s.always); err != nil {
		return err
	}
	if err := s.run("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	s.open = true
	for _, st := range p.statements {
		if err := s.exec(st); err != nil {
			return err
		}
	}
	if err := s.run("COMMIT"); err != nil {
		return err
	}
	s.open = false
	return nil
}

// rollBack takes back a transaction that came to no end. Where SQLite has done
// that by itself, as it does on a full disk, there is none and it is no error.
func (s *store) rollBack() {
	if s.open {
		s.db.Exec("ROLLBACK")
		s.open = false
	}
}

// synchronize sets whether a commit waits for the disk. It may be lost
// otherwise where the power fails, together with all that was committed later,
// but leaves nothing damaged.
func (s *store) synchronize(durable bool) error {
	if s.durable == durable {
		return nil
	}
	text := "PRAGMA synchronous=NORMAL"
	if durable {
		text = "PRAGMA synchronous=FULL"
	}
	err := s.run(text)
	if err == nil {
		s.durable = durable
	}
	return err
}

// run carries out a statement that is seldom used.
func (s *store) run(text string) error {
	if err := s.ask(text); err != nil {
		return err
	}
	_, err := s.db.Exec(text)
	return err
}

func (s *store) ask(text string) error {
	if s.before == nil {
		return nil
	}
	return s.before(text)
}

// exec carries out a statement of a plan. What is no number is NULL.
func (s *store) exec(st statement) error {
	if err := s.ask(st.text); err != nil {
		return err
	}
	prepared, err := s.prepare(st.text)
	if err != nil {
		return err
	}
	for i, arg := range st.args {
		if v, is := arg.(float64); is && math.IsNaN(v) {
			st.args[i] = nil
		}
	}
	_, err = prepared.ExecContext(context.Background(), st.args...)
	return err
}

// mostPrepared bounds the statements that are kept: those with columns of axes
// change with the axes.
const mostPrepared = 100

func (s *store) prepare(text string) (*sql.Stmt, error) {
	if st, ok := s.prepared[text]; ok {
		return st, nil
	}
	st, err := s.db.Prepare(text)
	if err != nil {
		return nil, err
	}
	if len(s.prepared) >= mostPrepared {
		s.forget()
	}
	s.prepared[text] = st
	return st, nil
}

func (s *store) forget() {
	for text, st := range s.prepared {
		st.Close()
		delete(s.prepared, text)
	}
}

// close leaves one file: what is in the log beside it goes into it. Where
// somebody reads it just now the log may stay, and is no less a part of it.
func (s *store) close() error {
	if s.broken != nil {
		return s.broken
	}
	s.forget()
	err := s.run("PRAGMA wal_checkpoint(TRUNCATE)")
	if err == nil {
		s.run("PRAGMA journal_mode=DELETE")
	}
	if failed := s.db.Close(); err == nil {
		err = failed
	}
	return err
}

// abandon closes the file and leaves what lies beside it: that may be of another
// file, which has the name now.
func (s *store) abandon() {
	if s.broken != nil {
		return
	}
	s.forget()
	ctx := context.Background()
	if c, err := s.db.Conn(ctx); err == nil {
		err = c.Raw(func(driver any) error {
			_, err := driver.(sqlite.FileControl).FileControlPersistWAL("main", 1)
			return err
		})
		c.Close()
		if err != nil {
			return // rather an open file than another's journal removed
		}
	}
	s.db.Close()
}
