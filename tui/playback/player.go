// Package playback is how a recording is played on a screen: the keys that play
// it, the moment that is shown, and where that lies along the whole.
//
// It keeps nothing: what is played the source knows, and what it was told on top
// of that the screen. Nothing in it drives what was recorded.
package playback

import (
	"math"
	"slices"
	"time"

	"optwatch/train/view"
	"optwatch/tui/pane"
)

// Player plays the recording that a screen looks at, if it is one.
type Player struct{ *pane.Screen }

// There says whether the screen looks at a recording.
func (p Player) There() bool { return p.Snap.Playback != nil && p.Ready() }

// Moving says whether the next snapshot is likely to differ.
func (p Player) Moving() bool {
	return p.Snap.Playback.Playing || p.Snap.Busy || p.Snap.Phase == view.PhaseLoading || len(p.Sent()) > 0
}

// length is that of the whole, never negative.
func (p Player) length() time.Duration { return max(0, p.Snap.Playback.Length) }

// from is the first moment, never after the last.
func (p Player) from() time.Duration { return min(max(0, p.Snap.Playback.From), p.length()) }

// lasting is how long it is played.
func (p Player) lasting() time.Duration { return p.length() - p.from() }

// moment is the one that is shown once all commands are carried out, so that a
// key pressed again goes on from there.
func (p Player) moment() time.Duration {
	at := p.Snap.Elapsed
	if c, ok := p.latest(view.Seek); ok {
		at = time.Duration(c.Value * float64(time.Second))
	}
	return p.within(at)
}

// within is the moment of the recording that is nearest to one.
func (p Player) within(at time.Duration) time.Duration { return min(max(p.from(), at), p.length()) }

// playing says whether time will pass once all commands are carried out.
func (p Player) playing() bool {
	if c, ok := p.latest(view.Play, view.Freeze); ok {
		return c.Kind == view.Play
	}
	return p.Snap.Playback.Playing
}

// speed is that of the playing once all commands are carried out.
func (p Player) speed() float64 {
	v := p.Snap.Playback.Speed
	if c, ok := p.latest(view.Speed); ok {
		v = c.Value
	}
	if !(v > 0) || math.IsInf(v, 0) {
		return 1
	}
	return v
}

// latest is the newest command of some kinds that is on its way.
func (p Player) latest(kinds ...view.CommandKind) (view.Command, bool) {
	sent := p.Sent()
	for i := len(sent) - 1; i >= 0; i-- {
		if slices.Contains(kinds, sent[i].Kind) {
			return sent[i], true
		}
	}
	return view.Command{}, false
}
