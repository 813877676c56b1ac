package hub

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"

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
		if again := t.unheeded(r); len(again) > 0 {
			t.say(ctx, r, again)
			for _, a := range again {
				t.hub.carrier.hail(a.ask.Task.Client)
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

func (t *transport) publish(ctx context.Context, r *round, whom []*asked) error {
	c := t.hub.carrier
	shared := []*vector{&r.theta}
	if r.variate != nil {
		shared = append(shared, r.variate)
	}
	var letters []letter
	size := int64(0)
	add := func(v *vector, bucket func(context.Context) (jetstream.ObjectStore, error)) error {
		l, err := c.parcel(ctx, v.subject, v.name, v.numbers, bucket)
		letters = append(letters, l)
		size += int64(len(v.numbers))
		return err
	}
	for _, v := range shared {
		if err := add(v, c.common); err != nil {
			return err
		}
	}
	common, sizes := size, make([]int64, len(whom))
	for i, a := range whom {
		size = common
		bucket := c.of(a.ask.Task.Client)
		if a.own != nil {
			if err := add(a.own, bucket); err != nil {
				return err
			}
		}
		if len(r.theta.numbers) > wire.Inline { // where the client will put its answer
			if _, err := bucket(ctx); err != nil {
				return err
			}
		}
		l, err := c.seal(wire.KindAsk, a.ask, nil)
		if err != nil {
			return err
		}
		letters = append(letters, letter{t.hub.subjects.Ask(number(a.ask.Task.Client), t.run), l})
		sizes[i] = size + int64(len(l))
	}
	if err := c.publish(ctx, letters); err != nil {
		return err
	}
	t.mu.Lock()
	for _, a := range whom {
		a.at = time.Now()
	}
	t.mu.Unlock()
	for i, a := range whom {
		t.hub.members.change(a.ask.Task.Client, func(m *member) { m.Down += sizes[i] })
	}
	return nil
}

// unheeded are the asks that are to be said again: to clients that live and do
// something else, and to all where the server may have lost them.
func (t *transport) unheeded(r *round) (again []*asked) {
	now := time.Now()
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, a := range r.order {
		if a.answer != "" {
			continue
		}
		m, ok := t.hub.members.at(a.ask.Task.Client)
		lives := ok && now.Sub(m.Heard) < quiet && m.Doing != a.id
		if r.repeat || lives && now.Sub(a.at) > a.pause {
			again = append(again, a)
			a.ask.Said = t.hub.said.Add(1)
			a.pause = min(2*a.pause, mostPause)
		}
	}
	r.repeat = false
	return again
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
