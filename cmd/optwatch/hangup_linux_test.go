package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// startApart runs the program on the terminal as a process of its own, which has
// the terminal for its own.
func (t *terminal) startApart(tb *testing.T, state string, args ...string) *exec.Cmd {
	tb.Helper()
	c := program(tb, state, args...)
	t.startAs(tb, c)
	return c
}

// startAs runs a program of its own on the terminal.
func (t *terminal) startAs(tb *testing.T, c *exec.Cmd) {
	tb.Helper()
	c.Env = append(c.Env, "TERM=xterm-256color")
	c.Stdin, c.Stdout, c.Stderr = t.slave, t.slave, t.slave
	c.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := c.Start(); err != nil {
		tb.Fatal(err)
	}
	go func() {
		_ = c.Wait()
		t.status <- c.ProcessState.ExitCode()
	}()
}

// listed are the records of a state folder.
func listed(t *testing.T, state string) []listedRun {
	t.Helper()
	text, err := program(t, state, "runs", "--json").Output()
	if err != nil {
		t.Fatal(err)
	}
	var list []listedRun
	if err := json.Unmarshal(text, &list); err != nil {
		t.Fatal(err)
	}
	return list
}

// awaitListed waits until the only record has a status.
func awaitListed(t *testing.T, state, status string) listedRun {
	t.Helper()
	var list []listedRun
	for deadline := time.Now().Add(120 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if list = listed(t, state); len(list) == 1 && list[0].Status == status {
			return list[0]
		}
	}
	t.Fatalf("the records are %+v, want one that is %s", list, status)
	return listedRun{}
}

// awaitAlone waits until nobody is connected to the socket of a process: it has
// no other open then than the one on which it listens.
func awaitAlone(t *testing.T, pid int) {
	t.Helper()
	folder := fmt.Sprintf("/proc/%d/fd", pid)
	sockets := 0
	for deadline := time.Now().Add(120 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		files, err := os.ReadDir(folder)
		if err != nil {
			t.Fatal(err)
		}
		sockets = 0
		for _, f := range files {
			if to, _ := os.Readlink(filepath.Join(folder, f.Name())); strings.HasPrefix(to, "socket:") {
				sockets++
			}
		}
		if sockets == 1 {
			return
		}
	}
	t.Errorf("%d sockets are open; want the one to listen on", sockets)
}

// The terminal is closed while an experiment trains: that goes on. Two people of
// different sizes and colours look at it again, one drives; they leave and it
// goes on, and "stop" ends it, saved, so that it can go on.
func TestHangUp(t *testing.T) {
	state := t.TempDir()
	first := newTerminal(t, 120, 40)
	first.startApart(t, state, "run", "--data", "digits", "--run", "sgd:lr=0.01,batch=1", "--run", "adam")
	first.await(t, 0, "running")
	first.slave.Close()
	first.master.Close() // which hangs up
	<-first.status
	alone := awaitListed(t, state, "live")
	id := alone.ID
	awaitAlone(t, alone.Process)

	wide, small := newTerminal(t, 160, 50), newTerminal(t, 60, 20)
	wide.startApart(t, state, "attach", id)
	small.startApart(t, state, "attach", "--no-color", "--read-only")
	at, seen := wide.await(t, 0, "running"), small.await(t, 0, "sgd")
	wide.send(" ")
	wide.await(t, at, "paused")
	small.await(t, seen, "paused")
	if strings.Contains(small.printed(), "\x1b[38;5;") {
		t.Error("the screen without colours has some")
	}
	small.send(" ") // not for those who only look
	said, err := program(t, state, "tell", id, "sgd", "lr=0.02", "resume").CombinedOutput()
	if err != nil {
		t.Errorf("tell: %v\n%s", err, said)
	}
	wide.await(t, at, "0.01 → 0.02")
	for _, term := range []*terminal{wide, small} {
		term.send("q")
	}
	wide.await(t, at, "leave")
	wide.send("q")
	wantStatus(t, small, exitOK)
	wantStatus(t, wide, exitOK)
	live := awaitListed(t, state, "live")
	awaitAlone(t, live.Process)
	if said, err := program(t, state, "stop", id).CombinedOutput(); err != nil {
		t.Errorf("stop: %v\n%s", err, said)
	}
	awaitListed(t, state, "stopped")
	for deadline := time.Now().Add(120 * time.Second); unix.Kill(live.Process, 0) == nil; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("its process is still there")
		}
	}

	again := newTerminal(t, 120, 40)
	again.startApart(t, state, "resume", id)
	again.await(t, 0, "0.02")
	if got := awaitListed(t, state, "live").ID; got != id {
		t.Errorf("what goes on is %s, want %s", got, id)
	}
	again.send("q")
	again.await(t, 0, "save")
	again.send("s")
	wantStatus(t, again, exitOK)
	awaitListed(t, state, "stopped")
	if left, err := os.ReadDir(state); err != nil || len(left) > 4 {
		t.Errorf("what is left is %v, %v", left, err)
	}
}

// Who quits when all has ended finds the table, and the results in their file.
func TestResultsAreThereWhenTheScreenCloses(t *testing.T) {
	state := t.TempDir()
	file := filepath.Join(state, "r.json")
	term := newTerminal(t, 120, 40)
	term.startApart(t, state, "run", "--data", "digits", "--run", "sgd", "--evals", "6400", "--json", file)
	term.await(t, 0, "sgd")
	id := awaitListed(t, state, "live").ID
	phase := ""
	for deadline := time.Now().Add(120 * time.Second); phase != "ended"; time.Sleep(20 * time.Millisecond) {
		text, err := program(t, state, "status", id, "--json").Output()
		var said struct{ Phase string }
		if err == nil {
			err = json.Unmarshal(text, &said)
		}
		if phase = said.Phase; time.Now().After(deadline) {
			t.Fatalf("its phase is %q, %v", phase, err)
		}
	}
	term.send("q")
	wantStatus(t, term, exitOK)
	if r := runs(decoded(t, file)); len(r) != 1 {
		t.Errorf("%d runs in the file", len(r))
	}
	term.await(t, 0, id+" has finished")
}

// Somebody has tidied the state folder up while an experiment trains. Whoever
// wants to reach it is told what is left to do, and that works: it ends, saved.
func TestSocketIsRemoved(t *testing.T) {
	state := t.TempDir()
	c := program(t, state, "run", "--headless", "--data", "digits", "--run", "sgd", "--passes", "1e9")
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	live := awaitListed(t, state, "live")
	socket := filepath.Join(state, live.ID+".sock")
	for deadline := time.Now().Add(120 * time.Second); os.Remove(socket) != nil; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("it has no socket")
		}
	}
	kill := fmt.Sprintf("kill %d ends it, saved, and then optwatch resume %s goes on", live.Process, live.ID)
	for _, command := range []string{"status", "stop"} {
		said, err := program(t, state, command, live.ID).CombinedOutput()
		if err == nil || !strings.Contains(string(said), kill) {
			t.Errorf("%s: %v\n%s", command, err, said)
		}
	}
	_ = c.Process.Signal(syscall.SIGTERM)
	_ = c.Wait()
	awaitListed(t, state, "stopped")
}

// A record that lies where no ID is looked for is called by its file, and what is
// said of it works.
func TestRecordElsewhere(t *testing.T) {
	state, file := t.TempDir(), filepath.Join(t.TempDir(), "mine.db")
	term := newTerminal(t, 200, 40)
	term.startApart(t, state, "run", "--data", "digits", "--run", "sgd", "--record", file)
	t.Cleanup(func() { _ = program(t, state, "stop", file).Run() }) // where the test fails, it would train for ever
	term.await(t, 0, "running")
	at := len(term.printed())
	term.send("q")
	term.await(t, at, "leave")
	term.send("q")
	wantStatus(t, term, exitOK)
	term.await(t, at, "optwatch stop "+file)
	said, err := program(t, state, "stop", file).CombinedOutput()
	if err != nil || !strings.Contains(string(said), "optwatch resume "+file+" goes on") {
		t.Errorf("stop: %v\n%s", err, said)
	}
	said, err = program(t, state, "attach", file).CombinedOutput()
	if err == nil || !strings.Contains(string(said), "optwatch resume "+file+" goes on") {
		t.Errorf("attach: %v\n%s", err, said)
	}
}

// A program that was started by nohup outlives the terminal.
func TestNohup(t *testing.T) {
	state := t.TempDir()
	c := program(t, state, "run", "--headless", "--data", "digits", "--run", "sgd", "--passes", "200")
	c.Args = append([]string{"sh", "-c", `trap "" HUP; exec "$0" "$@"`, c.Path}, c.Args[1:]...)
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("there is no shell here")
	}
	c.Path = sh
	var said strings.Builder
	c.Stdout, c.Stderr = &said, &said
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(120 * time.Second); len(listed(t, state)) == 0; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("it never began")
		}
	}
	_ = c.Process.Signal(syscall.SIGHUP)
	if err := c.Wait(); err != nil {
		t.Errorf("it ends with %v and %s", err, said.String())
	}
}

// The process that trains is killed under a screen: the terminal is restored, and
// the screen says that it was interrupted and how it goes on.
func TestKilledUnderAScreen(t *testing.T) {
	state := t.TempDir()
	term := newTerminal(t, 120, 40)
	before := settings(t, term)
	term.startApart(t, state, "run", "--data", "digits", "--run", "sgd")
	term.await(t, 0, "running")
	held := awaitListed(t, state, "live")
	if err := unix.Kill(held.Process, unix.SIGKILL); err != nil {
		t.Fatal(err)
	}
	wantStatus(t, term, exitFailed)
	term.await(t, 0, held.ID+" is interrupted")
	term.await(t, 0, "optwatch resume "+held.ID)
	if after := settings(t, term); after != before {
		t.Errorf("the terminal was %+v and is %+v", before, after)
	}
}
