package journal

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train/view"
	"optwatch/tui/draw"
	"optwatch/tui/runs"
)

// row is a line in w columns, cut where it is longer, and whether it is all of it.
func (j *Journal) row(e *line, w int) (text string, all bool) {
	l, said := j.head(e, w, ""), draw.Clean(e.Text)
	all = ansi.StringWidth(said) < l.Left()
	return l.Put(j.ink(e.Kind), draw.Short(said, l.Left()-1)).String(), all
}

// whole is a line in as many rows of w columns as it takes, behind the sign of the selected
// one or none: its text beside its time and its run, or under them where that leaves it
// little room. With more than most rows it is cut, and says so.
func (j *Journal) whole(e *line, w, most int, selected string, k draw.Ink) []string {
	const least, under = 24, 3
	l, rows := j.head(e, w, selected), []string(nil)
	lead := l.At()
	if most > 1 && l.Left()-1 < least && ansi.StringWidth(draw.Clean(e.Text)) > l.Left()-1 {
		bare := *e
		bare.Kind = view.EventInfo // the sign goes with the text
		rows = append(rows, j.head(&bare, w, selected).String())
		l = j.sign(draw.NewLine(w).Gap(under), e)
		lead = l.At()
	}
	parts := draw.Wrap(draw.Clean(e.Text), max(1, w-lead-1))
	for i, s := range parts {
		if i > 0 {
			l = draw.NewLine(w).Gap(lead)
		}
		if len(rows) == most-1 && i < len(parts)-1 {
			return append(rows, l.Put(k, draw.Short(strings.Join(parts[i:], " "), w-lead-1)).String())
		}
		rows = append(rows, l.Put(k, s).String())
	}
	return rows
}

// chosen is the selected line as it is drawn in at most h rows, its head first, which
// is what says of what it is.
func (j *Journal) chosen(w, h int) []string {
	return j.whole(&j.lines[j.at], w, h, "▸", j.Theme.Strong)
}

// shown is a line in its rows.
type shown struct {
	at   int // its position among the lines
	rows []string
}

// drawn are the lines in sight: the selected one whole where the log has the focus, else
// the newest, unless it took more than half of the room, and the others as far as rows are
// left over, the newer ones first. The first may begin above the place.
func (j *Journal) drawn(w, h int, focused bool) []shown {
	end := max(0, len(j.lines)-j.back)
	out, left := make([]shown, 0, h), h
	for i := max(0, end-h); i < end; i++ {
		d := shown{i, []string{""}}
		if focused && i == j.at {
			d.rows = j.chosen(w, h)
		}
		out, left = append(out, d), left-len(d.rows)
	}
	for i := len(out) - 1; i >= 0; i-- {
		e := &j.lines[out[i].at]
		if focused && out[i].at == j.at {
			continue
		}
		cut, whole := j.row(e, w)
		out[i].rows[0] = cut
		news := !focused && j.back == 0 && i == len(out)-1
		if whole || left <= 0 && !news {
			continue
		}
		if all := j.whole(e, w, h, "", j.ink(e.Kind)); len(all) <= 1+left || news && 2*len(all) <= h+1 {
			out[i].rows, left = all, left-len(all)+1
		}
	}
	return out
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
	return j.sign(l, e)
}

// sign puts what a finding begins with.
func (j *Journal) sign(l *draw.Line, e *line) *draw.Line {
	if e.Kind == view.EventDiagnosis {
		l.Put(j.Theme.Warn, runs.DiagnosisSign).Gap(1)
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
