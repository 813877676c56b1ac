package main

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"optwatch/tui"
)

var update = flag.Bool("update", false, "write the key table into the README")

// TestREADMEKeys keeps the README's keys those of the program.
func TestREADMEKeys(t *testing.T) {
	path := filepath.Join("..", "..", "README.md")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const open, end = "<!-- keys -->\n", "<!-- /keys -->"
	before, rest, ok := strings.Cut(string(text), open)
	got, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("the README has no %q … %q", open, end)
	}
	want := "\n" + strings.TrimSpace(tui.KeysMarkdown()) + "\n\n"
	if *update {
		if err := os.WriteFile(path, []byte(before+open+want+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if got != want {
		t.Errorf("the README's keys are not those of the program: go test ./cmd/optwatch -run README -update")
	}
}
