package tui

import (
	"strconv"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train"
	"optwatch/train/diagnosis"
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
	b := box{title: "diagnosis", focused: m.focus == paneDiagnosis}
	others, turns := m.behind(q)
	if turns {
		b.title = strconv.Itoa(int(paneDiagnosis)+1) + " diagnosis"
	}
	var lines []string
	switch {
	case r == nil:
		lines = middled(m.theme.dim.paint(strings.TrimSpace(m.noRuns())), w, h)
	case r.Diagnosis == nil:
		b.title += " of " + m.diagnosedName(r)
		lines = middled(m.theme.dim.paint(whyUndiagnosed(r)), w, h)
	default:
		b.title += " of " + m.diagnosedName(r)
		b.beside = m.diagnosisAge(r)
		b.right = probesText(r.Diagnosis)
		if !q.boxed {
			lines = append(lines, m.diagnosisTitle(b, w))
		}
		lines = append(lines, m.diagnosisLines(r, w, h-len(lines))...)
	}
	if !q.boxed {
		return fitBlock(lines, w, h)
	}
	if s := joined(others, b.beside); ansi.StringWidth(b.title+s)+9 <= q.w {
		b.beside = s
	}
	return b.draw(m.theme, lines, q.w, q.h)
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
func (m *model) diagnosisTitle(b box, w int) string {
	l := newLine(w)
	l.gap(1).put(m.theme.strong, short(b.title, w-2))
	if n := ansi.StringWidth(b.beside); n > 0 && l.at+n+3 <= w {
		l.gap(2).put(m.theme.dim, b.beside)
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
	case r.State.Ended() && si(float64(v.Evals)) != si(float64(r.Evals)):
		return "ended; as of " + si(float64(v.Evals)) + " of " + si(float64(r.Evals)) + " evals"
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
	text := grouped(int64(v.Probes)) + " looks"
	if v.Rows > 0 {
		text = "means along the last of " + text + " at " + grouped(int64(v.Rows)) + " examples"
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
			lines = append(lines, newLine(w).gap(4).put(m.theme.faint, short(q.about, w-5)).String())
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
			l := newLine(w)
			at := clock(time.Duration(e.Elapsed * float64(time.Second)))
			l.gap(max(1, 7-len(at))).put(m.theme.dim, at).gap(2).put(m.theme.dim, short(clean(e.Text), w-l.at-1))
			lines = append([]string{l.String()}, lines...)
		}
	}
	return lines
}

// adviceLines are the advice in at most so many lines, or that there is none.
func (m *model) adviceLines(r *train.RunView, w, rows int) []string {
	t, v := m.theme, r.Diagnosis
	text, k, sign := clean(v.Advice.Text), t.strong, t.warn
	said := text != ""
	switch {
	case !said && resolved(v):
		text, k = "nothing to advise", t.dim
	case !said:
		text, k = "no advice: not resolved yet", t.dim
	case !m.current(r):
		k, sign = t.dim, t.dim
	}
	parts := wrap(text, max(8, w-4))
	if len(parts) > rows {
		parts[rows-1] = short(strings.Join(parts[rows-1:], " "), w-4)
		parts = parts[:rows]
	}
	lines := make([]string, len(parts))
	for i, s := range parts {
		l := newLine(w)
		l.gap(1)
		if i == 0 && said {
			l.put(sign, diagnosisSign)
		}
		lines[i] = l.tab(3).put(k, s).String()
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
	return known(v.Plateau.Falling)
}
