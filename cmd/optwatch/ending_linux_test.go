package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

// wantLeft quits the screen, which may ask first, and compares what stays on the
// terminal then.
func (t *terminal) wantLeft(tb *testing.T, asked bool, want ...string) {
	tb.Helper()
	at := len(t.printed())
	t.send("q")
	if asked {
		t.await(tb, at, "stay")
		t.send("q")
	}
	wantStatus(tb, t, exitOK)
	t.await(tb, at, "\x1b[?1049l") // the alternate screen is left
	left := strings.LastIndex(t.printed(), "\x1b[?1049l")
	for _, s := range want {
		t.await(tb, left, s)
	}
}

// Whoever leaves the screen finds on the terminal how the runs stand, what was
// advised and how to go on, with what is true for it: of a run in its own process
// and in another, left, looked at again, ended and played, of a federation and of a
// watch.
func TestEndsWell(t *testing.T) {
	large := []string{"--data", "digits", "--run", "sgd:batch=2000,lr=0.01"}
	t.Run("this process", func(t *testing.T) {
		t.Setenv("OPTWATCH_STATE", t.TempDir())
		term := newTerminal(t, 120, 40)
		term.start(t, append([]string{"run", "--foreground", "--passes", "60"}, large...)...)
		term.await(t, 0, "B_simple")
		term.await(t, 0, "done") // which perhaps came in the same frame
		term.wantLeft(t, false, "evals/s", "◇ sgd: batch 2000 is ", "recorded as ", "optwatch replay ", " plays it, optwatch export ")
	})
	t.Run("federated, cut short", func(t *testing.T) {
		t.Setenv("OPTWATCH_STATE", t.TempDir())
		term := newTerminal(t, 120, 40)
		term.start(t, "fed", "--foreground", "--data", "digits", "--rounds", "2000")
		term.await(t, 0, "round 2")
		term.wantLeft(t, true, "fedavg-iid", "evals/s", "stopped", "saved as ", "optwatch resume ", " goes on, optwatch export ")
	})
	t.Run("another process", func(t *testing.T) {
		state := t.TempDir()
		start := func(text string, args ...string) *terminal {
			term := newTerminal(t, 120, 40)
			term.startApart(t, state, args...)
			term.await(t, 0, text)
			return term
		}
		term := start("running", append([]string{"run"}, large...)...)
		id := awaitListed(t, state, "live").ID
		term.wantLeft(t, true, "evals/s", "running", id+" goes on: optwatch attach "+id+" shows it again, optwatch stop "+id+" ends it")
		term = start("running", "attach", id)
		term.wantLeft(t, true, "evals/s", "running", id+" goes on: optwatch attach "+id)
		ends(t, program(t, state, "stop", id))
		term = newTerminal(t, 120, 40)
		term.startApart(t, state, "replay", id)
		term.await(t, 0, "play")
		term.wantLeft(t, false, "val acc", "sgd  ", "stopped", "optwatch resume "+id+" goes on, optwatch export "+id+" writes it as CSV and JSON")
	})
	t.Run("another process, to its end", func(t *testing.T) {
		state := t.TempDir()
		term := newTerminal(t, 120, 40)
		term.startApart(t, state, append([]string{"run", "--passes", "60"}, large...)...)
		term.await(t, 0, "B_simple")
		term.await(t, 0, "done") // which perhaps came in the same frame
		term.wantLeft(t, false, "evals/s", "◇ sgd: batch 2000 is ", " has finished: optwatch replay ", " plays it, optwatch export ")
	})
	t.Run("watch", func(t *testing.T) {
		t.Setenv("OPTWATCH_STATE", t.TempDir())
		log := filepath.Join(t.TempDir(), "metrics.csv")
		if err := os.WriteFile(log, []byte("step,loss\n1,0.5\n2,0.25\n3,0.125\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		for _, test := range []struct{ flags, want string }{{"--foreground --record=" + filepath.Join(t.TempDir(), "r"), " plays it, optwatch export "}, {"--fps=5", "loss"}} {
			term := newTerminal(t, 120, 40)
			term.start(t, append(append([]string{"watch"}, strings.Fields(test.flags)...), log)...)
			term.await(t, 0, "0.125")
			term.wantLeft(t, false, "step", "loss", "0.125", test.want)
		}
	})
}

// A terminal in a locale without characters beyond ASCII, and a narrow one, get an
// ending that they can show: of runs in this process and in another, and of a watch.
func TestEndsWellInASCII(t *testing.T) {
	log := filepath.Join(t.TempDir(), "metrics.csv")
	if err := os.WriteFile(log, []byte("step,loss\n1,0.5\n2,0.25\n3,0.125\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	large := []string{"--data", "digits", "--run", "sgd:batch=2000,lr=0.01", "--run", "fedavg", "--passes", "60"}
	for name, args := range map[string][]string{
		"this process":    append([]string{"run", "--foreground"}, large...),
		"another process": append([]string{"run"}, large...),
		"watch":           {"watch", "--fps=5", log},
	} {
		t.Run(name, func(t *testing.T) {
			state := t.TempDir()
			term := newTerminal(t, 80, 24)
			c := program(t, state, args...)
			c.Env = append(c.Env, "LC_ALL=C")
			term.startAs(t, c)
			until := "done"
			if name == "watch" {
				until = "loss"
			}
			term.await(t, 0, until)
			term.wantLeft(t, false, "run")
			term.mu.Lock()
			left := term.text.Raw()
			term.mu.Unlock()
			left = left[strings.LastIndex(left, "\x1b[?1049l"):]
			for line := range strings.Lines(ansi.Strip(left)) {
				line = strings.TrimRight(line, "\r\n")
				if foul := strings.IndexFunc(line, func(r rune) bool { return r >= 0x80 }); foul >= 0 || len(line) > 80 && !strings.HasPrefix(line, "optwatch: ") {
					t.Errorf("%d columns, of 80: %q", len(line), line)
				}
			}
		})
	}
}
