package tui

import (
	"slices"
	"sort"
	"strconv"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train"
	"optwatch/tui/draw"
)

// events are those of the source, of its devices and of the screen, by time.
func (m *model) events() []train.Event {
	t := &m.told
	t.tell(m.snap)
	if len(m.notes)+len(t.lines) == 0 {
		return m.snap.Events
	}
	if t.snap != m.snap || t.events != len(m.snap.Events) || t.notes != m.noted {
		t.snap, t.events, t.notes = m.snap, len(m.snap.Events), m.noted
		t.log = slices.Concat(m.snap.Events, t.lines, m.notes)
		sort.SliceStable(t.log, func(i, j int) bool { return t.log[i].Elapsed < t.log[j].Elapsed })
	}
	return t.log
}

// logRows is how many events are seen at once.
func (m *model) logRows() int {
	q, seen := m.lay.find(paneLog)
	switch {
	case !seen:
		return 1
	case q.boxed:
		return q.h - 2
	}
	return q.h
}

// drawLog draws the newest events that fit, the newest at the bottom.
func (m *model) drawLog(q placed) []string {
	w, h := q.w, q.h
	if q.boxed {
		w, h = w-2, h-2
	}
	events := m.events()
	end := len(events) - m.logBack
	events = events[max(0, end-h):max(0, end)]
	name := 0
	for _, e := range events {
		name = max(name, min(ansi.StringWidth(e.Run), 12))
	}
	lines := make([]string, 0, h)
	for _, e := range events {
		lines = append(lines, m.event(e, name, w))
	}
	if !q.boxed {
		return draw.Block(lines, w, h)
	}
	b := draw.Box{Title: "log", Focused: m.focus == paneLog}
	if others, turns := m.behind(q); turns {
		b.Title, b.Beside = strconv.Itoa(int(paneLog)+1)+" log", others
	}
	if m.logBack > 0 {
		b.Right = strconv.Itoa(m.logBack) + " newer"
	}
	return b.Draw(m.theme, lines, q.w, q.h)
}

func (m *model) event(e train.Event, name, w int) string {
	t := m.theme
	l := draw.NewLine(w)
	at := draw.Clock(e.Elapsed)
	l.Gap(max(1, 7-len(at))).Put(t.Dim, at).Gap(2)
	if name > 0 {
		l.Put(m.runInk(e.Run), draw.Fit(draw.Short(draw.Clean(e.Run), name), name)).Gap(2)
	}
	k := t.Text
	switch e.Kind {
	case train.EventDiverged, train.EventFailed:
		k = t.Bad
	case train.EventInfo, train.EventPause, train.EventResume:
		k = t.Dim
	}
	if e.Kind == train.EventDiagnosis {
		l.Put(t.Warn, diagnosisSign).Gap(1)
	}
	return l.Put(k, draw.Short(draw.Clean(e.Text), w-l.At()-1)).String()
}

// runInk is the ink of a run by its name.
func (m *model) runInk(name string) draw.Ink {
	for i := range m.snap.Runs {
		if r := &m.snap.Runs[i]; r.Name == name {
			return m.brush(r).Ink
		}
	}
	return m.theme.Dim
}
