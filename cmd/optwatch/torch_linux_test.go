package main

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"optwatch/train/follow/process"
	"optwatch/train/follow/script"
)

// trainer is a script that runs, as its own files tell of it.
type trainer struct {
	t    *testing.T
	cmd  *exec.Cmd
	out  growing
	done chan struct{}
	dir  *script.Dir
}

// startScript starts a script beside the file that optwatch prints, and waits until it
// has logged a step.
func startScript(t *testing.T, python, folder, name string, args ...string) *trainer {
	t.Helper()
	beside := t.TempDir()
	if err := os.WriteFile(filepath.Join(beside, "optwatch.py"), []byte(script.Python), 0o600); err != nil {
		t.Fatal(err)
	}
	s := &trainer{t: t, done: make(chan struct{})}
	s.cmd = exec.Command(python, append([]string{filepath.Join("../../train/follow/script/testdata", name), folder}, args...)...)
	s.cmd.Env = append(os.Environ(), "PYTHONPATH="+beside, "PYTHONDONTWRITEBYTECODE=1", "RANK=0")
	s.cmd.Stdout, s.cmd.Stderr = &s.out, &s.out
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(s.done)
		_ = s.cmd.Wait() // how it ends it prints
	}()
	t.Cleanup(func() {
		_ = s.cmd.Process.Kill() // it may have ended
		<-s.done
	})
	s.await("a first step", func(c *script.Controls) bool { return c.Step >= 0 })
	return s
}

// now is what the script has said so far.
func (s *trainer) now() *script.Controls {
	s.t.Helper()
	now, err := lookAt(s.dir)
	if err != nil {
		s.t.Fatal(err)
	}
	return &now
}

// await waits until a script says something of itself.
func (s *trainer) await(what string, so func(c *script.Controls) bool) *script.Controls {
	s.t.Helper()
	for end := time.Now().Add(2 * time.Minute); ; time.Sleep(5 * time.Millisecond) {
		if s.dir == nil {
			s.dir, _ = script.Open(s.cmd.Args[2])
		} else if now := s.now(); so(now) {
			return now
		}
		if time.Now().After(end) {
			s.t.Fatalf("it never came: %s; the script prints %s", what, s.out.String())
		}
	}
}

// further waits until a script has gone some steps on.
func (s *trainer) further(steps float64) *script.Controls {
	s.t.Helper()
	from := s.now().Step
	return s.await("more steps", func(c *script.Controls) bool { return c.Step >= from+steps })
}

// torchPython is a Python that has PyTorch.
func torchPython(t *testing.T) string {
	t.Helper()
	for _, path := range []string{"/usr/bin/python3", "python3"} {
		if exec.Command(path, "-c", "import torch").Run() == nil {
			return path
		}
	}
	t.Skip("no python3 here has torch (Debian's package python3-torch)")
	return ""
}

// A network that PyTorch trains on MNIST is paused, resumed, retuned, switched to
// another optimizer and stopped by keys on the screen.
func TestTorchOnTheScreen(t *testing.T) {
	data := os.Getenv("OPTWATCH_DATA")
	if data == "" {
		t.Skip("OPTWATCH_DATA names no folder with mnist in it")
	}
	python, runs := torchPython(t), t.TempDir()
	at := func(name string) string { return filepath.Join(data, "mnist", name) }
	s := startScript(t, python, filepath.Join(runs, "mlp"), "mlp.py", at("t10k-images-idx3-ubyte.gz"), at("t10k-labels-idx1-ubyte.gz"), "1000000", "0.002")
	term := newTerminal(t, 120, 40)
	term.start(t, "watch", runs)
	term.await(t, 0, "mlp")
	mark := term.await(t, 0, "pause")

	term.send(" ")
	was := s.await("a pause", func(c *script.Controls) bool { return c.State == "paused" })
	mark = term.await(t, mark, "paused")
	asleep := 0
	for range 20 {
		if now := s.now(); now.Step != was.Step || now.State != "paused" {
			t.Fatalf("it is %s at step %v, and was paused at %v", now.State, now.Step, was.Step)
		}
		if p, err := process.Here().Process(s.cmd.Process.Pid); err == nil && p.State == 'S' {
			asleep++
		}
		time.Sleep(5 * time.Millisecond)
	}
	if asleep == 0 {
		t.Error("its process never sleeps while it is paused")
	}
	term.send(" ")
	s.await("a resume", func(c *script.Controls) bool { return c.State == "running" })
	mark = term.await(t, mark, "resumed")
	s.further(5)

	// A press divides the rate by 1.25, so that three halve it.
	for _, want := range []string{"0.08", "0.064", "0.0512"} {
		term.send("[")
		mark = term.await(t, mark, "lr is "+want)
	}
	s.further(20)

	term.send("o")
	mark = term.await(t, mark, "adamw")
	term.send("adamw\r")
	mark = term.await(t, mark, "optimizer is adamw")
	s.out.await(t, "now AdamW\n")
	if now := s.further(20); now.Settings[len(now.Settings)-1].Option != "adamw" {
		t.Errorf("it says %+v of itself", now.Settings)
	}
	checkHalved(t, filepath.Join(runs, "mlp"))
	checkSwitched(t, filepath.Join(runs, "mlp"))

	term.send("x")
	mark = term.await(t, mark, "Stop")
	term.send("y")
	<-s.done
	mark = term.await(t, mark, "stopped")
	if out := s.out.String(); !strings.Contains(out, "stopped by ") || strings.Contains(out, "Traceback") {
		t.Errorf("the script prints %s", out)
	}
	term.send("q")
	wantStatus(t, term, exitOK)
	term.await(t, mark, "\x1b[?1049l")
}

// scriptLine is a line of what a script has written of its run.
type scriptLine struct {
	Event, Name string
	Value       any
	Step        float64
	Values      map[string]float64
}

// saidBy are the lines that a script has written so far.
func saidBy(t *testing.T, folder string) (out []scriptLine) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, "events.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(text) {
		var s scriptLine
		if json.Unmarshal(line, &s) == nil { // the last may be half written
			out = append(out, s)
		}
	}
	return out
}

// checkHalved checks that the rate which is logged changes with the answers, and with
// nothing else, and ends at half of what it was.
func checkHalved(t *testing.T, folder string) {
	t.Helper()
	lr, last, steps := 0.1, 0.0, 0
	for _, s := range saidBy(t, folder) {
		switch {
		case s.Event == "answer" && s.Name == "lr":
			lr, _ = s.Value.(float64)
		case s.Event == "log":
			steps++
			if last = s.Values["lr"]; math.Abs(last-lr) > 1e-12 {
				t.Errorf("at step %v the rate %v is logged, and it was set to %v", s.Step, last, lr)
				return
			}
		}
	}
	if math.Abs(last-0.1/1.25/1.25/1.25) > 1e-12 || steps < 30 {
		t.Errorf("after %d steps the rate is %v", steps, last)
	}
}

// checkSwitched checks that the loss shows that another optimizer has taken over: AdamW
// with a rate that suits SGD moves each weight by that rate at once, which throws the
// loss far above all that it was lately.
func checkSwitched(t *testing.T, folder string) {
	t.Helper()
	var before, after []float64
	switched := false
	for _, s := range saidBy(t, folder) {
		switch {
		case s.Event == "answer" && s.Name == "optimizer":
			switched = true
		case s.Event == "log" && switched:
			after = append(after, s.Values["loss"])
		case s.Event == "log":
			before = append(before, s.Values["loss"])
		}
	}
	if len(before) < 20 || len(after) < 10 {
		t.Fatalf("%d losses before the switch and %d after it", len(before), len(after))
	}
	t.Logf("the loss before the switch %.3f, after it %.3f", before[len(before)-5:], after[:10])
	if was, is := slices.Max(before[len(before)-20:]), slices.Max(after[:10]); is < 1.5*was {
		t.Errorf("before the switch the loss is at most %v, after it %v", was, is)
	}
}

// A script that is killed has crashed, on the screen that watches it and in what is
// printed after it.
func TestKilledScriptOnTheScreen(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("there is no python3")
	}
	folder := filepath.Join(t.TempDir(), "steps")
	s := startScript(t, python, folder, "steps.py")
	term := newTerminal(t, 120, 40)
	term.start(t, "watch", folder)
	mark := term.await(t, 0, "running")
	if err := s.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	term.await(t, mark, "crashed")
	term.send("q")
	wantStatus(t, term, exitOK)
	if r := watchOnce(t, folder).Runs; len(r) != 1 || r[0].State != "crashed" {
		t.Errorf("it is printed as %+v", r)
	}
}
