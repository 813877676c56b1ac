package tui

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/muesli/termenv"

	"optwatch/train"
	"optwatch/train/view"
	"optwatch/tui/pane"
)

// shelfOf remembers one text, as a file of the state folder does.
type shelfOf struct {
	text  []byte
	saved int
}

func (s *shelfOf) Load() []byte     { return s.text }
func (s *shelfOf) Save(text []byte) { s.text, s.saved = text, s.saved+1 }

// leave is what a screen keeps when it is left.
func leave(m *shell, o Terminal) { m.keep(o) }

// A screen begins as the last one of its kind was left: focus, metrics, axis, scales,
// smoothing and sorting. A zoom is a look of the moment, and with all panes again.
func TestScreenIsRemembered(t *testing.T) {
	kept := &shelfOf{}
	o := Terminal{Memory: kept}
	m := newTestModel(&stub{snap: sample(3, 40)}, 120, 40)
	press(m, "1", "m", "m", "y", "t", "s", "L", "3", "S")
	before := m.View()
	press(m, "z")
	leave(m, o)
	if kept.saved != 1 || len(kept.text) > 1000 {
		t.Errorf("%d times saved, %d bytes: %s", kept.saved, len(kept.text), kept.text)
	}
	again := newTestModel(&stub{snap: sample(3, 40)}, 120, 40)
	if again.View() == before {
		t.Fatal("nothing was chosen: this test proves nothing")
	}
	again.recall(o)
	if got := again.View(); got != before {
		t.Errorf("it begins as\n%s\nand was left as\n%s", got, before)
	}
	press(again, "z")
	if got, want := again.View(), m.View(); got != want {
		t.Errorf("zoomed it begins as\n%s\nand was left as\n%s", got, want)
	}
}

// To go to a place looks at its axis for the moment: the next screen begins on the axis
// that was chosen, by t also where that was pressed there.
func TestAxisOfAPlaceIsNotRemembered(t *testing.T) {
	axisAfter := func(keys ...string) string {
		kept := &shelfOf{}
		m := newTestModel(&stub{snap: sample(3, 40)}, 120, 40)
		for _, key := range keys {
			if at, ok := strings.CutPrefix(key, "@"); ok {
				press(m, "@")
				typing(m, at)
				press(m, "enter")
				continue
			}
			press(m, key)
		}
		leave(m, Terminal{Memory: kept})
		_, text, _ := strings.Cut(string(kept.text), `"axis":"`)
		text, _, _ = strings.Cut(text, `"`)
		return text
	}
	first, second := axisAfter(), axisAfter("t")
	if first == second {
		t.Fatal("t changes no axis: this test proves nothing")
	}
	for want, keys := range map[string][]string{first: {"@1s"}, second: {"t", "@1s", "@2s"}} {
		if got := axisAfter(keys...); got != want {
			t.Errorf("after %q the axis %q is kept, want %q", keys, got, want)
		}
	}
	if axisAfter("@1s", "t") == first {
		t.Error("t at a place is not remembered")
	}
}

// Nor does a screen of studies begin with one page alone because the last was left so.
func TestZoomOfStudiesIsNotRemembered(t *testing.T) {
	kept := &shelfOf{}
	s := newTestStudies(&shelf{found()}, 120, 40, termenv.Ascii, false, true)
	before := s.View()
	press(s, "z")
	if s.View() == before {
		t.Fatal("z shows no page alone: this test proves nothing")
	}
	leave(s, Terminal{Memory: kept})
	again := newTestStudies(&shelf{found()}, 120, 40, termenv.Ascii, false, true)
	if again.recall(Terminal{Memory: kept}); again.View() != before {
		t.Errorf("it begins as\n%s", again.View())
	}
}

// So are the charts: how many there are, and of one chart a run that there is one.
func TestChartsAreRemembered(t *testing.T) {
	for presses := 1; presses < 5; presses++ {
		kept := &shelfOf{}
		m := newTestModel(&stub{snap: sample(3, 40)}, 160, 50)
		for range presses {
			press(m, "#")
		}
		m.Flash = pane.Flash{} // which says so
		leave(m, Terminal{Memory: kept})
		again := newTestModel(&stub{snap: sample(3, 40)}, 160, 50)
		again.recall(Terminal{Memory: kept})
		if got, want := again.View(), m.View(); got != want {
			t.Errorf("it begins as\n%s\nand was left as\n%s", got, want)
		}
	}
}

// What was kept waits for the data, and what there is not is left out.
func TestRememberedBeforeThereIsAnything(t *testing.T) {
	kept := &shelfOf{}
	o := Terminal{Memory: kept}
	m := newTestModel(&stub{snap: sample(3, 40)}, 120, 40)
	press(m, "t", "S", "1", "m", "2", "k", "k") // with the first run selected, as at the beginning
	want := m.View()
	leave(m, o)
	src := &stub{snap: &train.Report{Loading: view.Loading{What: "mnist"}}}
	late := newTestModel(src, 120, 40)
	late.recall(o)
	again(late)
	src.snap = sample(3, 40)
	again(late)
	if got := late.View(); got != want {
		t.Errorf("it begins as\n%s\nand was left as\n%s", got, want)
	}
}

// A damaged memory is as good as none, whatever is in it.
func TestDamagedMemory(t *testing.T) {
	fresh := newTestModel(&stub{snap: sample(3, 40)}, 120, 40).View()
	for _, text := range []string{"", "{", "[]", "3", `{"focus":-1}`, `{"focus":99,"recent":[77,-3]}`, `{"smooth":99,"smooth":-1}`, `{"grid":-7}`, `{"axis":"nowhere","order":"by nothing","clients":"by nothing","metrics":["gone","gone","gone"],"flipped":[[],[],["x"]]}`, strings.Repeat(" ", mostKept+1) + "{}", "\x00\xff"} {
		m := newTestModel(&stub{snap: sample(3, 40)}, 120, 40)
		m.recall(Terminal{Memory: &shelfOf{text: []byte(text)}})
		if got := m.View(); got != fresh {
			t.Errorf("%.80q changes the screen to\n%s", text, got)
		}
	}
	s := newTestStudies(&shelf{found()}, 120, 40, termenv.Ascii, false, true)
	s.recall(Terminal{Memory: &shelfOf{text: []byte(`{"alone":99,"beside":-5}`)}})
	checkSize(t, s, 120, 40, "studies of a damaged memory")
}

// --fresh leaves it alone, and so does whoever looks from another machine.
func TestMemoryIsLeftAlone(t *testing.T) {
	text, _ := json.Marshal(map[string]any{"focus": 0, "zoom": true})
	for _, o := range []Terminal{{Fresh: true}, {Guest: true}} {
		kept := &shelfOf{text: text}
		o.Memory = kept
		m := newTestModel(&stub{snap: sample(3, 40)}, 120, 40)
		fresh := m.View()
		if m.recall(o); m.View() != fresh {
			t.Error("it is asked")
		}
		if leave(m, o); kept.saved > 0 {
			t.Error("it is told")
		}
	}
}
