package record

import (
	"slices"

	"optwatch/train/view"
)

// log writes the lines of a source's log, and what became of commands. A line
// that says that a run was changed waits for the first checkpoint of the run
// that holds the change: no record says that something was done which a crash
// can still undo.
type log struct {
	base    int64 // number in the record of what came before the source's first event
	seen    uint64
	entries []entry // not written yet
}

// entry is a line that is not written yet.
type entry struct {
	event view.Event
	run   int  // whose checkpoint it waits for
	waits bool // it does
}

// mostEntries bounds the lines that wait to be written, and those in the record.
const mostEntries = 20_000

// take takes the new lines, and asks for the checkpoints that they wait for.
func (l *log) take(snap *view.Snapshot, saves *saver) {
	for _, e := range snap.Events {
		if e.Number <= l.seen {
			continue
		}
		l.seen = e.Number
		n := entry{event: e}
		if saves.save != nil && changes(&e) {
			n.run, n.waits = runNamed(snap, e.Run)
		}
		if n.waits {
			saves.want(n.run, e.Number, urgent(e.Kind))
		}
		l.entries = append(l.entries, n)
	}
	if more := len(l.entries) - mostEntries; more > 0 {
		l.entries = slices.Clone(l.entries[more:])
	}
}

// changes says whether an event tells that something was done to a run, or that
// it has come to its end, which is no mere progress.
func changes(e *view.Event) bool {
	switch e.Kind {
	case view.EventStart, view.EventPause, view.EventResume, view.EventSetting, view.EventSwitch, view.EventRestart,
		view.EventEnd, view.EventDiverged, view.EventFailed:
		return true
	case view.EventRefused:
		return false
	}
	return e.Command != 0
}

// urgent says whether what an event tells may be the last for long.
func urgent(k view.EventKind) bool {
	switch k {
	case view.EventPause, view.EventEnd, view.EventDiverged, view.EventFailed:
		return true
	}
	return false
}

func runNamed(snap *view.Snapshot, name string) (id int, ok bool) {
	i := slices.IndexFunc(snap.Runs, func(r view.Run) bool { return r.Name == name })
	if i < 0 {
		return 0, false
	}
	return snap.Runs[i].ID, true
}

// waiting says whether a line waits for a checkpoint.
func (l *log) waiting() bool {
	return slices.ContainsFunc(l.entries, func(n entry) bool { return n.waits })
}

// write plans to write the lines that wait for nothing more, and returns the
// outcomes of the commands that they answer. Covered is the number of the last
// event that the checkpoint of a run holds.
func (l *log) write(p *plan, covered func(run int) uint64) (answers map[uint64]string) {
	answers = map[uint64]string{}
	planned, newest := map[uint64]bool{}, int64(0)
	for _, n := range l.entries {
		e := &n.event
		if n.waits && covered(n.run) < e.Number {
			continue
		}
		planned[e.Number] = true
		if e.Command != 0 {
			answers[e.Command] = outcomeOf(e)
		}
		if e.Text != "" {
			p.add("INSERT OR REPLACE INTO events (number, elapsed, run, kind, text) VALUES (?, ?, ?, ?, ?)",
				l.base+int64(e.Number), e.Elapsed.Seconds(), e.Run, wordOf(e.Kind), e.Text)
			newest = max(newest, l.base+int64(e.Number))
		}
	}
	if newest > mostEntries {
		p.add("DELETE FROM events WHERE number <= ?", newest-mostEntries)
	}
	if len(planned) > 0 {
		p.after(func() {
			l.entries = slices.DeleteFunc(l.entries, func(n entry) bool { return planned[n.event.Number] })
		})
	}
	return answers
}

// outcomeOf is what became of the command that an event answers.
func outcomeOf(e *view.Event) string {
	switch {
	case e.Kind != view.EventRefused:
		return done
	case e.Text == "":
		return refused
	}
	return e.Text
}
