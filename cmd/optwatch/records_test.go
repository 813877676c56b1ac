package main

import (
	"database/sql"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// recorded trains sgd for a moment, with a record in a state folder of its own.
func recorded(t *testing.T) (id, path string) {
	t.Helper()
	state := t.TempDir()
	t.Setenv("OPTWATCH_STATE", state)
	if status, _, errOut := optwatch(t, "run", "--headless", "--data", "digits", "--run", "sgd", "--evals", "6400"); status != exitOK {
		t.Fatalf("exit status %d: %s", status, errOut)
	}
	found, err := filepath.Glob(filepath.Join(state, "*.db"))
	if err != nil || len(found) != 1 {
		t.Fatalf("the records are %v, %v; want one", found, err)
	}
	return strings.TrimSuffix(filepath.Base(found[0]), ".db"), found[0]
}

// computedBy makes a record one of other kernels, or of another architecture.
func computedBy(t *testing.T, path, kernels, architecture string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("UPDATE experiment SET kernels = ?, architecture = ?", kernels, architecture); err != nil {
		t.Fatal(err)
	}
}

// What other kernels have computed is refused in a line that names both, and
// --inexact goes on with it, once and for all: the record says so from then on.
func TestResumeUnderOtherKernels(t *testing.T) {
	for _, c := range []struct{ kernels, architecture string }{{"abacus", runtime.GOARCH}, {kernels(), "pdp11"}} {
		id, path := recorded(t)
		computedBy(t, path, c.kernels, c.architecture)
		again := []string{"resume", id, "--headless", "--evals", "12800"}
		status, _, errOut := optwatch(t, again...)
		if status != exitFailed || strings.Count(errOut, "\n") != 1 {
			t.Errorf("%v: exit status %d, stderr %q; want 1 and one line", c, status, errOut)
		}
		for _, word := range []string{c.kernels, c.architecture, kernels(), runtime.GOARCH, "--inexact"} {
			if !strings.Contains(errOut, word) {
				t.Errorf("%v: %q has no %q", c, errOut, word)
			}
		}
		if status, _, errOut := optwatch(t, append(again, "--inexact")...); status != exitOK {
			t.Fatalf("%v: with --inexact: exit status %d, stderr %q", c, status, errOut)
		}
		if got := listing(t); len(got) != 1 || !got[0].Inexact || got[0].Kernels != kernels() {
			t.Errorf("%v: afterwards the records are %+v; want one, inexact, of these kernels", c, got)
		}
		if status, _, errOut := optwatch(t, "resume", id, "--headless", "--evals", "19200"); status != exitOK {
			t.Errorf("%v: once more, without --inexact: exit status %d, stderr %q", c, status, errOut)
		}
	}
}

// listing is what "optwatch runs --json" says.
func listing(t *testing.T) []listedRun {
	t.Helper()
	status, out, errOut := optwatch(t, "runs", "--json")
	var list []listedRun
	if err := json.Unmarshal([]byte(out), &list); err != nil || status != exitOK {
		t.Fatalf("runs --json: exit status %d, %v, stderr %q\n%s", status, err, errOut, out)
	}
	return list
}

// What is refused before anything began leaves no record; what has been recorded stays
// when its data are not there any more.
func TestRefusedLeavesNoRecord(t *testing.T) {
	t.Setenv("OPTWATCH_STATE", t.TempDir())
	for _, asked := range [][]string{{"--data", "digits", "--run", "sgd:batch=100000"}, {"--data", filepath.Join(t.TempDir(), "absent.csv")}} {
		status, _, errOut := optwatch(t, append([]string{"run", "--headless", "--evals", "640"}, asked...)...)
		if status == exitOK || strings.Contains(errOut, "recorded as") {
			t.Errorf("%q: exit status %d, stderr %q", asked, status, errOut)
		}
	}
	if list := listing(t); len(list) != 0 {
		t.Errorf("records of what never began: %+v", list)
	}
	file := filepath.Join(t.TempDir(), "a.csv")
	if err := os.WriteFile(file, []byte("a,y\n"+strings.Repeat("1,0\n2,1\n3,0\n", 20)), 0o600); err != nil {
		t.Fatal(err)
	}
	if status, _, errOut := optwatch(t, "run", "--headless", "--evals", "640", "--data", file, "--run", "sgd:batch=8"); status != exitOK {
		t.Fatalf("exit status %d, stderr %q", status, errOut)
	}
	list := listing(t)
	if err := os.Remove(file); err != nil || len(list) != 1 {
		t.Fatalf("%v, records %+v", err, list)
	}
	if status, _, _ := optwatch(t, "resume", list[0].ID, "--headless", "--evals", "1280"); status == exitOK {
		t.Error("it goes on without data")
	}
	if again := listing(t); len(again) != 1 {
		t.Errorf("after a resume that was refused there are %d records", len(again))
	}
}

// Records are listed with how they stand, a damaged one beside whole ones; what
// is older than an age is removed with what lies beside it, and nothing else.
func TestRunsAreListedAndPruned(t *testing.T) {
	t.Setenv("OPTWATCH_STATE", t.TempDir())
	if list := listing(t); list == nil || len(list) != 0 {
		t.Errorf("of no records the list is %v, want []", list)
	}
	id, path := recorded(t)
	bad := filepath.Join(filepath.Dir(path), "bad22.db")
	if err := os.WriteFile(bad, []byte("this is no record"), 0o600); err != nil {
		t.Fatal(err)
	}
	said := map[string]listedRun{}
	for _, r := range listing(t) {
		said[r.Path] = r
	}
	got := said[path]
	if got.ID != id || got.Status != "finished" || got.Process != 0 || got.Kernels != kernels() || got.Bytes == 0 || got.Damage != "" {
		t.Errorf("the record is listed as %+v", got)
	}
	if len(got.Training) != 1 || got.Training[0].Name != "sgd" || got.Training[0].State == "" {
		t.Errorf("its runs are listed as %+v", got.Training)
	}
	if got := said[bad]; got.Status != "damaged" || got.Damage == "" {
		t.Errorf("the damaged one is listed as %+v", got)
	}

	for age, want := range map[string]string{"": "must not be empty", "soon": "expected an age", "-1h": "expected an age", "0x1p3d": "expected an age", "1_0d": "expected an age"} {
		if status, _, errOut := optwatch(t, "runs", "--prune", age); status != exitUsage || !strings.Contains(errOut, want) {
			t.Errorf("--prune %q: exit status %d, stderr %q", age, status, errOut)
		}
	}
	if status, out, errOut := optwatch(t, "runs", "--prune", "30d"); status != exitOK || !strings.Contains(out, "0 removed") {
		t.Errorf("--prune 30d: exit status %d, %q, %q", status, out, errOut)
	}
	if len(listing(t)) != 2 {
		t.Error("young records are gone")
	}
	if err := os.Remove(bad); err != nil {
		t.Fatal(err)
	}
	if status, out, errOut := optwatch(t, "runs", "--prune", "0s"); status != exitOK || !strings.Contains(out, "1 removed") || !strings.Contains(out, path) {
		t.Errorf("--prune 0s: exit status %d, %q, %q", status, out, errOut)
	}
	if list := listing(t); len(list) != 0 {
		t.Errorf("what is left is %+v", list)
	}
}

// A record is exported whole, by its ID, the beginning of that, or its file: the
// numbers in CSV are those in JSON.
func TestExport(t *testing.T) {
	id, path := recorded(t)
	t.Chdir(t.TempDir())
	for _, which := range []string{id, id[:4], path} {
		for _, name := range []string{id + ".csv", id + ".json"} {
			os.Remove(name)
		}
		if status, out, errOut := optwatch(t, "export", which); status != exitOK || out != "" {
			t.Fatalf("export %s: exit status %d, %q, %q", which, status, out, errOut)
		}
		text, err := os.ReadFile(id + ".csv")
		if err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(strings.NewReader(string(text))).ReadAll()
		if err != nil || len(rows) < 3 {
			t.Fatalf("export %s: %d rows of CSV, %v", which, len(rows), err)
		}
		if text, err = os.ReadFile(id + ".json"); err != nil || !json.Valid(text) || !strings.Contains(string(text), id) {
			t.Errorf("export %s: the JSON is %.200q, %v", which, text, err)
		}
		status, out, errOut := optwatch(t, "export", which, "--csv", "-")
		printed, err := csv.NewReader(strings.NewReader(out)).ReadAll()
		if status != exitOK || errOut != "" || err != nil || len(printed) != len(rows) {
			t.Errorf("export %s --csv -: exit status %d, %d rows, %v, want %d; %q", which, status, len(printed), err, len(rows), errOut)
		}
	}
	if status, out, errOut := optwatch(t, "watch", "--once", "."); status != exitOK || strings.Contains(out, id) || errOut != "" {
		t.Errorf("a watch of exports: exit status %d, %q, and\n%s", status, errOut, out)
	}
	const why = " is an export of optwatch: optwatch replay shows the record that it is of\n"
	for _, asked := range []string{"--once", "--explain"} {
		if _, out, _ := optwatch(t, "watch", asked, id+".csv"); strings.Count(out, why) != 1 {
			t.Errorf("watch %s %s.csv says %q, want %q", asked, id, out, why)
		}
	}
	for _, args := range [][]string{{"export"}, {"export", "nobody"}, {"replay", id}, {"attach", "nobody"}} {
		if status, _, errOut := optwatch(t, args...); status != exitUsage || strings.Count(errOut, "\n") != 1 {
			t.Errorf("%v: exit status %d, stderr %q; want 2 and one line", args, status, errOut)
		}
	}
	missing := filepath.Join("no", "such", "x.csv")
	if status, _, errOut := optwatch(t, "export", id, "--csv", missing); status != exitFailed || !strings.Contains(errOut, missing) {
		t.Errorf("to a folder that is not there: exit status %d, stderr %q", status, errOut)
	}
}

// A script drives an experiment without a screen: exit status 0 for done, 1 for
// refused, 2 for what is not understood. "stop" ends it, saved, and the process
// then says that it has been cut short.
func TestTell(t *testing.T) {
	state := t.TempDir()
	t.Setenv("OPTWATCH_STATE", state)
	var said strings.Builder
	c := program(t, state, "run", "--headless", "--data", "digits", "--run", "sgd", "--passes", "1e9")
	c.Stderr = &said
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	id := ""
	for deadline := time.Now().Add(120 * time.Second); id == ""; time.Sleep(20 * time.Millisecond) {
		if list := listing(t); len(list) == 1 && list[0].Status == "live" && len(list[0].Training) == 1 {
			id = list[0].ID
		} else if time.Now().After(deadline) {
			t.Fatalf("it never began: %+v", list)
		}
	}
	for _, c := range []struct {
		words string
		want  int
		says  string
	}{
		{"sgd lr=0.05", exitOK, "done"},
		{"sgd pause lr=0.02 resume", exitOK, "done"},
		{"sgd lr=-1", 1, "refused"},
		{"sgd lr=fast", 2, "no number"},
		{"adam pause", 2, "there is sgd"},
		{"sgd dance", 2, "want pause"},
		{"all stop", 2, "pause or resume"},
		{"sgd", 2, "tell sgd what"},
	} {
		status, out, errOut := optwatch(t, append([]string{"tell", id}, strings.Fields(c.words)...)...)
		if status != c.want || !strings.Contains(out+errOut, c.says) {
			t.Errorf("tell %s: exit status %d, %q, %q; want %d and a word of %q", c.words, status, out, errOut, c.want, c.says)
		}
	}
	if status, out, errOut := optwatch(t, "stop", id); status != exitOK || !strings.Contains(out, "optwatch resume "+id) {
		t.Errorf("stop: exit status %d, %q, %q", status, out, errOut)
	}
	_ = c.Wait()
	if got := c.ProcessState.ExitCode(); got != exitInterrupted || !strings.Contains(said.String(), "optwatch resume "+id) {
		t.Errorf("what was stopped ends with %d and %q, want %d and how it goes on", got, said.String(), exitInterrupted)
	}
	if list := listing(t); len(list) != 1 || list[0].Status != "stopped" {
		t.Errorf("afterwards the records are %+v", list)
	}
	for _, args := range [][]string{{"tell", id, "sgd", "pause"}, {"stop", id}, {"status", id}} {
		if status, _, errOut := optwatch(t, args...); status != exitFailed || !strings.Contains(errOut, "is stopped") {
			t.Errorf("%v of what has ended: exit status %d, stderr %q", args, status, errOut)
		}
	}
	if status, _, errOut := optwatch(t, "tell", "nobody", "sgd", "pause"); status != exitUsage || !strings.Contains(errOut, "nobody") {
		t.Errorf("tell nobody: exit status %d, stderr %q", status, errOut)
	}
}

// What does not go on since its data has changed, or is gone, is left as it was.
func TestResumeOfOtherData(t *testing.T) {
	t.Setenv("OPTWATCH_STATE", t.TempDir())
	csv := filepath.Join(t.TempDir(), "rows.csv")
	write := func(last string) {
		if err := os.WriteFile(csv, []byte("a,label\n"+strings.Repeat("1,0\n2,1\n", 50)+last), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("3,1\n")
	if status, _, errOut := optwatch(t, "run", "--headless", "--data", csv, "--run", "sgd", "--evals", "6400"); status != exitOK {
		t.Fatalf("exit status %d: %s", status, errOut)
	}
	id := listing(t)[0].ID
	told := func() string { // all but when something was last written, and the log
		var whole map[string]any
		_, out, _ := optwatch(t, "export", id, "--json", "-")
		if err := json.Unmarshal([]byte(out), &whole); err != nil {
			t.Fatal(err)
		}
		for _, key := range []string{"written", "elapsed", "events"} {
			delete(whole, key)
		}
		text, err := json.Marshal(whole)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	want := told()
	for how, change := range map[string]func(){"changed": func() { write("4,1\n") }, "gone": func() { os.Remove(csv) }} {
		change()
		if status, _, errOut := optwatch(t, "resume", id, "--headless", "--evals", "12800"); status == exitOK || !strings.Contains(errOut, "rows.csv") {
			t.Errorf("%s: exit status %d, stderr %q", how, status, errOut)
		}
		if got := told(); got != want {
			t.Errorf("%s: the record is\n%s\nwant\n%s", how, got, want)
		}
	}
	write("3,1\n")
	if status, _, errOut := optwatch(t, "resume", id, "--headless", "--evals", "12800"); status != exitOK {
		t.Errorf("exit status %d: %s", status, errOut)
	}
}
