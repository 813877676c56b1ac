package tui

import (
	"bytes"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

// put is what a screen has copied: the text of the sequence that it wrote to its
// terminal.
func put(t *testing.T, out string) string {
	t.Helper()
	coded, ok := strings.CutPrefix(out, "\x1b]52;c;")
	coded, ok2 := strings.CutSuffix(coded, "\x07")
	text, err := base64.StdEncoding.DecodeString(coded)
	if !ok || !ok2 || err != nil {
		t.Fatalf("the terminal is told %q: %v", out, err)
	}
	return string(text)
}

// A recipe, values and the table are copied by OSC 52, and the footer says what was.
func TestCopy(t *testing.T) {
	var out bytes.Buffer
	m := newTestModel(&stub{snap: sample(3, 40)}, 120, 40)
	m.output, m.environ = &out, []string{"TERM=xterm-256color"}
	copied := func(key string) string {
		t.Helper()
		out.Reset()
		press(m, "Y")
		if !strings.Contains(ansi.Strip(m.View()), "copy to the clipboard") {
			t.Fatal("Y offers nothing")
		}
		cmd := press(m, key)
		m.Update(cmd())
		return put(t, out.String())
	}
	press(m, "3") // the chain of ticks has begun
	recipe := m.Snap.Runs[0].Recipe
	if got := copied("r"); got != recipe || recipe == "" {
		t.Errorf("copied %q, want %q", got, recipe)
	}
	if want := "copied the recipe of sgd"; !strings.HasPrefix(m.Flash.Text, want) {
		t.Errorf("it says %q, want %s", m.Flash.Text, want)
	}
	if got := copied("v"); !strings.Contains(got, "run\tsgd\n") || !strings.Contains(got, "val acc\t9") {
		t.Errorf("the values are %q", got)
	}
	rows := strings.Split(copied("t"), "\n")
	if len(rows) != 2+3 || !strings.HasPrefix(rows[0], "| run | state |") || !strings.HasPrefix(rows[1], "| --- | --- |") || !strings.HasPrefix(rows[2], "| sgd |") {
		t.Errorf("the table is %q", rows)
	}
	for _, r := range rows {
		if strings.Count(r, "|") != strings.Count(rows[0], "|") {
			t.Errorf("%q has other columns than %q", r, rows[0])
		}
	}
	if !strings.HasSuffix(m.Flash.Text, "the table of the runs, 5 lines") {
		t.Errorf("it says %q", m.Flash.Text)
	}
	press(m, "Y", "esc")
	if m.Over != nil {
		t.Error("esc does not leave")
	}
}

// What is larger than terminals take is not sent.
func TestCopyTooLarge(t *testing.T) {
	var out bytes.Buffer
	s := sample(1, 10)
	s.Runs[0].Recipe = "sgd:" + strings.Repeat("x", mostCopied)
	m := newTestModel(&stub{snap: s}, 120, 40)
	m.output = &out
	press(m, "3", "Y")
	if cmd := press(m, "r"); out.Len() > 0 || !strings.Contains(m.Flash.Text, "more than terminals take") || m.Over != nil {
		t.Errorf("%v, %d bytes, %q", cmd, out.Len(), m.Flash.Text)
	}
}

// tmux is told in both ways that it knows, screen in its own.
func TestClipboard(t *testing.T) {
	const plain = "\x1b]52;c;aGk=\x07"
	for environ, want := range map[string]string{
		"TERM=xterm":                        plain,
		"TERM=xterm-256color TMUX=/tmp/x":   plain + "\x1bPtmux;\x1b" + plain + "\x1b\\",
		"TERM=screen TERM_PROGRAM=tmux":     plain + "\x1bPtmux;\x1b" + plain + "\x1b\\",
		"TERM=tmux-256color":                plain + "\x1bPtmux;\x1b" + plain + "\x1b\\",
		"TERM=screen.xterm-256color STY=12": "\x1bP" + plain + "\x1b\\",
	} {
		if got := clipboard("hi", strings.Fields(environ)); got != want {
			t.Errorf("%s: %q, want %q", environ, got, want)
		}
	}
}
