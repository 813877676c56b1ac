package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// On a terminal too, where a bar shows how far the reading is, labels and names
// of files are text.
func TestNothingFromOutsideIsObeyedOnTerminal(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a"+hostile+"b.csv")
	if err := os.WriteFile(path, []byte("1,2,c"+hostile+"\n3,4,d\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	term := newTerminal(t, 120, 30)
	term.start(t, "data", "info", path)
	wantStatus(t, term, exitOK)
	term.await(t, 0, "digest")
	printed := term.printed()
	for _, sequence := range []string{"\x1b]", "\x07", "\x1b[2J", "\u009b", "\u202e"} {
		if strings.Contains(printed, sequence) {
			t.Errorf("%q is printed as it is in %q", sequence, printed)
		}
	}
}
