package record

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestWriteCSV(t *testing.T) {
	var out bytes.Buffer
	if err := open(t, handmade(t)).WriteCSV(&out); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&out).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 1+2*2*7 {
		t.Errorf("%d rows, want %d", len(rows), 1+2*2*7)
	}
	for _, want := range []string{
		"run metric evals seconds value low high",
		"sgd loss 0 0 Infinity  ",
		"sgd loss 300 6   ",
		"sgd loss 600 12 0.16666666666666666  ",
		"sgd batch 100 2 2 1 3",
		"=adam loss 100 10 1  ",
	} {
		if !slices.ContainsFunc(rows, func(r []string) bool { return strings.Join(r, " ") == want }) {
			t.Errorf("there is no row %q in %q", want, rows)
		}
	}
}

func TestWriteJSON(t *testing.T) {
	path := handmade(t)
	change(t, path, "UPDATE moments SET shown = '{' WHERE run = 0 AND elapsed = 5")
	change(t, path, "UPDATE experiment SET configuration = CAST(x'22ff22' AS TEXT)")
	var out bytes.Buffer
	if err := open(t, path).WriteJSON(&out); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Schema        int
		ID, Status    string
		Began         time.Time
		Elapsed       float64
		Configuration any
		Axes, Metrics []struct{ Key string }
		Runs          []struct {
			Name   string
			Seed   json.Number
			State  string
			Curves []struct {
				Metric     string
				At         map[string][]any
				Value, Low []any
			}
			Marks   []struct{ Kind string }
			Moments []struct {
				Elapsed float64
				State   string
				Shown   map[string]any
			}
		}
		Events   []struct{ Text string }
		Commands []struct{ Who, Outcome string }
	}
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatalf("%v in %s", err, out.Bytes())
	}
	if got.Schema != 1 || got.ID != "hand2" || got.Status != "interrupted" || !got.Began.Equal(began) || got.Elapsed != 20 ||
		got.Configuration != "\ufffd" || len(got.Axes) != 2 || len(got.Metrics) != 3 || len(got.Events) != 4 || got.Commands[0].Who != "ann" {
		t.Errorf("got %+v", got)
	}
	r := got.Runs[0]
	if r.Name != "sgd" || r.Seed != "18446744073709551615" || r.State != "budget" || len(got.Runs[1].Marks) != 1 {
		t.Errorf("got %+v", r)
	}
	loss := r.Curves[0]
	if text := fmt.Sprint(loss); text != "{loss map[evals:[0 100 200 300 400 500 600] seconds:[0 2 4 6 8 10 12]] [Infinity 1 0.5 <nil> 0.25 0.2 0.16666666666666666] []}" {
		t.Errorf("got %s", text)
	}
	if m := r.Moments; len(m) != 3 || m[0].State != "running" || m[1].Shown != nil || m[2].Shown["federation"].(map[string]any)["round"] != 12.0 {
		t.Errorf("got %+v", m)
	}
}

// failing is a file that can be written no more.
type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, os.ErrClosed }

func TestExportTellsThatItCannotWrite(t *testing.T) {
	r := open(t, handmade(t))
	for name, err := range map[string]error{"JSON": r.WriteJSON(failing{}), "CSV": r.WriteCSV(failing{})} {
		if err == nil {
			t.Errorf("%s is written to a file that is closed", name)
		}
	}
}

func TestSummary(t *testing.T) {
	path := handmade(t)
	for status, want := range map[string]Status{"finished": Finished, "stopped": Stopped, "running": Interrupted} {
		change(t, path, "UPDATE experiment SET status = ?", status)
		s, err := open(t, path).Summary()
		if err != nil || s.Status != want {
			t.Errorf("%s: got %v (%v), want %v", status, s.Status, err, want)
		}
	}
	l, err := hold(path)
	if err != nil {
		t.Fatal(err)
	}
	defer l.release()
	s, err := open(t, path).Summary()
	if err != nil || s.Status != Live || s.Holder.PID != os.Getpid() {
		t.Errorf("got %+v (%v), want a live one of %d", s, err, os.Getpid())
	}
	run := RunSummary{ID: 1, Name: "=adam\x1b", Recipe: "=adam\x1b:lr=1", State: "budget", Reason: "spent"}
	if s.ID != "hand2" || s.Name != "by hand" || string(s.Configuration) != `{"seed":3}` || s.Kernels != "generic" || s.Elapsed != 20*time.Second ||
		s.Written != began.Add(20*time.Second) || s.Path != path || s.Size < 10_000 || len(s.Runs) != 2 || s.Runs[1] != run || s.Damage != nil {
		t.Errorf("got %+v", s)
	}
}

// copied is a record in a folder under another ID, last written at a time.
func copied(t *testing.T, from string, f Folder, id string, written time.Time) string {
	t.Helper()
	text, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	path := f.File(id)
	put(t, path, text)
	change(t, path, "UPDATE experiment SET id = ?, written = ?", id, stamp(written))
	return path
}

func put(t *testing.T, path string, text []byte) {
	t.Helper()
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestListAndPrune(t *testing.T) {
	from, f := handmade(t), Folder{t.TempDir()}
	old, middle := began, began.Add(time.Hour)
	copied(t, from, f, "middle", middle)
	oldest := copied(t, from, f, "oldest", old)
	for _, ending := range []string{".log", ".sock", ".db-journal"} {
		put(t, beside(oldest, ending), nil)
	}
	if err := os.MkdirAll(filepath.Join(HubFolder(oldest), "store"), 0o700); err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(HubFolder(oldest), "store", "block"), make([]byte, 1000))
	if with := sizeOf(oldest); with < 1000 {
		t.Errorf("a record of %d bytes has a federation of 1000", with)
	}
	live := copied(t, from, f, "live", old.Add(time.Minute))
	l, err := hold(live)
	if err != nil {
		t.Fatal(err)
	}
	defer l.release()
	damaged := copied(t, from, f, "damaged", middle)
	change(t, damaged, "DELETE FROM experiment")
	if err := os.Chtimes(damaged, old, old.Add(2*time.Minute)); err != nil {
		t.Fatal(err)
	}
	foreign := filepath.Join(f.Path, "foreign.db")
	put(t, foreign, []byte("of somebody else"))
	if err := os.Chtimes(foreign, old, old); err != nil {
		t.Fatal(err)
	}

	check := func(list []Summary, err error, want ...string) {
		t.Helper()
		var got []string
		for _, s := range list {
			got = append(got, strings.TrimSuffix(filepath.Base(s.Path), ".db")+" "+s.Status.String())
			if (s.Damage == nil) != (s.ID != "") {
				t.Errorf("got %+v", s)
			}
		}
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("got %q (%v), want %q", got, err, want)
		}
	}
	list, err := f.List()
	check(list, err, "middle interrupted", "damaged interrupted", "live live", "foreign interrupted", "oldest interrupted")
	list, err = f.Prune(middle)
	check(list, err, "damaged interrupted", "oldest interrupted")
	list, err = f.List()
	check(list, err, "middle interrupted", "live live", "foreign interrupted")
	left, err := filepath.Glob(filepath.Join(f.Path, "*"))
	for i := range left {
		left[i] = filepath.Base(left[i])
	}
	if want := []string{"foreign.db", "live.db", "live.lock", "middle.db"}; err != nil || !slices.Equal(left, want) {
		t.Errorf("left %q, want %q", left, want)
	}
	list, err = Folder{filepath.Join(f.Path, "none")}.List()
	check(list, err)
}
