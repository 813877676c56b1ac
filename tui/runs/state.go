package runs

import (
	"optwatch/train/view"
	"optwatch/tui/draw"
)

// StateOf is a run's state as a sign, in words and in an ink. What is about to
// happen goes before what is.
func (s *Runs) StateOf(r *view.Run) (glyph, word string, k draw.Ink) {
	t := s.Theme
	switch r.State {
	case view.Running:
		glyph, word, k = "▶", "running", t.Text
		switch {
		case r.Federation != nil && RoundNow(r.Federation) > 0:
			word = "round " + draw.Grouped(RoundNow(r.Federation))
		case r.Activity != "":
			word = draw.Clean(r.Activity)
		}
	case view.Paused:
		glyph, word, k = "‖", "paused", t.Warn
	case view.Budget:
		glyph, word, k = "✓", "done", t.Text
	case view.Converged:
		glyph, word, k = "✓", "converged", t.Text
	case view.Stopped:
		glyph, word, k = "■", "stopped", t.Dim
	case view.Diverged:
		glyph, word, k = "✗", "diverged", t.Bad
	default:
		glyph, word, k = "✗", "failed", t.Bad
	}
	if r.Pending != view.Nothing {
		word, k = r.Pending.String()+"…", t.Warn
	}
	return glyph, word, k
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
func (s *Runs) Counts(runs []*view.Run) []Count {
	out := []Count{{Glyph: "▶"}, {Glyph: "‖"}, {Glyph: "✓"}, {Glyph: "■"}, {Glyph: "✗"}}
	for _, r := range runs {
		glyph, _, _ := s.StateOf(r)
		for j := range out {
			if out[j].Glyph == glyph {
				out[j].N++
			}
		}
	}
	return out
}
