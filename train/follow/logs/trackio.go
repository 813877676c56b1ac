package logs

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"path/filepath"
	"strings"
	"time"
)

// Trackio is a format of trackio: a database for each project, with all its runs.
// A run writes its numbers as an object in JSON a step.
//
//	metrics(id, run_id, timestamp, run_name, step, metrics)
//	configs(run_id, run_name, config, created_at)
//	alerts(id, run_id, timestamp, run_name, title, text, level, step)
//
// Old databases know runs by their names only, and have no other table than the
// first.
var trackio = Format{
	Name:  "trackio",
	Title: "trackio databases (*.db)",
	Find: func(d *Folder) []string {
		return databases(d, func(s *sight) bool { return s.has("metrics", "run_name", "step", "timestamp", "metrics") })
	},
	Open: func(path string) Follower {
		project := strings.TrimSuffix(filepath.Base(path), ".db")
		return &trackioFollower{database: database{path: path}, inbox: inbox{path: filepath.Join(filepath.Dir(path), "inbox"), project: project}}
	},
	Inside: []string{"inbox"},
}

type trackioFollower struct {
	database
	inbox   inbox // beside it
	runs    runNames
	metrics int64 // number of the last row that was read
	alerts  int64
	configs map[string]uint64 // of a run, hashed
}

// runNames gives runs that may be called alike names of their own.
type runNames struct {
	byKey map[string]string // what the program knows the run by
	taken map[string]bool
	names []string
}

// name is that of a run which a program knows by key and calls by a name.
func (n *runNames) name(key, name string) string {
	if out, ok := n.byKey[key]; ok {
		return out
	}
	if n.byKey == nil {
		n.byKey, n.taken = map[string]string{}, map[string]bool{}
	}
	out := name
	for i := 8; out == "" || n.taken[out]; i += 8 {
		out = strings.TrimSpace(fmt.Sprintf("%s %s", name, key[:min(i, len(key))]))
		if i > len(key)+8 {
			out = fmt.Sprintf("%s %d", name, len(n.taken)+1)
		}
	}
	n.byKey[key], n.taken[out] = out, true
	n.names = append(n.names, out)
	return out
}

// tellAnew tells that what was found of runs is void.
func tellAnew(b *Batch, names []string) {
	for _, name := range names {
		f := b.Run(name)
		f.Clear()
		f.Anew = true
	}
}

// trackioRow is a row of any of the tables.
type trackioRow struct {
	id         int64
	key, name  string
	time, step any
	text       any    // the object, in JSON
	line       string // what an alert says
	log        string // the number that the row had in the inbox
}

// Follow reads on in the database, and takes what waits to be put into it.
func (t *trackioFollower) Follow(b *Batch) (more bool, err error) {
	more, err = t.followRows(b)
	if err == nil && !more && t.inbox.is() {
		more = t.inbox.follow(b, func(_, run, id string) string { return t.runs.name(cmp.Or(id, run), run) })
	}
	return more, err
}

// followRows reads on by the numbers of the rows.
func (t *trackioFollower) followRows(b *Batch) (more bool, err error) {
	changed, err := t.changed()
	if !changed || err != nil {
		return false, err
	}
	var metrics, alerts, configs []trackioRow
	err = t.look(func(s *sight) error {
		last, err := s.last("metrics")
		if err != nil {
			return err
		}
		if t.void = t.void || last < t.metrics; t.void { // a run was deleted, and what comes may take its numbers
			t.metrics, t.alerts, t.configs = 0, 0, nil
		}
		m, err := t.read(s, &metrics, "metrics", t.metrics, short("metrics", mostText))
		if err != nil {
			return err
		}
		a, err := t.read(s, &alerts, "alerts", t.alerts, "NULL")
		if err != nil {
			return err
		}
		more = m || a
		_, err = t.read(s, &configs, "configs", 0, short("config", mostText))
		return err
	})
	if err == errMoved {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	t.again = t.again || more
	if t.void {
		tellAnew(b, t.runs.names)
		t.inbox.anew()
		t.void = false
	}
	t.takeConfigs(b, configs)
	t.takeMetrics(b, metrics)
	for _, r := range alerts {
		t.alerts = r.id
		f := t.run(b, r)
		f.Lines = append(f.Lines, r.line)
	}
	for _, name := range b.Names() {
		if t.note != "" {
			b.Run(name).About.Note = t.note
		}
	}
	return more, nil
}

// read reads rows of a table behind one, if there is such a table.
func (t *trackioFollower) read(s *sight, to *[]trackioRow, table string, after int64, text string) (more bool, err error) {
	has, err := s.columns(table)
	if err != nil || !has["run_name"] {
		return false, err
	}
	column := func(name string) string {
		if !has[name] {
			return "NULL"
		}
		return short(name, mostName)
	}
	at := "timestamp"
	if !has[at] {
		at = "created_at"
	}
	query := fmt.Sprintf("SELECT rowid, %s, %s, %s, %s, %s, %s, %s, %s, %s FROM %s WHERE rowid > ? ORDER BY rowid LIMIT %d",
		column("run_id"), column("run_name"), column(at), column("step"), text, column("level"), column("title"), column("text"), column("log_id"), table, mostRows+1)
	last := after
	more, err = s.rows(10, func(c []any) {
		id, _ := c[0].(int64)
		if id <= last {
			return // only a damaged table does not go up
		}
		last = id
		r := trackioRow{id: id, key: cellText(c[1]), name: cellText(c[2]), time: c[3], step: c[4], text: c[5], log: cellText(c[9])}
		if r.key == "" {
			r.key = r.name
		}
		r.line = alertLine(cellText(c[6]), cellText(c[7]), cellText(c[8]))
		*to = append(*to, r)
	}, query, after)
	return more && last > after, err
}

// alertLine is an alert as a line of output.
func alertLine(level, title, text string) string {
	line := title
	if text != "" {
		line += ": " + text
	}
	if level != "" {
		line = level + ": " + line
	}
	return cutLine(strings.Join(strings.Fields(line), " "))
}

// run is what is found of the run of a row.
func (t *trackioFollower) run(b *Batch, r trackioRow) *Found {
	if _, known := t.runs.byKey[r.key]; !known && len(t.runs.byKey) >= mostRuns {
		var none Found // more than anybody compares
		return &none
	}
	name := t.runs.name(r.key, r.name)
	f := b.Run(name)
	f.About.Name, f.About.Writer = name, "trackio"
	return f
}

func (t *trackioFollower) takeMetrics(b *Batch, rows []trackioRow) {
	shared := t.inbox.is()
	for _, r := range rows {
		t.metrics = r.id
		if shared && !t.inbox.first(r.log) {
			continue
		}
		f := t.run(b, r)
		at := fmt.Sprintf("row %d of metrics in %s", r.id, filepath.Base(t.path))
		if r.text == nil {
			f.Skip(fmt.Sprintf("%s is longer than %d bytes", at, mostText))
			continue
		}
		row := NewRow()
		if step, ok := cellNumber(r.step); ok {
			row.Step = step
		}
		if when, ok := cellTime(r.time); ok {
			row.Time = when
		}
		if !trackioNumbers(f, []byte(cellText(r.text))) {
			f.Skip(at + " is no JSON object")
			continue
		}
		f.Add(row)
	}
}

// trackioNumbers puts the numbers of an object.
func trackioNumbers(f *Found, text []byte) bool {
	found, n := literals(text)
	for _, l := range found {
		if v, ok := trackioNumber(l); ok {
			f.Put(l.key, v, false)
		}
	}
	return n > 0
}

// trackioNumber is a number as trackio writes it: what JSON has no number for, as
// a string.
func trackioNumber(l literal) (float64, bool) {
	switch l.text {
	case "NaN", "Infinity", "-Infinity":
	default:
		if l.kind != literalNumber {
			return 0, false
		}
	}
	return number(l.text)
}

// takeConfigs takes the configurations that are others than before. Keys that
// begin with an underscore are trackio's own.
func (t *trackioFollower) takeConfigs(b *Batch, rows []trackioRow) {
	if t.configs == nil {
		t.configs = map[string]uint64{}
	}
	for _, r := range rows {
		text := cellText(r.text)
		sum := fnv.New64a()
		sum.Write([]byte(text))
		if was, ok := t.configs[r.key]; ok && was == sum.Sum64() {
			continue
		}
		t.configs[r.key] = sum.Sum64()
		f := t.run(b, r)
		f.Config = append(f.Config, trackioConfig([]byte(text))...)
	}
}

func trackioConfig(text []byte) []Parameter {
	var out []Parameter
	found, _ := literals(text)
	for _, l := range found {
		if !strings.HasPrefix(l.key, "_") {
			out = append(out, Parameter{l.key, cutLine(l.text)})
		}
	}
	return out
}

// cellTime is a time in seconds since 1970, from a cell in which it is written as
// ISO 8601 has it. One without a zone is of the place where it was written, which
// is here.
func cellTime(v any) (float64, bool) {
	if t, ok := v.(time.Time); ok { // what the driver makes of some columns
		return seconds(t), true
	}
	return isoTime(cellText(v))
}

func isoTime(s string) (float64, bool) {
	if len(s) < len("2006-01-02T15:04:05") {
		return 0, false
	}
	s = s[:10] + "T" + s[11:]
	if t, err := time.Parse(time.RFC3339Nano, s); err == nil {
		return seconds(t), true
	}
	if t, err := time.ParseInLocation("2006-01-02T15:04:05.999999999", s, time.Local); err == nil {
		return seconds(t), true
	}
	return 0, false
}

func seconds(t time.Time) float64 {
	return float64(t.Unix()) + float64(t.Nanosecond())/1e9
}

// Close has nothing to close: the database is open only while it is looked at.
func (t *trackioFollower) Close() error { return nil }
