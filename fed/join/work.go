package join

import (
	"context"
	"errors"
	"fmt"
	"math"

	"optwatch/fed/client"
	"optwatch/fed/wire"
)

// workOn is one ask after the other.
func (c *Client) workOn(ctx context.Context) {
	for {
		one, cancel := context.WithCancel(ctx)
		a, ok := c.take(ctx, cancel)
		if ok {
			c.carryOut(one, a)
			c.set(func() {
				c.doing, c.cancel, c.sending = ask{}, nil, false
				if c.status.State == Training || c.status.State == Sending {
					c.status.State = Idle
				}
			})
		}
		cancel()
		if !ok {
			return
		}
	}
}

// carryOut works on an ask, unless it has been answered, and sends what comes of it.
func (c *Client) carryOut(ctx context.Context, a ask) {
	c.mu.Lock()
	done, known := c.sent[a.Run]
	c.mu.Unlock()
	if !known || done.ask != a.id {
		u, err := c.work(ctx, a)
		switch {
		case ctx.Err() != nil, errors.Is(err, wire.ErrMissing): // it is asked anew, or something else is
			return
		case err != nil:
			c.settings.Log(fmt.Sprintf("round %d cannot be worked on: %v", a.Task.Round, err))
			return
		}
		done = c.answer(a, u)
	}
	c.send(ctx, a, done)
}

// work carries the task of an ask out.
func (c *Client) work(ctx context.Context, a ask) (client.Update, error) {
	t, err := a.Whole(c.find(ctx))
	if err != nil {
		return client.Update{}, err
	}
	rows, err := c.rows(a.Division)
	if err != nil {
		return client.Update{}, err
	}
	c.set(func() {
		c.status.State, c.status.Run, c.status.Round, c.status.Steps = Training, a.Run, t.Round, 0
		c.status.Of, c.status.Epochs = t.Plan.Steps(len(rows)), t.Plan.Epochs
		if rows == nil {
			c.status.Of = t.Plan.Steps(c.data.Share.Len())
		}
	})
	o := c.data.Share.Oracle(rows, t.Batches.Seed, t.Batches.Number, func() error { return c.gate(ctx, a.Run) })
	u, err := c.worker.Work(ctx, o, t, c.progress)
	if err == nil && c.settings.HideLosses {
		u.Loss, u.LossHidden = 0, true
	}
	return u, err
}

// gate lets the work on a run go on, unless it is paused.
func (c *Client) gate(ctx context.Context, run string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.halted[run] && ctx.Err() == nil {
		c.status.State = Paused
		c.changed.Wait()
	}
	if c.status.State == Paused {
		c.status.State = Training
	}
	return ctx.Err()
}

// progress notes how far the work is. It is told once in a while.
func (c *Client) progress(p client.Progress) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.status.Steps, c.status.Loss = p.Steps, p.Loss
	if c.settings.HideLosses {
		p.Loss = math.NaN()
	}
	c.step = wire.StepOf(p)
}
