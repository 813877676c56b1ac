package serve

import (
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"
)

func TestScreenOverASocket(t *testing.T) {
	s := serving(t)
	v := look(t, dial(t, "unix", s.socket, "me"), "xterm", 120, 40)
	v.await(t, "drives 120x40 fps=20 ascii=false mono=false v7 ntrue env=[TERM=xterm COLORTERM=truecolor OPTWATCH_FPS=20]")
	if err := v.WindowChange(30, 90); err != nil {
		t.Fatal(err)
	}
	v.await(t, "now 90x30")
	v.press(t, "a")
	v.await(t, "key a")
	v.press(t, "q")
	v.wantStatus(t, 0)
	if text := v.String(); !strings.HasSuffix(text, "left\r\n") {
		t.Errorf("the end is %q", text)
	}
	s.wantNobody(t)
	s.log.await(t, "(operator) left")
}

func TestAnySizeIsDrawn(t *testing.T) {
	s := serving(t)
	c := dial(t, "unix", s.socket, "me")
	for _, q := range []struct {
		w, h int
		want string
	}{{0, 0, "80x24"}, {0, 40, "80x24"}, {1, 1, "1x1"}, {1 << 30, 1 << 30, "1000x400"}} {
		v := look(t, c, "xterm", q.w, q.h)
		v.await(t, " "+q.want+" ")
		v.press(t, "q")
		v.wantStatus(t, 0)
	}
}

func TestWhoAsksToLookDrivesNothing(t *testing.T) {
	s := serving(t)
	c := dial(t, "unix", s.socket, viewerName)
	v := look(t, c, "xterm", 80, 24)
	v.await(t, " looks ")
	if out, status := command(t, c, "tell sgd pause"); status != refused || !strings.Contains(out, "read-only") {
		t.Errorf("status %d: %s", status, out)
	}
	if out, status := command(t, c, "serve --listen 127.0.0.1:0"); status != notUnderstood {
		t.Errorf("a viewer opens a port: status %d: %s", status, out)
	}
}

func TestWordsInsteadOfAScreen(t *testing.T) {
	s := serving(t)
	c := dial(t, "unix", s.socket, "me")
	for _, q := range []struct {
		line   string
		status int
		says   string
	}{
		{"status", done, "sgd"},
		{"'status' \"--json\"", done, "{"},
		{"tell sgd 'pause", notUnderstood, "fellow"},
		{"scp -t /tmp", notUnderstood, "not understood"},
		{"", notUnderstood, "status"},
	} {
		if out, status := command(t, c, q.line); status != q.status || !strings.Contains(out, q.says) {
			t.Errorf("%q: status %d, want %d with %q: %s", q.line, status, q.status, q.says, out)
		}
	}
	v := look(t, c, "", 0, 0)
	v.wantStatus(t, refused)
	v.await(t, "ssh -t")
	v = look(t, c, "dumb", 80, 24)
	v.wantStatus(t, refused)
	v.await(t, "TERM=dumb")
	s.wantNobody(t)
}

// TestLinesOnATerminal: a command on a terminal in raw mode begins every line at its left.
func TestLinesOnATerminal(t *testing.T) {
	s := serving(t)
	session, err := dial(t, "unix", s.socket, "me").NewSession()
	if err != nil {
		t.Fatal(err)
	}
	if err := session.RequestPty("xterm", 24, 80, nil); err != nil {
		t.Fatal(err)
	}
	out, err := session.Output("status")
	if err != nil || strings.Count(string(out), "\n") == 0 || strings.Count(string(out), "\n") != strings.Count(string(out), "\r\n") {
		t.Errorf("%v: %q", err, out)
	}
}

func TestNothingElseIsGiven(t *testing.T) {
	s := serving(t)
	c := dial(t, "unix", s.socket, "me")
	session, err := c.NewSession()
	if err != nil {
		t.Fatal(err)
	}
	if err := session.RequestSubsystem("sftp"); err == nil {
		t.Error("there is sftp")
	}
	for _, kind := range []string{"auth-agent-req@openssh.com", "x11-req", "signal", "break", "env"} {
		if ok, err := session.SendRequest(kind, true, nil); ok || err != nil {
			t.Errorf("%s: %v, %v", kind, ok, err)
		}
	}
	if _, err := c.Dial("tcp", "127.0.0.1:1"); err == nil {
		t.Error("a port can be reached through the server")
	}
	if _, err := c.Listen("tcp", "127.0.0.1:0"); err == nil {
		t.Error("a port is opened")
	}
	if _, err := c.ListenUnix("/nowhere"); err == nil {
		t.Error("a socket is opened")
	}
}

func TestPanicEndsOneSession(t *testing.T) {
	s := serving(t)
	c := dial(t, "unix", s.socket, "me")
	other := look(t, c, "xterm", 80, 24)
	other.await(t, "80x24")
	v := look(t, c, "xterm", 80, 24)
	v.await(t, "80x24")
	v.press(t, "p")
	v.wantStatus(t, refused)
	v.await(t, restored+"optwatch: ")
	s.log.await(t, "panic: drawn wrong")
	s.log.await(t, "served_test.go") // the stack
	other.press(t, "b")
	other.await(t, "key b")
}

func TestErrorOfAScreenIsShown(t *testing.T) {
	s := serving(t)
	v := look(t, dial(t, "unix", s.socket, "me"), "xterm", 80, 24)
	v.press(t, "e")
	v.wantStatus(t, refused)
	v.await(t, "optwatch: no screen\r\n")
}

// TestConnectionsThatAreKept: clients close their sessions and keep the
// connection, as OpenSSH does with ControlMaster.
func TestConnectionsThatAreKept(t *testing.T) {
	s := serving(t)
	c := dial(t, "unix", s.socket, "me")
	look(t, c, "xterm", 80, 24).Close()
	s.wantNobody(t)
	before := runtime.NumGoroutine()
	for range 20 {
		v := look(t, c, "xterm", 80, 24)
		v.await(t, "80x24")
		v.Close()
	}
	s.wantNobody(t)
	quiet(t, before)
}

// TestWindowsThatNobodyLooksAt: a client that sends sizes without a screen holds
// nothing up, neither before the session nor after its end.
func TestWindowsThatNobodyLooksAt(t *testing.T) {
	s := serving(t)
	before := runtime.NumGoroutine()
	c := dial(t, "unix", s.socket, "me")
	idle, err := c.NewSession()
	if err != nil {
		t.Fatal(err)
	}
	if err := idle.RequestPty("xterm", 24, 80, nil); err != nil {
		t.Fatal(err)
	}
	text := look(t, c, "", 0, 0)
	for i := range 100 {
		_ = idle.WindowChange(10+i, 20)
		_ = text.WindowChange(10+i, 20)
	}
	text.wantStatus(t, refused)
	if out, status := command(t, c, "status"); status != done {
		t.Errorf("status %d: %s", status, out)
	}
	c.Close()
	quiet(t, before)
}

func TestManyLookAndSomeNeverRead(t *testing.T) {
	s := serving(t)
	before := runtime.NumGoroutine()
	var stuck []*ssh.Client
	for range 3 {
		c := dial(t, "unix", s.socket, "me")
		session, err := c.NewSession()
		if err != nil {
			t.Fatal(err)
		}
		_, _ = session.StdoutPipe() // which nobody reads
		keys, _ := session.StdinPipe()
		if err := session.RequestPty("xterm", 24, 80, nil); err != nil {
			t.Fatal(err)
		}
		if err := session.Shell(); err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(keys, "f")
		stuck = append(stuck, c)
	}
	var all []*screen
	var readers []*ssh.Client
	for i := range 20 {
		c := dial(t, "unix", s.socket, "me")
		v := look(t, c, "xterm", 60+i, 24)
		v.await(t, fmt.Sprintf(" %dx24 ", 60+i))
		all, readers = append(all, v), append(readers, c)
	}
	for _, v := range all {
		v.press(t, "k")
	}
	for _, v := range all {
		v.await(t, "key k")
		v.press(t, "q")
		v.wantStatus(t, 0)
	}
	await(t, "those who never read", func() bool { return s.Audience.Size() == len(stuck) })
	for _, c := range stuck {
		c.Close()
	}
	s.wantNobody(t)
	for _, c := range readers {
		c.Close()
	}
	quiet(t, before)
}

// TestEndIsSeen: when the server ends, screens show the end and sessions end well.
// One that reads nothing is left behind.
func TestEndIsSeen(t *testing.T) {
	s := serving(t)
	v := look(t, dial(t, "unix", s.socket, "me"), "xterm", 80, 24)
	v.await(t, "80x24")
	s.stop()
	v.wantStatus(t, 0)
	if text := v.String(); !strings.HasSuffix(text, "bye\r\n") {
		t.Errorf("the end is %q", text)
	}
	s.wantEnd(t)
	if answers(s.socket) {
		t.Error("the socket is still there")
	}
}

func TestEndWaitsForNobodyWhoNeverReads(t *testing.T) {
	s := serving(t)
	c := dial(t, "unix", s.socket, "me")
	session, err := c.NewSession()
	if err != nil {
		t.Fatal(err)
	}
	_, _ = session.StdoutPipe()
	keys, _ := session.StdinPipe()
	if err := session.RequestPty("xterm", 24, 80, nil); err != nil {
		t.Fatal(err)
	}
	if err := session.Shell(); err != nil {
		t.Fatal(err)
	}
	_, _ = io.WriteString(keys, "f")
	await(t, "a viewer", func() bool { return s.Audience.Size() == 1 })
	s.stop()
	s.wantEnd(t)
	if n := s.Audience.Size(); n != 0 {
		t.Errorf("%d are still there", n)
	}
}

func TestThereIsAnEndToSessions(t *testing.T) {
	s := serving(t)
	c := dial(t, "unix", s.socket, "me")
	for range mostSessions {
		if _, err := c.NewSession(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := c.NewSession(); err == nil || !strings.Contains(err.Error(), "as many as may") {
		t.Errorf("session %d: %v", mostSessions+1, err)
	}
}
