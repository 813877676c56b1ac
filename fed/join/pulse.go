package join

import (
	"time"

	"github.com/nats-io/nats.go"

	"optwatch/fed/wire"
)

const (
	beatEvery = 250 * time.Millisecond // at most one report of progress in that time
	pulses    = 4                      // beats from one sign of life to the next
)

// pulse says that the client lives, once a second, and how far it is, as often as
// that changes.
func (c *Client) pulse(conn *nats.Conn, place string, n int) {
	c.mu.Lock()
	p := wire.Pulse{Doing: c.doing.id, Sent: c.latest, Sending: c.sending, Run: c.doing.Run, Progress: c.step, RoundTrip: c.status.RoundTrip.Seconds()}
	c.step = nil
	c.mu.Unlock()
	if p.Progress == nil && n%pulses != 0 {
		return
	}
	if n%pulses == 0 {
		if trip, err := conn.RTT(); err == nil {
			c.set(func() { c.status.RoundTrip, c.status.Heard = trip, time.Now() })
			p.RoundTrip = trip.Seconds()
		}
		if c.settings.Machine != nil {
			p.Load = c.settings.Machine()
		}
	}
	if letter, err := wire.Seal(c.key, wire.KindPulse, p, nil); err == nil {
		_ = conn.Publish(c.subjects.Pulse(place), letter) // the next one comes soon
	}
}
