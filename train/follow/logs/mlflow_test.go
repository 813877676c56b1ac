package logs

import (
	"database/sql"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// mlflowSchema are the tables of mlflow/store/tracking/dbmodels/models.py that
// matter, as SQLAlchemy makes them.
const mlflowSchema = `
CREATE TABLE experiments (experiment_id INTEGER NOT NULL, name VARCHAR(256) NOT NULL, artifact_location VARCHAR(256), lifecycle_stage VARCHAR(32), creation_time BIGINT, last_update_time BIGINT, CONSTRAINT experiment_pk PRIMARY KEY (experiment_id), UNIQUE (name));
CREATE TABLE runs (run_uuid VARCHAR(32) NOT NULL, name VARCHAR(250), source_type VARCHAR(20), source_name VARCHAR(500), entry_point_name VARCHAR(50), user_id VARCHAR(256), status VARCHAR(9), start_time BIGINT, end_time BIGINT, source_version VARCHAR(50), lifecycle_stage VARCHAR(20), artifact_uri VARCHAR(200), experiment_id INTEGER, deleted_time BIGINT, CONSTRAINT run_pk PRIMARY KEY (run_uuid), FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id));
CREATE TABLE metrics (key VARCHAR(250) NOT NULL, value FLOAT NOT NULL, timestamp BIGINT NOT NULL, run_uuid VARCHAR(32) NOT NULL, step BIGINT DEFAULT '0' NOT NULL, is_nan BOOLEAN DEFAULT '0' NOT NULL, CONSTRAINT metric_pk PRIMARY KEY (key, timestamp, step, run_uuid, value, is_nan), FOREIGN KEY(run_uuid) REFERENCES runs (run_uuid));
CREATE INDEX index_metrics_run_uuid ON metrics (run_uuid);
CREATE TABLE params (key VARCHAR(250) NOT NULL, value VARCHAR(8000) NOT NULL, run_uuid VARCHAR(32) NOT NULL, CONSTRAINT param_pk PRIMARY KEY (key, run_uuid), FOREIGN KEY(run_uuid) REFERENCES runs (run_uuid));`

func mlflowRunRow(t *testing.T, db *sql.DB, id, name string, experiment int, status string) {
	t.Helper()
	exec(t, db, "INSERT INTO runs (run_uuid, name, status, start_time, lifecycle_stage, experiment_id) VALUES (?, ?, ?, 1790000000000, 'active', ?)", id, name, status, experiment)
}

func mlflowLog(t *testing.T, db *sql.DB, id, key string, value float64, ms, step int, nan bool) {
	t.Helper()
	exec(t, db, "INSERT INTO metrics (key, value, timestamp, run_uuid, step, is_nan) VALUES (?, ?, ?, ?, ?, ?)", key, value, ms, id, step, nan)
}

func TestMLflowDatabase(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "mlflow.db")
	db := writer(t, path, "WAL")
	exec(t, db, mlflowSchema)
	exec(t, db, "INSERT INTO experiments (experiment_id, name) VALUES (0, 'Default'), (1, 'mnist')")
	mlflowRunRow(t, db, "aaaaaaaabbbb", "fox", 1, "RUNNING")
	mlflowRunRow(t, db, "ccccccccdddd", "fox", 1, "FAILED")
	mlflowRunRow(t, db, "eeeeeeeeffff", "", 0, "KILLED")
	mlflowRunRow(t, db, "gone", "gone", 0, "RUNNING")
	exec(t, db, "UPDATE runs SET lifecycle_stage = 'deleted' WHERE run_uuid = 'gone'")
	exec(t, db, "INSERT INTO params (key, value, run_uuid) VALUES ('lr', '0.1', 'aaaaaaaabbbb'), ('x', '1', 'gone')")
	mlflowLog(t, db, "aaaaaaaabbbb", "loss", 0.5, 1790000001500, 0, false)
	mlflowLog(t, db, "aaaaaaaabbbb", "acc", 0.25, 1790000001500, 0, false)
	mlflowLog(t, db, "aaaaaaaabbbb", "loss", 0, 1790000002000, 1, true)
	mlflowLog(t, db, "ccccccccdddd", "up", math.MaxFloat64, 1790000002000, 1, false)
	mlflowLog(t, db, "ccccccccdddd", "down", -math.MaxFloat64, 1790000002000, 1, false)
	mlflowLog(t, db, "eeeeeeeeffff", "loss", 3, 1790000001000, 0, false)
	mlflowLog(t, db, "eeeeeeeeffff", "loss", 2, 1790000002000, 0, false)
	mlflowLog(t, db, "gone", "loss", 2, 1790000002000, 0, false)

	if got, want := mlflowDatabase.Find(folderOf(t, dir)), []string{"mlflow.db"}; !slices.Equal(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
	if got := trackio.Find(folderOf(t, dir)); len(got) != 0 {
		t.Errorf("trackio finds %q", got)
	}
	f := mlflowDatabase.Open(path)
	var b Batch
	followOnce(t, f, &b)
	if got, want := b.Names(), []string{"mnist/fox", "mnist/fox cccccccc", "eeeeeeee"}; !slices.Equal(got, want) {
		t.Fatalf("runs %q, want %q", got, want)
	}
	for name, want := range map[string]string{
		"mnist/fox": "0 - loss=0.5 acc=0.25\n1 - loss=NaN\n", "mnist/fox cccccccc": "1 - up=+Inf down=-Inf\n", "eeeeeeee": "0 - loss=3\n- - loss=2\n",
	} {
		if got := told(b.Run(name)); got != want {
			t.Errorf("%s: it reads\n%swant\n%s", name, got, want)
		}
	}
	fox := b.Run("mnist/fox")
	if got := fox.Rows[0].Time; got != 1790000001.5 {
		t.Errorf("time %f", got)
	}
	if got, want := fox.Config, []Parameter{{"lr", "0.1"}}; !slices.Equal(got, want) {
		t.Errorf("config %q", got)
	}
	if got := fox.About.Began; got != 1790000000 {
		t.Errorf("began at %f", got)
	}
	for name, want := range map[string]State{"mnist/fox": Running, "mnist/fox cccccccc": Failed, "eeeeeeee": Killed} {
		if got := b.Run(name).End.State; got != want {
			t.Errorf("%s is %d, want %d", name, got, want)
		}
	}

	b.Clear()
	mlflowLog(t, db, "aaaaaaaabbbb", "loss", 0.125, 1790000003000, 2, false)
	exec(t, db, "UPDATE runs SET status = 'FINISHED', end_time = 1790000004000 WHERE run_uuid = 'aaaaaaaabbbb'")
	followOnce(t, f, &b)
	fox = b.Run("mnist/fox")
	if got := told(fox); got != "2 - loss=0.125\n" || fox.End.State != Finished || len(fox.Config) != 0 {
		t.Errorf("then it is %d with %q and\n%s", fox.End.State, fox.Config, got)
	}
	if got := b.Run("eeeeeeee"); len(got.Rows) != 0 || got.End.State != Unsaid {
		t.Error("what was told is told again")
	}
}

const mlflowMetaText = `artifact_uri: file:///tmp/mlruns/1/ab/artifacts
end_time: null
entry_point_name: ''
experiment_id: '1'
lifecycle_stage: active
run_id: ab12
run_name: calm-fox-12
run_uuid: ab12
source_type: 4
start_time: 1790000000000
status: 1
tags: []
user_id: me
`

// mlflowFolderOf writes files of a run, by their names below it.
func mlflowWrite(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func mlflowAppend(t *testing.T, path, text string) {
	t.Helper()
	file, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0o600)
	if err == nil {
		_, err = file.WriteString(text)
		file.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestMLflowFiles(t *testing.T) {
	root := t.TempDir()
	dir := filepath.Join(root, "ab12")
	mlflowWrite(t, dir, map[string]string{
		"meta.yaml":         mlflowMetaText,
		"metrics/loss":      "1790000000123 0.5 0\n1790000001123 nan 1\nbroken\n1790000002123 0.25",
		"metrics/val/loss":  "1790000001123 1e-05 1 digits 9f3a\n",
		"metrics/old":       "1790000001000 7\n",
		"params/lr":         "0.1",
		"params/model/name": "resnet",
		"artifacts/x.log":   "step=1 loss=1\nstep=2 loss=1\n",
	})
	mlflowWrite(t, root, map[string]string{"meta.yaml": "artifact_location: file:///tmp/mlruns/1\nexperiment_id: '1'\nlifecycle_stage: active\nname: mnist\n"})
	if got, want := mlflowFiles.Find(folderOf(t, dir)), []string{"."}; !slices.Equal(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
	if got := mlflowFiles.Find(folderOf(t, root)); len(got) != 0 {
		t.Errorf("in the folder of the experiment it finds %q", got)
	}
	f := mlflowFiles.Open(dir)
	var b Batch
	followOnce(t, f, &b)
	run := b.Run("")
	if got, want := told(run), "0 - loss=0.5\n- - old=7\n1 - loss=NaN val/loss=1e-05\n"; got != want {
		t.Errorf("it reads\n%swant\n%s", got, want)
	}
	if got := run.Rows[0].Time; got != 1790000000.123 {
		t.Errorf("time %f", got)
	}
	if got, want := run.Config, []Parameter{{"lr", "0.1"}, {"model/name", "resnet"}}; !slices.Equal(got, want) {
		t.Errorf("config %q, want %q", got, want)
	}
	if got, want := run.About, (About{Name: "calm-fox-12", Began: 1790000000, Writer: "MLflow"}); got != want {
		t.Errorf("about %+v, want %+v", got, want)
	}
	if run.End.State != Running {
		t.Errorf("it is %d", run.End.State)
	}
	if run.Bad != 1 || run.Why != "line 3 of metrics/loss is no time, value and step" {
		t.Errorf("%d bad: %s", run.Bad, run.Why)
	}

	b.Clear()
	mlflowAppend(t, filepath.Join(dir, "metrics", "loss"), " 2\n")
	mlflowWrite(t, dir, map[string]string{"params/batch": "64", "metrics/new": "1790000002123 1 2\n", "meta.yaml": strings.Replace(mlflowMetaText, "status: 1", "status: 3", 1) + " \n"})
	followOnce(t, f, &b)
	if got, want := told(run), "2 - loss=0.25 new=1\n"; got != want {
		t.Errorf("then it reads\n%swant\n%s", got, want)
	}
	if got, want := run.Config, []Parameter{{"batch", "64"}}; !slices.Equal(got, want) || run.End.State != Finished {
		t.Errorf("then it is %d, and the config %q", run.End.State, got)
	}

	b.Clear()
	mlflowWrite(t, dir, map[string]string{"metrics/loss": "1790000009000 9 0\n", "meta.yaml": mlflowMetaText})
	followOnce(t, f, &b)
	if got, want := told(run), "- - old=7\n1 - val/loss=1e-05\n2 - new=1\n0 - loss=9\n"; got != want || !run.Anew {
		t.Errorf("of a metric that was written anew, anew being %t, it reads\n%swant\n%s", run.Anew, got, want)
	}
	if len(run.Config) != 3 || run.About.Name == "" {
		t.Errorf("then it knows the config %q of %q", run.Config, run.About.Name)
	}
}

// A run that says it ended is read to its end, and then left alone.
func TestMLflowFilesEnded(t *testing.T) {
	dir := t.TempDir()
	mlflowWrite(t, dir, map[string]string{"meta.yaml": strings.Replace(mlflowMetaText, "status: 1", "status: 5", 1), "metrics/loss": "1790000000123 0.5 0\n"})
	f := mlflowFiles.Open(dir)
	var b Batch
	followOnce(t, f, &b)
	mlflowAppend(t, filepath.Join(dir, "metrics", "loss"), "1790000000124 0.5 1\n")
	followOnce(t, f, &b)
	if got := b.Run(""); len(got.Rows) != 1 || got.End.State != Killed {
		t.Errorf("it is %d, with %d rows", got.End.State, len(got.Rows))
	}
}

// What is no file of a metric is passed over, and a meta.yaml that is none is told.
func TestMLflowFilesHostile(t *testing.T) {
	dir := t.TempDir()
	mlflowWrite(t, dir, map[string]string{
		"meta.yaml":    "run_id: [\n",
		"metrics/loss": strings.Repeat("9", 10<<20) + "\n1790000000123 0.5 0\n\x00\x00\x00\n",
	})
	if err := os.Symlink("loss", filepath.Join(dir, "metrics", "link")); err != nil {
		t.Skip("no symbolic links: ", err)
	}
	if err := os.Symlink("..", filepath.Join(dir, "metrics", "loop")); err != nil {
		t.Fatal(err)
	}
	deep := filepath.Join(dir, "metrics", strings.Repeat("d/", 3*mostFolders))
	if err := os.MkdirAll(deep, 0o700); err != nil {
		t.Fatal(err)
	}
	var b Batch
	followOnce(t, mlflowFiles.Open(dir), &b)
	run := b.Run("")
	if got := told(run); got != "0 - loss=0.5\n" {
		t.Errorf("it reads\n%s", got)
	}
	if run.Bad != 3 || !strings.HasPrefix(run.Why, "meta.yaml: ") {
		t.Errorf("%d bad: %s", run.Bad, run.Why)
	}
}

func TestMLflowMetricPieces(t *testing.T) {
	var text strings.Builder
	for i := range 300 {
		fmt.Fprintf(&text, "%d %g %d\n", 1790000000000+i, 1/float64(1+i), i)
		if i%50 == 0 {
			text.WriteString("no number\n\n")
		}
	}
	text.WriteString("1790000000123 0.5")
	got := checkPieces(t, func() Reader { return &mlflowMetric{key: "loss"} }, []byte(text.String()))
	if len(got.Rows) != 300 || got.Bad != 6 {
		t.Errorf("%d rows, %d bad", len(got.Rows), got.Bad)
	}
	for i, r := range got.Rows {
		if r.Step != float64(i) || r.Values[0].Number != 1/float64(1+i) {
			t.Fatalf("row %d: %+v", i, r)
		}
	}
}

func FuzzMLflowMetrics(f *testing.F) {
	f.Add([]byte("1790000000123 0.5 0\n1790000001123 nan 1 digits 9f3a\n\n1 2\nx\n"), 7)
	f.Fuzz(func(t *testing.T, data []byte, n int) {
		if len(data) == 0 || n <= 0 {
			return
		}
		fresh := func() Reader { return &mlflowMetric{key: "loss"} }
		whole := pieces(fresh(), data, len(data))
		if got := pieces(fresh(), data, n); !same(&got, &whole) {
			t.Errorf("in pieces of %d bytes it reads\n%+v\nnot\n%+v", n, got, whole)
		}
	})
}

func FuzzMLflowMeta(f *testing.F) {
	f.Add([]byte(mlflowMetaText))
	f.Add([]byte("a: &a [x, x]\nb: &b [*a, *a]\nrun_name: *b\nstatus: FINISHED\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		about, _, err := mlflowMeta(text)
		if err == nil && len(about.Name) > mostShown {
			t.Errorf("a name of %d bytes", len(about.Name))
		}
	})
}
