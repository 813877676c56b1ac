package runs

import (
	"optwatch/train/view"
	"optwatch/tui/draw"
)

// StateOf is a run's state as a sign, in words and in an ink. What is about to
// happen goes before what is.
func (s *Runs) StateOf(r *view.Run) (glyph, word string, k draw.Ink) {
	t := s.Theme
	glyph = stateSigns[signAt(r.State)]
	switch r.State {
	case view.Running:
		word, k = "running", t.Text
		switch {
		case r.Federation != nil && RoundNow(r.Federation) > 0:
			word = "round " + draw.Grouped(RoundNow(r.Federation))
		case r.Activity != "":
			word = draw.Clean(r.Activity)
		}
	case view.Paused:
		word, k = "paused", t.Warn
	case view.Budget, view.Finished:
		word, k = "done", t.Text
	case view.Converged:
		word, k = "converged", t.Text
	case view.Stopped:
		word, k = "stopped", t.Dim
	case view.Silent:
		word, k = "silent", t.Dim
	case view.Diverged:
		word, k = "diverged", t.Bad
	default:
		word, k = r.Standing(), t.Bad
	}
	if r.Pending != view.Nothing {
		word, k = r.Pending.String()+"…", t.Warn
	}
	return glyph, word, k
}

// stateSigns are the signs of states, in the order in which runs are counted.
var stateSigns = [...]string{"▶", "‖", "✓", "■", "✗"}

// signAt is the sign of a state among those.
func signAt(s view.State) int {
	switch s {
	case view.Running:
		return 0
	case view.Paused:
		return 1
	case view.Budget, view.Converged, view.Finished:
		return 2
	case view.Stopped, view.Silent:
		return 3
	}
	return 4
}

// RoundNow is the round under way, or else the last one that was finished.
func RoundNow(f *view.Federation) int64 {
	if f.Underway {
		return int64(f.Round) + 1
	}
	return int64(f.Round)
}

// Count is how many runs show a sign.
type Count struct {
	Glyph string
	N     int
}

// Counts are how many of some runs show each sign, in the order of the signs.
func Counts(runs []*view.Run) []Count {
	out := make([]Count, len(stateSigns))
	for i, glyph := range stateSigns {
		out[i].Glyph = glyph
	}
	for _, r := range runs {
		out[signAt(r.State)].N++
	}
	return out
}
