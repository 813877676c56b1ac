package serve

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"sync/atomic"

	"optwatch/tui/draw"

	"github.com/charmbracelet/x/term"
	"github.com/muesli/cancelreader"
	"golang.org/x/crypto/ssh"
)

// Keys as a terminal sends them.
const (
	ctrlC  = 0x03
	redraw = "\x0c" // ctrl+l, which draws a screen anew
)

// Attach shows the screen of a server on this terminal until the viewer quits
// (nil), the server ends the session for a reason that it shows (StatusError), it
// goes away (ErrGone) or does not answer (ErrSilent), or ctx ends. The terminal is as it was afterwards.
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
	err = c.attach(ctx, keys, in, out, before, l)
	var told StatusError
	ended = err == nil || errors.As(err, &told)
	if !ended {
		return gone(ctx, err)
	}
	return err
}

// attach is a session on a terminal in raw mode. When it returns, nothing more is
// read from the terminal or printed on it.
func (c *link) attach(ctx context.Context, keys cancelreader.CancelReader, in, out *os.File, before *term.State, l Look) error {
	resized, woken := make(chan os.Signal, 1), make(chan os.Signal, 1)
	notifyResized(resized)
	notifyWoken(woken)
	defer signal.Stop(resized)
	defer signal.Stop(woken)
	suspended := make(chan struct{}, 1)
	channel, ended, err := c.session(func() {
		select {
		case suspended <- struct{}{}:
		default: // it is about to be
		}
	})
	if err != nil {
		return err
	}
	if err := begin(channel, out, l); err != nil {
		return ErrGone
	}
	var calls atomic.Int32
	left, stop := forward(channel, keys, &calls)
	defer stop()
	var failed error
	shown, page := make(chan struct{}), &page{out: out, woken: woken, mouse: !l.NoMouse}
	go func() {
		defer close(shown)
		_, failed = io.Copy(page, &heard{channel, &calls})
	}()
	lent := &lent{channel: channel, in: in, out: out, before: before, page: page}
	for {
		select {
		case <-resized:
			lent.resize()
			continue
		case <-woken:
			lent.takeBack()
			continue
		case <-suspended:
			lent.giveBack()
			lent.takeBack()
			continue
		case <-shown:
			if failed != nil {
				return failed
			}
			return <-ended
		case err = <-left:
		case <-ctx.Done():
			err = ctx.Err()
		}
		c.close()
		within(partingTime, shown) // a terminal may have been stopped
		return err
	}
}

// forward sends what is typed, until it is stopped or is told in left why it is over.
func forward(channel ssh.Channel, keys cancelreader.CancelReader, calls *atomic.Int32) (left <-chan error, stop func()) {
	ended, typed := make(chan error, 1), make(chan struct{})
	go func() {
		defer close(typed)
		if over, err := send(channel, keys, calls); over {
			ended <- err
		}
	}()
	return ended, func() {
		if keys.Cancel() {
			<-typed
		}
	}
}

// lent is a terminal that a session has from a shell.
type lent struct {
	channel ssh.Channel
	in, out *os.File
	before  *term.State // its settings for the shell
	page    *page
}

// resize tells the server of a new size.
func (l *lent) resize() {
	_, _ = l.channel.SendRequest("window-change", false, ssh.Marshal(sizeOf(l.out)))
}

// giveBack suspends this process, and the shell has its terminal until fg wakes it.
func (l *lent) giveBack() {
	l.page.leave("optwatch: the screen is suspended, and training goes on: fg shows it again")
	_ = term.Restore(l.in.Fd(), l.before)
	l.page.suspend()
}

// takeBack goes on after a shell has had the terminal, with its own settings, and has
// printed on it.
func (l *lent) takeBack() {
	_, _ = term.MakeRaw(l.in.Fd())
	l.page.enter()
	l.resize()
	_, _ = l.channel.Write([]byte(redraw))
}

// heard is what a server sends, with which it answers all calls.
type heard struct {
	io.Reader
	calls *atomic.Int32
}

// Read reads what it sends.
func (h *heard) Read(p []byte) (int, error) {
	n, err := h.Reader.Read(p)
	h.calls.Store(0)
	return n, err
}

// mostCalls is how often ctrl+c is typed at a server that shows nothing for it
// until the viewer is let go: every screen answers the first.
const mostCalls = 3

// send sends what is typed until that is over for this terminal's part: it has
// ended (nil), or ctrl+c is not answered (ErrSilent).
func send(channel io.Writer, keys io.Reader, calls *atomic.Int32) (over bool, err error) {
	buf := make([]byte, 1024)
	for {
		n, err := keys.Read(buf)
		if n > 0 {
			if calls.Add(int32(bytes.Count(buf[:n], []byte{ctrlC}))) >= mostCalls {
				return true, ErrSilent
			}
			if _, err := channel.Write(buf[:n]); err != nil {
				return false, nil
			}
		}
		if err != nil {
			return !errors.Is(err, cancelreader.ErrCanceled), nil
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
	for _, name := range []string{"COLORTERM", "LANG", "LC_ALL", "LC_CTYPE", "TERM_PROGRAM", "TMUX", "STY"} {
		vars = append(vars, variable{name, os.Getenv(name)})
	}
	if l.ASCII {
		vars = append(vars, variable{asciiName, "1"})
	}
	if l.Plot != draw.Lines {
		vars = append(vars, variable{plotName, l.Plot.String()})
	}
	if l.NoColor {
		vars = append(vars, variable{noColorName, "1"})
	}
	if l.NoMouse {
		vars = append(vars, variable{noMouseName, "1"})
	}
	if l.Fresh {
		vars = append(vars, variable{freshName, "1"})
	}
	vars = append(vars, variable{themeName, l.Theme}, variable{keysName, strings.Join(l.Keys, " ")})
	if here, err := os.Getwd(); err == nil {
		vars = append(vars, variable{folderName, here})
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
