package script

import (
	"bytes"
	"errors"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"optwatch/train/follow/logs"
)

// python is a Python to try scripts with.
func python(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("no python3 to try optwatch.py with: ", err)
	}
	return path
}

func TestPython(t *testing.T) {
	c := exec.Command(python(t), "-B", "optwatch_test.py")
	if out, err := c.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// process is a script that runs, with what it prints.
type process struct {
	*exec.Cmd
	out  bytes.Buffer // complete once ended is closed
	done chan struct{}
}

// launch starts a program that finds optwatch.py, and kills it in the end.
func launch(t *testing.T, dir string, args ...string) *process {
	t.Helper()
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	p := &process{Cmd: exec.Command(args[0], args[1:]...), done: make(chan struct{})}
	p.Dir = dir
	p.Env = append(os.Environ(), "PYTHONPATH="+here, "PYTHONDONTWRITEBYTECODE=1", "RANK=0")
	p.Stdout, p.Stderr = &p.out, &p.out
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = p.Wait() // its status is looked at by those who care
		close(p.done)
	}()
	t.Cleanup(func() {
		_ = p.Process.Kill() // it may have ended
		<-p.done
	})
	return p
}

// await waits until something is so.
func await(t *testing.T, what string, so func() bool) {
	t.Helper()
	for range 3000 {
		if so() {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatal("it never came to pass: ", what)
}

// opened waits until a script has logged something, and opens its folder.
func opened(t *testing.T, folder string) *Dir {
	t.Helper()
	var d *Dir
	await(t, "a first step", func() bool {
		if d == nil {
			d, _ = Open(folder)
		}
		return d != nil && look(t, d).Step >= 0
	})
	return d
}

func look(t *testing.T, d *Dir) Controls {
	t.Helper()
	for {
		now, more, err := d.Look()
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
		if !more {
			return now
		}
	}
}

func tell(t *testing.T, d *Dir, kind, name string, value any) Answer {
	t.Helper()
	a, err := d.Tell(t.Context(), Command{Kind: kind, Name: name, Value: value})
	if err != nil {
		t.Fatalf("%s %s %v: %v", kind, name, value, err)
	}
	return a
}

func setting(t *testing.T, d *Dir, name string) Setting {
	t.Helper()
	now := look(t, d)
	s := now.setting(name)
	if s == nil {
		t.Fatalf("no setting %s", name)
	}
	return *s
}

// steps starts testdata/steps.py.
func steps(t *testing.T) (*Dir, *process, string) {
	folder := filepath.Join(t.TempDir(), "run")
	p := launch(t, ".", python(t), "testdata/steps.py", folder)
	return opened(t, folder), p, folder
}

func TestSteering(t *testing.T) {
	d, p, folder := steps(t)
	now := look(t, d)
	if now.State != "running" || !now.Checkpoint || len(now.Settings) != 3 || now.Run.PID != p.Process.Pid {
		t.Errorf("it says %+v", now)
	}
	if s := setting(t, d, "lr"); s.Low != 0 || s.High != 1 || s.Number != 0.1 || s.Options != nil {
		t.Errorf("lr is %+v", s)
	}
	for _, c := range []struct {
		kind, name string
		value      any
		want       Answer
	}{
		{"pause", "", nil, Answer{OK: true}},
		{"step", "", nil, Answer{OK: true}},
		{"resume", "", nil, Answer{OK: true}},
		{"set", "lr", 0.05, Answer{OK: true, Value: "0.05"}},
		{"set", "lr", 7.0, Answer{Text: "7 is more than 1"}},
		{"set", "wheel", 7.0, Answer{Text: "RuntimeError: the wheel came off"}},
		{"choose", "optimizer", "adamw", Answer{OK: true, Value: "adamw"}},
		{"choose", "optimizer", "lion", Answer{Text: "'lion' is none of sgd, adamw"}},
		{"checkpoint", "", nil, Answer{OK: true, Text: "saved.pt"}},
		{"dance", "", nil, Answer{Text: "no command 'dance' is known"}},
	} {
		got := tell(t, d, c.kind, c.name, c.value)
		got.ID = ""
		if got != c.want {
			t.Errorf("%s %s %v: got %+v, want %+v", c.kind, c.name, c.value, got, c.want)
		}
	}
	if got := setting(t, d, "optimizer").Option; got != "adamw" {
		t.Errorf("the optimizer is %s", got)
	}
	tell(t, d, "stop", "", nil)
	<-p.done
	if now := look(t, d); now.State != "stopped" || !strings.HasPrefix(now.Text, "by ") {
		t.Errorf("it ended %s %s", now.State, now.Text)
	}
	if _, err := d.Send(Command{Kind: "pause"}); !errors.Is(err, ErrOver) {
		t.Errorf("after its end: %v", err)
	}
	checkLog(t, folder)
}

// checkLog reads what the script wrote as a log.
func checkLog(t *testing.T, folder string) {
	t.Helper()
	var b logs.Batch
	for _, f := range logs.Formats {
		if f.Name != "optwatch" {
			continue
		}
		follower := f.Open(filepath.Join(folder, "events.jsonl"))
		for more := true; more; {
			var err error
			if more, err = follower.Follow(&b); err != nil {
				t.Fatal(err)
			}
		}
	}
	f := b.Run("")
	if f.Bad != 0 || f.End.State != logs.Killed || f.About.Total != 1e6 || len(f.Rows) == 0 {
		t.Fatalf("as a log: %d rows, %+v %+v, %d bad: %s", len(f.Rows), f.About, f.End, f.Bad, f.Why)
	}
	last := f.Rows[len(f.Rows)-1]
	if v := last.Values[0]; v.Tag != "lr" || v.Number != 0.05 {
		t.Errorf("the last row has %+v", last.Values)
	}
}

func TestPausedStandsStill(t *testing.T) {
	d, _, _ := steps(t)
	tell(t, d, "pause", "", nil)
	was := look(t, d)
	time.Sleep(300 * time.Millisecond)
	if now := look(t, d); now.State != "paused" || now.Step != was.Step {
		t.Errorf("%s at step %v, then %v", now.State, was.Step, now.Step)
	}
	tell(t, d, "step", "", nil)
	await(t, "one step", func() bool { return look(t, d).Step == was.Step+1 })
	tell(t, d, "resume", "", nil)
	await(t, "more steps", func() bool { return look(t, d).Step > was.Step+3 })
}

func TestTwoMonitors(t *testing.T) {
	d, _, folder := steps(t)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			e, err := Open(folder)
			if err != nil {
				t.Error(err)
				return
			}
			for range 25 {
				a, err := e.Tell(t.Context(), Command{Kind: "set", Name: "lr", Value: 0.5})
				if err != nil || !a.OK {
					t.Errorf("%+v %v", a, err)
				}
			}
		})
	}
	all.Wait()
	if got := setting(t, d, "lr").Number; got != 0.5 {
		t.Errorf("lr is %v", got)
	}
	if now := look(t, d); now.Note != "" {
		t.Errorf("it complains: %s", now.Note)
	}
}

func TestHalfWrittenCommand(t *testing.T) {
	d, _, folder := steps(t)
	f, err := os.OpenFile(filepath.Join(folder, "control.jsonl"), os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(`{"id":"half","st`); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if a := tell(t, d, "checkpoint", "", nil); !a.OK {
		t.Errorf("%+v", a)
	}
	if now := look(t, d); !strings.Contains(now.Note, "cannot be read") {
		t.Errorf("it notes %q", now.Note)
	}
}

func TestCopiedFolder(t *testing.T) {
	_, _, folder := steps(t)
	other := filepath.Join(t.TempDir(), "copy")
	if err := os.CopyFS(other, os.DirFS(folder)); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(other, "control.jsonl"), 0o600); err != nil {
		t.Fatal(err)
	}
	d, err := Open(other)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Send(Command{Kind: "stop"}); !errors.Is(err, ErrCopied) {
		t.Errorf("got %v, want %v", err, ErrCopied)
	}
}

func TestStartedAnew(t *testing.T) {
	d, p, folder := steps(t)
	tell(t, d, "pause", "", nil)
	if err := p.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	<-p.done
	if _, err := d.Send(Command{Kind: "resume"}); !errors.Is(err, ErrGone) {
		t.Errorf("to a killed script: %v", err)
	}
	old := look(t, d).Run.Start
	launch(t, ".", python(t), "testdata/steps.py", folder)
	await(t, "another start", func() bool { now := look(t, d); return now.Run.Start != old && now.Step >= 0 && now.State == "running" })
	d.mu.Lock()
	anew := d.now.Run.Start
	d.now.Run.Start = old
	id, err := d.send(Command{Kind: "stop"})
	d.now.Run.Start = anew
	d.mu.Unlock()
	if err != nil {
		t.Fatal(err)
	}
	a, err := d.Await(t.Context(), id)
	if err != nil || a.OK || !strings.Contains(a.Text, "start of the run that has ended") {
		t.Errorf("a stale command: %+v, %v", a, err)
	}
	if a := tell(t, d, "checkpoint", "", nil); !a.OK {
		t.Errorf("a command after it: %+v", a)
	}
}

func TestC(t *testing.T) {
	cc, err := exec.LookPath("cc")
	if err != nil {
		t.Skip("no cc to compile the example with: ", err)
	}
	program := filepath.Join(t.TempDir(), "example")
	if out, err := exec.Command(cc, "-Wall", "-O1", "-o", program, "testdata/example.c").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	folder := t.TempDir()
	p := launch(t, folder, program)
	d := opened(t, folder)
	tell(t, d, "pause", "", nil)
	was := look(t, d)
	time.Sleep(200 * time.Millisecond)
	if now := look(t, d); now.Step != was.Step || now.State != "paused" {
		t.Errorf("%s at step %v, then %v", now.State, was.Step, now.Step)
	}
	if a := tell(t, d, "set", "lr", 1.0); a.OK || a.Text != "not in this program" {
		t.Errorf("%+v", a)
	}
	tell(t, d, "stop", "", nil)
	<-p.done
	if now := look(t, d); now.State != "stopped" {
		t.Errorf("it ended %s", now.State)
	}
}

func TestNoRun(t *testing.T) {
	for _, text := range []string{"", "{}", "[]", `{"optwatch":1}`, `{"optwatch":2,"start":"a"}`, `{"optwatch":1,"start":"a","pid":"x"}`} {
		folder := t.TempDir()
		if err := os.WriteFile(filepath.Join(folder, "run.json"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(folder); err == nil {
			t.Errorf("%q is taken for a run", text)
		}
	}
	if _, err := Open(t.TempDir()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("an empty folder: %v", err)
	}
}

// FuzzEvents feeds the monitor what a script may have written.
func FuzzEvents(f *testing.F) {
	f.Add([]byte(`{"event": "start", "time": 1, "run": {"optwatch": 1, "start": "a", "controls": [{"name": "lr", "kind": "number", "min": 0, "value": "NaN"}]}}` + "\n"))
	f.Add([]byte(`{"event": "declare", "controls": [{"name": "o", "kind": "choice", "options": ["a"], "value": null}]}` + "\n" + `{"event": "log", "step": 1, "values": {"lr": 2}}` + "\n"))
	f.Add([]byte(`{"event": "answer", "id": "x", "ok": true, "name": "o", "value": "a"}` + "\n" + `{"event": "state", "state": "paused"}` + "\n{"))
	f.Fuzz(func(t *testing.T, data []byte) {
		whole, cut := &Dir{}, &Dir{}
		whole.fresh().Read(data, nil)
		r := cut.fresh()
		for i := range data {
			r.Read(data[i:i+1], nil)
		}
		if a, b := whole.now, cut.now; a.State != b.State || len(a.Settings) != len(b.Settings) || math.Float64bits(a.Step) != math.Float64bits(b.Step) {
			t.Errorf("whole %+v, in pieces %+v", a, b)
		}
	})
}

// FuzzRun feeds the monitor what may be in a run.json.
func FuzzRun(f *testing.F) {
	f.Add([]byte(`{"optwatch": 1, "start": "a", "pid": 1, "total_steps": "Infinity", "controls": [{"min": null}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if run, err := parseRun(data); err == nil && (run.Start == "" || run.Optwatch != 1) {
			t.Errorf("takes %+v", run)
		}
	})
}
