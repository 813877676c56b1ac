package tui

import (
	"io"
	"strings"
	"testing"
)

// What a terminal cannot show is left out by itself, and said; what it can show and
// its name does not tell is shown.
func TestEnvironment(t *testing.T) {
	for _, test := range []struct {
		env         string
		ascii, mono bool
		said        string
	}{
		{"TERM=xterm-256color LANG=C.UTF-8", false, false, ""},
		{"TERM=xterm-256color", false, false, ""},
		{"TERM=screen LANG=de_DE.utf8", false, false, ""},
		{"TERM=screen.xterm LANG=C.UTF-8", false, false, ""},
		{"TERM=tmux", false, false, ""},
		{"TERM=vt100", false, true, "TERM=vt100 has no colours"},
		{"TERM=vt100 NO_COLOR=1", false, true, ""},
		{"TERM=xterm-mono", false, true, "TERM=xterm-mono has no colours"},
		{"TERM=xterm LANG=C", true, false, "LANG=C is not UTF-8: the screen is in ASCII"},
		{"TERM=xterm LANG=C LC_ALL=en_US.UTF-8", false, false, ""},
		{"TERM=xterm LANG=en_US.UTF-8 LC_CTYPE=POSIX", true, false, "LC_CTYPE=POSIX is not UTF-8"},
		{"TERM=vt220 LANG=de_DE", true, true, "LANG=de_DE is not UTF-8: the screen is in ASCII · TERM=vt220 has no colours"},
	} {
		o := Terminal{Output: io.Discard, Environ: strings.Fields(test.env)}
		theme := o.theme()
		if theme.ASCII != test.ascii || theme.Mono != test.mono {
			t.Errorf("%s: ASCII %t, without colours %t", test.env, theme.ASCII, theme.Mono)
		}
		if got := o.lacks(theme); !strings.HasPrefix(got, test.said) || test.said == "" && got != "" {
			t.Errorf("%s: said is %q, want %q", test.env, got, test.said)
		}
		m := newRace(nothing{}, o, theme)
		m.tellLacks(o)
		if (len(m.Notes) > 0) != (test.said != "") || (m.Flash.Text != "") != (test.said != "") {
			t.Errorf("%s: shown %q, %d lines in the log", test.env, m.Flash.Text, len(m.Notes))
		}
	}
	o := Terminal{Output: io.Discard, Environ: []string{"TERM=vt100", "LANG=C"}, ASCII: true, NoColor: true}
	if got := o.lacks(o.theme()); got != "" {
		t.Errorf("what was asked for is said to be lacking: %q", got)
	}
}
