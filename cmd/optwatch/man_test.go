package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"optwatch/cmd/optwatch/manual"
)

// Every command and every topic has a man page, which says what the page of help
// does.
func TestMan(t *testing.T) {
	dir := t.TempDir()
	if err := writeMan(rootCommand(), dir, time.Date(2026, 11, 29, 0, 0, 0, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	read := func(name string) string {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	eachCommand(rootCommand(), func(c *cobra.Command) {
		if c.Name() == "help" {
			return // cobra writes none of it
		}
		name := strings.ReplaceAll(c.CommandPath(), " ", "-")
		if text := read("man1/" + name + ".1"); !strings.Contains(text, ".TH \""+strings.ToUpper(name)+"\" \"1\" \"Nov 2026\"") {
			t.Errorf("%s.1 begins with %q", name, text[:min(len(text), 200)])
		}
	})
	for _, p := range manual.Pages() {
		text := read("man7/optwatch-" + p.Topic + ".7")
		if !strings.Contains(text, ".TH \"OPTWATCH-"+strings.ToUpper(p.Topic)+"\" \"7\"") || strings.Contains(text, "<!--") {
			t.Errorf("%s.7 begins with %q", p.Topic, text[:min(len(text), 200)])
		}
	}
	if _, err := exec.LookPath("man"); err != nil {
		t.Skip("no man here")
	}
	for _, page := range []string{"man1/optwatch-run.1", "man7/optwatch-recipes.7"} {
		c := exec.CommandContext(t.Context(), "man", "--warnings=w", filepath.Join(dir, page))
		c.Env = append(os.Environ(), "MANWIDTH=100", "LC_ALL=C.UTF-8", "MANROFFOPT=", "TERM=dumb")
		if out, err := c.CombinedOutput(); err != nil || !strings.Contains(string(out), "sgd") {
			t.Errorf("%s: %v\n%.400s", page, err, out)
		}
	}
}
