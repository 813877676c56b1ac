package serve

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	charm "charm.land/ssh"
	"golang.org/x/crypto/ssh"
)

// remote is a session on a port, in a bubble of time: without keys, somebody who
// is let in as who says.
func remote(t *testing.T, who func(charm.Context) (guest, error)) (*screen, *Audience) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	a := NewAudience(House{Source: drivable()})
	d := newDoor(&Server{Audience: a, Draw: echo}, (&Server{}).logger())
	d.who, d.ctx = who, ctx
	near, far := newPipe()
	go d.server(newKey(t)).HandleConn(far)
	conn, channels, requests, err := ssh.NewClientConn(near, "", &ssh.ClientConfig{HostKeyCallback: ssh.InsecureIgnoreHostKey()})
	if err != nil {
		t.Fatal(err)
	}
	c := ssh.NewClient(conn, channels, requests)
	t.Cleanup(func() { cancel(); c.Close(); far.Close(); synctest.Wait() })
	v := look(t, c, "xterm", 80, 24)
	synctest.Wait()
	return v, a
}

// TestIdleIsWithoutKeys: a screen that moves keeps nobody, a key does.
func TestIdleIsWithoutKeys(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v, _ := remote(t, func(charm.Context) (guest, error) { return guest{name: "ada"}, nil })
		for range 10 {
			time.Sleep(idleTime / 2)
			v.press(t, "a")
		}
		time.Sleep(idleTime - 2*checkEvery)
		_ = v.WindowChange(20, 70) // which is no key, but makes the screen write
		synctest.Wait()
		if got := v.String(); strings.Count(got, "key a") != 10 || !strings.HasSuffix(got, "now 70x20\r\n") {
			t.Fatalf("gone early: %q", got)
		}
		time.Sleep(4 * checkEvery)
		v.wantStatus(t, refused)
		if !strings.Contains(v.String(), errIdle.Error()) {
			t.Errorf("the end is %q", v)
		}
	})
}

func TestWhoMayNoLongerLookLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var barred atomic.Bool
		v, _ := remote(t, func(charm.Context) (guest, error) {
			if barred.Load() {
				return guest{}, errors.New("the key opens nothing any more")
			}
			return guest{name: "ada"}, nil
		})
		time.Sleep(3 * checkEvery)
		v.press(t, "a")
		synctest.Wait()
		if !strings.Contains(v.String(), "key a") {
			t.Fatalf("gone early: %q", v)
		}
		barred.Store(true)
		time.Sleep(2 * checkEvery)
		v.wantStatus(t, refused)
		if !strings.Contains(v.String(), "any more") {
			t.Errorf("the end is %q", v)
		}
	})
}

// TestIdleIsNotHeldUp: who is idle and reads nothing loses the connection.
func TestIdleIsNotHeldUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v, a := remote(t, func(charm.Context) (guest, error) { return guest{name: "ada"}, nil })
		deaf := make(chan struct{})
		v.deafen(deaf)
		defer close(deaf)
		v.press(t, "f")
		time.Sleep(idleTime - 2*checkEvery)
		if n := a.Size(); n != 1 {
			t.Errorf("%d look, want one", n)
		}
		time.Sleep(4 * checkEvery)
		if n := a.Size(); n != 0 {
			t.Errorf("%d look, want none", n)
		}
	})
}

// pipe is one end of a connection in memory, whose writes wait for nobody.
type pipe struct {
	in, out *stream
}

// stream is what goes one way.
type stream struct {
	mu     sync.Mutex
	more   *sync.Cond
	text   []byte
	closed bool
}

func newPipe() (a, b *pipe) {
	x, y := &stream{}, &stream{}
	x.more, y.more = sync.NewCond(&x.mu), sync.NewCond(&y.mu)
	return &pipe{x, y}, &pipe{y, x}
}

func (p *pipe) Read(b []byte) (int, error) {
	s := p.in
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.text) == 0 && !s.closed {
		s.more.Wait()
	}
	n := copy(b, s.text)
	if s.text = s.text[n:]; n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

func (p *pipe) Write(b []byte) (int, error) {
	s := p.out
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return 0, io.ErrClosedPipe
	}
	s.text = append(s.text, b...)
	s.more.Broadcast()
	return len(b), nil
}

func (p *pipe) Close() error {
	for _, s := range []*stream{p.in, p.out} {
		s.mu.Lock()
		s.closed = true
		s.more.Broadcast()
		s.mu.Unlock()
	}
	return nil
}

func (*pipe) LocalAddr() net.Addr              { return &net.UnixAddr{} }
func (*pipe) RemoteAddr() net.Addr             { return &net.UnixAddr{} }
func (*pipe) SetDeadline(time.Time) error      { return nil }
func (*pipe) SetReadDeadline(time.Time) error  { return nil }
func (*pipe) SetWriteDeadline(time.Time) error { return nil }

// TestComplaintsDoNotFillTheLog: strangers can make as many as they like.
func TestComplaintsDoNotFillTheLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		said := &paper{}
		d := newDoor(&Server{}, (&Server{Log: said}).logger())
		for range 2 {
			for range 1000 {
				d.complain("too many")
			}
			time.Sleep(2 * time.Second)
		}
		if got := said.String(); strings.Count(got, "\n") != 2 || !strings.Contains(got, "(and 999 times the like)") {
			t.Errorf("got %q", got)
		}
	})
}
