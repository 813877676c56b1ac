package serve

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"strconv"

	"github.com/charmbracelet/x/term"
	"github.com/muesli/cancelreader"
	"golang.org/x/crypto/ssh"
)

// Attach shows the screen of a server on this terminal until the viewer quits
// (nil), the server ends the session for a reason that it shows (StatusError), it
// goes away (ErrGone) or ctx ends. The terminal is as it was afterwards.
func Attach(ctx context.Context, socket string, in, out *os.File, l Look) error {
	name := "operator"
	if l.ReadOnly {
		name = viewerName
	}
	c, err := reach(ctx, socket, name)
	if err != nil {
		return gone(ctx, err)
	}
	defer c.close()
	keys, err := cancelreader.NewReader(in)
	if err != nil {
		return err
	}
	defer keys.Close()
	before, err := term.MakeRaw(in.Fd())
	if err != nil {
		return err
	}
	ended := false
	defer func() {
		if !ended { // the server has not restored what it has changed
			_, _ = out.WriteString(restored)
		}
		_ = term.Restore(in.Fd(), before)
	}()
	err = c.attach(ctx, keys, out, l)
	var told StatusError
	ended = err == nil || errors.As(err, &told)
	if !ended {
		return gone(ctx, err)
	}
	return err
}

// attach is a session on a terminal in raw mode. When it returns, nothing more is
// read from the terminal or printed on it.
func (c *link) attach(ctx context.Context, keys cancelreader.CancelReader, out *os.File, l Look) error {
	resized := make(chan os.Signal, 1)
	notifyResized(resized)
	defer signal.Stop(resized)
	channel, ended, err := c.session()
	if err != nil {
		return err
	}
	if err := begin(channel, out, l); err != nil {
		return ErrGone
	}
	hungUp, typed := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(typed)
		if send(channel, keys) {
			close(hungUp)
		}
	}()
	defer func() {
		if keys.Cancel() {
			<-typed
		}
	}()
	var failed error
	shown := make(chan struct{})
	go func() {
		defer close(shown)
		_, failed = io.Copy(out, channel)
	}()
	for {
		select {
		case <-resized:
			_, _ = channel.SendRequest("window-change", false, ssh.Marshal(sizeOf(out)))
			continue
		case <-shown:
			if failed != nil {
				return failed
			}
			return <-ended
		case <-hungUp:
		case <-ctx.Done():
		}
		c.close()
		within(partingTime, shown) // a terminal may have been stopped
		return ctx.Err()
	}
}

// send sends what is typed, and says whether it was the terminal that ended it.
func send(channel io.Writer, keys io.Reader) (hungUp bool) {
	buf := make([]byte, 1024)
	for {
		n, err := keys.Read(buf)
		if n > 0 {
			if _, err := channel.Write(buf[:n]); err != nil {
				return false
			}
		}
		if err != nil {
			return !errors.Is(err, cancelreader.ErrCanceled)
		}
	}
}

// begin asks for the screen, and waits for no answer: a screen that is refused
// ends the session.
func begin(channel ssh.Channel, out *os.File, l Look) error {
	size := sizeOf(out)
	ask := func(kind string, message []byte) error {
		_, err := channel.SendRequest(kind, false, message)
		return err
	}
	err := ask("pty-req", ssh.Marshal(terminalRequest{Term: os.Getenv("TERM"), Columns: size.Columns, Rows: size.Rows, Modes: "\x00"}))
	for _, v := range l.environ() {
		if err == nil && v.Value != "" {
			err = ask("env", ssh.Marshal(v))
		}
	}
	if err == nil {
		err = ask("shell", nil)
	}
	return err
}

// environ is what the server must know of this terminal, and of how the viewer
// wants the screen.
func (l Look) environ() []variable {
	vars := []variable{{framesName, strconv.Itoa(l.FPS)}}
	for _, name := range []string{"COLORTERM", "LANG", "LC_ALL", "LC_CTYPE", "TERM_PROGRAM"} {
		vars = append(vars, variable{name, os.Getenv(name)})
	}
	if l.ASCII {
		vars = append(vars, variable{asciiName, "1"})
	}
	if l.NoColor {
		vars = append(vars, variable{noColorName, "1"})
	}
	return vars
}

// sizeOf is the size of a terminal; none at all where that is not known.
func sizeOf(out *os.File) windowChange {
	w, h, err := term.GetSize(out.Fd())
	if err != nil || w <= 0 || h <= 0 {
		return windowChange{}
	}
	return windowChange{Columns: uint32(w), Rows: uint32(h)}
}
