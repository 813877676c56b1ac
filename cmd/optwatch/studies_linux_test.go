package main

import (
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// The screen of the laboratory stays when all is over, until it is left; the
// terminal is then as it was, with the verdicts on it.
func TestLabScreen(t *testing.T) {
	term := newTerminal(t, 120, 40)
	before, err := unix.IoctlGetTermios(int(term.slave.Fd()), unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	term.start(t, "lab", "amsgrad", "--quick")
	at := term.await(t, 0, "optwatch lab")
	term.await(t, at, "10 hold")
	term.await(t, at, "the minimum")
	term.send("q")
	wantStatus(t, term, exitOK)
	at = term.await(t, 0, "\x1b[?1049l")
	term.await(t, strings.LastIndex(term.printed()[:at], "\x1b[?1049l"), "holds")
	after, err := unix.IoctlGetTermios(int(term.slave.Fd()), unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	if *after != *before {
		t.Errorf("the terminal was %+v and is %+v", *before, *after)
	}
}

// Leaving the laboratory while an experiment is under way asks, and cuts it short.
func TestLabScreenCutShort(t *testing.T) {
	term := newTerminal(t, 80, 24)
	term.start(t, "lab", "amsgrad")
	at := term.await(t, 0, "amsgrad")
	term.send("q")
	at = term.await(t, at, "cuts it short")
	term.send("q")
	wantStatus(t, term, exitInterrupted)
	term.await(t, at, "\x1b[?1049l")
}

func wantStatus(t *testing.T, term *terminal, want int) {
	t.Helper()
	select {
	case status := <-term.status:
		if status != want {
			t.Errorf("exit status %d, want %d", status, want)
		}
	case <-time.After(30 * time.Second):
		t.Fatal("q did not quit")
	}
}
