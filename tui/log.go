package tui

import (
	"slices"
	"sort"
	"strconv"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train"
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
		return fitBlock(lines, w, h)
	}
	b := box{title: "log", focused: m.focus == paneLog}
	if others, turns := m.behind(q); turns {
		b.title, b.beside = strconv.Itoa(int(paneLog)+1)+" log", others
	}
	if m.logBack > 0 {
		b.right = strconv.Itoa(m.logBack) + " newer"
	}
	return b.draw(m.theme, lines, q.w, q.h)
}

func (m *model) event(e train.Event, name, w int) string {
	t := m.theme
	l := newLine(w)
	at := clock(e.Elapsed)
	l.gap(max(1, 7-len(at))).put(t.dim, at).gap(2)
	if name > 0 {
		l.put(m.runInk(e.Run), fit(short(clean(e.Run), name), name)).gap(2)
	}
	k := t.text
	switch e.Kind {
	case train.EventDiverged, train.EventFailed:
		k = t.bad
	case train.EventInfo, train.EventPause, train.EventResume:
		k = t.dim
	}
	return l.put(k, short(clean(e.Text), w-l.at-1)).String()
}

// runInk is the ink of a run by its name.
func (m *model) runInk(name string) ink {
	for i := range m.snap.Runs {
		if r := &m.snap.Runs[i]; r.Name == name {
			return m.brush(r).ink
		}
	}
	return m.theme.dim
}
