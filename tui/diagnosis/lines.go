package diagnosis

import (
	"slices"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train/view"
	"optwatch/tui/draw"
	"optwatch/tui/runs"
)

// lines are the readings that fit and under them the advice, which stays where
// there is little room. Where there is much, what was seen before stands between
// them.
func (d *Diagnosis) lines(r *view.Run, w, h int) []string {
	current := d.age(r) == ""
	advice := d.advice(r.Diagnosis, current, w, max(1, min(5, (h+3)/2, h))) // no more than there are rows, so that it is cut with an ellipsis
	all := readings(r.Diagnosis, !current)
	for len(all) > max(0, h-len(advice)) {
		all = withoutLeast(all)
	}
	lines := make([]string, 0, h)
	roomy := 2*len(all)+len(advice)+4 <= h
	for _, q := range all {
		lines = append(lines, d.readingLine(q, w))
		if roomy {
			lines = append(lines, draw.NewLine(w).Gap(4).Put(d.Theme.Faint, draw.Short(q.about, w-5)).String())
		}
	}
	spare := h - len(lines) - len(advice)
	if found := d.found(r, w, spare-3); len(found) > 0 {
		lines = append(append(lines, ""), found...)
	}
	if len(lines)+len(advice) < h {
		lines = append(lines, "")
	}
	return append(lines, advice...)
}

// found are the latest of what the looks at a run have found to begin or end,
// but for what is advised now.
func (d *Diagnosis) found(r *view.Run, w, rows int) []string {
	var times, texts []string
	clock, wide := d.Snap.Clock(), 6
	for i := len(r.Marks) - 1; i >= 0 && len(texts) < rows; i-- {
		e, at := &r.Marks[i], draw.Unknown
		if e.Kind != view.EventDiagnosis || e.Text == r.Diagnosis.Advice.Text {
			continue
		}
		if clock >= 0 && clock < len(e.Places) && draw.Known(e.Places[clock]) {
			at = draw.Clock(time.Duration(e.Places[clock] * float64(time.Second)))
		}
		wide = max(wide, ansi.StringWidth(at))
		times, texts = append(times, at), append(texts, draw.Clean(e.Text))
	}
	lines := make([]string, 0, len(texts))
	spare := rows - len(texts) // of what is longer than a row the newest is whole first
	for i, at := range times {
		parts := draw.Wrap(texts[i], max(8, w-wide-4))
		if len(parts) > 1+spare {
			parts = append(parts[:spare], draw.Short(strings.Join(parts[spare:], " "), w-wide-4))
		}
		spare -= len(parts) - 1
		for j, s := range slices.Backward(parts) {
			l := draw.NewLine(w)
			if j == 0 {
				l.Gap(1+wide-ansi.StringWidth(at)).Put(d.Theme.Dim, at)
			}
			lines = append(lines, l.Tab(wide+3).Put(d.Theme.Dim, s).String())
		}
	}
	slices.Reverse(lines)
	return lines
}

// advice is what may help in at most so many lines, or that there is nothing to
// advise. It is dim where it is not of the run as it now is.
func (d *Diagnosis) advice(v *view.Diagnosis, current bool, w, rows int) []string {
	t := d.Theme
	text, k, sign := draw.Clean(v.Advice.Text), t.Strong, t.Warn
	said := text != ""
	switch {
	case !said && resolved(v):
		text, k = "nothing to advise", t.Dim
	case !said:
		text, k = "no advice: not resolved yet", t.Dim
	case !current:
		k, sign = t.Dim, t.Dim
	}
	parts := draw.Wrap(text, max(8, w-4))
	if len(parts) > rows {
		parts[rows-1] = draw.Short(strings.Join(parts[rows-1:], " "), w-4)
		parts = parts[:rows]
	}
	lines := make([]string, len(parts))
	for i, s := range parts {
		l := draw.NewLine(w)
		l.Gap(1)
		if i == 0 && said {
			l.Put(sign, runs.DiagnosisSign)
		}
		lines[i] = l.Tab(3).Put(k, s).String()
	}
	return lines
}

// resolved says whether what advice follows from can be concluded from.
func resolved(v *view.Diagnosis) bool {
	if n := v.Noise; n != nil && !n.Simple.Resolved && !n.Dominated {
		return false
	}
	if c := v.Curvature; c != nil && !c.L.Resolved {
		return false
	}
	return draw.Known(v.Plateau.Falling)
}
