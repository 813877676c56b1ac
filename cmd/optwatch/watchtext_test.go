package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// logged is a folder with two logs and a file that is none.
func logged(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"a/metrics.csv":   "epoch,step,loss\n0,10,0.5\n0,20,0.25\n",
		"b/metrics.jsonl": "{\"step\":1,\"loss\":2,\"acc\":0.5}\n{\"step\":2,\"loss\":NaN}\n",
		"notes.md":        "# What I did\n",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// The table has a line for a run, whose cells are what was logged last; of none it
// says so.
func TestWatchOnceIsATable(t *testing.T) {
	status, out, errOut := optwatch(t, "watch", "--once", logged(t))
	var got [][]string
	for line := range strings.Lines(out) {
		got = append(got, strings.Fields(line))
	}
	want := [][]string{
		{"run", "state", "step", "loss", "accuracy"},
		{"a", "running", "20", "0.25", "—"},
		{"b", "running", "2", "—", "0.5"},
	}
	if status != exitOK || errOut != "" || !slices.EqualFunc(got, want, slices.Equal) {
		t.Errorf("exit status %d, %q, the table\n%swant %q", status, errOut, out, want)
	}
	status, out, errOut = optwatch(t, "watch", "--once", t.TempDir())
	if status != exitOK || errOut != "" || !strings.HasSuffix(out, "no logs were found; --explain says how each file was looked at\n") {
		t.Errorf("of no logs: exit status %d, %q, %q", status, out, errOut)
	}
}

func TestWatchExplains(t *testing.T) {
	dir := logged(t)
	status, out, errOut := optwatch(t, "watch", "--explain", dir)
	for name, why := range map[string]string{"a/metrics.csv": "is read as ", "b/metrics.jsonl": "is read as ", "notes.md": "looks like no log that is known"} {
		if !slices.ContainsFunc(strings.Split(out, "\n"), func(line string) bool {
			return strings.HasPrefix(line, filepath.Join(dir, name)+"  ") && strings.Contains(line, why)
		}) {
			t.Errorf("it does not say that %s %s", name, why)
		}
	}
	if status != exitOK || errOut != "" || strings.Count(out, "\n") != 3 {
		t.Errorf("exit status %d, %q, and\n%s", status, errOut, out)
	}
	if status, out, errOut := optwatch(t, "watch", "--explain", filepath.Join(dir, "c")); status != exitUsage || out != "" || strings.Count(errOut, "\n") != 1 {
		t.Errorf("of what is not there: exit status %d, %q, %q", status, out, errOut)
	}
}

// growing is what a program prints, for those who wait for it.
type growing struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (g *growing) Write(p []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.text.Write(p)
}

func (g *growing) String() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.text.String()
}

// await waits until a text is in it.
func (g *growing) await(t *testing.T, text string) {
	t.Helper()
	for end := time.Now().Add(2 * time.Minute); !strings.Contains(g.String(), text); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%q never came:\n%s", text, g.String())
		}
	}
}

// Rows are printed as they are logged, whole ones only, and events beside them,
// until a signal ends it.
func TestWatchFollowsALog(t *testing.T) {
	dir := logged(t)
	f, err := os.OpenFile(filepath.Join(dir, "a/metrics.csv"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	ctx, interrupt := context.WithCancel(t.Context())
	var out, errOut growing
	ended := make(chan int)
	go func() {
		ended <- run(ctx, []string{"watch", "--follow", "--json", "--read-only", dir}, strings.NewReader(""), &out, &errOut)
	}()
	for _, c := range []struct{ write, want string }{
		{"", `{"run":"a","step":20,"time":null,"metrics":{"loss":0.25}}`},
		{"", `{"run":"b","step":2,"time":null,"metrics":{"loss":null}}`},
		{"0,30,0.1", ""},
		{"25\n0,40,0.0625\n", `{"run":"a","step":40,"time":null,"metrics":{"loss":0.0625}}`},
		{"", `{"run":"a","step":30,"time":null,"metrics":{"loss":0.125}}`},
		{"", `{"run":"b","event":"start","text":"`},
	} {
		if _, err := f.WriteString(c.write); err != nil {
			t.Fatal(err)
		}
		out.await(t, c.want)
	}
	interrupt()
	if status := <-ended; status != exitInterrupted || errOut.String() != "" {
		t.Errorf("exit status %d, %q", status, errOut.String())
	}
	rows := 0
	for line := range strings.Lines(out.String()) {
		var v struct{ Metrics map[string]*float64 }
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Errorf("%q: %v", line, err)
		}
		if v.Metrics != nil {
			rows++
		}
	}
	if rows != 6 {
		t.Errorf("%d rows are printed, want each of 6 once:\n%s", rows, out.String())
	}
}

// What comes through a pipe is read, saved, and printed where nothing else is.
func TestWatchReadsAPipe(t *testing.T) {
	const text = "loading\nstep=1 loss=0.5\nstep=2 loss=0.25 \x1b[1mbest\x1b[0m\nstep=3 loss=0.1"
	for _, c := range []struct {
		args  string
		whole bool // what comes is printed
		want  string
	}{
		{"", true, "its output has ended"},
		{"--follow", true, "its output has ended"},
		{"--follow --json", false, `{"run":"standard input","step":3,"time":null,"metrics":{"loss":0.1}}`},
		{"--once", false, "standard input  finished  3     0.1"},
		{"--once --json", false, `"curve":[{"step":1,"time":null,"value":0.5},{"step":2,"time":null,"value":0.25},{"step":3,"time":null,"value":0.1}]`},
	} {
		saved := filepath.Join(t.TempDir(), "saved.log")
		var out, errOut bytes.Buffer
		args := append([]string{"watch", "-", "--save", saved}, strings.Fields(c.args)...)
		status := run(t.Context(), args, strings.NewReader(text), &out, &errOut)
		if status != exitOK || errOut.Len() > 0 || strings.Contains(out.String(), text) != c.whole || !strings.Contains(out.String(), c.want) {
			t.Errorf("%q: exit status %d, %q, and\n%s\nwant %q", c.args, status, errOut.String(), out.String(), c.want)
		}
		if got, err := os.ReadFile(saved); err != nil || string(got) != text {
			t.Errorf("%q: saved is %q, %v", c.args, got, err)
		}
	}
	folder := filepath.Join(t.TempDir(), "no", "such")
	if status, _, errOut := optwatch(t, "watch", "-", "--save", filepath.Join(folder, "f")); status == exitOK || strings.Count(errOut, "\n") != 1 || !strings.Contains(errOut, folder) {
		t.Errorf("into a folder that is not there: exit status %d, %q", status, errOut)
	}
}
