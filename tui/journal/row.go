package journal

import (
	"github.com/charmbracelet/x/ansi"

	"optwatch/train/view"
	"optwatch/tui/draw"
	"optwatch/tui/runs"
)

// row is a line in w columns, cut where it is longer.
func (j *Journal) row(e *line, w int) string {
	l := j.head(e, w, "")
	return l.Put(j.ink(e.Kind), draw.Short(draw.Clean(e.Text), l.Left()-1)).String()
}

// whole is the selected line in as many rows of w columns as it takes: its text
// beside its time and its run, or under them where that leaves it little room.
func (j *Journal) whole(e *line, w int) []string {
	const least, under = 24, 3
	l, rows := j.head(e, w, "▸"), []string(nil)
	lead := l.At()
	if l.Left()-1 < least && ansi.StringWidth(draw.Clean(e.Text)) > l.Left()-1 {
		rows, lead = append(rows, l.String()), under
		l = draw.NewLine(w).Gap(lead)
	}
	for i, s := range draw.Wrap(draw.Clean(e.Text), max(1, w-lead-1)) {
		if i > 0 {
			l = draw.NewLine(w).Gap(lead)
		}
		rows = append(rows, l.Put(j.Theme.Strong, s).String())
	}
	return rows
}

// head is what a line begins with, behind the sign of the selected one: its time,
// its run, and the sign of a finding.
func (j *Journal) head(e *line, w int, selected string) *draw.Line {
	t, l := j.Theme, draw.NewLine(w)
	at := draw.Clock(e.Elapsed)
	l.Put(t.Strong, selected).Tab(max(1, j.clock+1-ansi.StringWidth(at))).Put(t.Dim, at).Gap(2)
	if j.name > 0 {
		l.Put(j.Ink(e.Run), draw.Fit(draw.Short(draw.Clean(e.Run), j.name), j.name)).Gap(2)
	}
	if e.Kind == view.EventDiagnosis {
		l.Put(t.Warn, runs.DiagnosisSign).Gap(1)
	}
	return l
}

// ink is how what has happened is written.
func (j *Journal) ink(k view.EventKind) draw.Ink {
	switch t := j.Theme; k {
	case view.EventDiverged, view.EventFailed:
		return t.Bad
	case view.EventRefused:
		return t.Warn
	case view.EventInfo, view.EventPause, view.EventResume:
		return t.Dim
	}
	return j.Theme.Text
}
