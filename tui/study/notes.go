package study

import (
	"strings"

	"optwatch/train/study"
	"optwatch/tui/draw"
)

// noteLines are what must be known, and the recipes to paste.
func noteLines(t *draw.Theme, s *study.Study, w int) []string {
	out := paragraph(t.Strong, s.Title, w)
	out = append(out, paragraph(t.Text, s.About, w)...)
	if s.Err != "" {
		out = append(out, "")
		for part := range strings.SplitSeq(s.Err, "\n") {
			out = append(out, paragraph(t.Bad, part, w)...)
		}
	}
	for _, note := range s.Notes {
		out = append(out, "")
		out = append(out, paragraph(t.Text, note, w)...)
	}
	if len(s.Recipes) > 0 {
		out = append(out, "", t.Dim.Paint(" to paste after optwatch run"))
		for _, r := range s.Recipes {
			out = append(out, paragraph(t.Strong, "--run "+r, w)...)
		}
	}
	return out
}

// paragraph is a text in lines with a margin.
func paragraph(k draw.Ink, text string, w int) []string {
	var out []string
	if text = draw.Clean(text); text == "" {
		return nil
	}
	for _, s := range draw.Wrap(text, max(1, w-2)) {
		out = append(out, draw.NewLine(w).Gap(1).Put(k, s).String())
	}
	return out
}
