package logs

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// database is somebody else's SQLite file, which another program may be writing.
// It is open only while it is looked at, never for writing, and nothing is made
// beside it: a database with a write-ahead log is opened by the log's index that
// its writer keeps (-shm), and one without a log as a file that stands still.
type database struct {
	path  string
	was   os.FileInfo // the file that was looked at last; nil before the first look
	seen  stamp       // of that look
	again bool        // that look found it changed, so that it is worth another
	void  bool        // what was found before is void, and this is not told yet
	note  string      // what could not be read of it
}

// stamp is what is seen of a database from outside.
type stamp struct {
	size, logSize int64
	time, logTime time.Time
}

const (
	mostLook     = 10 * time.Second // that a look at a database may take
	mostText     = 1 << 20          // bytes of a text in a row
	mostName     = 1 << 10          // bytes of a name, a key or a time in a row
	mostRows     = 5_000            // rows that are read before others get their turn
	mostRowBytes = 4 << 20          // of their texts
	mostRuns     = 10_000           // in one database
)

// errMoved says that a database was written while it was read as one that stands
// still, so that what was read of it is worth nothing.
var errMoved = errors.New("was written while it was read")

// changed says whether there may be something new in the database. One that has
// become another file makes void what was found.
func (d *database) changed() (bool, error) {
	info, err := os.Stat(d.path)
	if err != nil {
		return false, err
	}
	if !info.Mode().IsRegular() {
		return false, errors.New("is no file")
	}
	now := d.stamp(info)
	if d.was != nil && !os.SameFile(d.was, info) {
		d.void = true
	}
	// The clock of a file system ticks rarely: what is written within a tick of a
	// look is not seen by the time, so that each change is worth two looks.
	moved := d.was == nil || d.void || now != d.seen
	changed := moved || d.again
	d.was, d.seen, d.again = info, now, moved
	return changed, nil
}

func (d *database) stamp(info os.FileInfo) stamp {
	s := stamp{size: info.Size(), time: info.ModTime()}
	if log, err := os.Stat(d.path + "-wal"); err == nil {
		s.logSize, s.logTime = log.Size(), log.ModTime()
	}
	return s
}

// look opens the database for the time of read. What read took is worth something
// only where look gives no error.
func (d *database) look(read func(s *sight) error) error {
	parameters, still, err := d.manner()
	if err != nil {
		return err
	}
	path, err := filepath.Abs(d.path)
	if err != nil {
		return err
	}
	name := url.URL{Scheme: "file", Path: filepath.ToSlash(path), RawQuery: parameters +
		"&_pragma=busy_timeout(500)&_pragma=query_only(1)&_pragma=trusted_schema(0)&_pragma=cell_size_check(1)"}
	db, err := sql.Open("sqlite", name.String())
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	ctx, cancel := context.WithTimeout(context.Background(), mostLook)
	defer cancel()
	if err := snapshot(ctx, db, read); err != nil {
		d.again = true
		return fmt.Errorf("%s", explainDatabase(err))
	}
	if still {
		if info, err := os.Stat(d.path); err != nil || d.stamp(info) != d.seen {
			d.again = true
			return errMoved
		}
	}
	return nil
}

// snapshot reads a database as it is at one moment.
func snapshot(ctx context.Context, db *sql.DB, read func(s *sight) error) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "BEGIN"); err != nil {
		return err
	}
	return read(&sight{ctx, conn})
}

// manner says how a database is opened, by its first bytes and what lies beside
// it, and whether it must stand still while it is read.
func (d *database) manner() (parameters string, still bool, err error) {
	head := make([]byte, 100)
	file, err := os.Open(d.path)
	if err != nil {
		return "", false, err
	}
	_, err = io.ReadFull(file, head)
	file.Close()
	d.note = ""
	log, shm := d.seen.logSize > 0, exists(d.path+"-shm")
	switch {
	case log && shm: // readonly_shm: the index is taken as it is, and never made
		return "mode=ro&readonly_shm=1", false, nil
	case err != nil:
		return "", false, errors.New("has no table yet")
	case string(head[:16]) != "SQLite format 3\x00":
		return "", false, errors.New("is no SQLite database")
	case head[19] != 2: // a rollback journal
		return "mode=ro", false, nil
	case log:
		d.note = "what is in " + filepath.Base(d.path) + "-wal is not read: its -shm is missing"
	}
	return "mode=ro&immutable=1", true, nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// explainDatabase says in words why a database cannot be read.
func explainDatabase(err error) string {
	var e *sqlite.Error
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return "takes too long to read"
	case !errors.As(err, &e):
		return err.Error()
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return "another program keeps the database locked"
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return "the database is damaged"
	case sqlite3.SQLITE_READONLY:
		return "its writer was stopped in the midst of a write: open it once with another program"
	case sqlite3.SQLITE_CANTOPEN:
		return "the database or what lies beside it cannot be opened"
	case sqlite3.SQLITE_INTERRUPT:
		return "takes too long to read"
	}
	return e.Error()
}

// sight is a database while it is open.
type sight struct {
	ctx context.Context
	db  *sql.Conn
}

// columns are those of a table, in lower case; none where there is no table of the
// name. A view, a virtual table and a computed column make whatever their maker
// likes, and as much of it: they are none.
func (s *sight) columns(table string) (map[string]bool, error) {
	rows, err := s.db.QueryContext(s.ctx, `SELECT lower(x.name), x.hidden FROM sqlite_schema AS m, pragma_table_xinfo(m.name) AS x
		WHERE m.type = 'table' AND m.name = ? AND m.sql NOT LIKE 'CREATE VIRTUAL%'`, table)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[string]bool{}
	for rows.Next() {
		var name string
		var hidden int
		if err := rows.Scan(&name, &hidden); err != nil {
			return nil, err
		}
		if hidden == 0 && name != "rowid" {
			out[name] = true
		}
	}
	return out, rows.Err()
}

// has says whether a table has all of some columns.
func (s *sight) has(table string, columns ...string) bool {
	found, err := s.columns(table)
	if err != nil {
		return false
	}
	for _, c := range columns {
		if !found[c] {
			return false
		}
	}
	return true
}

// last is the number of a table's last row; 0 where it has none.
func (s *sight) last(table string) (int64, error) {
	var n sql.NullInt64
	err := s.db.QueryRowContext(s.ctx, "SELECT max(rowid) FROM "+table).Scan(&n)
	return n.Int64, err
}

// rows asks for rows of n columns, and gives each to take, until there are no
// more or they are enough for a turn: then it says that there is more.
func (s *sight) rows(n int, take func(row []any), query string, arguments ...any) (more bool, err error) {
	rows, err := s.db.QueryContext(s.ctx, query, arguments...)
	if err != nil {
		return false, err
	}
	defer rows.Close()
	row, to := make([]any, n), make([]any, n)
	for i := range row {
		to[i] = &row[i]
	}
	for count, bytes := 0, 0; rows.Next(); count++ {
		if count == mostRows || bytes >= mostRowBytes {
			return true, nil
		}
		if err := rows.Scan(to...); err != nil {
			return false, err
		}
		for _, v := range row {
			bytes += len(cellText(v))
		}
		take(row)
	}
	return false, rows.Err()
}

// short names a column whose longer texts read as NULL, and are never in memory.
func short(column string, most int) string {
	return fmt.Sprintf("iif(octet_length(%s) <= %d, %[1]s, NULL)", column, most)
}

// shorts are columns of which the texts are names.
func shorts(columns ...string) string {
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i] = short(c, mostName)
	}
	return strings.Join(out, ", ")
}

// cellText is a cell as text; "" where it is none.
func cellText(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case []byte:
		return string(v)
	case int64:
		return fmt.Sprint(v)
	}
	return ""
}

// cellNumber is a cell as a number.
func cellNumber(v any) (float64, bool) {
	switch v := v.(type) {
	case int64:
		return float64(v), true
	case float64:
		return v, true
	case bool:
		if v {
			return 1, true
		}
		return 0, true
	}
	return 0, false
}

// databases names the entries of a folder with the endings of databases in which
// a program finds its tables.
func databases(d *Folder, is func(s *sight) bool) []string {
	var out []string
	for _, e := range d.Entries {
		name := e.Name()
		switch filepath.Ext(name) {
		case ".db", ".sqlite", ".sqlite3":
		default:
			continue
		}
		base := &database{path: filepath.Join(d.Path, name)}
		if _, err := base.changed(); err != nil {
			continue
		}
		found := false
		err := base.look(func(s *sight) error { found = is(s); return nil })
		if found && (err == nil || errors.Is(err, errMoved)) {
			out = append(out, name)
		}
	}
	return out
}
