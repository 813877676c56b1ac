package study

import (
	"optwatch/train/study"
	"optwatch/tui/draw"
)

// claimLines are the claims with what was predicted, measured and found.
func claimLines(t *draw.Theme, s *study.Study, w int) []string {
	if w < 72 {
		return stackedClaims(t, s, w)
	}
	rows := make([][]string, len(s.Claims))
	for i, c := range s.Claims {
		rows[i] = []string{draw.Clean(c.Text), orUnknown(c.Predicted), orUnknown(c.Measured), verdictGlyph(c.Verdict) + " " + c.Verdict.String()}
	}
	inks := func(row, col int) draw.Ink {
		if col == 3 {
			return verdictInk(t, s.Claims[row].Verdict)
		}
		return t.Text
	}
	return draw.Sheet{Head: []string{"claim", "predicted", "measured", "verdict"}, Rows: rows, Ink: inks}.Lines(t, w)
}

func orUnknown(s string) string {
	if s == "" {
		return draw.Unknown
	}
	return draw.Clean(s)
}

// stackedClaims are the claims one part below the other, for narrow screens.
func stackedClaims(t *draw.Theme, s *study.Study, w int) []string {
	var out []string
	for _, c := range s.Claims {
		part := func(head string, k draw.Ink, text string) {
			for i, line := range draw.Wrap(text, max(1, w-15)) {
				l := draw.NewLine(w)
				l.Gap(3)
				if i == 0 {
					l.Put(t.Dim, head)
				}
				out = append(out, l.Tab(14).Put(k, line).String())
			}
		}
		for i, line := range draw.Wrap(draw.Clean(c.Text), max(1, w-4)) {
			l := draw.NewLine(w)
			l.Gap(1)
			if i == 0 {
				l.Put(verdictInk(t, c.Verdict), verdictGlyph(c.Verdict))
			}
			out = append(out, l.Tab(3).Put(t.Strong, line).String())
		}
		part("predicted", t.Text, orUnknown(c.Predicted))
		part("measured", t.Text, orUnknown(c.Measured))
		part("verdict", verdictInk(t, c.Verdict), c.Verdict.String())
	}
	return out
}
