package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/muesli/termenv"

	"optwatch/train/view"
)

// going is a source that goes on with nobody looking.
func going() *stub {
	return &stub{snap: sample(3, 60), dress: func(s *view.Snapshot) {
		s.Leaving, s.Record.Name = view.LeavesGoing, "k7q2m"
		s.Accepts = append(s.Accepts, view.Finish)
	}}
}

var (
	you = view.Person{Name: "eve", Self: true, Drives: true}
	ada = view.Person{Name: "ada", Drives: true}
	bob = view.Person{Name: "bob"}
)

// shared is a source that some people look at; whoever may not drive it is
// offered nothing.
func shared(trouble string, people ...view.Person) *stub {
	src := going()
	dress := src.dress
	src.dress = func(s *view.Snapshot) {
		dress(s)
		s.People, s.Record.Trouble = people, trouble
		for _, p := range people {
			if p.Self && !p.Drives {
				s.Accepts = nil
			}
		}
	}
	return src
}

func header(m *shell) string {
	row, _, _ := strings.Cut(m.View(), "\n")
	return row
}

func TestPeopleGoldens(t *testing.T) {
	const full = "no space left on device: nothing since 0:37 is recorded"
	looks := view.Person{Name: "eve", Self: true}
	for _, size := range [][2]int{{200, 60}, {120, 40}, {80, 24}, {60, 20}, {40, 12}} {
		var lines []string
		for _, people := range [][]view.Person{nil, {looks}, {you, bob}, {looks, ada, bob}, {you, ada, bob}} {
			lines = append(lines, header(newTestModel(shared("", people...), size[0], size[1])))
		}
		golden(t, fmt.Sprintf("people-%d.txt", size[0]), strings.Join(lines, "\n"))
		golden(t, fmt.Sprintf("trouble-%dx%d.txt", size[0], size[1]), newTestModel(shared(full, looks, ada, bob), size[0], size[1]).View())
	}
	golden(t, "trouble-ascii.txt", newTestModelWith(shared(full, looks, ada, bob), 80, 24, termenv.Ascii, true, true).View())
}

// Whoever may only look sees that at every width where the title has room.
func TestReaderIsTold(t *testing.T) {
	src := shared("", view.Person{Name: "eve", Self: true}, ada, bob)
	m := newTestModel(src, 40, 12)
	for w := 40; w <= 220; w++ {
		m.Update(sizeMsg(w, 30))
		if h := header(m); !strings.Contains(h, "optwatch") || !strings.Contains(h, "read-only") {
			t.Errorf("%d columns: %q", w, h)
		}
	}
	if strings.Contains(header(newTestModel(shared("", you), 120, 40)), "here") {
		t.Error("whoever is alone is counted")
	}
}

// Names are somebody's choice.
func TestNamesAreCleaned(t *testing.T) {
	m := newTestModel(shared("", you, view.Person{Name: "a\x1b[31m\nb\u202e", Drives: true}), 160, 40)
	if h := header(m); strings.ContainsAny(h, "\x1b\u202e") || !strings.Contains(h, "2 here · you and a b drive") {
		t.Errorf("the header is %q", h)
	}
}

// Trouble of the record stays on the screen, with a question over it too, and is
// in the log once when it begins and once when it ends.
func TestTroubleOfTheRecord(t *testing.T) {
	src, trouble := going(), ""
	dress := src.dress
	src.dress = func(s *view.Snapshot) { dress(s); s.Record.Trouble = trouble }
	m := newTestModel(src, 120, 40)
	for i, test := range []struct {
		trouble string
		begun   int
		ended   int
	}{{"", 0, 0}, {"disk full", 1, 0}, {"disk\x1b[1m full", 1, 0}, {"", 1, 1}, {"gone", 2, 1}} {
		trouble = test.trouble
		again(m)
		again(m)
		begun, ended := 0, 0
		for _, e := range m.Notes {
			if e.Kind == view.EventFailed {
				begun++
			} else {
				ended++
			}
		}
		if begun != test.begun || ended != test.ended {
			t.Errorf("%d: it began %d times and ended %d times in the log, want %d and %d", i, begun, ended, test.begun, test.ended)
		}
		if got := seen(m, "[not saved]"); got != (trouble != "") {
			t.Errorf("%d: shown: %v", i, got)
		}
	}
	for _, keys := range [][]string{{"z"}, {"q"}, {"o"}} {
		press(m, keys...)
		wantSeen(t, m, "[not saved] gone")
		press(m, "esc")
	}
	trouble = ""
	tick(m, time.Unix(1, 0))
	if seen(m, "[not saved]") {
		t.Error("what is over is still shown")
	}
}
