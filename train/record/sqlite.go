package record

import (
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// connect opens a database file with some parameters of the driver. The file
// decides nothing beyond its tables: functions with effects are off for what
// its schema calls, and cells are checked as they are read.
func connect(path string, parameters ...string) (*sql.DB, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	all := append([]string{"_pragma=busy_timeout(2000)", "_pragma=trusted_schema(0)", "_pragma=cell_size_check(1)"}, parameters...)
	name := url.URL{Scheme: "file", Path: filepath.ToSlash(path), RawQuery: strings.Join(all, "&")}
	db, err := sql.Open("sqlite", name.String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	return db, nil
}

// journal is how a transaction is made whole on the file system of a path: by a
// log beside the file (WAL), with which readers and the writer never wait for
// each other, or where machines may share the file by a rollback journal, since
// the log needs memory that all of them share.
func journal(path string) string {
	if networked(path) {
		return "TRUNCATE"
	}
	return "WAL"
}

// explain says in a few words why a record cannot be written or read.
func explain(err error) string {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return err.Error()
	}
	switch e.Code() & 0xff { // what is above says more of the same
	case sqlite3.SQLITE_FULL:
		return "the disk is full"
	case sqlite3.SQLITE_READONLY:
		return "the file or its folder is read-only"
	case sqlite3.SQLITE_CANTOPEN:
		return "the file cannot be opened"
	case sqlite3.SQLITE_IOERR:
		return "the disk fails"
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return "another program keeps the record locked"
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return "the record is damaged"
	}
	return e.Error()
}

// primary is the kind of an error of SQLite; 0 for another error.
func primary(err error) int {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code() & 0xff
	}
	return 0
}

// tables are those of the schema that every record has.
var tables = []string{
	"experiment", "axes", "metrics", "runs", "points", "trace", "marks", "events", "commands", "moments", "devices",
	"checkpoints", "releases",
}

// later are the tables that came later.
var later = []string{"logs", "output", "outcomes", "parts"}

// missing are the tables of the schema that a database lacks.
func missing(db *sql.DB) ([]string, error) {
	var lacks []string
	for _, name := range slices.Concat(tables, later) {
		var n int
		if err := db.QueryRow("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = ?", name).Scan(&n); err != nil {
			return nil, err
		}
		if n != 1 {
			lacks = append(lacks, name)
		}
	}
	return lacks, nil
}

// check says whether a database is a record that this version reads. One that
// was made by somebody else may hold views and triggers, which would do as that
// wished: it is none.
func check(db *sql.DB) error {
	var id, v int64
	if err := db.QueryRow("PRAGMA application_id").Scan(&id); err != nil {
		return err
	}
	if id != application {
		return fmt.Errorf("is no record: found application_id %#x; expected %#x", id, application)
	}
	if err := db.QueryRow("PRAGMA user_version").Scan(&v); err != nil {
		return err
	}
	if v < 1 || v > version {
		return fmt.Errorf("is a record of version %d; this program reads versions up to %d: use a later one", v, version)
	}
	lacks, err := missing(db)
	if err != nil {
		return err
	}
	var strange string
	err = db.QueryRow(`SELECT type || ' ' || name FROM sqlite_schema WHERE type NOT IN ('table', 'index') OR sql LIKE 'CREATE VIRTUAL%' LIMIT 1`).Scan(&strange)
	if err == nil {
		return fmt.Errorf("is damaged: found the %q; expected tables only", strange)
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	for _, name := range slices.Concat(tables, later) {
		if slices.Contains(lacks, name) && slices.Contains(tables, name) {
			return fmt.Errorf("is damaged: found no table %q", name)
		}
		var n int
		if err := db.QueryRow("SELECT count(*) FROM pragma_table_xinfo(?) WHERE hidden <> 0", name).Scan(&n); err != nil {
			return err
		}
		if n != 0 { // a few bytes of the file could be any number of bytes in memory
			return fmt.Errorf("is damaged: found a column of %q that is computed", name)
		}
	}
	return nil
}
