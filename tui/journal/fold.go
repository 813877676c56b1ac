package journal

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"optwatch/train/view"
)

// line is an event as it is listed, for all of the runs and the times that it
// stands for.
type line struct {
	view.Event
	names []string // of the runs, where they are several
}

// together is how far apart events may be that are told in one line: those of
// several runs, and changes of one setting of a run.
const together = 2 * time.Second

// folded are the lines of a log without what is told twice: what happens to several
// runs together is one line with their names, what a run says again in a row stands
// where it was said last, with how often, and so does a setting that is changed step
// by step, from what it was to what it has become.
func folded(events []view.Event) []line {
	out := make([]view.Event, 0, len(events))
	said := map[string]saying{} // the latest of each run
	for _, e := range events {
		if e.Run == "" {
			out = append(out, e)
			continue
		}
		before, again := said[e.Run]
		now := saying{event: e, at: len(out), times: 1}
		if again && now.follows(before) && out[before.at].Run == e.Run {
			out[before.at].Text = "" // it moves to here
			now.times += before.times
			e.Text = now.event.Text + " (" + strconv.Itoa(now.times) + "×)"
		}
		said[e.Run] = now
		out = append(out, e)
	}
	out = slices.DeleteFunc(out, func(e view.Event) bool { return e.Text == "" })
	return joined(out)
}

// saying is what a run said last.
type saying struct {
	event view.Event
	at    int // its line
	times int // in a row
}

// follows says whether it goes on with what was said before, and makes it tell of both.
func (s *saying) follows(before saying) bool {
	if before.event.Kind != s.event.Kind {
		return false
	}
	if before.event.Text == s.event.Text {
		return true
	}
	if s.event.Kind != view.EventSetting || s.event.Elapsed-before.event.Elapsed > together {
		return false
	}
	const arrow = " → "
	from, was, changed := strings.Cut(before.event.Text, arrow)
	now, is, again := strings.Cut(s.event.Text, arrow)
	if !changed || !again || !strings.HasSuffix(now, " "+was) || strings.TrimSuffix(now, " "+was) != from[:max(0, strings.LastIndex(from, " "))] {
		return false
	}
	s.event.Text = from + arrow + is
	return true
}

// joined puts lines in a row that differ in their runs alone into one.
func joined(events []view.Event) []line {
	out := make([]line, 0, len(events))
	for i := 0; i < len(events); {
		e, names := events[i], []string{events[i].Run}
		for i++; i < len(events) && alike(e, events[i]) && !slices.Contains(names, events[i].Run); i++ {
			names = append(names, events[i].Run)
		}
		if len(names) == 1 {
			out = append(out, line{Event: e})
			continue
		}
		e.Run = strconv.Itoa(len(names)) + " runs"
		e.Text += ": " + strings.Join(names, ", ")
		out = append(out, line{e, names})
	}
	return out
}

// alike says whether two lines tell the same of two runs at about the same time.
func alike(a, b view.Event) bool {
	return a.Run != "" && b.Run != "" && a.Kind == b.Kind && a.Text == b.Text && b.Elapsed-a.Elapsed <= together
}
