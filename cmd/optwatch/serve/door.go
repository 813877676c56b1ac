package serve

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"os"
	"os/user"
	"strconv"
	"sync"
	"time"

	charm "charm.land/ssh"
	"golang.org/x/crypto/ssh"
)

// guest is somebody who has proved to be one of those who may come in.
type guest struct {
	name string
	role Role
	key  string // fingerprint; "" for the user of this machine
}

// String is the guest as the log has it.
func (g guest) String() string {
	text := g.name + " (viewer"
	if g.role == Operator {
		text = g.name + " (operator"
	}
	if g.key != "" && g.key != g.name {
		text += ", " + g.key
	}
	return text + ")"
}

// The time that is allowed for things, and how much of everything a door has.
const (
	handshakeTime = 10 * time.Second
	idleTime      = 24 * time.Hour // on a port, without a key typed
	checkEvery    = time.Minute    // how often it is seen who is idle, and whose key is still one
	writeTime     = 2 * time.Minute
	partingTime   = 2 * time.Second // for screens to show the end

	mostSessions    = 64
	mostOfAKey      = 3   // sessions of one key
	mostConnections = 128 // whatever they do
	mostStrangers   = 32  // connections that have not proved a key yet
	mostFromOne     = 8   // of those, from one address
	mostLinesOfAKey = 8   // connections of one key
)

// door is where people come in: a socket of this machine, or a port.
type door struct {
	*Server
	log    *log.Logger
	local  bool
	frames int                                // a second, where a viewer does not say
	who    func(charm.Context) (guest, error) // decided anew for every session
	keys   *keyring                           // nil where no keys are asked for
	news   func(string)                       // who comes and goes; nil for nobody who wants to know
	lines  *lines

	mu       sync.Mutex
	sessions map[string]int // of each key
	inside   int            // sessions
	closing  bool
	vexed    time.Time // when something was last complained about
	silent   int       // complaints since then that were not logged
	visits   sync.WaitGroup
	ctx      context.Context // of all sessions
}

// newDoor is one that is not open yet.
func newDoor(s *Server, log *log.Logger) *door {
	return &door{Server: s, log: log, lines: &lines{all: map[*connection]bool{}}, sessions: map[string]int{}}
}

// open lets people in until ctx ends; then screens have a moment to show the end.
func (d *door) open(ctx context.Context, l net.Listener, key ssh.Signer) error {
	inner, cancel := context.WithCancel(ctx)
	defer cancel()
	d.ctx = inner
	server := d.server(key)
	closed := make(chan struct{})
	stop := context.AfterFunc(ctx, func() { l.Close(); close(closed) })
	err := server.Serve(l)
	if !stop() {
		<-closed
		err = nil
	}
	l.Close()
	d.mu.Lock()
	d.closing = true // nobody joins those who are waited for
	d.mu.Unlock()
	cancel()
	left := make(chan struct{})
	go func() { d.visits.Wait(); close(left) }()
	if !within(partingTime, left) {
		d.log.Print("some did not leave when all ended, and were disconnected")
	}
	d.lines.close()
	server.Close()
	within(partingTime, left)
	return err
}

// within waits for something to be done, but not for ever.
func within(t time.Duration, done <-chan struct{}) bool {
	timer := time.NewTimer(t)
	defer timer.Stop()
	select {
	case <-done:
		return true
	case <-timer.C:
		return false
	}
}

// server is the SSH of the door: sessions and nothing else, by keys or by who
// the system says is there.
func (d *door) server(key ssh.Signer) *charm.Server {
	s := &charm.Server{
		Version:          "optwatch",
		HostSigners:      []charm.Signer{key},
		HandshakeTimeout: handshakeTime,
		ConnCallback:     d.connected,
		ChannelHandlers: map[string]charm.ChannelHandler{
			"session": func(_ *charm.Server, _ *ssh.ServerConn, c ssh.NewChannel, ctx charm.Context) { d.session(c, ctx) },
		},
		RequestHandlers: map[string]charm.RequestHandler{}, // no ports are forwarded
	}
	if d.keys != nil {
		s.PublicKeyHandler = func(ctx charm.Context, k charm.PublicKey) bool {
			_, ok := d.keys.find(string(k.Marshal()), addressOf(ctx.RemoteAddr()))
			return ok
		}
		s.ServerConfigCallback = d.proved
	}
	return s
}

// connectionKey is where a connection is kept in the context of its SSH.
type connectionKey struct{}

// connected takes a connection in, or nil.
func (d *door) connected(ctx charm.Context, c net.Conn) net.Conn {
	line, err := d.lines.add(c)
	if err != nil {
		d.complain("%v: not let in: %v", c.RemoteAddr(), err)
		return nil
	}
	if !d.local {
		line.patience = writeTime
	}
	if u, ok := c.(*net.UnixConn); ok {
		uid, err := peer(u)
		if err != nil || uid != os.Geteuid() && uid != 0 {
			d.complain("not let in: user %d: %v", uid, err)
			line.Close()
			return nil
		}
		line.uid = uid
		d.lines.know(line, "user")
	}
	ctx.SetValue(connectionKey{}, line)
	return line
}

// proved makes known who is at the other end of a connection once that has been
// proved: clients are asked for keys that they do not have, too.
func (d *door) proved(ctx charm.Context) *ssh.ServerConfig {
	return &ssh.ServerConfig{VerifiedPublicKeyCallback: func(_ ssh.ConnMetadata, k ssh.PublicKey, p *ssh.Permissions, _ string) (*ssh.Permissions, error) {
		line := ctx.Value(connectionKey{}).(*connection)
		ctx.SetValue(charm.ContextKeyPublicKey, k) // until now it was the one that was asked for last
		return p, d.lines.prove(line, ssh.FingerprintSHA256(k))
	}}
}

// byUser is who has come in by a socket of this machine.
func (d *door) byUser(ctx charm.Context) (guest, error) {
	line := ctx.Value(connectionKey{}).(*connection)
	g := guest{name: fmt.Sprintf("user %d", line.uid), role: Operator}
	if u, err := user.LookupId(strconv.Itoa(line.uid)); err == nil {
		g.name = u.Username
	}
	if ctx.User() == viewerName {
		g.role = Viewer
	}
	return g, nil
}

// byKey is who has come in with a public key, if it still is one that may.
func (d *door) byKey(ctx charm.Context) (guest, error) {
	public, ok := ctx.Value(charm.ContextKeyPublicKey).(charm.PublicKey)
	if !ok {
		return guest{}, errors.New("no key has been proved")
	}
	k, ok := d.keys.find(string(public.Marshal()), addressOf(ctx.RemoteAddr()))
	if !ok {
		return guest{}, errors.New("the key opens nothing any more")
	}
	return guest{name: k.name, role: k.role, key: ssh.FingerprintSHA256(public)}, nil
}

// enter is a session more, until it is left.
func (d *door) enter(key string) (leave func(), err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case d.closing:
		return nil, errors.New("it is closing")
	case d.inside >= mostSessions:
		return nil, fmt.Errorf("%d are looking already, which is as many as may", mostSessions)
	case key != "" && d.sessions[key] >= mostOfAKey:
		return nil, fmt.Errorf("%d sessions have this key already, which is as many as may", mostOfAKey)
	}
	d.inside++
	d.sessions[key]++
	d.visits.Add(1)
	return func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.inside--
		if d.sessions[key]--; d.sessions[key] == 0 {
			delete(d.sessions, key)
		}
		d.visits.Done()
	}, nil
}

// tell says in the log, and to who wants to know, what happens at the door.
func (d *door) tell(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	d.log.Print(text)
	if d.news != nil {
		d.news(text)
	}
}

// complain logs what somebody from outside has done wrong: once a second at most,
// so that nobody can fill the disk with it.
func (d *door) complain(format string, args ...any) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if time.Since(d.vexed) < time.Second {
		d.silent++
		return
	}
	text := fmt.Sprintf(format, args...)
	if d.silent > 0 {
		text += fmt.Sprintf(" (and %d times the like)", d.silent)
	}
	d.vexed, d.silent = time.Now(), 0
	d.log.Print(text)
}
