package join

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nats.go"

	"optwatch/fed/bucket"
	"optwatch/fed/wire"
)

// attend hears the coordinator until the connection is given up.
func (c *Client) attend(ctx context.Context, conn *nats.Conn, k int, place string, back, closed <-chan struct{}) error {
	hail := make(chan struct{}, 1)
	sub, err := conn.Subscribe(c.subjects.Deliver(place), func(m *nats.Msg) {
		if c.heard(m.Data) {
			select {
			case hail <- struct{}{}:
			default:
			}
		}
	})
	if err != nil {
		return fmt.Errorf("join: %w", err)
	}
	if err := sub.SetPendingLimits(-1, -1); err != nil {
		return fmt.Errorf("join: %w", err)
	}
	if ok, err := c.introduce(ctx, conn, k, place); !ok {
		return err
	}
	beat := time.NewTicker(beatEvery)
	defer beat.Stop()
	for n := 0; ; n++ {
		if err := c.ended(); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-closed:
			return errUnreachable
		case <-back:
		case <-hail:
		case <-beat.C:
			c.pulse(conn, place, n)
			continue
		}
		if ok, err := c.introduce(ctx, conn, k, place); !ok {
			return err
		}
	}
}

// introduce says hello again, which brings what is asked. It is not an error that
// nobody answers: the coordinator hails when it is back.
func (c *Client) introduce(ctx context.Context, conn *nats.Conn, k int, place string) (ok bool, err error) {
	w, err := c.hello(ctx, conn)
	switch {
	case errors.Is(err, errNoCoordinator):
		c.askForEnd(ctx, conn)
		c.set(func() { c.status.Trouble = err.Error() })
		return true, nil
	case err != nil:
		return false, err
	case w.State == wire.Refused:
		return false, RefusedError("the coordinator refuses: " + w.Reason)
	case w.State != wire.Accepted || w.Client != k || w.Place != place:
		c.set(func() { c.number = -1 })
		return false, nil
	}
	c.set(func() {
		if c.over != nil { // it has heard the end already, and how
			return
		}
		c.status.Trouble = ""
		if c.status.State == Dialling {
			c.status.State = Idle
		}
	})
	return true, nil
}

// askForEnd asks the server whether the federation has ended meanwhile.
func (c *Client) askForEnd(ctx context.Context, conn *nats.Conn) {
	ctx, cancel := c.untilCut(ctx, replyIn)
	defer cancel()
	s := c.subjects
	if m, err := conn.RequestWithContext(ctx, "$JS.API.DIRECT.GET."+s.DownStream()+"."+s.End(), nil); err == nil && wire.KindOf(m.Data) == wire.KindEnd {
		c.hear(m.Data)
	}
}

func (c *Client) ended() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.over
}

// heard is hear, where a letter of which nobody has thought costs that letter alone.
func (c *Client) heard(letter []byte) (hailed bool) {
	defer func() {
		if p := recover(); p != nil {
			c.settings.Log(fmt.Sprintf("a letter was too much for this client: %v\n%s", p, debug.Stack()))
		}
	}()
	return c.hear(letter)
}

// hear takes what the coordinator has said, and says whether that is to introduce
// oneself. What is not signed by the coordinator is nothing.
func (c *Client) hear(letter []byte) (hailed bool) {
	from := c.settings.Line.Key
	switch kind := wire.KindOf(letter); kind {
	case wire.KindHail:
		var h wire.Halt
		_, err := wire.Open(from, kind, letter, &h)
		return err == nil
	case wire.KindVector:
		c.hearVector(letter)
	case wire.KindAsk:
		c.hearAsk(letter)
	case wire.KindHalt:
		var h wire.Halt
		if _, err := wire.Open(from, kind, letter, &h); err == nil {
			c.setHeard(h.Epoch, func() {
				if c.halted[h.Run] = h.Halted; h.Over {
					c.forget(h.Run)
				}
			})
		}
	case wire.KindEnd:
		var e wire.End
		if _, err := wire.Open(from, kind, letter, &e); err == nil {
			c.setHeard(e.Epoch, func() {
				c.over = errEnded
				c.status.State, c.status.Trouble = Ended, e.Reason
			})
		}
	}
	return false
}

// forget drops what is known of a run that is over. The caller holds mu.
func (c *Client) forget(run string) {
	if c.doing.id != "" && c.doing.Run == run {
		c.cancel()
	}
	if _, waits := c.asks[run]; waits {
		c.order = slices.DeleteFunc(c.order, func(r string) bool { return r == run })
	}
	delete(c.asks, run)
	delete(c.sent, run)
	delete(c.halted, run)
	maps.DeleteFunc(c.vectors, func(subject string, _ parcel) bool { return strings.HasSuffix(subject, "."+run) })
}

// setHeard changes what was said by a coordinator, unless a later life of it has
// been heard of.
func (c *Client) setHeard(epoch uint64, change func()) {
	c.set(func() {
		if epoch < c.epoch {
			return
		}
		c.status.Heard = time.Now()
		c.reach(epoch)
		change()
	})
}

// reach is called with a life of the coordinator that was heard of. What was said
// in one before holds no more. The caller holds mu.
func (c *Client) reach(epoch uint64) {
	if epoch <= c.epoch {
		return
	}
	c.epoch, c.order = epoch, nil
	clear(c.asks)
	clear(c.halted) // vectors are known by what is in them, and may have come before this
}

func (c *Client) hearVector(letter []byte) {
	var p wire.Parcel
	payload, err := wire.Open(c.settings.Line.Key, wire.KindVector, letter, &p)
	if err != nil || !p.Long && !p.Is(payload) {
		return
	}
	c.set(func() {
		c.vectors[p.Name] = parcel{p, payload}
		c.status.Down += int64(len(letter))
		c.status.Heard = time.Now()
	})
}

func (c *Client) hearAsk(letter []byte) {
	var a wire.Ask
	if _, err := wire.Open(c.settings.Line.Key, wire.KindAsk, letter, &a); err != nil {
		return
	}
	c.setHeard(a.Epoch, func() {
		if a.Task.Client != c.number {
			return
		}
		c.status.Down += int64(len(letter))
		c.queue(ask{a, a.ID()})
	})
}

// queue takes an ask in place of what its run asked before. The caller holds mu.
func (c *Client) queue(a ask) {
	if c.doing.id == a.id || c.sent[a.Run].answers(a) { // its answer is sent until the server has it, and no more then
		return
	}
	if c.doing.id != "" && c.doing.Run == a.Run && c.doing.id != a.id {
		c.cancel()
	}
	if _, ok := c.asks[a.Run]; !ok {
		c.order = append(c.order, a.Run)
	}
	c.asks[a.Run] = a
}

// find is a vector by what is in it: as it came, or from the bucket where it lies.
func (c *Client) find(ctx context.Context) func(wire.Vector) ([]byte, bool) {
	return func(v wire.Vector) ([]byte, bool) {
		c.mu.Lock()
		var at parcel
		for _, p := range c.vectors {
			if p.Vector == v {
				at = p
			}
		}
		c.mu.Unlock()
		switch {
		case at.Sum == "":
			return nil, false
		case !at.Long:
			return at.payload, true
		}
		b, err := c.fetch(ctx, at)
		return b, err == nil
	}
}

// fetch gets a long vector from the coordinator's bucket.
func (c *Client) fetch(ctx context.Context, p parcel) ([]byte, error) {
	ctx, cancel, js, err := c.connected(ctx)
	if err != nil {
		return nil, err
	}
	defer cancel()
	b, err := bucket.Get(ctx, js.Conn(), c.subjects.Bucket(), c.subjects.Long(p.Name), 8*p.Len)
	if err != nil {
		return nil, fmt.Errorf("join: %w", err)
	}
	c.set(func() { c.status.Down += int64(len(b)) })
	if !p.Is(b) {
		return nil, wire.ErrDamaged
	}
	return b, nil
}

// take is the next ask to work on; false when the client ends.
func (c *Client) take(ctx context.Context, cancel context.CancelFunc) (ask, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for len(c.order) == 0 {
		if ctx.Err() != nil {
			return ask{}, false
		}
		c.changed.Wait()
	}
	run := c.order[0]
	c.order = slices.Delete(c.order, 0, 1)
	a := c.asks[run]
	delete(c.asks, run)
	c.doing, c.cancel = a, cancel
	return a, ctx.Err() == nil
}
