package join

import (
	"context"
	"errors"
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
// longer asked for. What was brought there counts as sent although the next ask came
// before the server's acknowledgement, as it does where rounds are short: the
// coordinator asks as soon as it has the answer.
func (c *Client) send(ctx context.Context, a ask, s sent) {
	c.sends++ // each time anew: the same may have been sent to a coordinator before, who is to get it again
	c.set(func() {
		if ctx.Err() == nil { // else its run may be over
			c.sent[a.Run] = s
		}
		c.status.State, c.sending = Sending, true
	})
	brought := false
	for ctx.Err() == nil {
		there, err := c.put(ctx, a, s)
		brought = brought || there
		if err == nil {
			c.set(func() {
				s.epoch, s.said = a.Epoch, a.Said
				if c.latest = s.ask; ctx.Err() == nil {
					c.sent[a.Run] = s
				}
				c.status.Trouble = ""
			})
			break
		}
		c.set(func() {
			if ctx.Err() == nil { // else nobody waits for it
				c.status.Trouble = err.Error()
			}
		})
		select {
		case <-ctx.Done():
		case <-time.After(again / 2):
		}
	}
	if brought {
		c.set(func() { c.status.Sent++ })
	}
}

// put sends an answer once. The server knows it again by its id, where what it
// acknowledged was lost on the way. It was brought there unless the server is known
// not to have taken it, or nothing was handed to the connection; an error says that
// the server has not acknowledged it.
func (c *Client) put(ctx context.Context, a ask, s sent) (brought bool, err error) {
	ctx, cancel, js, err := c.connected(ctx)
	if err != nil {
		return false, err
	}
	defer cancel()
	_, place := c.placeNow()
	payload := s.payload
	if s.answer.Long {
		if err := bucket.Put(ctx, js, c.subjects.UpLong(place, a.Run), payload); err != nil {
			return false, fmt.Errorf("join: %w", err)
		}
		c.set(func() { c.status.Up += int64(len(s.payload)) })
		payload = nil
	}
	letter, err := wire.Seal(c.key, wire.KindAnswer, s.answer, payload)
	if err != nil {
		return false, err
	}
	m := &nats.Msg{Subject: c.subjects.Up(place, a.Run), Data: letter}
	acknowledged, stop := context.WithTimeout(ctx, replyIn) // by a stream that is deleted meanwhile it never is
	defer stop()
	if err := ctx.Err(); err != nil {
		return false, fmt.Errorf("join: %w", err)
	}
	_, err = js.PublishMsg(acknowledged, m, jetstream.WithMsgID(s.ask+"/"+c.process+"/"+strconv.Itoa(c.sends)))
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		c.set(func() { c.status.Up += int64(len(letter)) })
		brought = true
	}
	if err != nil {
		err = fmt.Errorf("join: %w", err)
	}
	return brought, err
}
