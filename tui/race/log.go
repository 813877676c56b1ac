package race

import (
	"slices"
	"sort"
	"strconv"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train/view"
	"optwatch/tui/draw"
	"optwatch/tui/incident"
	"optwatch/tui/pane"
	"optwatch/tui/runs"
)

// journal is the pane of the log: events of the source, of its devices and of
// the screen, by time, the newest at the bottom.
type journal struct {
	*runs.Runs
	incidents *incident.Log
	back      int // lines it is scrolled back
	rows      int // that are seen at once

	lines []view.Event // as they were put together last, and of what
	of    journalKey
}

type journalKey struct {
	snap      *view.Snapshot
	noted     int
	incidents int
}

func (j *journal) Name() string         { return "log" }
func (j *journal) Brief() string        { return "log" }
func (j *journal) There() bool          { return true }
func (j *journal) Rows() int            { return 0 }
func (j *journal) Keys() []pane.Binding { return nil }

// Follow takes in what has happened since.
func (j *journal) Follow() {
	j.incidents.Take(j.Snap)
	key := journalKey{j.Snap, j.Noted, len(j.incidents.Lines)}
	if j.of == key {
		return
	}
	j.of = key
	j.lines = slices.DeleteFunc(slices.Concat(j.Snap.Events, j.incidents.Lines, j.Notes), func(e view.Event) bool { return e.Text == "" })
	if len(j.Notes)+len(j.incidents.Lines) > 0 {
		sort.SliceStable(j.lines, func(a, b int) bool { return j.lines[a].Elapsed < j.lines[b].Elapsed })
	}
	j.lines = folded(j.lines)
}

// Settle keeps the part that is seen within the log.
func (j *journal) Settle(q pane.Place, seen bool) {
	j.rows = 1
	if seen {
		_, j.rows = q.Inner()
	}
	j.back = max(0, min(j.back, len(j.lines)-j.rows))
}

// Move scrolls: back to earlier events by a negative number.
func (j *journal) Move(by int) { j.back = max(0, min(j.back-by, len(j.lines))) }

// Long says that it may be longer than its place, and Page how many rows are seen.
func (j *journal) Long() bool { return true }

// Page is how many rows are seen at once.
func (j *journal) Page() int { return j.rows }

// Draw fills the place with the newest events that fit.
func (j *journal) Draw(q pane.Place) []string {
	w, h := q.Inner()
	end := len(j.lines) - j.back
	events := j.lines[max(0, end-h):max(0, end)]
	name := 0
	for _, e := range events {
		name = max(name, min(ansi.StringWidth(e.Run), 12))
	}
	lines := make([]string, 0, h)
	for _, e := range events {
		lines = append(lines, j.event(e, name, w))
	}
	b := draw.Box{Title: "log", Focused: q.Focused}
	if q.Number > 0 {
		b.Title, b.Beside = strconv.Itoa(q.Number)+" log", q.Others
	}
	if j.back > 0 {
		b.Right = strconv.Itoa(j.back) + " newer"
	}
	return q.Fill(j.Theme, b, lines)
}

func (j *journal) event(e view.Event, name, w int) string {
	t := j.Theme
	l := draw.NewLine(w)
	at := draw.Clock(e.Elapsed)
	l.Gap(max(1, 7-len(at))).Put(t.Dim, at).Gap(2)
	if name > 0 {
		l.Put(j.Ink(e.Run), draw.Fit(draw.Short(draw.Clean(e.Run), name), name)).Gap(2)
	}
	k := t.Text
	switch e.Kind {
	case view.EventDiverged, view.EventFailed:
		k = t.Bad
	case view.EventRefused:
		k = t.Warn
	case view.EventInfo, view.EventPause, view.EventResume:
		k = t.Dim
	}
	if e.Kind == view.EventDiagnosis {
		l.Put(t.Warn, runs.DiagnosisSign).Gap(1)
	}
	return l.Put(k, draw.Short(draw.Clean(e.Text), w-l.At()-1)).String()
}
