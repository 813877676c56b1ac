package serve

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// terminal is a pseudo-terminal; what is printed on it is kept.
type terminal struct {
	*paper
	master, slave *os.File
}

// newTerminal opens one of a size.
func newTerminal(t *testing.T, w, h uint16) *terminal {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skipf("no pseudo-terminals here: %v", err)
	}
	raw, err := master.SyscallConn() // Fd would make closing wait for reading
	if err != nil {
		t.Fatal(err)
	}
	number := 0
	if e := raw.Control(func(fd uintptr) {
		if number, err = unix.IoctlGetInt(int(fd), unix.TIOCGPTN); err == nil {
			err = unix.IoctlSetPointerInt(int(fd), unix.TIOCSPTLCK, 0)
		}
	}); e != nil || err != nil {
		t.Fatal(e, err)
	}
	slave, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	v := &terminal{paper: &paper{}, master: master, slave: slave}
	v.resize(t, w, h)
	go func() { _, _ = io.Copy(v.paper, master) }()
	t.Cleanup(func() { slave.Close(); master.Close() })
	return v
}

// resize gives the terminal another size.
func (v *terminal) resize(t *testing.T, w, h uint16) {
	t.Helper()
	if err := unix.IoctlSetWinsize(int(v.slave.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Col: w, Row: h}); err != nil {
		t.Fatal(err)
	}
}

// settings are those of the terminal.
func (v *terminal) settings(t *testing.T) unix.Termios {
	t.Helper()
	got, err := unix.IoctlGetTermios(int(v.slave.Fd()), unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	return *got
}

// press types a key.
func (v *terminal) press(t *testing.T, key string) {
	t.Helper()
	if _, err := v.master.WriteString(key); err != nil {
		t.Fatal(err)
	}
}

// attached is a terminal that looks at a server.
type attached struct {
	*terminal
	before unix.Termios
	ended  chan error
}

// attach shows a server on a new terminal.
func attach(ctx context.Context, t *testing.T, socket string, w, h uint16, l Look) *attached {
	t.Helper()
	t.Setenv("TERM", "xterm-256color")
	v := &attached{terminal: newTerminal(t, w, h), ended: make(chan error, 1)}
	v.before = v.settings(t)
	ctx, cancel := context.WithCancel(ctx)
	over := make(chan struct{})
	go func() {
		defer close(over)
		v.ended <- Attach(ctx, socket, v.slave, v.slave, l)
	}()
	t.Cleanup(func() { cancel(); <-over })
	return v
}

// wantEnd waits for the end, after which the terminal is as it was, and gives the error.
func (v *attached) wantEnd(t *testing.T) error {
	t.Helper()
	select {
	case err := <-v.ended:
		if after := v.settings(t); after != v.before {
			t.Errorf("the terminal was %+v and is %+v", v.before, after)
		}
		return err
	case <-time.After(patience):
		t.Fatalf("it does not end: %q", v)
		return nil
	}
}

func TestAttach(t *testing.T) {
	s := serving(t)
	signals := make(chan os.Signal, 1)
	notifyResized(signals) // which begins a goroutine that stays
	defer signal.Stop(signals)
	before := runtime.NumGoroutine()
	t.Setenv("COLORTERM", "truecolor")
	t.Setenv("LANG", "C.UTF-8")
	v := attach(t.Context(), t, s.socket, 120, 40, Look{FPS: 20, ASCII: true, NoColor: true})
	v.await(t, "drives 120x40 fps=20 ascii=true mono=true v7")
	v.await(t, "TERM=xterm-256color")
	v.await(t, "COLORTERM=truecolor LANG=C.UTF-8")
	if v.settings(t) == v.before {
		t.Error("the terminal is not raw")
	}
	v.press(t, "a")
	v.await(t, "key a")
	v.resize(t, 70, 20)
	if err := unix.Kill(os.Getpid(), unix.SIGWINCH); err != nil {
		t.Fatal(err)
	}
	v.await(t, "now 70x20")
	v.press(t, "\x03") // a key like any other
	v.await(t, "key \x03")
	v.press(t, "q")
	if err := v.wantEnd(t); err != nil {
		t.Error(err)
	}
	v.await(t, "left\r\n")
	if strings.Contains(v.String(), restored) {
		t.Error("the terminal is restored twice, which moves the cursor")
	}
	s.wantNobody(t)
	quiet(t, before+1) // the terminal's reader
	v.press(t, "next\n")
	typed := make([]byte, 10)
	if n, err := v.slave.Read(typed); err != nil || string(typed[:n]) != "next\n" {
		t.Errorf("what is typed after the end is lost: %q, %v", typed[:n], err)
	}
}

// TestAttachAfterAStop: a shell has the terminal while this process is stopped,
// and sets and draws on it what it likes.
func TestAttachAfterAStop(t *testing.T) {
	s := serving(t)
	for _, noMouse := range []bool{false, true} {
		attachAfterAStop(t, s.socket, noMouse)
	}
}

func attachAfterAStop(t *testing.T, socket string, noMouse bool) {
	t.Helper()
	v := attach(t.Context(), t, socket, 80, 24, Look{NoMouse: noMouse})
	v.await(t, "80x24")
	if err := unix.IoctlSetTermios(int(v.slave.Fd()), unix.TCSETS, &v.before); err != nil {
		t.Fatal(err)
	}
	if err := unix.Kill(os.Getpid(), unix.SIGCONT); err != nil {
		t.Fatal(err)
	}
	v.await(t, "key "+redraw)
	if v.settings(t) == v.before {
		t.Error("the terminal is not raw any more")
	}
	if got := strings.Contains(v.String(), taken+pointed); got == noMouse {
		t.Errorf("--no-mouse %v: the terminal is told to tell of the mouse: %v", noMouse, got)
	}
	v.press(t, "q")
	if err := v.wantEnd(t); err != nil {
		t.Error(err)
	}
}

// TestLeavingWhatIsSilent: nobody is locked in by a server that was stopped.
func TestLeavingWhatIsSilent(t *testing.T) {
	s := serving(t)
	v := attach(t.Context(), t, s.socket, 80, 24, Look{})
	v.await(t, "]\r\n") // all that it says
	v.press(t, "z"+strings.Repeat("\x03", mostCalls))
	if err := v.wantEnd(t); !errors.Is(err, ErrSilent) {
		t.Errorf("got %v, want %v", err, ErrSilent)
	}
	v.await(t, restored)
	s.wantNobody(t)
}

// TestAskingWhatIsSilent: nothing but the reason is said.
func TestAskingWhatIsSilent(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "silent")
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close() // it takes connections, and nobody reads them
	if _, err := Ask(t.Context(), socket, []string{"status"}, io.Discard, io.Discard); !errors.Is(err, ErrSilent) {
		t.Errorf("got %v, want %v", err, ErrSilent)
	}
}

func TestTwoOfDifferentSize(t *testing.T) {
	s := serving(t)
	a := attach(t.Context(), t, s.socket, 120, 40, Look{FPS: 10})
	b := attach(t.Context(), t, s.socket, 0, 0, Look{ReadOnly: true})
	a.await(t, "drives 120x40 fps=10")
	b.await(t, "looks 80x24 fps=0")
	b.press(t, "q")
	if err := b.wantEnd(t); err != nil {
		t.Error(err)
	}
	a.press(t, "a")
	a.await(t, "key a")
}

func TestAttachToWhatFails(t *testing.T) {
	s := serving(t)
	for key, want := range map[string]error{"e": StatusError(1), "p": StatusError(1)} {
		v := attach(t.Context(), t, s.socket, 80, 24, Look{})
		v.await(t, "80x24")
		v.press(t, key)
		if err := v.wantEnd(t); err != want {
			t.Errorf("%s: %v, want %v", key, err, want)
		}
		v.await(t, "optwatch: ")
	}
	if err := attach(t.Context(), t, s.socket+"x", 80, 24, Look{}).wantEnd(t); err == nil {
		t.Error("there is nobody, and no error")
	}
}

func TestAttachEndsWithItsContext(t *testing.T) {
	s := serving(t)
	ctx, cancel := context.WithCancel(t.Context())
	v := attach(ctx, t, s.socket, 80, 24, Look{})
	v.await(t, "80x24")
	cancel()
	if err := v.wantEnd(t); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	v.await(t, restored)
	s.wantNobody(t)
}

// TestTheTerminalGoes: what was attached to goes on.
func TestTheTerminalGoes(t *testing.T) {
	s := serving(t)
	v := attach(t.Context(), t, s.socket, 80, 24, Look{})
	v.await(t, "80x24")
	v.master.Close()
	select {
	case err := <-v.ended:
		if errors.Is(err, ErrGone) {
			t.Error(err)
		}
	case <-time.After(patience):
		t.Fatal("it does not end")
	}
	s.wantNobody(t)
	if !answers(s.socket) {
		t.Error("the server has ended too")
	}
}

// TestTheServerGoes: the connection breaks, as when the server is killed.
func TestTheServerGoes(t *testing.T) {
	s := serving(t)
	between := newRelay(t, s.socket)
	v := attach(t.Context(), t, between.path, 80, 24, Look{})
	v.await(t, "80x24")
	between.cut()
	if err := v.wantEnd(t); !errors.Is(err, ErrGone) {
		t.Errorf("got %v, want %v", err, ErrGone)
	}
	v.await(t, restored)
	if _, err := Ask(t.Context(), between.path, []string{"status"}, io.Discard, io.Discard); err == nil {
		t.Error("nobody is there, and answers")
	}
	s.wantNobody(t)
}

func TestEndOfTheServerIsSeen(t *testing.T) {
	s := serving(t)
	v := attach(t.Context(), t, s.socket, 80, 24, Look{})
	v.await(t, "80x24")
	s.stop()
	if err := v.wantEnd(t); err != nil {
		t.Error(err)
	}
	v.await(t, "bye\r\n")
}

// relay hands a socket on, until it is cut.
type relay struct {
	path string
	l    net.Listener
	ends chan net.Conn
}

func newRelay(t *testing.T, to string) *relay {
	t.Helper()
	r := &relay{path: filepath.Join(t.TempDir(), "relay"), ends: make(chan net.Conn, 16)}
	var err error
	if r.l, err = net.Listen("unix", r.path); err != nil {
		t.Fatal(err)
	}
	go func() {
		for {
			near, err := r.l.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("unix", to)
			if err != nil {
				near.Close()
				return
			}
			r.ends <- near
			r.ends <- far
			go func() { _, _ = io.Copy(near, far) }()
			go func() { _, _ = io.Copy(far, near) }()
		}
	}()
	t.Cleanup(r.cut)
	return r
}

// cut ends all connections and takes no more.
func (r *relay) cut() {
	r.l.Close()
	for {
		select {
		case c := <-r.ends:
			c.Close()
		default:
			return
		}
	}
}
