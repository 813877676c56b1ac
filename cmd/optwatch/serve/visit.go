package serve

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	charm "charm.land/ssh"
	"golang.org/x/crypto/ssh"

	"optwatch/tui"
	"optwatch/tui/draw"
)

// visit is one session of a guest.
type visit struct {
	guest
	request
	door    *door
	channel ssh.Channel
	resized chan tui.Size // the latest size of the terminal, if it has not been seen yet
	typed   atomic.Int64  // when a key came last, in nanoseconds
	gone    func()        // ends the session
}

// session is one from its beginning until the guest has gone. The goroutine that
// it is called by listens to the client until there is nothing more to hear, so
// that nothing that a client does or leaves out keeps its connection waiting.
func (d *door) session(asked ssh.NewChannel, ctx charm.Context) {
	g, err := d.who(ctx)
	if err != nil {
		d.complain("%v: %v", ctx.RemoteAddr(), err)
		_ = asked.Reject(ssh.Prohibited, err.Error())
		return
	}
	leave, err := d.enter(g.key)
	if err != nil {
		d.complain("%v: not let in: %v", g, err)
		_ = asked.Reject(ssh.ResourceShortage, err.Error())
		return
	}
	defer leave()
	channel, requests, err := asked.Accept()
	if err != nil {
		return
	}
	v := &visit{guest: g, door: d, channel: channel, resized: make(chan tui.Size, 1)}
	v.typed.Store(time.Now().UnixNano())
	inside, stop := context.WithCancelCause(d.ctx)
	defer stop(nil)
	v.gone = func() { stop(context.Canceled) }
	over := make(chan struct{})
	if !d.local {
		go v.watch(stop, over, ctx)
	}
	begun := v.listen(requests, func() {
		go func() {
			defer close(over)
			v.end(v.be(inside))
		}()
	})
	v.gone()
	if begun {
		<-over
	} else {
		close(over)
	}
	_ = channel.Close()
}

// listen heeds what the client asks for until it has gone. It begins the session
// once that has been asked for, and says whether it has been.
func (v *visit) listen(requests <-chan *ssh.Request, begin func()) (begun bool) {
	for m := range requests {
		granted := false
		switch {
		case !begun:
			if granted, begun = v.take(m); begun {
				_ = m.Reply(true, nil)
				begin()
				continue
			}
		case m.Type == "window-change":
			var w windowChange
			if granted = ssh.Unmarshal(m.Payload, &w) == nil; granted {
				v.resize(sized(w.Columns, w.Rows))
			}
		}
		_ = m.Reply(granted, nil)
	}
	return begun
}

// resize makes a size known; one that has not been seen yet is forgotten.
func (v *visit) resize(s tui.Size) {
	select {
	case <-v.resized:
	default:
	}
	v.resized <- s // nobody else sends
}

// errIdle ends a session at which nobody sits any more.
var errIdle = errors.New("no key has been typed for a day")

// watch ends the session of who types nothing any more, or may not look any more.
func (v *visit) watch(stop context.CancelCauseFunc, over <-chan struct{}, ctx charm.Context) {
	tick := time.NewTicker(checkEvery)
	defer tick.Stop()
	for {
		select {
		case <-over:
			return
		case <-tick.C:
		}
		// OpenSSH says that a window was closed only once it hears something.
		_, _ = v.channel.SendRequest("keepalive@openssh.com", false, nil)
		g, err := v.door.who(ctx)
		switch {
		case err != nil:
		case g.role != v.role:
			err = errors.New("the role of the key is another now")
		case time.Since(time.Unix(0, v.typed.Load())) >= idleTime:
			err = errIdle
		default:
			continue
		}
		stop(err)
		if !within(partingTime, over) { // the screen waits for a client that reads nothing
			ctx.Value(connectionKey{}).(*connection).Close()
		}
		return
	}
}

// Read is what the guest types. Who can type no more has gone: that is all that
// a client says whose window was closed, if others share its connection.
func (v *visit) Read(p []byte) (int, error) {
	n, err := v.channel.Read(p)
	v.typed.Store(time.Now().UnixNano())
	if err != nil {
		v.gone()
	}
	return n, err
}

// restored leaves the alternate screen, shows the cursor and takes back whatever
// a program may have asked of a terminal.
const restored = "\x1b[?1049l\x1b[?25h\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?2004l\x1b[0m"

// taken is the other way about, for a screen that was shown before.
const taken = "\x1b[?1049h\x1b[2J\x1b[?25l\x1b[?2004h"

// pointed has a terminal tell of the mouse.
const pointed = "\x1b[?1002h\x1b[?1006h"

// be is what the guest has come for, and the exit status of it.
func (v *visit) be(ctx context.Context) (status int) {
	defer func() {
		if r := recover(); r != nil {
			v.door.log.Printf("%v: panic: %v\n%s", v.guest, r, debug.Stack())
			status = v.fail("this screen has failed, and nothing else with it; the log says why", true)
		}
	}()
	if v.command {
		return v.answer(ctx)
	}
	switch {
	case !v.terminal:
		return v.fail("this is no terminal to draw on: ssh -t gives one; \"status\" after the address answers in text", false)
	case v.term == "" || v.term == "dumb":
		return v.fail("TERM="+v.term+" cannot show a screen; \"status\" after the address answers in text", false)
	}
	return v.look(ctx)
}

// look shows the screen.
func (v *visit) look(ctx context.Context) int {
	seat := v.door.Audience.Join(v.name, v.role)
	defer seat.Leave()
	v.door.tell("%v came", v.guest)
	defer v.door.tell("%v left", v.guest)
	t := v.shown(v.door.frames)
	t.Input, t.Output = v, &whole{w: v.channel}
	t.Resized, t.Version, t.Viewer = v.resized, v.door.Version, seat.Number()
	t.Guest = !v.door.local
	if v.door.local {
		t.Hints = true
		t.Folder = v.variable(folderName)
		t.Suspend = func() { _, _ = v.channel.SendRequest(suspendRequest, false, nil) }
	}
	err := v.door.Draw(ctx, seat, t)
	if cause := context.Cause(ctx); err == nil && cause != nil && v.door.ctx.Err() == nil && !errors.Is(cause, context.Canceled) {
		err = cause
	}
	if err != nil {
		return v.fail(err.Error(), false)
	}
	return done
}

// answer answers in text.
func (v *visit) answer(ctx context.Context) int {
	words, err := split(v.line)
	if err != nil {
		v.fail(err.Error(), false)
		return notUnderstood
	}
	var out io.Writer = v.channel
	if v.terminal {
		out = rawLines{out}
	}
	if len(words) > 0 && words[0] == "serve" && v.door.local && v.role == Operator {
		return v.door.serve(ctx, words[1:], out)
	}
	seat := v.door.Audience.Join(v.name, v.role)
	defer seat.Leave()
	return seat.Answer(ctx, words, out)
}

// fail tells the guest what is wrong, on a terminal that may have to be restored.
func (v *visit) fail(text string, restore bool) int {
	var out io.Writer = v.channel.Stderr()
	if v.terminal {
		out = v.channel // a terminal has no second output
	}
	before, after := "", "\n"
	if restore {
		before = restored
	}
	if v.terminal {
		after = "\r\n"
	}
	fmt.Fprintf(out, "%soptwatch: %s%s", before, draw.Clean(text), after)
	return refused
}

// end tells the client how it ended, and closes the session.
func (v *visit) end(status int) {
	_, _ = v.channel.SendRequest("exit-status", false, ssh.Marshal(exitStatus{uint32(status)}))
	_ = v.channel.Close()
}

// whole writes what is written at once without anything in between: a frame, and
// what is copied from another goroutine.
type whole struct {
	mu sync.Mutex
	w  io.Writer
}

// Write writes all of it.
func (w *whole) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.w.Write(p)
}

// rawLines writes lines as a terminal in raw mode wants them.
type rawLines struct{ io.Writer }

// Write writes a carriage return before each line feed.
func (w rawLines) Write(p []byte) (int, error) {
	if _, err := io.WriteString(w.Writer, strings.ReplaceAll(string(p), "\n", "\r\n")); err != nil {
		return 0, err
	}
	return len(p), nil
}
