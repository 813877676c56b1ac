package pane

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

// The answers of a question are in a line where they fit, else below each
// other; whatever the room, they stay, and the question gives way.
func TestQuestionKeepsItsAnswers(t *testing.T) {
	_, s := newDesk()
	answers := []Hint{{"q", "leave it running"}, {"s", "stop and save"}, {"esc", "stay"}}
	for _, h := range answers {
		s.Keys = append(s.Keys, Binding{In: Quitting, Keys: []string{h.Key}, Show: h.Key, Foot: h.Word})
	}
	q := &Question{Screen: s, Text: strings.Repeat("Some runs have not ended. ", 9), In: Quitting}
	for _, room := range []struct{ w, h, answers int }{{120, 30, 1}, {60, 12, 1}, {40, 10, 3}, {40, 6, 3}} {
		lines := q.Draw(room.w, room.h)
		if len(lines) > room.h {
			t.Errorf("%+v: %d rows", room, len(lines))
		}
		for _, line := range lines {
			if n := ansi.StringWidth(line); n > room.w {
				t.Errorf("%+v: %d columns: %q", room, n, line)
			}
		}
		last := strings.Join(lines[len(lines)-1-room.answers:], "\n")
		for _, h := range answers {
			if !strings.Contains(last, h.Word) {
				t.Errorf("%+v: no answer %q in\n%s", room, h.Word, strings.Join(lines, "\n"))
			}
		}
	}
}
