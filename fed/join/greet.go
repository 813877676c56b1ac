package join

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"

	"optwatch/fed/wire"
)

// greet introduces the client until it is accepted, and has its number.
func (c *Client) greet(ctx context.Context, conn *nats.Conn) error {
	for {
		w, err := c.hello(ctx, conn)
		switch {
		case err == nil:
		case errors.Is(err, errNoCoordinator) && conn.IsConnected() && ctx.Err() == nil: // which has much to do where many come at once: another connection would be more
			c.troubled(err)
			if err := rest(ctx); err != nil {
				return err
			}
			continue
		default:
			return err
		}
		switch w.State {
		case wire.Told:
			if err := c.load(w.Terms); err != nil {
				return err
			}
			continue
		case wire.Accepted:
			c.set(func() {
				c.number, c.place = w.Client, w.Place
				c.status.Client, c.status.State, c.status.Trouble = w.Client, Idle, ""
			})
			c.settings.Log(fmt.Sprintf("takes part as client %d", w.Client))
			return nil
		case wire.Waiting:
			c.set(func() { c.status.State, c.status.Trouble = Waiting, w.Reason })
		default:
			return RefusedError("the coordinator refuses: " + w.Reason)
		}
		if err := rest(ctx); err != nil {
			return err
		}
	}
}

// rest waits before something is tried again.
func rest(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(again):
		return nil
	}
}

// load opens the data, once.
func (c *Client) load(t wire.Terms) error {
	c.set(func() { c.status.State, c.status.Terms = Loading, t })
	if c.loaded {
		return nil
	}
	d, err := c.settings.Load(t)
	if err != nil {
		return RefusedError(err.Error())
	}
	c.data, c.loaded = d, true
	c.set(func() { c.status.Holding = d.Holding })
	return nil
}

// errNoCoordinator is that the server is there, and nobody coordinates on it.
var errNoCoordinator = errors.New("the server is there, the coordinator does not answer")

// hello introduces the client once.
func (c *Client) hello(ctx context.Context, conn *nats.Conn) (wire.Welcome, error) {
	s, public := c.settings, c.key.Public().(ed25519.PublicKey)
	h := wire.Hello{
		Key: public, Proof: wire.Proof(s.Line.Secret, public), Nonce: make([]byte, 16), Name: s.Name, Host: s.Host, Version: s.Version, Kernels: s.Kernels, Part: s.Part,
	}
	if c.loaded {
		h.Holding = &c.data.Holding
	}
	if _, err := rand.Read(h.Nonce); err != nil {
		return wire.Welcome{}, fmt.Errorf("join: %w", err)
	}
	letter, err := wire.Seal(c.key, wire.KindHello, h, nil)
	if err != nil {
		return wire.Welcome{}, err
	}
	ctx, cancel := c.untilCut(ctx, replyIn)
	defer cancel()
	reply, err := conn.RequestWithContext(ctx, c.subjects.Hello(c.fingerprint), letter)
	if err != nil {
		return wire.Welcome{}, errNoCoordinator
	}
	var w wire.Welcome
	if _, err := wire.Open(s.Line.Key, wire.KindWelcome, reply.Data, &w); err != nil {
		return w, fmt.Errorf("the answer of the coordinator is %w", err)
	}
	if !bytes.Equal(w.Nonce, h.Nonce) {
		return w, errors.New("an answer that was given before")
	}
	c.set(func() {
		c.status.Heard = time.Now()
		c.reach(w.Epoch)
	})
	return w, nil
}
