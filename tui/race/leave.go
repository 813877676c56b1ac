package race

import (
	"strconv"

	"optwatch/train/view"
	"optwatch/tui/draw"
)

// Leaves says what quitting means for the runs that have not ended. A recording
// has none, and whoever only looks at what goes on leaves it as it is.
func (q *Race) Leaves() (text, answer string) {
	n := q.Alive()
	if n == 0 || q.Snap.Playback != nil {
		return "", ""
	}
	text, them := strconv.Itoa(n)+" runs have not ended.", "them"
	if n == 1 {
		text, them = "One run has not ended.", "it"
	}
	name := draw.Short(draw.Clean(q.Snap.Record.Name), 20)
	switch q.Snap.Leaving {
	case view.LeavesEnded:
		if name != "" && q.Snap.Record.Trouble == "" {
			text += " What they have come to is saved: optwatch resume " + name + " goes on with it."
		}
		return text, "stop all and quit"
	case view.LeavesGoing:
		if len(q.Snap.Accepts) == 0 {
			return "", ""
		}
		come := "optwatch attach"
		if name != "" {
			come += " " + name
		}
		return text + " Left running, " + come + " shows " + them + " again.", "leave it running"
	}
	return "", ""
}
