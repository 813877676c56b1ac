package hub

import (
	"context"
	"errors"
	"fmt"
	"time"

	"optwatch/fed/wire"
)

// What is said of a round to its clients, and said again.

// drive says what is asked, and says it again where that seems to be of use.
func (t *transport) drive(ctx context.Context, r *round) {
	defer func() {
		if p := recover(); p != nil {
			t.close(r, fmt.Errorf("hub: panic: %v", p))
		}
	}()
	t.say(ctx, r, r.order)
	beat := time.NewTicker(tick)
	defer beat.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-beat.C:
		}
		if t.impatient(r) {
			t.close(r, nil)
			return
		}
		if again, lost := t.unheeded(r); len(again) > 0 {
			t.say(ctx, r, again)
			for _, a := range lost {
				t.hub.carrier.hail(a.place)
			}
		}
	}
}

// say publishes the asks of some clients, and what goes with them, until the server has them.
func (t *transport) say(ctx context.Context, r *round, whom []*asked) {
	for told := false; ctx.Err() == nil; {
		saying, cancel := context.WithTimeout(ctx, sayIn)
		err := t.publish(saying, r, whom)
		cancel()
		switch {
		case err == nil:
			return
		case errors.Is(err, errFenced):
			t.hub.fail(errFenced)
			return
		case ctx.Err() == nil && !told:
			t.hub.settings.Log(fmt.Sprintf("what is asked of the clients cannot be said: %v; tried again", err))
			told = true
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(tick):
		}
		if t.impatient(r) {
			t.close(r, nil)
			return
		}
		if err := t.hub.carrier.setUp(false); errors.Is(err, errFenced) { // else it is tried again anyway
			t.hub.fail(errFenced)
			return
		}
	}
}

// publish puts what the clients have in common onto the stream, which fails where
// another coordinates, and then tells each what is asked of it.
func (t *transport) publish(ctx context.Context, r *round, whom []*asked) error {
	c := t.hub.carrier
	shared := []*vector{&r.theta}
	if r.variate != nil {
		shared = append(shared, r.variate)
	}
	var common []letter
	for _, v := range shared {
		l, err := c.parcel(ctx, v)
		if err != nil {
			return err
		}
		common = append(common, l)
	}
	if err := c.publish(ctx, common); err != nil {
		return err
	}
	for _, a := range whom {
		if err := t.ask(ctx, r, a, common); err != nil {
			return err
		}
	}
	if err := c.conn.FlushWithContext(ctx); err != nil {
		return fmt.Errorf("hub: %w", err)
	}
	return nil
}

// ask tells a client what is asked of it. Where it was sent away, who comes in its
// place is told then.
func (t *transport) ask(ctx context.Context, r *round, a *asked, common []letter) error {
	c, k := t.hub.carrier, a.ask.Task.Client
	m, ok := t.hub.members.at(k)
	if !ok {
		return nil
	}
	t.mu.Lock()
	a.place = m.place
	t.mu.Unlock()
	letters := common[:len(common):len(common)]
	if a.own != nil {
		a.own.subject = t.hub.subjects.Own(m.place, t.run)
		l, err := c.parcel(ctx, a.own)
		if err != nil {
			return err
		}
		letters = append(letters, l)
	}
	if n := len(r.theta.numbers); n > wire.Inline { // where the client will put its answer
		if err := c.provide(ctx, m.place, n); err != nil {
			return err
		}
	}
	l, err := c.seal(wire.KindAsk, a.ask, nil)
	if err != nil {
		return err
	}
	size := int64(0)
	for _, l := range append(letters, letter{bytes: l}) {
		if err := c.tell(m.place, l.bytes); err != nil {
			return err
		}
		size += int64(len(l.bytes))
	}
	if len(r.theta.numbers) > wire.Inline {
		size += int64(len(r.theta.numbers))
	}
	t.hub.members.change(k, func(m *member) { m.Down += size })
	return nil
}

// unheeded are the asks that are to be said again: to clients that live and do
// something else, to one that is there in place of another, and to all where the
// server may have lost them. Of these some seem to be lost on their way, or the answers
// to them: who was asked so is to say hello, and to answer again if it has.
func (t *transport) unheeded(r *round) (again, lost []*asked) {
	now := time.Now()
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, a := range r.order {
		if a.answer != "" {
			continue
		}
		m, ok := t.hub.members.at(a.ask.Task.Client)
		lives := ok && now.Sub(m.Heard) < quiet && m.Doing != a.id
		switch {
		case r.repeat || lives && now.Sub(a.at) > a.pause:
			again, lost = append(again, a), append(lost, a)
			a.ask.Said, a.at = t.hub.said.Add(1), now
			a.pause = min(2*a.pause, mostPause)
		case ok && a.place != m.place: // it has come meanwhile, and need not answer twice
			again = append(again, a)
		}
	}
	r.repeat = false
	return again, lost
}

// impatient says whether a round has lasted long enough: those who must have
// answered, and the others had their time.
func (t *transport) impatient(r *round) bool {
	patience := t.hub.settings.Patience
	if patience == 0 {
		return false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return !t.halted && len(r.order)-r.left >= r.least && time.Since(r.begun)-r.paused > patience
}
