package main

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write the screen into the README")

// screenOpen is how the README says what its screen is of.
const screenOpen = "<!-- screen: optwatch --data digits --evals 400000, at 80 × 25, after the key 2 -->\n\n```\n"

// The screen in the README is what the program draws when all runs of that command
// have ended: its curves and its table follow from the seed. What does not is left
// out: the clock, and the lines of the log, whose order is that of the runs' ends.
func TestREADMEScreen(t *testing.T) {
	text := readme(t)
	before, rest, ok := strings.Cut(text, screenOpen)
	want, after, ok2 := strings.Cut(rest, "```\n")
	if !ok || !ok2 {
		t.Fatalf("the README has no %q … %q", screenOpen, "```")
	}
	readmeFile, err := filepath.Abs(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("OPTWATCH_STATE", t.TempDir())
	t.Chdir(t.TempDir()) // where W writes
	term := newTerminal(t, 80, 25)
	term.start(t, "--foreground", "--record", "none", "--data", "digits", "--evals", "400000")
	term.await(t, 0, "fedavg") // which may be done by then
	term.send("2")
	got, last := "", ""
	for deadline := time.Now().Add(60 * time.Second); time.Now().Before(deadline); last = got {
		for _, key := range []string{"y", "y", "W"} { // an axis that was another in between begins anew
			term.send(key)
			time.Sleep(300 * time.Millisecond)
		}
		got = newest(t)
		if ended(got) && (*update && lasting(got) == lasting(last) || lasting(got) == lasting(want)) {
			break
		}
	}
	term.send("qy")
	wantStatus(t, term, exitOK)
	if *update {
		if err := os.WriteFile(readmeFile, []byte(before+screenOpen+got+"```\n"+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if lasting(got) != lasting(want) {
		t.Errorf("the README's screen is not that of the program: go test ./cmd/optwatch -run READMEScreen -update\ngot\n%s\nwant\n%s", got, want)
	}
}

// newest is the latest text in the folder.
func newest(t *testing.T) string {
	t.Helper()
	files, err := filepath.Glob("optwatch-*.txt")
	if err != nil {
		t.Fatal(err)
	}
	latest, text := time.Time{}, ""
	for _, name := range files {
		info, err := os.Stat(name)
		if err == nil && info.ModTime().After(latest) && info.Size() > 0 {
			b, _ := os.ReadFile(name)
			latest, text = info.ModTime(), string(b)
		}
	}
	return text
}

// ended says whether all four runs of a screen are done, and the optimum is known.
func ended(screen string) bool {
	return strings.Count(screen, "✓ done") == 4 && strings.Contains(screen, "f − f* ")
}

var clockTime = regexp.MustCompile(`\d+:\d\d(?m:$)`)

// lasting is what a screen shows at any other time too.
func lasting(screen string) string {
	lines := strings.Split(clockTime.ReplaceAllString(screen, ""), "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, "╭─ 4 log") {
			return strings.Join(lines[:i], "\n")
		}
	}
	return screen
}
