package join

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"optwatch/fed/bucket"
	"optwatch/fed/client"
	"optwatch/fed/wire"
)

// sent is the newest answer of a run.
type sent struct {
	ask     string
	answer  wire.Answer
	payload []byte

	// Where the server has it, the asks that it answers: all of an epoch up to one.
	epoch, said uint64
}

// answers says whether an ask is one that the server has an answer to.
func (s sent) answers(a ask) bool { return s.ask == a.id && s.epoch == a.Epoch && s.said >= a.Said }

// answer makes the answer of an update, and keeps it: it may be asked for again.
func (c *Client) answer(a ask, u client.Update) sent {
	out := sent{ask: a.id}
	out.answer, out.payload = wire.AnswerOf(a.Run, a.id, u)
	out.answer.Long = len(out.payload) > wire.Inline
	if u.Delta != nil {
		c.worker.Vectors.Give(u.Delta)
	}
	return out
}

// send brings an answer to the server, however long that takes, unless it is no
// longer asked for.
func (c *Client) send(ctx context.Context, a ask, s sent) {
	c.sends++ // each time anew: the same may have been sent to a coordinator before, who is to get it again
	c.set(func() {
		if ctx.Err() == nil { // else its run may be over
			c.sent[a.Run] = s
		}
		c.status.State, c.sending = Sending, true
	})
	for ctx.Err() == nil {
		err := c.put(ctx, a, s)
		if err == nil {
			c.set(func() {
				s.epoch, s.said = a.Epoch, a.Said
				if c.latest = s.ask; ctx.Err() == nil {
					c.sent[a.Run] = s
				}
				c.status.Sent++
				c.status.Trouble = ""
			})
			return
		}
		c.set(func() { c.status.Trouble = err.Error() })
		select {
		case <-ctx.Done():
		case <-time.After(again / 2):
		}
	}
}

// put sends an answer once. The server knows it again by its id, where what it
// acknowledged was lost on the way.
func (c *Client) put(ctx context.Context, a ask, s sent) error {
	ctx, cancel, js, err := c.connected(ctx)
	if err != nil {
		return err
	}
	defer cancel()
	_, place := c.placeNow()
	payload := s.payload
	if s.answer.Long {
		if err := bucket.Put(ctx, js, c.subjects.UpLong(place, a.Run), payload); err != nil {
			return fmt.Errorf("join: %w", err)
		}
		c.set(func() { c.status.Up += int64(len(s.payload)) })
		payload = nil
	}
	letter, err := wire.Seal(c.key, wire.KindAnswer, s.answer, payload)
	if err != nil {
		return err
	}
	m := &nats.Msg{Subject: c.subjects.Up(place, a.Run), Data: letter}
	acknowledged, stop := context.WithTimeout(ctx, replyIn) // by a stream that is deleted meanwhile it never is
	defer stop()
	if _, err := js.PublishMsg(acknowledged, m, jetstream.WithMsgID(s.ask+"/"+c.process+"/"+strconv.Itoa(c.sends))); err != nil {
		return fmt.Errorf("join: %w", err)
	}
	c.set(func() { c.status.Up += int64(len(letter)) })
	return nil
}
