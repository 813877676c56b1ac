package journal

import (
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"optwatch/train/view"
	"optwatch/tui/draw"
	"optwatch/tui/pane"
)

// kinds are the words by which lines are asked for, each for some kinds of events.
var kinds = []struct {
	word string
	of   []view.EventKind
}{
	{"advice", []view.EventKind{view.EventDiagnosis}},
	{"change", []view.EventKind{view.EventStart, view.EventPause, view.EventResume, view.EventSetting, view.EventSwitch, view.EventRestart}},
	{"end", []view.EventKind{view.EventEnd, view.EventDiverged, view.EventFailed}},
	{"trouble", []view.EventKind{view.EventDiverged, view.EventFailed, view.EventRefused}},
	{"info", []view.EventKind{view.EventInfo}},
}

// passes says whether a line is listed: each word of the query is that of a kind,
// or begins the name of one of the line's runs, or else is in its text.
func passes(e *line, query string) bool {
	for word := range strings.FieldsSeq(strings.ToLower(query)) {
		if !meant(e, word) {
			return false
		}
	}
	return true
}

func meant(e *line, word string) bool {
	for _, k := range kinds {
		if k.word == word {
			return slices.Contains(k.of, e.Kind)
		}
	}
	begins := func(name string) bool { return strings.HasPrefix(strings.ToLower(name), word) }
	return begins(e.Run) || slices.ContainsFunc(e.names, begins) || strings.Contains(strings.ToLower(e.Text), word)
}

// Filtered says whether lines are left out.
func (j *Journal) Filtered() bool { return j.query != "" }

// Unfilter lists all lines.
func (j *Journal) Unfilter() { j.query = "" }

// filterLine is the overlay in which the query is typed. It works as it is typed.
type filterLine struct {
	*Journal
	draw.Input
}

const filtering pane.Mode = "filter of the log"

// Mode is where its keys are.
func (*filterLine) Mode() pane.Mode { return filtering }

// OpenFilter asks which lines are to be listed.
func (j *Journal) OpenFilter() {
	text := []rune(j.query)
	j.Over = &filterLine{j, draw.Input{Text: text, At: len(text)}}
}

// Typed takes a key in.
func (f *filterLine) Typed(k tea.KeyMsg) {
	f.Input.Typed(k)
	f.query = f.Input.String()
}

// Draw shows the text being typed, and the words that mean a kind.
func (f *filterLine) Draw(w, _ int) []string {
	t, inner := f.Theme, min(w-2, 60)
	text := draw.NewLine(inner).Gap(1)
	f.Input.Draw(t, text, inner-2)
	words := make([]string, len(kinds))
	for i, k := range kinds {
		words[i] = k.word
	}
	about := draw.NewLine(inner).Gap(1).Put(t.Dim, draw.Short("a run, a text, or "+strings.Join(words, " "), inner-2))
	return draw.Box{Title: "filter the log", Focused: true}.Draw(t, []string{text.String(), about.String()}, inner+2, 4)
}
