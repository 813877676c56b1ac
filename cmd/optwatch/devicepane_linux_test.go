package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestDevicePane plays a recording on a terminal: a busy GPU is painted, then
// its loss, and q leaves the terminal as it was before.
func TestDevicePane(t *testing.T) {
	term := newTerminal(t, 120, 40)
	before := settings(t, term)
	path := filepath.Join(t.TempDir(), "night.jsonl")
	if err := os.WriteFile(path, []byte(lossRecording), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Setenv("NO_COLOR", "1")
	term.start(t, "devices", "--replay", path)
	term.await(t, 0, "REPLAY ")
	term.await(t, 0, "░  87%")
	term.await(t, 0, "7 root train")
	at := term.await(t, 0, "✖ lost")
	term.await(t, 0, ", over")
	term.send("?")
	at = term.await(t, at, "more or less time on the charts")
	term.send("?")
	term.await(t, at, "W write")
	term.send("q")
	wantStatus(t, term, exitOK)
	term.await(t, at, "\x1b[?1049l") // the alternate screen is left
	if strings.Contains(term.printed(), "\x1b[38;5;") {
		t.Error("colours with NO_COLOR")
	}
	if after := settings(t, term); after != before {
		t.Errorf("the terminal was %+v and is %+v", before, after)
	}
}

// A recording that is broken is an error of the program, after its screen.
func TestDevicePaneOfABrokenRecording(t *testing.T) {
	path := filepath.Join(t.TempDir(), "night.jsonl")
	if err := os.WriteFile(path, []byte("{}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	term := newTerminal(t, 120, 40)
	term.start(t, "devices", "--replay", path)
	at := term.await(t, 0, "night.jsonl:1: ")
	term.send("q")
	if status := <-term.status; status != exitFailed {
		t.Errorf("exit status %d, want 1", status)
	}
	term.await(t, at, "optwatch: ")
}
