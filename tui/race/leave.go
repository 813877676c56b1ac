package race

import (
	"strconv"
	"strings"

	"optwatch/train/view"
	"optwatch/tui/draw"
)

// Leaves says what quitting means for the runs that have not ended. A recording
// has none, and whoever only looks at what goes on leaves it as it is.
func (q *Race) Leaves() (text, answer string) {
	if q.Snap.Leaving == view.LeavesWatching && len(q.Snap.Accepts) > 0 {
		return "What is watched goes on by itself. The watch goes on too, and " + q.attach() + " shows it again.", "leave it running"
	}
	n := q.Alive()
	if n == 0 || q.Snap.Playback != nil {
		return "", ""
	}
	text, them := strconv.Itoa(n)+" runs have not ended.", "them"
	if n == 1 {
		text, them = "One run has not ended.", "it"
	}
	switch q.Snap.Leaving {
	case view.LeavesEnded:
		if name := q.recorded(); name != "" && q.Snap.Record.Trouble == "" {
			text += " What they have come to is saved: optwatch resume " + name + " goes on with it."
		}
		return text, "stop all and quit"
	case view.LeavesGoing:
		if len(q.Snap.Accepts) == 0 {
			return "", ""
		}
		return text + " Left running, " + q.attach() + " shows " + them + " again.", "leave it running"
	}
	return "", ""
}

// recorded is by which name the source is found again.
func (q *Race) recorded() string { return draw.Short(draw.Clean(q.Snap.Record.Name), 20) }

// attach is the command that shows it again.
func (q *Race) attach() string { return strings.TrimSpace("optwatch attach " + q.recorded()) }
