package serve

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"syscall"
	"time"

	"golang.org/x/crypto/ssh"

	"optwatch/tui/draw"
)

// Look is how a viewer wants the screen.
type Look struct {
	ReadOnly, ASCII, NoColor, NoMouse bool
	FPS                               int      // 0 for what suits the terminal
	Theme                             string   // "" for the default
	Keys                              []string // changes, as tui.ParseKeyChange reads them
	Fresh                             bool
	Plot                              draw.Plot
}

// ErrGone says that a server went away in the middle of a session.
var ErrGone = errors.New("the process that served this has gone")

// ErrUnheard says that nobody listens on a socket, or that there is none.
var ErrUnheard = errors.New("nobody listens on its socket")

// ErrSilent says that a server is there and does not answer.
var ErrSilent = errors.New("the process that serves this does not answer: it may have been stopped, and kill -CONT lets it go on")

// StatusError is the exit status of a session that ended otherwise than well.
// The reason has been shown on the terminal.
type StatusError int

// Error is the status.
func (e StatusError) Error() string { return fmt.Sprintf("the session ended with status %d", int(e)) }

// link is a connection to a server on this machine.
type link struct {
	ssh.Conn
	stop func() bool
}

// reach connects to a server of the user's on this machine. The connection ends with ctx.
func reach(ctx context.Context, socket, name string) (*link, error) {
	var dialer net.Dialer
	c, err := dialer.DialContext(ctx, "unix", socket)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ECONNREFUSED) {
		return nil, fmt.Errorf("%w, %s", ErrUnheard, socket)
	}
	if err != nil {
		return nil, err
	}
	uid, err := peer(c.(*net.UnixConn))
	if err == nil && uid != os.Geteuid() && uid != 0 {
		err = fmt.Errorf("%s is served by user %d: want yourself", socket, uid)
	}
	if err != nil {
		c.Close()
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { c.Close() })
	_ = c.SetDeadline(time.Now().Add(handshakeTime))
	conn, channels, requests, err := ssh.NewClientConn(c, "optwatch", &ssh.ClientConfig{
		User:            name,
		HostKeyCallback: ssh.InsecureIgnoreHostKey(), // the system has said whose socket it is
	})
	if err != nil {
		stop()
		c.Close()
		if errors.Is(err, os.ErrDeadlineExceeded) {
			err = ErrSilent
		}
		return nil, fmt.Errorf("%s: %w", socket, err)
	}
	_ = c.SetDeadline(time.Time{})
	go ssh.DiscardRequests(requests)
	go func() {
		for n := range channels {
			_ = n.Reject(ssh.Prohibited, "nothing is opened here")
		}
	}()
	return &link{Conn: conn, stop: stop}, nil
}

// close ends the connection.
func (c *link) close() {
	c.stop()
	_ = c.Close()
}

// session opens a session. How it ended comes when there is nothing more to hear:
// nil for well, a StatusError, or ErrGone. The server may ask for suspend meanwhile.
func (c *link) session(suspend func()) (ssh.Channel, <-chan error, error) {
	channel, requests, err := c.OpenChannel("session", nil)
	var refusal *ssh.OpenChannelError
	switch {
	case errors.As(err, &refusal):
		return nil, nil, errors.New(draw.Clean(refusal.Message))
	case err != nil:
		return nil, nil, ErrGone
	}
	ended := make(chan error, 1)
	go func() {
		err := error(ErrGone)
		for m := range requests {
			var s exitStatus
			if m.Type == "exit-status" && ssh.Unmarshal(m.Payload, &s) == nil {
				if err = nil; s.Status != 0 {
					err = StatusError(s.Status)
				}
			}
			if m.Type == suspendRequest {
				suspend()
			}
			_ = m.Reply(false, nil)
		}
		ended <- err
	}()
	return channel, ended, nil
}

// Ask sends words to a server and copies its answer, and returns the exit
// status that it gives. The words are "status", "stop", "tell RUN …" and
// "serve …", as the server's own help says.
func Ask(ctx context.Context, socket string, words []string, out, errOut io.Writer) (int, error) {
	c, err := reach(ctx, socket, "operator")
	if err != nil {
		return 0, gone(ctx, err)
	}
	defer c.close()
	channel, ended, err := c.session(func() {})
	if err != nil {
		return 0, gone(ctx, err)
	}
	if _, err := channel.SendRequest("exec", false, ssh.Marshal(commandRequest{joined(words)})); err != nil {
		return 0, gone(ctx, ErrGone)
	}
	_ = channel.CloseWrite()
	told := make(chan error, 1)
	go func() {
		_, err := io.Copy(errOut, channel.Stderr())
		told <- err
	}()
	_, err = io.Copy(out, channel)
	if e := <-told; err == nil {
		err = e
	}
	if err != nil { // nobody reads the answer
		return 0, gone(ctx, err)
	}
	err = <-ended
	var s StatusError
	if errors.As(err, &s) {
		return int(s), nil
	}
	return 0, gone(ctx, err)
}

// gone is an error, or that ctx has ended, which comes before it.
func gone(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}
