package study

import (
	"strconv"

	"optwatch/train/study"
	"optwatch/tui/draw"
)

// signOf is a study's state as a sign and in an ink.
func signOf(t *draw.Theme, s *study.Study) (string, draw.Ink) {
	switch s.State {
	case study.Underway:
		return "▶", t.Focus
	case study.Done:
		return "✓", t.Text
	case study.Failed:
		return "✗", t.Bad
	case study.Ended:
		return "■", t.Dim
	}
	return "·", t.Dim
}

// shareText is a share in whole percent: not 100 before it is done.
func shareText(share float64) string {
	return strconv.Itoa(int(100*max(0, min(share, 1)))) + " %"
}

func verdictInk(t *draw.Theme, v study.Verdict) draw.Ink {
	return [...]draw.Ink{study.Pending: t.Dim, study.Holds: t.Strong, study.Refuted: t.Bad, study.Unresolved: t.Text}[v]
}
