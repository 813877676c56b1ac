package main

import (
	"strings"
	"testing"
)

// The first screen says how one begins, and no other does. The mouse is heard, also
// where another process draws the screen, and is given back at the end.
func TestFirstScreen(t *testing.T) {
	t.Setenv("OPTWATCH_STATE", t.TempDir())
	for i, args := range [][]string{{}, {"--foreground"}, {"--foreground", "--no-mouse", "--fresh"}} {
		term := newTerminal(t, 120, 40)
		term.start(t, append(args, "--data", "digits")...)
		at := term.await(t, 0, "fedavg")
		at = term.await(t, at, "running")
		if i == 0 {
			term.await(t, 0, "to begin with")
		}
		onStandings := "\x1b[<0;20;22M\x1b[<0;20;22m"
		want := "here: runs"
		if i == 2 {
			onStandings, want = "", "here: curves"
		}
		term.send(onStandings + "?")
		at = term.await(t, at, want)
		if got := strings.Contains(term.printed(), "to begin with"); got != (i == 0) {
			t.Errorf("start %d: it says how one begins: %v", i+1, got)
		}
		if got := strings.Contains(term.printed(), "\x1b[?1002h"); got != (i < 2) {
			t.Errorf("%v: the terminal is told to tell of the mouse: %v", args, got)
		}
		term.send("?q")
		at = term.await(t, at, "stop")
		if i == 0 {
			term.send("s")
		} else {
			term.send("q")
		}
		term.await(t, at, "\x1b[?1049l")
		if i < 2 {
			term.await(t, at, "\x1b[?1002l")
		}
		<-term.status
	}
}
