package main

import (
	"strings"
	"testing"
)

// The screen of the laboratory stays when all is over, until it is left; the
// terminal is then as it was, with the verdicts on it.
func TestLabScreen(t *testing.T) {
	term := newTerminal(t, 120, 40)
	before := settings(t, term)
	term.start(t, "lab", "amsgrad", "--quick")
	at := term.await(t, 0, "optwatch lab")
	term.await(t, at, "10 hold")
	term.await(t, at, "the minimum")
	term.send("q")
	wantStatus(t, term, exitOK)
	at = term.await(t, 0, "\x1b[?1049l")
	term.await(t, strings.LastIndex(term.printed()[:at], "\x1b[?1049l"), "holds")
	if after := settings(t, term); after != before {
		t.Errorf("the terminal was %+v and is %+v", before, after)
	}
}

// Leaving the laboratory while an experiment is under way asks, and cuts it short.
func TestLabScreenCutShort(t *testing.T) {
	term := newTerminal(t, 80, 24)
	term.start(t, "grid", "--data", "digits", "--passes", "1000000")
	at := term.await(t, 0, "values to")
	term.send("q")
	at = term.await(t, at, "cuts it short")
	term.send("q")
	wantStatus(t, term, exitInterrupted)
	term.await(t, at, "\x1b[?1049l")
}
