package record

import (
	"time"

	"optwatch/train/view"
)

// How many lines of the log, and how many answers to commands, are listed.
const (
	mostLines   = 1000
	mostAnswers = 64
)

// logged are the lines of the log up to a moment, and after them the answers to
// the commands for the player, which are lines of no log: their numbers are
// above all that was recorded, so that whoever listens for them hears each of
// them, wherever the recording is.
type logged struct {
	recorded []dated[view.Event]
	past     int // how many of them are there
	answers  []view.Event
	given    uint64 // answers, those too that are no longer listed
	lines    []view.Event
	stale    bool // lines lack an answer
}

// answer says that a command was carried out.
func (l *logged) answer(command uint64, at time.Duration) {
	if command == 0 {
		return
	}
	var last uint64
	if n := len(l.recorded); n > 0 {
		last = l.recorded[n-1].what.Number
	}
	l.given++
	l.answers = append(l.answers, view.Event{Number: last + l.given, Elapsed: at, Kind: view.EventInfo, Command: command})
	if len(l.answers) > mostAnswers {
		l.answers = append([]view.Event(nil), l.answers[1:]...)
	}
	l.stale = true
}

// move brings the log to a moment, and says whether it has other lines there.
func (l *logged) move(at time.Duration) bool {
	now := countPast(l.past, len(l.recorded), at, func(i int) time.Duration { return l.recorded[i].at })
	if now == l.past && !l.stale {
		return false
	}
	l.past, l.stale, l.lines = now, false, nil
	for _, e := range l.recorded[max(0, now-mostLines):now] {
		l.lines = append(l.lines, e.what)
	}
	l.lines = append(l.lines, l.answers...)
	return true
}
