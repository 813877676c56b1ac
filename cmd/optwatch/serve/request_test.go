package serve

import (
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"
)

// kinds are the requests of a session, and some that are none.
var kinds = []string{"pty-req", "env", "window-change", "shell", "exec", "subsystem", "x11-req", "auth-agent-req@openssh.com", ""}

func TestVariablesAreFewAndShort(t *testing.T) {
	var r request
	for _, c := range []struct {
		name, value string
		want        bool
	}{
		{"LANG", "de_DE.UTF-8", true},
		{"LANG", "C", false}, // once is enough
		{"LD_PRELOAD", "x", false},
		{"COLORTERM", strings.Repeat("x", longestValue+1), false},
		{"COLORTERM", "true\x1bcolor", false},
		{"COLORTERM", "\xff", false},
		{"COLORTERM", "truecolor", true},
		{framesName, "1000000", true},
		{asciiName, "1", true},
		{noMouseName, "1", true},
	} {
		got, begins := r.take(&ssh.Request{Type: "env", Payload: ssh.Marshal(variable{c.name, c.value})})
		if got != c.want || begins {
			t.Errorf("%s=%.20q: taken %v, want %v; begins %v", c.name, c.value, got, c.want, begins)
		}
	}
	got := r.shown(5)
	if got.FPS != mostFrames || !got.ASCII || !got.NoMouse || got.NoColor || strings.Join(got.Environ, " ") != "TERM= LANG=de_DE.UTF-8 COLORTERM=truecolor OPTWATCH_FPS=1000000 OPTWATCH_ASCII=1 OPTWATCH_NO_MOUSE=1" {
		t.Errorf("shown on %+v", got)
	}
	if got := (&request{}).shown(5); got.FPS != 5 || got.NoMouse {
		t.Errorf("where nobody says: %+v", got)
	}
}

func FuzzRequest(f *testing.F) {
	for i, payload := range [][]byte{
		ssh.Marshal(terminalRequest{Term: "xterm", Columns: 80, Rows: 24, Modes: "\x00"}),
		ssh.Marshal(variable{"LANG", "C"}), ssh.Marshal(windowChange{80, 24, 0, 0}), nil, ssh.Marshal(commandRequest{"status"}),
	} {
		f.Add(i, payload)
	}
	f.Fuzz(func(t *testing.T, kind int, payload []byte) {
		var r request
		for _, k := range []string{"pty-req", kinds[uint(kind)%uint(len(kinds))]} {
			r.take(&ssh.Request{Type: k, Payload: payload})
		}
		if v := r.shown(5); r.terminal && (v.Size.Width < 1 || v.Size.Height < 1 || v.Size.Width > mostColumns || v.Size.Height > mostLines) {
			t.Errorf("size %v", v.Size)
		}
		if !printable(strings.Join(r.shown(5).Environ, " ")) {
			t.Errorf("environment %q", r.environ)
		}
	})
}
