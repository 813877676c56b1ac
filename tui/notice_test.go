package tui

import (
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
)

// What happens while something lies over the screen is told once that is closed:
// until then its own keys stay in the footer.
func TestNoticesWaitForWhatLiesOver(t *testing.T) {
	const notice = "x is logarithmic now"
	for _, keys := range [][2]string{{"o", "esc"}, {"?", "esc"}, {":", "esc"}, {"q", "esc"}, {"Y", "esc"}} {
		m := newTestModel(&stub{snap: sample(4, 60)}, 120, 40)
		m.View()
		press(m, keys[0])
		before := footerWords(m)
		m.Tell(notice)
		m.Update(tickMsg{m.chain, m.Now.Add(time.Second)})
		if got := footerWords(m); got != before {
			t.Errorf("%s: the footer becomes %q, want %q", keys[0], got, before)
		}
		if press(m, keys[1]); m.Over != nil || !strings.Contains(footerWords(m), notice) {
			t.Errorf("%s %s: the footer is %q", keys[0], keys[1], footerWords(m))
		}
		if m.Update(tickMsg{m.chain, m.Now.Add(5 * time.Second)}); strings.Contains(footerWords(m), notice) {
			t.Errorf("%s: it stays: %q", keys[0], footerWords(m))
		}
	}
}

// What answers a key of what lies over the screen is said at once, with the keys
// beside it where there is room.
func TestAnswersDoNotWait(t *testing.T) {
	m := newTestModel(&stub{snap: sample(4, 60)}, 120, 40)
	m.View()
	press(m, "?")
	m.Say("done as asked")
	if got := footerWords(m); !strings.Contains(got, "done as asked") || !strings.Contains(got, "esc close") {
		t.Errorf("the footer is %q", got)
	}
	x := strings.Index(footerWords(m), "esc close")
	click(m, ansi.StringWidth(footerWords(m)[:x]), 39)
	if m.Over != nil {
		t.Error("a click on a key that is seen beside an answer does nothing")
	}
}

// Where the charts are is said in words for which the narrowest screen has room.
func TestWrittenIsSaidWholeAtEverySize(t *testing.T) {
	for _, size := range [][2]int{{40, 12}, {60, 20}, {80, 24}} {
		t.Chdir(t.TempDir())
		m := newTestModel(&stub{snap: marked()}, size[0], size[1])
		m.View()
		press(m, "1")
		m.View()
		done(m, press(m, "w"))
		if got := footerWords(m); !strings.Contains(got, "optwatch-0-41.png, .svg") || !strings.Contains(got, ".csv") {
			t.Errorf("%v: w says %q", size, got)
		}
	}
}
