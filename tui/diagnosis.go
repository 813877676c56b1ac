package tui

import (
	"strconv"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train"
	"optwatch/train/diagnosis"
	"optwatch/tui/draw"
)

// diagnosisRows is the height of the pane of the diagnosis for which it has a
// use. It is the same for all runs, so that nothing moves with the selection.
const diagnosisRows = 13

// diagnosed says whether any run has been looked at.
func (m *model) diagnosed() bool {
	for i := range m.snap.Runs {
		if m.snap.Runs[i].Diagnosis != nil {
			return true
		}
	}
	return false
}

func (m *model) hasDiagnosis() bool { return m.ready() && m.diagnosed() }

func (m *model) whyNoDiagnosis() string { return "no run has been looked at yet" }

// diagnosisWord offers the pane in the footer where it has not the focus.
func (m *model) diagnosisWord() string {
	if m.focus == paneDiagnosis {
		return ""
	}
	return "diagnosis"
}

func (m *model) diagnosisHeight() int {
	if !m.diagnosed() {
		return 0
	}
	return diagnosisRows
}

// drawDiagnosis draws what theory says of the selected run, and what may help.
func (m *model) drawDiagnosis(q placed) []string {
	w, h := q.inner()
	r := m.run()
	b := draw.Box{Title: "diagnosis", Focused: m.focus == paneDiagnosis}
	others, turns := m.behind(q)
	if turns {
		b.Title = strconv.Itoa(int(paneDiagnosis)+1) + " diagnosis"
	}
	var lines []string
	switch {
	case r == nil:
		lines = draw.Middle(m.theme.Dim.Paint(strings.TrimSpace(m.noRuns())), w, h)
	case r.Diagnosis == nil:
		b.Title += " of " + m.diagnosedName(r)
		lines = draw.Middle(m.theme.Dim.Paint(whyUndiagnosed(r)), w, h)
	default:
		b.Title += " of " + m.diagnosedName(r)
		b.Beside = m.diagnosisAge(r)
		b.Right = probesText(r.Diagnosis)
		if !q.boxed {
			lines = append(lines, m.diagnosisTitle(b, w))
		}
		lines = append(lines, m.diagnosisLines(r, w, h-len(lines))...)
	}
	if !q.boxed {
		return draw.Block(lines, w, h)
	}
	if s := draw.Join(others, b.Beside); ansi.StringWidth(b.Title+s)+9 <= q.w {
		b.Beside = s
	}
	return b.Draw(m.theme, lines, q.w, q.h)
}

// diagnosedName is the run's name; of a group it is one that stands for all.
func (m *model) diagnosedName(r *train.RunView) string {
	if m.groups.whole {
		return label(r) + ", one of " + strconv.Itoa(len(m.group()))
	}
	return label(r)
}

func whyUndiagnosed(r *train.RunView) string {
	if r.State.Ended() {
		return "it ended before it was looked at"
	}
	return "not looked at yet"
}

// diagnosisTitle is what the frame says, where there is none.
func (m *model) diagnosisTitle(b draw.Box, w int) string {
	l := draw.NewLine(w)
	l.Gap(1).Put(m.theme.Strong, draw.Short(b.Title, w-2))
	if n := ansi.StringWidth(b.Beside); n > 0 && l.At()+n+3 <= w {
		l.Gap(2).Put(m.theme.Dim, b.Beside)
	}
	return l.String()
}

// lastLook is how long ago a run that goes on may have been looked at without
// anybody saying so.
const lastLook = 10 * time.Second

// diagnosisAge says what the numbers are of, if it is not the run as it now is.
func (m *model) diagnosisAge(r *train.RunView) string {
	v := r.Diagnosis
	age := m.snap.Elapsed - time.Duration(v.Elapsed*float64(time.Second))
	switch {
	case r.State == train.Diverged && r.Federated == nil:
		return "of where it began"
	case r.State.Ended() && draw.SI(float64(v.Evals)) != draw.SI(float64(r.Evals)):
		return "ended; as of " + draw.SI(float64(v.Evals)) + " of " + draw.SI(float64(r.Evals)) + " evals"
	case r.State.Ended():
		return "ended; as of its end"
	case r.State == train.Paused && age >= time.Second:
		return "paused; " + ageText(age) + " old"
	case r.State == train.Paused:
		return "paused"
	case age >= lastLook:
		return ageText(age) + " old"
	}
	return ""
}

// current says whether the numbers are of the run as it now is.
func (m *model) current(r *train.RunView) bool { return m.diagnosisAge(r) == "" }

func probesText(v *diagnosis.View) string {
	if v.Probes == 1 {
		return "1 look"
	}
	text := draw.Grouped(int64(v.Probes)) + " looks"
	if v.Rows > 0 {
		text = "means along the last of " + text + " at " + draw.Grouped(int64(v.Rows)) + " examples"
	}
	return text
}

// diagnosisLines are the readings that fit and under them the advice, which
// stays where there is little room. Where there is much, what was seen before
// stands between them.
func (m *model) diagnosisLines(r *train.RunView, w, h int) []string {
	advice := m.adviceLines(r, w, max(1, min(3, h/3)))
	readings := m.readings(r)
	for len(readings) > max(0, h-len(advice)) {
		readings = withoutLeast(readings)
	}
	lines := make([]string, 0, h)
	roomy := 2*len(readings)+len(advice)+4 <= h
	for _, q := range readings {
		lines = append(lines, m.readingLine(q, w))
		if roomy {
			lines = append(lines, draw.NewLine(w).Gap(4).Put(m.theme.Faint, draw.Short(q.about, w-5)).String())
		}
	}
	spare := h - len(lines) - len(advice)
	if seen := m.seenLines(r, w, spare-3); len(seen) > 0 {
		lines = append(append(lines, ""), seen...)
	}
	if len(lines)+len(advice) < h {
		lines = append(lines, "")
	}
	return append(lines, advice...)
}

// seenLines are the latest of what the looks at a run have found to begin or
// end, but for what is advised now.
func (m *model) seenLines(r *train.RunView, w, rows int) []string {
	var lines []string
	for i := len(r.Marks) - 1; i >= 0 && len(lines) < rows; i-- {
		if e := r.Marks[i]; e.Kind == train.EventDiagnosis && e.Text != r.Diagnosis.Advice.Text {
			l := draw.NewLine(w)
			at := draw.Clock(time.Duration(e.Elapsed * float64(time.Second)))
			l.Gap(max(1, 7-len(at))).Put(m.theme.Dim, at).Gap(2).Put(m.theme.Dim, draw.Short(draw.Clean(e.Text), w-l.At()-1))
			lines = append([]string{l.String()}, lines...)
		}
	}
	return lines
}

// adviceLines are the advice in at most so many lines, or that there is none.
func (m *model) adviceLines(r *train.RunView, w, rows int) []string {
	t, v := m.theme, r.Diagnosis
	text, k, sign := draw.Clean(v.Advice.Text), t.Strong, t.Warn
	said := text != ""
	switch {
	case !said && resolved(v):
		text, k = "nothing to advise", t.Dim
	case !said:
		text, k = "no advice: not resolved yet", t.Dim
	case !m.current(r):
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
			l.Put(sign, diagnosisSign)
		}
		lines[i] = l.Tab(3).Put(k, s).String()
	}
	return lines
}

// resolved says whether what advice follows from can be concluded from.
func resolved(v *diagnosis.View) bool {
	if n := v.Noise; n != nil && !n.Simple.Resolved && !n.Dominated {
		return false
	}
	if c := v.Curvature; c != nil && !c.L.Resolved {
		return false
	}
	return draw.Known(v.Plateau.Falling)
}
