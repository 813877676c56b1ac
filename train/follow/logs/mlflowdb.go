package logs

import (
	"fmt"
	"math"
)

// A database of MLflow, mlflow.db where nothing else is said, holds all
// experiments and their runs. A metric is a row a value:
//
//	experiments(experiment_id, name, …)
//	runs(run_uuid, name, experiment_id, status, start_time, end_time, lifecycle_stage, …)
//	metrics(run_uuid, key, value, timestamp, step, is_nan)
//	params(run_uuid, key, value)
//
// Times are in milliseconds. NaN is 0 with is_nan set, an infinity the largest
// number there is. Who tells no step has 0 written for it.
var mlflowDatabase = Format{
	Name:  "mlflow",
	Title: "MLflow databases (mlflow.db)",
	Find: func(d *Folder) []string {
		return databases(d, func(s *sight) bool {
			return s.has("metrics", "run_uuid", "key", "value", "timestamp") && s.has("runs", "run_uuid", "experiment_id", "status")
		})
	},
	Open: func(path string) Follower { return &mlflowDatabaseFollower{database: database{path: path}} },
}

type mlflowDatabaseFollower struct {
	database
	names   runNames
	runs    map[string]*mlflowRun // by run_uuid
	order   []*mlflowRun          // as they were made
	metrics int64                 // number of the last row that was read
	params  int64
}

// mlflowRun is what was said of a run.
type mlflowRun struct {
	name, status string
	began, ended float64
	told         bool // as it is now
	steps        mlflowSteps
}

// mlflowSteps tells the steps of a run that were given from the zeros that stand
// for none: a key that comes a second time at 0 has no steps.
type mlflowSteps map[string]bool

func (m mlflowSteps) step(key string, step float64) float64 {
	if step != 0 {
		return step
	}
	if m[key] {
		return math.NaN()
	}
	m[key] = true
	return 0
}

// mlflowCell is a metric or a parameter.
type mlflowCell struct {
	id       int64
	run, key string
	value    any
	time     float64
	step     float64
	isNaN    bool
}

// Follow reads on by the numbers of the rows.
func (m *mlflowDatabaseFollower) Follow(b *Batch) (more bool, err error) {
	changed, err := m.changed()
	if !changed || err != nil {
		return false, err
	}
	var metrics, params []mlflowCell
	err = m.look(func(s *sight) error {
		last, err := s.last("metrics")
		if err != nil {
			return err
		}
		if m.void = m.void || last < m.metrics; m.void { // a run was deleted, and what comes may take its numbers
			m.restart()
		}
		if err := m.readRuns(s); err != nil {
			return err
		}
		one, err := m.read(s, &params, "params", m.params)
		if err != nil {
			return err
		}
		two, err := m.read(s, &metrics, "metrics", m.metrics)
		more = one || two
		return err
	})
	if err == errMoved {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	m.again = m.again || more
	if m.void {
		tellAnew(b, m.names.names)
		m.void = false
	}
	m.takeRuns(b)
	m.takeParams(b, params)
	m.takeMetrics(b, metrics)
	return more, nil
}

// restart makes all be read from the beginning.
func (m *mlflowDatabaseFollower) restart() {
	m.metrics, m.params = 0, 0
	for _, r := range m.runs {
		r.told, r.steps = false, mlflowSteps{}
	}
}

// readRuns reads what is said of the runs that are not deleted.
func (m *mlflowDatabaseFollower) readRuns(s *sight) error {
	has, err := s.columns("runs")
	if err != nil {
		return err
	}
	if m.runs == nil {
		m.runs = map[string]*mlflowRun{}
	}
	column := func(name, otherwise string) string {
		if !has[name] {
			return otherwise
		}
		return short("r."+name, mostName)
	}
	experiment := "NULL"
	if s.has("experiments", "experiment_id", "name") {
		experiment = "(SELECT " + short("e.name", mostName) + " FROM experiments AS e WHERE e.experiment_id = r.experiment_id)"
	}
	query := fmt.Sprintf("SELECT * FROM (SELECT %s, %s, %s, %s, %s, %s, %s, r.rowid AS at FROM runs AS r ORDER BY at DESC LIMIT %d) ORDER BY at",
		shorts("r.run_uuid"), column("name", "NULL"), experiment, column("status", "NULL"), column("start_time", "NULL"),
		column("end_time", "NULL"), column("lifecycle_stage", "'active'"), mostRuns)
	_, err = s.rows(8, func(c []any) {
		id := cellText(c[0])
		if id == "" || cellText(c[6]) == "deleted" {
			return
		}
		r := m.runs[id]
		if r == nil {
			r = &mlflowRun{name: m.names.name(id, mlflowName(cellText(c[2]), cellText(c[1]), id)), steps: mlflowSteps{}}
			m.runs[id], m.order = r, append(m.order, r)
		}
		began, _ := cellNumber(c[4])
		ended, _ := cellNumber(c[5])
		if status := cellText(c[3]); status != r.status || began != r.began || ended != r.ended {
			r.status, r.began, r.ended, r.told = status, began, ended, false
		}
	}, query)
	return err
}

// mlflowName is how a run is called: its experiment and its name, or where it has
// none the beginning of its number.
func mlflowName(experiment, name, id string) string {
	if name == "" {
		name = id[:min(8, len(id))]
	}
	if experiment == "" || experiment == "Default" {
		return name
	}
	return experiment + "/" + name
}

// read reads rows of a table behind one.
func (m *mlflowDatabaseFollower) read(s *sight, to *[]mlflowCell, table string, after int64) (more bool, err error) {
	has, err := s.columns(table)
	if err != nil || !has["run_uuid"] || !has["key"] || !has["value"] {
		return false, err
	}
	column := func(name string) string {
		if !has[name] {
			return "NULL"
		}
		return short(name, mostName)
	}
	query := fmt.Sprintf("SELECT rowid, %s, %s, %s, %s, %s, %s FROM %s WHERE rowid > ? ORDER BY rowid LIMIT %d",
		column("run_uuid"), column("key"), short("value", 16<<10), column("timestamp"), column("step"), column("is_nan"), table, mostRows+1)
	last := after
	more, err = s.rows(7, func(c []any) {
		id, _ := c[0].(int64)
		if id <= last {
			return // only a damaged table does not go up
		}
		last = id
		r := mlflowCell{id: id, run: cellText(c[1]), key: cellText(c[2]), value: c[3], time: math.NaN(), step: math.NaN()}
		if ms, ok := cellNumber(c[4]); ok {
			r.time = ms / 1000
		}
		if step, ok := cellNumber(c[5]); ok {
			r.step = step
		}
		nan, _ := cellNumber(c[6])
		r.isNaN = nan != 0
		*to = append(*to, r)
	}, query, after)
	return more && last > after, err
}

// takeRuns tells of the runs of which there is something new to tell.
func (m *mlflowDatabaseFollower) takeRuns(b *Batch) {
	for _, r := range m.order {
		if r.told {
			continue
		}
		r.told = true
		f := b.Run(r.name)
		f.About = About{Name: r.name, Began: r.began / 1000, Writer: "MLflow", Note: m.note}
		f.End = mlflowEnd(r.status)
	}
}

// mlflowEnd is how a run ended by the word that MLflow has for it.
func mlflowEnd(status string) End {
	switch status {
	case "RUNNING", "SCHEDULED":
		return End{State: Running}
	case "FINISHED":
		return End{State: Finished}
	case "FAILED":
		return End{State: Failed, Code: 1}
	case "KILLED":
		return End{State: Killed}
	}
	return End{}
}

func (m *mlflowDatabaseFollower) takeParams(b *Batch, cells []mlflowCell) {
	for _, c := range cells {
		m.params = c.id
		if r := m.runs[c.run]; r != nil && c.key != "" {
			f := b.Run(r.name)
			f.Config = append(f.Config, Parameter{c.key, cutLine(cellText(c.value))})
		}
	}
}

// takeMetrics takes metrics; those of a run that were logged at once are a row.
func (m *mlflowDatabaseFollower) takeMetrics(b *Batch, cells []mlflowCell) {
	var f *Found
	var row Row
	var of *mlflowRun
	flush := func() {
		if of != nil {
			f.Add(row)
		}
		of = nil
	}
	for _, c := range cells {
		m.metrics = c.id
		r := m.runs[c.run]
		if r == nil {
			continue // deleted
		}
		v, ok := mlflowValue(c.value, c.isNaN)
		if !ok || c.key == "" {
			b.Run(r.name).Skip(fmt.Sprintf("row %d of metrics is no number", c.id))
			continue
		}
		step := r.steps.step(c.key, c.step)
		if of != r || !alike(row.Step, step) || !alike(row.Time, c.time) {
			flush()
			of, f, row = r, b.Run(r.name), NewRow()
			row.Step, row.Time = step, c.time
		}
		f.Put(c.key, v, false)
	}
	flush()
}

// mlflowValue is a value of which the database can say all.
func mlflowValue(cell any, isNaN bool) (float64, bool) {
	if isNaN {
		return math.NaN(), true
	}
	v, ok := cellNumber(cell)
	switch {
	case v >= math.MaxFloat64:
		v = math.Inf(1)
	case v <= -math.MaxFloat64:
		v = math.Inf(-1)
	}
	return v, ok
}

// alike says whether two numbers are the same, NaN being like NaN.
func alike(a, b float64) bool { return a == b || a != a && b != b }

// Close has nothing to close: the database is open only while it is looked at.
func (m *mlflowDatabaseFollower) Close() error { return nil }
