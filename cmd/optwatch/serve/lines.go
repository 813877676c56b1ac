package serve

import (
	"errors"
	"net"
	"net/netip"
	"sync"
	"time"
)

// lines are the connections of a door. There is an end to how many there may be,
// so that strangers cannot use up the descriptors of the process.
type lines struct {
	mu  sync.Mutex
	all map[*connection]bool
}

// connection is one of them.
type connection struct {
	net.Conn
	of       *lines
	from     netip.Addr
	uid      int           // of who is there, on a socket of this machine
	owner    string        // whose it is; "" while that has not been proved
	patience time.Duration // how long a write may take; 0 for as long as it does
}

// add takes a connection in.
func (l *lines) add(c net.Conn) (*connection, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := &connection{Conn: c, of: l, from: addressOf(c.RemoteAddr())}
	strangers, near := 0, 0
	for o := range l.all {
		if o.owner == "" {
			strangers++
			if n.from.IsValid() && o.from == n.from {
				near++
			}
		}
	}
	if len(l.all) >= mostConnections || strangers >= mostStrangers || near >= mostFromOne {
		return nil, errors.New("there are too many connections")
	}
	l.all[n] = true
	return n, nil
}

// prove makes known whose a connection is.
func (l *lines) prove(c *connection, owner string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	same := 0
	for o := range l.all {
		if o.owner == owner && o != c {
			same++
		}
	}
	if same >= mostLinesOfAKey {
		return errors.New("there are too many connections of this key")
	}
	c.owner = owner
	return nil
}

// know makes known whose a connection is without asking how many there are.
func (l *lines) know(c *connection, owner string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	c.owner = owner
}

// close ends all connections.
func (l *lines) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for c := range l.all {
		c.Conn.Close()
	}
}

// Write gives up on a peer that takes nothing any more.
func (c *connection) Write(p []byte) (int, error) {
	if c.patience > 0 {
		if err := c.SetWriteDeadline(time.Now().Add(c.patience)); err != nil {
			return 0, err
		}
	}
	return c.Conn.Write(p)
}

// Close ends the connection, which then counts no more.
func (c *connection) Close() error {
	c.of.mu.Lock()
	delete(c.of.all, c)
	c.of.mu.Unlock()
	return c.Conn.Close()
}

// addressOf is the address of a peer on a network; else it is not valid.
func addressOf(a net.Addr) netip.Addr {
	t, ok := a.(*net.TCPAddr)
	if !ok {
		return netip.Addr{}
	}
	return t.AddrPort().Addr().Unmap().WithZone("")
}
