package hub

import (
	"math"
	"time"

	"optwatch/train/view"
)

// backFor is how long a client that has come back may take to work on what it is
// asked before it is no longer said that it rejoins.
const backFor = 10 * time.Second

// Describe writes what is known of the clients' machines into their views.
func (t *transport) Describe(clients []view.Client) {
	now, open := t.hub.members.now(), t.unanswered()
	accepted, waiting := map[int]*Member{}, map[int]bool{}
	all, asked := t.hub.members.everyone()
	for i := range all {
		if m := &all[i]; m.Accepted {
			accepted[m.Client] = m
		} else if asked[i] >= 0 {
			waiting[asked[i]] = true
		}
	}
	for i := range clients {
		c := &clients[i]
		m := accepted[c.ID]
		if m == nil {
			c.Machine = view.Machine{RoundTrip: math.NaN(), Heard: math.NaN()}
			if c.State != view.ClientDropped {
				c.State = view.ClientAbsent
			}
			if waiting[c.ID] {
				c.State = view.ClientWaiting
			}
			continue
		}
		c.Machine = m.machine(now)
		if c.State != view.ClientDropped {
			c.State = m.does(c.State, open[c.ID], now)
		}
	}
}

// machine is the member's machine as a view has it.
func (m *Member) machine(now time.Time) view.Machine {
	v := view.Machine{Name: m.Name, Host: m.Host, Version: m.Version, Load: m.Load, RoundTrip: math.NaN(), Heard: math.NaN(), Up: m.Up, Down: m.Down}
	if m.RoundTrip > 0 {
		v.RoundTrip = m.RoundTrip.Seconds()
	}
	if !m.Heard.IsZero() {
		v.Heard = max(0, now.Sub(m.Heard).Seconds())
	}
	return v
}

// does is what a client does, of which the round knows a state: ask is what it is
// asked and has not answered; "" for nothing.
func (m *Member) does(state view.ClientState, ask string, now time.Time) view.ClientState {
	switch ago := now.Sub(m.Heard); {
	case ago > away:
		return view.ClientGone
	case ago > quiet && ask != "":
		return view.ClientSilent
	case ask == "":
		return state
	case m.Sending || m.Sent == ask:
		return view.ClientSending
	case m.Back && m.Doing != ask && now.Sub(m.Since) < backFor:
		return view.ClientRejoining
	}
	return state
}

// unanswered are the asks of the round under way that have not been answered, by client.
func (t *transport) unanswered() map[int]string {
	t.mu.Lock()
	defer t.mu.Unlock()
	out := map[int]string{}
	if t.round == nil {
		return out
	}
	for _, a := range t.round.order {
		if a.answer == "" {
			out[a.ask.Task.Client] = a.id
		}
	}
	return out
}
