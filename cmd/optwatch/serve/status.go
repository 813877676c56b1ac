package serve

import (
	"encoding/json"
	"io"
	"strings"

	"optwatch/train/view"
	"optwatch/tui/draw"
)

// statusWidth is how wide the answer to "status" is at most: it is read in
// terminals of any width, and in mails.
const statusWidth = 80

// status tells what runs, where it is recorded and who is there.
func (s *Seat) status(words []string, out io.Writer) int {
	snap := s.Snapshot()
	switch {
	case len(words) == 0:
		return say(out, done, "%s", strings.Join(statusLines(snap), "\n"))
	case len(words) > 1 || words[0] != "--json":
		return say(out, notUnderstood, `%s after "status" is not understood: want --json or nothing`, quoted(strings.Join(words, " ")))
	}
	text, err := json.Marshal(statusOf(snap))
	if err != nil {
		panic("serve: " + err.Error()) // there is nothing in it that JSON has no form for
	}
	return say(out, done, "%s", text)
}

// statusLines are the answer in text.
func statusLines(s *view.Snapshot) []string {
	out := wrapped(aboutText(s), phaseText(s), hereText(s.People))
	if s.Record.Trouble != "" {
		out = append(out, wrapped("warning: what happens now may be lost: "+draw.Clean(s.Record.Trouble))...)
	}
	if s.Phase == view.PhaseFailed {
		out = append(out, wrapped(draw.Clean(s.Failure.Reason), draw.Clean(s.Failure.Advice))...)
	}
	out = append(out, joiningLines(s.Joining)...)
	if len(s.Runs) > 0 {
		out = append(append(out, ""), runLines(s)...)
	}
	if broken := brokenLines(s); len(broken) > 0 {
		out = append(append(out, ""), broken...)
	}
	return out
}

// brokenLines say why runs have ended without a result.
func brokenLines(s *view.Snapshot) []string {
	var out []string
	for i := range s.Runs {
		if r := &s.Runs[i]; r.State.Broken() && r.Reason != "" {
			out = append(out, wrapped(draw.Clean(r.Name)+": "+draw.Clean(r.Reason))...)
		}
	}
	return out
}

// mostText is how much of a text is told, in columns.
const mostText = 5 * statusWidth

// wrapped are texts in lines that are not too wide, those aside that say nothing.
// A column is spare: a wide character may stand half beyond the width asked for.
func wrapped(texts ...string) []string {
	var out []string
	for _, t := range texts {
		if t != "" {
			out = append(out, draw.Wrap(draw.Short(t, mostText), statusWidth-1)...)
		}
	}
	return out
}

// aboutText is what is trained on what.
func aboutText(s *view.Snapshot) string {
	q := &s.Subject
	name := draw.Clean(q.Name)
	if q.Synthetic {
		name += " (synthetic)"
	}
	if q.Train > 0 {
		name += " " + draw.Grouped(int64(q.Train))
	}
	if q.Val > 0 {
		name += " + " + draw.Grouped(int64(q.Val))
	}
	return draw.Join(name, orElse(draw.Clean(q.Title), draw.Clean(q.Short)), draw.Clean(q.Constant))
}

// phaseText is how far everything is, and where it is recorded.
func phaseText(s *view.Snapshot) string {
	record := "not recorded"
	if s.Record.Name != "" {
		record = "recorded as " + draw.Clean(s.Record.Name)
		if s.Record.Inexact {
			record += " (inexact)"
		}
	}
	switch p := s.Playback; {
	case s.Phase == view.PhaseFailed:
		return orElse(draw.Clean(s.Failure.Title), "failed")
	case s.Phase == view.PhaseLoading:
		return draw.Join(orElse(draw.Clean(s.Loading.What), "loading"), record)
	case p != nil:
		return "a recording at " + draw.Clock(s.Elapsed) + " of " + draw.Clock(p.Length)
	}
	return draw.Join(phaseWords[s.Phase], draw.Clock(s.Elapsed), record)
}

// phaseWords are what a source does, as in the JSON output.
var phaseWords = map[view.Phase]string{
	view.PhaseLoading: "loading", view.PhaseTraining: "training", view.PhaseEnded: "ended", view.PhaseFailed: "failed",
}

// mostHere is how many people a status names.
const mostHere = 20

// hereText is who looks: whoever asks among them, for as long as the answer takes.
func hereText(people []view.Person) string {
	var names []string
	for _, p := range people[:min(len(people), mostHere)] {
		name := draw.Clean(p.Name)
		switch {
		case p.Self && p.Drives:
			name += " (you)"
		case p.Self:
			name += " (you, read-only)"
		case !p.Drives:
			name += " (read-only)"
		}
		names = append(names, name)
	}
	if more := len(people) - len(names); more > 0 {
		names = append(names, "and "+draw.Grouped(int64(more))+" more")
	}
	if len(names) == 0 {
		return ""
	}
	return "here: " + strings.Join(names, ", ")
}
