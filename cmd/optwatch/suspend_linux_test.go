package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// A terminal that answers no question is asked none, not even while the program's
// packages are initialised: the screen is there at once, and what was typed before
// is what it was.
func TestSilentTerminal(t *testing.T) {
	for _, args := range [][]string{{"--data", "digits"}, {"--foreground", "--data", "digits"}, {"devices"}} {
		t.Run(args[0], func(t *testing.T) {
			state := t.TempDir()
			defer stopAll(t, state)
			term := openTerminal(t, 120, 40, true)
			term.send("?")
			term.startApart(t, state, args...)
			term.await(t, 0, "here: ") // of the help
			printed := term.printed()
			for _, question := range []string{"\x1b]10;?", "\x1b]11;?", "\x1b[6n", "\x1b[c"} {
				if strings.Contains(printed, question) {
					t.Errorf("the terminal is asked %q", question)
				}
			}
		})
	}
}

// stopAll ends what trains without a screen. Once it has stopped, a process still
// writes down how its viewers' screens were left.
func stopAll(t *testing.T, state string) {
	for _, r := range listed(t, state) {
		if r.Status == "live" {
			_ = program(t, state, "stop", r.ID).Run()
			for deadline := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
				if _, err := os.Readlink("/proc/" + strconv.Itoa(r.Process) + "/exe"); err != nil {
					break
				}
				if time.Now().After(deadline) {
					t.Errorf("process %d of %s goes on after it was stopped", r.Process, r.ID)
					break
				}
			}
		}
	}
}

// shell is an interactive one on a terminal, which gives programs the terminal in turns.
type shell struct {
	*terminal
	pid int
}

const prompt = "what now? "

// startShell runs one. Programs that it starts are this file as the program.
func startShell(t *testing.T, state string) *shell {
	t.Helper()
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("there is no shell here")
	}
	s := &shell{terminal: newTerminal(t, 120, 40)}
	c := program(t, state, "-i")
	exe := c.Path
	c.Path, c.Args[0] = sh, "sh"
	c.Env = append(c.Env, "TERM=xterm-256color", "PS1="+prompt, "ENV=", "OPTWATCH="+exe)
	c.Stdin, c.Stdout, c.Stderr = s.slave, s.slave, s.slave
	c.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	s.pid = c.Process.Pid
	go func() {
		_ = c.Wait()
		s.status <- c.ProcessState.ExitCode()
	}()
	s.await(t, 0, prompt)
	return s
}

// child is the process that the shell has started.
func (s *shell) child(t *testing.T) int {
	t.Helper()
	all, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range all {
		text, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended
		}
		_, after, _ := strings.Cut(string(text), ") ")
		if fields := strings.Fields(after); len(fields) > 1 && fields[1] == strconv.Itoa(s.pid) {
			pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(path)))
			return pid
		}
	}
	t.Fatal("the shell has started nothing")
	return 0
}

// A screen is stopped, by ctrl+z or by a signal that cannot be seen coming, and
// the shell continues it: it is whole again and heeds its keys. So it is whether
// it trains in a process of its own, which goes on meanwhile, or in this one.
func TestSuspend(t *testing.T) {
	for name, args := range map[string]string{"process of its own": "", "this process": "--foreground "} {
		t.Run(name, func(t *testing.T) {
			state := t.TempDir()
			defer stopAll(t, state)
			s := startShell(t, state)
			before := settings(t, s.terminal)
			s.send("$OPTWATCH " + args + "--data digits --run sgd --threads 1\r")
			at := s.next(t, 0, "running")
			s.send("\x1a")
			at = s.next(t, s.next(t, at, "fg "), prompt)
			if now := settings(t, s.terminal); now.Lflag&unix.ECHO == 0 || now.Oflag != before.Oflag {
				t.Errorf("the shell has a terminal of %+v, want %+v", now, before)
			}
			at = s.comesBack(t, at)

			_ = unix.Kill(-s.child(t), unix.SIGSTOP) // the job
			at = s.comesBack(t, s.next(t, at, prompt))
			s.send("\x03\x03")
			s.next(t, at, prompt)
		})
	}
}

// next waits until a text has been printed after a place, and returns the place
// behind it.
func (s *shell) next(t *testing.T, at int, text string) int {
	t.Helper()
	s.await(t, at, text)
	return at + strings.Index(s.printed()[at:], text) + len(text)
}

// comesBack continues what was stopped, and wants it whole and heeding its keys.
func (s *shell) comesBack(t *testing.T, at int) int {
	t.Helper()
	s.send("fg\n")                       // which ends a line in whatever settings the shell has left
	from := s.next(t, at, "\x1b[?1049h") // the alternate screen
	s.next(t, from, "\x1b[?25l")         // without a cursor
	at = s.next(t, from, "optwatch")     // the header, which has not changed
	s.next(t, at, "quit")                // the last word of the last line
	s.send(" ")
	at = s.next(t, at, "paused")
	s.send(" ")
	at = s.next(t, at, "running") // so that no key is left for the shell
	for deadline := time.Now().Add(120 * time.Second); !s.raw(t); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the terminal echoes what is typed")
		}
	}
	return at
}

func (s *shell) raw(t *testing.T) bool {
	now := settings(t, s.terminal)
	return now.Lflag&(unix.ECHO|unix.ICANON) == 0
}

// Where no shell is there that could continue it, ctrl+z stops nothing for ever.
func TestSuspendWithoutAShell(t *testing.T) {
	for _, args := range [][]string{{"--data", "digits"}, {"--foreground", "--data", "digits"}} {
		state := t.TempDir()
		defer stopAll(t, state)
		term := newTerminal(t, 120, 40)
		term.startApart(t, state, args...)
		at := term.await(t, 0, "running")
		term.send("\x1a")
		at = term.await(t, at, "\x1b[?1049h") // it is back
		term.send(" ")
		term.await(t, at, "paused")
		term.send("\x03\x03")
		wantStatus(t, term, exitOK)
	}
}
