package tui

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train/view"
	"optwatch/tui/runs"
)

// A place is gone to by its number, from the key and from the palette, in a race of
// one's own and of somebody else's: the value cursor stands there on all charts.
func TestGoToAPlace(t *testing.T) {
	for _, keys := range []string{"@100k\r", ":100k\r", ":go to 100k\r", "@0.1m evaluations\r"} {
		for _, size := range [][2]int{{120, 40}, {80, 24}} {
			m := newTestModel(&stub{snap: sample(3, 40)}, size[0], size[1])
			for _, r := range keys {
				if r == '\r' {
					press(m, "enter")
				} else {
					press(m, string(r))
				}
			}
			if m.Over != nil {
				t.Fatalf("%q leaves %T open", keys, m.Over)
			}
			wantSeen(t, m, "100 000 gradient evaluations")
			if size[0] == 120 {
				wantSeen(t, m, "values near 100 000 gradient evaluations")
			}
		}
	}
}

// What is typed is said as it is understood: another axis, past all curves, or not at
// all, and enter then does nothing.
func TestGoToSaysWhere(t *testing.T) {
	m := newTestModel(&stub{snap: sample(3, 40)}, 120, 40)
	press(m, "@")
	wantSeen(t, m, "go to a place", "as 1M, 2.5k or 1e6", "curves go from")
	typing(m, "900M")
	wantSeen(t, m, "900 000 000 gradient evaluations, past all curves")
	press(m, "ctrl+u")
	typing(m, "3 miles")
	wantSeen(t, m, `"miles" is no unit of an axis here`)
	press(m, "enter")
	if m.Over == nil {
		t.Fatal("enter goes to 3 miles")
	}
	press(m, "ctrl+u")
	typing(m, "2 epochs")
	press(m, "enter")
	wantSeen(t, m, "values near 2 epochs")
	press(m, "@")
	typing(m, "1s")
	press(m, "enter")
	wantSeen(t, m, "values near 1 wall time, s")
	press(m, "esc", ":")
	typing(m, "zzz")
	wantSeen(t, m, "no action that can be done now")
}

// A key that is a digit is still found by it, before the place of that number.
func TestPaletteFindsDigitsFirst(t *testing.T) {
	m := newTestModel(&stub{snap: sample(3, 40)}, 120, 40)
	press(m, ":")
	typing(m, "3")
	if got := first(m); got != "pane-3" {
		t.Errorf("3 finds %s first", got)
	}
	if all := m.Over.(*palette).found(); len(all) < 2 || all[1].Name != goTo {
		t.Error("there is no way to 3 evaluations")
	}
}

// Past the end of the curves the cursor stands at their end, and on a logarithmic axis
// 0 is where they begin; a window that does not hold the place is left.
func TestGoToWhereThereIsNoCurve(t *testing.T) {
	m := newTestModel(&stub{snap: sample(3, 40)}, 120, 40)
	end := 0.
	for _, r := range m.Snap.Runs {
		end = max(end, r.Place(m.Snap.Axis("evals")))
	}
	want := runs.Write(view.Count, end)
	press(m, "@")
	typing(m, "1G")
	press(m, "enter")
	wantSeen(t, m, "values near "+want)
	press(m, "=", "=", "@")
	typing(m, "100k")
	press(m, "enter")
	wantSeen(t, m, "values near 100 000")
	if strings.Contains(m.View(), "zoomed") {
		t.Error("the window stays, and the place is outside of it")
	}
	press(m, "L", "@")
	typing(m, "0")
	press(m, "enter")
	wantSeen(t, m, "values near 64 ")
}

// A recording and somebody's logs are gone about in alike.
func TestGoToInARecording(t *testing.T) {
	src := &stub{snap: sample(3, 40), replay: true}
	m := newTestModel(src, 120, 40)
	press(m, "@")
	typing(m, "100k")
	press(m, "enter")
	wantSeen(t, m, "values near 100 000 gradient evaluations")
}

// What runs train with now is not said to be what they trained with at the value cursor.
func TestSettingsAreNotOfTheCursor(t *testing.T) {
	m := newTestModel(&stub{snap: sample(2, 40)}, 120, 40)
	wantSeen(t, m, "    0.1      64 ", "412k")
	press(m, "@")
	typing(m, "100k")
	press(m, "enter")
	screen := ansi.Strip(m.View())
	if !strings.Contains(screen, "values near 100 000") || strings.Contains(screen, "    0.1      64 ") || strings.Contains(screen, "412k") {
		t.Errorf("settings and pace of now stand among the values:\n%s", screen)
	}
}
