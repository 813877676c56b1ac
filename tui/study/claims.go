package study

import (
	"slices"

	"optwatch/train/study"
	"optwatch/tui/draw"
)

// claimLines are the claims with what was predicted, measured and found, and
// with what would refute them.
func claimLines(t *draw.Theme, s *study.Study, w int) []string {
	sheet := draw.Sheet{Head: []string{"claim", "predicted", "measured", "refuted by", "verdict"}}
	if !refutable(s) { // nothing is known of it
		sheet.Head = []string{"claim", "predicted", "measured", "verdict"}
	}
	if w < 18*len(sheet.Head) {
		return stackedClaims(t, s, w)
	}
	last := len(sheet.Head) - 1
	for _, c := range s.Claims {
		row := []string{draw.Clean(c.Text), orUnknown(c.Predicted), orUnknown(c.Measured), orUnknown(c.RefutedBy)}[:last]
		sheet.Rows = append(sheet.Rows, append(row, c.Verdict.Sign()+" "+c.Verdict.String()))
	}
	sheet.Ink = func(row, col int) draw.Ink {
		if col == last {
			return verdictInk(t, s.Claims[row].Verdict)
		}
		return t.Text
	}
	return sheet.Lines(t, w)
}

// refutable says whether a claim states what would refute it.
func refutable(s *study.Study) bool {
	return slices.ContainsFunc(s.Claims, func(c study.Claim) bool { return c.RefutedBy != "" })
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
				l.Put(verdictInk(t, c.Verdict), c.Verdict.Sign())
			}
			out = append(out, l.Tab(3).Put(t.Strong, line).String())
		}
		part("predicted", t.Text, orUnknown(c.Predicted))
		part("measured", t.Text, orUnknown(c.Measured))
		if c.RefutedBy != "" {
			part("refuted by", t.Text, draw.Clean(c.RefutedBy))
		}
		part("verdict", verdictInk(t, c.Verdict), c.Verdict.String())
	}
	return out
}
