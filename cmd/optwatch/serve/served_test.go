package serve

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"optwatch/tui"
)

// patience is how long a test waits for something that must happen; it is a guard, and no measure.
const patience = 120 * time.Second

// await waits for a condition.
func await(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !holds(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s: it never came", what)
		}
	}
}

// paper keeps what is written on it.
type paper struct {
	mu   sync.Mutex
	text bytes.Buffer
	deaf <-chan struct{} // until it is closed nothing can be written
}

// deafen makes writing wait.
func (p *paper) deafen(until <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.deaf = until
}

func (p *paper) Write(b []byte) (int, error) {
	p.mu.Lock()
	deaf := p.deaf
	p.mu.Unlock()
	if deaf != nil {
		<-deaf
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.Write(b)
}

func (p *paper) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.String()
}

// forget forgets what has been written.
func (p *paper) forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.text.Reset()
}

// await waits until a text has been written.
func (p *paper) await(t *testing.T, text string) {
	t.Helper()
	for deadline := time.Now().Add(patience); !strings.Contains(p.String(), text); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%q never came, but %q", text, p.String())
		}
	}
}

// echo is a screen that says what reaches it. q leaves, p panics, e fails, f
// writes for ever and z says nothing more.
func echo(ctx context.Context, s *Seat, t tui.Terminal) error {
	role := "looks"
	for _, p := range s.Snapshot().People {
		if p.Self && p.Drives {
			role = "drives"
		}
	}
	fmt.Fprintf(t.Output, "\x1b[?1049h%s %s %dx%d fps=%d ascii=%v mono=%v v%s n%v env=%v\r\n", s.Name(), role,
		t.Size.Width, t.Size.Height, t.FPS, t.ASCII, t.NoColor, t.Version, t.Viewer == s.Number(), t.Environ)
	keys := make(chan byte)
	go func() {
		defer close(keys)
		for b := make([]byte, 1); ; {
			if _, err := t.Input.Read(b); err != nil {
				return
			}
			select {
			case keys <- b[0]:
			case <-ctx.Done():
				return
			}
		}
	}()
	for {
		select {
		case <-ctx.Done():
			fmt.Fprint(t.Output, "\x1b[?1049lbye\r\n")
			return nil
		case size := <-t.Resized:
			fmt.Fprintf(t.Output, "now %dx%d\r\n", size.Width, size.Height)
		case k, open := <-keys:
			if !open {
				keys = nil
				continue
			}
			switch k {
			case 'q':
				fmt.Fprint(t.Output, "\x1b[?1049lleft\r\n")
				return nil
			case 'p':
				panic("drawn wrong")
			case 'z':
				for range keys {
				}
				continue
			case 'e':
				return errors.New("no\x1b[31m screen")
			case 'f':
				for {
					if _, err := t.Output.Write(make([]byte, 1<<16)); err != nil {
						return nil
					}
				}
			}
			fmt.Fprintf(t.Output, "key %c\r\n", k)
		}
	}
}

// served is a server on a socket, with screens of echo.
type served struct {
	*Server
	socket string
	log    *paper
	stop   context.CancelFunc
	ended  chan error
}

// serving starts one.
func serving(t *testing.T) *served {
	t.Helper()
	folder := t.TempDir()
	s := &served{socket: filepath.Join(folder, "s", "x.sock"), log: &paper{}, ended: make(chan error, 1)}
	s.Server = &Server{
		Audience: NewAudience(House{Source: drivable()}), Draw: echo, Version: "7", Log: s.log,
		Network: Network{Keys: filepath.Join(folder, "authorized_keys"), Own: true, HostKey: filepath.Join(folder, "host")},
	}
	var ctx context.Context
	ctx, s.stop = context.WithCancel(t.Context())
	go func() { s.ended <- s.Local(ctx, s.socket) }()
	t.Cleanup(s.stop)
	await(t, "a socket", func() bool { return answers(s.socket) })
	return s
}

// wantEnd waits until the server has ended well.
func (s *served) wantEnd(t *testing.T) {
	t.Helper()
	select {
	case err := <-s.ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(patience):
		buf := make([]byte, 1<<20)
		t.Fatalf("the server does not end:\n%s", buf[:runtime.Stack(buf, true)])
	}
}

// wantNobody waits until nobody looks any more.
func (s *served) wantNobody(t *testing.T) {
	t.Helper()
	await(t, "an empty audience", func() bool { return s.Audience.Size() == 0 })
}

// dial connects to a server as somebody.
func dial(t *testing.T, network, address, user string, keys ...ssh.Signer) *ssh.Client {
	t.Helper()
	c, err := tryDial(network, address, user, keys...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func tryDial(network, address, user string, keys ...ssh.Signer) (*ssh.Client, error) {
	return ssh.Dial(network, address, &ssh.ClientConfig{
		User: user, Auth: []ssh.AuthMethod{ssh.PublicKeys(keys...)},
		HostKeyCallback: ssh.InsecureIgnoreHostKey(), Timeout: patience,
	})
}

// newKey is a key of somebody's.
func newKey(t testing.TB) ssh.Signer {
	t.Helper()
	_, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	s, err := ssh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// keyLine is a line of a file of keys.
func keyLine(options string, key ssh.Signer, name string) string {
	text := strings.TrimSpace(string(ssh.MarshalAuthorizedKey(key.PublicKey())))
	if options != "" {
		text = options + " " + text
	}
	return text + " " + name + "\n"
}

// screen is a session on a terminal.
type screen struct {
	*ssh.Session
	*paper
	keys io.Writer
}

// look begins one.
func look(t *testing.T, c *ssh.Client, term string, w, h int) *screen {
	t.Helper()
	s, err := c.NewSession()
	if err != nil {
		t.Fatal(err)
	}
	v := &screen{Session: s, paper: &paper{}}
	s.Stdout, s.Stderr = v.paper, v.paper
	if v.keys, err = s.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	for _, e := range []variable{{"COLORTERM", "truecolor"}, {"LD_PRELOAD", "x"}, {framesName, "20"}, {"LANG", strings.Repeat("x", 300)}} {
		_ = s.Setenv(e.Name, e.Value)
	}
	if term != "" {
		if err := s.RequestPty(term, h, w, ssh.TerminalModes{}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Shell(); err != nil {
		t.Fatal(err)
	}
	return v
}

// press types a key.
func (v *screen) press(t *testing.T, key string) {
	t.Helper()
	if _, err := io.WriteString(v.keys, key); err != nil {
		t.Fatal(err)
	}
}

// wantStatus waits for the end of the session.
func (v *screen) wantStatus(t *testing.T, want int) {
	t.Helper()
	ended := make(chan error, 1)
	go func() { ended <- v.Wait() }()
	select {
	case err := <-ended:
		if got := exitOf(err); got != want {
			t.Errorf("exit status %d (%v), want %d; %q", got, err, want, v.paper)
		}
	case <-time.After(patience):
		t.Fatalf("the session does not end: %q", v.paper)
	}
}

// exitOf is the exit status in an error; -1 for none.
func exitOf(err error) int {
	var e *ssh.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &e):
		return e.ExitStatus()
	}
	return -1
}

// command runs a command, and gives what it printed and its status.
func command(t *testing.T, c *ssh.Client, line string) (string, int) {
	t.Helper()
	s, err := c.NewSession()
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	out, err := s.CombinedOutput(line)
	return string(out), exitOf(err)
}

// quiet waits until there are as many goroutines as before.
func quiet(t *testing.T, before int) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for runtime.NumGoroutine() > before {
		if time.Now().After(deadline) {
			buf := make([]byte, 1<<20)
			t.Fatalf("%d goroutines, want %d:\n%s", runtime.NumGoroutine(), before, buf[:runtime.Stack(buf, true)])
		}
		time.Sleep(2 * time.Millisecond)
	}
}
