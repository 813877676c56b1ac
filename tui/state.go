package tui

import (
	"optwatch/train"
	"optwatch/tui/draw"
)

// stateOf is a run's state as a sign, in words and in an ink. What is about to
// happen goes before what is.
func (m *model) stateOf(r *train.RunView) (glyph, word string, k draw.Ink) {
	t := m.theme
	switch r.State {
	case train.Running:
		glyph, word, k = "▶", "running", t.Text
		switch {
		case r.Federated != nil && roundNow(r.Federated) > 0:
			word = roundText(r.Federated, false)
		case r.Activity != "":
			word = draw.Clean(r.Activity)
		}
	case train.Paused:
		glyph, word, k = "‖", "paused", t.Warn
	case train.Budget, train.Converged:
		glyph, word, k = "✓", map[bool]string{true: "converged", false: "done"}[r.State == train.Converged], t.Text
	case train.Stopped:
		glyph, word, k = "■", "stopped", t.Dim
	case train.Diverged:
		glyph, word, k = "✗", "diverged", t.Bad
	default:
		glyph, word, k = "✗", "failed", t.Bad
	}
	if r.Pending != "" {
		word, k = draw.Clean(r.Pending)+"…", t.Warn
	}
	return glyph, word, k
}

// count is how many runs show a sign.
type count struct {
	glyph string
	n     int
}

// counts are how many of some runs show each sign, in the order of the signs.
func (m *model) counts(runs []*train.RunView) []count {
	out := []count{{glyph: "▶"}, {glyph: "‖"}, {glyph: "✓"}, {glyph: "■"}, {glyph: "✗"}}
	for _, r := range runs {
		glyph, _, _ := m.stateOf(r)
		for j := range out {
			if out[j].glyph == glyph {
				out[j].n++
			}
		}
	}
	return out
}
