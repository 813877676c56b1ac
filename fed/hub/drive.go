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
		if again := t.unheeded(r); len(again) > 0 {
			t.say(ctx, r, again)
			for _, a := range again {
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

func (t *transport) publish(ctx context.Context, r *round, whom []*asked) error {
	c := t.hub.carrier
	shared := []*vector{&r.theta}
	if r.variate != nil {
		shared = append(shared, r.variate)
	}
	var letters []letter
	size := int64(0)
	add := func(v *vector) error {
		l, err := c.parcel(ctx, v)
		letters = append(letters, l)
		size += int64(len(v.numbers))
		return err
	}
	for _, v := range shared {
		if err := add(v); err != nil {
			return err
		}
	}
	common, sizes := size, make([]int64, len(whom))
	places := make([]string, len(whom))
	for i, a := range whom {
		m, ok := t.hub.members.at(a.ask.Task.Client)
		if !ok { // it was sent away; who comes in its place is told then
			continue
		}
		places[i], size = m.place, common
		if a.own != nil {
			a.own.subject = t.hub.subjects.Own(m.place, t.run)
			if err := add(a.own); err != nil {
				return err
			}
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
		letters = append(letters, letter{t.hub.subjects.Ask(m.place, t.run), l})
		sizes[i] = size + int64(len(l))
	}
	if err := c.publish(ctx, letters); err != nil {
		return err
	}
	t.mu.Lock()
	for i, a := range whom {
		a.at, a.place = time.Now(), places[i]
	}
	t.mu.Unlock()
	for i, a := range whom {
		t.hub.members.change(a.ask.Task.Client, func(m *member) { m.Down += sizes[i] })
	}
	return nil
}

// unheeded are the asks that are to be said again: to clients that live and do
// something else, to one that is there in place of another, and to all where the
// server may have lost them.
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
		if r.repeat || lives && now.Sub(a.at) > a.pause || ok && a.place != m.place {
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
