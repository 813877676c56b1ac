package device

import (
	"math/bits"
	"strings"
	"time"
)

// calm is how long a reason must be absent before its episode has ended: at full
// load a power cap comes and goes every second, and is one episode all the same.
const calm = 5 * time.Second

// Episode is a reason for which a device is being held back, and since when.
type Episode struct {
	Reason Throttle // one bit
	Since  time.Time
}

// episodes are the reasons for which a device is being held back. Index i of the
// arrays belongs to the reason of bit i.
type episodes struct {
	active Throttle
	begun  [64]time.Time // when its episode began
	seen   [64]time.Time // when it was last read
}

// update takes a reading of ThrottleReasons and gives the events it brings.
func (p *episodes) update(r Reading, at time.Time) []Event {
	var events []Event
	if r.Quality == OK {
		for rest := Throttle(r.Value); rest != 0; rest &= rest - 1 {
			bit := rest & -rest
			if len(bit.Words()) == 0 {
				continue
			}
			i := bits.TrailingZeros64(uint64(bit))
			p.seen[i] = at
			if p.active&bit == 0 {
				p.active |= bit
				p.begun[i] = at
				events = append(events, Event{At: at, Kind: EventThrottle, Reason: bit, Text: strings.Join(bit.Words(), "")})
			}
		}
	}
	return append(events, p.finish(at.Add(-calm))...)
}

// end ends all episodes: the device answers no more.
func (p *episodes) end(at time.Time) []Event { return p.finish(at) }

// finish ends the episodes whose reason was last seen at or before a time.
func (p *episodes) finish(before time.Time) []Event {
	var events []Event
	for rest := p.active; rest != 0; rest &= rest - 1 {
		bit := rest & -rest
		i := bits.TrailingZeros64(uint64(bit))
		if p.seen[i].After(before) {
			continue
		}
		p.active &^= bit
		lasted := p.seen[i].Sub(p.begun[i]) + time.Second
		events = append(events, Event{
			At: p.seen[i], Kind: EventThrottleEnd, Reason: bit,
			Text: strings.Join(bit.Words(), "") + " ended after " + lasted.Round(time.Second).String(),
		})
	}
	return events
}

// list is the episodes that go on.
func (p *episodes) list() []Episode {
	var out []Episode
	for rest := p.active; rest != 0; rest &= rest - 1 {
		bit := rest & -rest
		out = append(out, Episode{bit, p.begun[bits.TrailingZeros64(uint64(bit))]})
	}
	return out
}
