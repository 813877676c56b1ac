package record

import (
	"fmt"
	"math"
	"time"

	"optwatch/train/view"
)

// Between these is how many times as fast as it happened a recording is played.
const (
	slowest = 0.25
	fastest = 1024
)

// tape is where a recording is, in a time of its own: that which is shown, by
// seconds since the beginning of what was recorded.
type tape struct {
	length  time.Duration
	now     func() time.Time
	playing bool
	speed   float64
	at      time.Duration // where it was
	since   time.Time     // when it was there; of a playing one
}

// position is where it is now. At its end it stands still.
func (t *tape) position() time.Duration {
	if !t.playing {
		return t.at
	}
	now := t.now()
	passed := max(0, now.Sub(t.since)) // time does not run backwards here
	t.since = now
	t.at = time.Duration(min(float64(t.at)+float64(passed)*t.speed, float64(t.length)))
	if t.at >= t.length {
		t.at, t.playing = t.length, false
	}
	return t.at
}

// play goes on; at the end it begins again.
func (t *tape) play() {
	if t.position() >= t.length {
		t.at = 0
	}
	t.playing, t.since = true, t.now()
}

// do carries out a command for a tape, or says what is wrong with it.
func (t *tape) do(c view.Command) error {
	t.position()
	switch c.Kind {
	case view.Play:
		t.play()
	case view.Freeze:
		t.playing = false
	case view.Speed:
		if !(c.Value >= slowest && c.Value <= fastest) {
			return fmt.Errorf("found a speed of %v; expected one from %v to %v", c.Value, slowest, fastest)
		}
		t.speed = c.Value
	case view.Seek:
		if math.IsNaN(c.Value) {
			return fmt.Errorf("found no moment; expected one from 0 to %.f seconds", t.length.Seconds())
		}
		t.at = min(max(durationOf(c.Value), 0), t.length)
	default:
		return fmt.Errorf("a recording is as it was: it can be played, not be told to %v", c.Kind)
	}
	return nil
}
