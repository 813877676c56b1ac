package race

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"optwatch/train/view"
)

// together is how far apart events of several runs may be that are told in one line.
const together = 2 * time.Second

// folded are the lines of a log without what is told twice: what happens to several
// runs together is one line with their names, and what a run says again in a row
// stands where it was said last, with how often.
func folded(events []view.Event) []view.Event {
	out := make([]view.Event, 0, len(events))
	said := map[string]saying{} // the latest of each run
	for _, e := range events {
		if e.Run == "" {
			out = append(out, e)
			continue
		}
		before, again := said[e.Run]
		now := saying{kind: e.Kind, text: e.Text, at: len(out), times: 1}
		if again && before.kind == e.Kind && before.text == e.Text && out[before.at].Run == e.Run {
			out[before.at].Text = "" // it moves to here
			now.times += before.times
			e.Text += " (" + strconv.Itoa(now.times) + "×)"
		}
		said[e.Run] = now
		out = append(out, e)
	}
	out = slices.DeleteFunc(out, func(e view.Event) bool { return e.Text == "" })
	return joined(out)
}

// saying is what a run said last.
type saying struct {
	kind  view.EventKind
	text  string
	at    int // its line
	times int // in a row
}

// joined puts lines in a row that differ in their runs alone into one.
func joined(lines []view.Event) []view.Event {
	out := lines[:0]
	for i := 0; i < len(lines); {
		e, names := lines[i], []string{lines[i].Run}
		for i++; i < len(lines) && alike(e, lines[i]) && !slices.Contains(names, lines[i].Run); i++ {
			names = append(names, lines[i].Run)
		}
		if len(names) > 1 {
			e.Run = strconv.Itoa(len(names)) + " runs"
			e.Text += ": " + strings.Join(names, ", ")
		}
		out = append(out, e)
	}
	return out
}

// alike says whether two lines tell the same of two runs at about the same time.
func alike(a, b view.Event) bool {
	return a.Run != "" && b.Run != "" && a.Kind == b.Kind && a.Text == b.Text && b.Elapsed-a.Elapsed <= together
}
