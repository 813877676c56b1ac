package serve

import (
	"context"
	"io"
	"log"

	"optwatch/tui"
)

// Server serves screens. Draw shows the screen of a viewer until the viewer
// quits or ctx ends; what it prints after that, the viewer's shell shows. The
// terminal's fields are all filled in, those that the viewer chose too. An error
// of Draw is shown to the viewer, and a panic ends nothing but its session.
type Server struct {
	Audience *Audience
	Draw     func(ctx context.Context, s *Seat, t tui.Terminal) error
	Version  string
	Log      io.Writer // what goes wrong with sessions, and who comes and goes; nil for nowhere
	Network  Network   // what "serve --listen …" opens for others; it is not offered without a HostKey
}

// Network is a server for people without an account on this machine. Public keys
// open it, and nothing else.
type Network struct {
	Listen  string // host:port; beyond loopback there must be Keys
	Keys    string // file of public keys in the format of authorized_keys; role="viewer" and role="operator" are options of a key
	Own     bool   // Keys is the file by which people log in as the user: a key without a role may drive, else it may look
	HostKey string // file of the server's own key, made where it is not there
}

// Local serves the user of this machine on a socket until ctx ends, and then
// lets those who are there see the end. Whoever has another user ID is refused.
func (s *Server) Local(ctx context.Context, socket string) error {
	signer, err := freshKey()
	if err != nil {
		return err
	}
	l, err := listenLocal(socket)
	if err != nil {
		return err
	}
	d := newDoor(s, s.logger())
	d.who = d.byUser
	d.local = true
	return d.open(ctx, l, signer)
}

// logger writes to Log, a line at a time.
func (s *Server) logger() *log.Logger {
	if s.Log == nil {
		return log.New(io.Discard, "", 0)
	}
	return log.New(s.Log, "", log.LstdFlags)
}
