package tui

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"optwatch/train"
	"optwatch/train/view"
	"optwatch/tui/draw"
)

const (
	stall = "f − f* has stayed at about 1.2e-3 for 205 passes: its noise would let it come to about 6e-4, its lr hardly gets there: columns of like scale, or a rule as adam, may help"
	sharp = "lr is 1.3 × the stability limit 2/L = 0.51 here: expect oscillation; try below it"
)

// storied is the sample's four runs of which there is a tale to tell.
func storied() *train.Report {
	s := examined()
	s.Runs[0].Diagnosis.Advice = view.Advice{Condition: view.Plateaued, Text: stall}
	s.Runs[2].Marks = []train.Mark{
		{Kind: view.EventDiagnosis, Evals: s.Runs[2].Curve[60].Evals, Elapsed: s.Runs[2].Curve[60].Elapsed, Text: sharp},
		{Kind: view.EventDiagnosis, Evals: s.Runs[2].Curve[80].Evals, Elapsed: 19, Text: "lr is below the stability limit again"},
	}
	at := func(seconds float64, run string, kind view.EventKind, text string) {
		s.Events = append(s.Events, view.Event{Elapsed: time.Duration(seconds * 1e9), Run: run, Kind: kind, Text: text})
	}
	s.Events = s.Events[:3]
	at(s.Runs[2].Curve[60].Elapsed, "svrg", view.EventDiagnosis, sharp)
	at(19, "svrg", view.EventDiagnosis, "lr is below the stability limit again")
	for i, lr := range []string{"0.1", "0.125", "0.1562", "0.1953"} {
		if i > 0 {
			at(20+0.1*float64(i), "sgd", view.EventSetting, "lr "+[]string{"0.1", "0.125", "0.1562"}[i-1]+" → "+lr)
		}
	}
	at(30, "sgd", view.EventDiagnosis, stall)
	at(31, "", view.EventInfo, "f* is certified after 93 evaluations")
	return s
}

// The whole of the newest advice of the selected run is on the screen without a key,
// at every size that has room for more than one pane, and where the runs are shown.
func TestAdviceStandsWhole(t *testing.T) {
	for _, size := range [][2]int{{40, 12}, {60, 20}, {80, 24}, {100, 30}, {120, 40}, {200, 60}} {
		m := newTestModel(newFederated(storied()), size[0], size[1])
		if size[1] < 20 {
			press(m, "3")
		}
		if text := flowing(m); !strings.Contains(text, "◇ "+stall) {
			t.Errorf("%d×%d: the advice is not there whole:\n%s", size[0], size[1], m.View())
		}
		press(m, "3", "j", "j")
		if text := flowing(m); !strings.Contains(text, "◇ nothing to advise; said at 0:19: lr is below the stability limit again") {
			t.Errorf("%d×%d: what was found last is not there whole:\n%s", size[0], size[1], m.View())
		}
	}
}

// Where rows are scarce, the advice stands in the diagnosis alone while that is open,
// whose evidence has the rows.
func TestAdviceIsNotSaidTwice(t *testing.T) {
	m := newTestModel(newFederated(storied()), 80, 24)
	if press(m, "7"); strings.Count(flowing(m), "may help") != 1 {
		t.Errorf("the advice is not said once:\n%s", m.View())
	}
	wantSeen(t, m, "noise floor", "noise, tr Σ", "B_simple", "curvature, L", "loss falls", "adam, may help")
	if press(m, "1"); !strings.Contains(flowing(m), "◇ "+stall) {
		t.Errorf("over the curves it is not there:\n%s", m.View())
	}
	m = newTestModel(newFederated(storied()), 120, 40)
	if press(m, "7"); strings.Count(m.View(), "adam, may help") != 2 {
		t.Errorf("where there is room it does not stand under the runs:\n%s", m.View())
	}
}

// A selected line of the log for which there is no room says that there is more of it.
func TestSelectedLineOfALowLogIsCut(t *testing.T) {
	m := newTestModel(newFederated(storied()), 80, 24)
	press(m, "4", "k")
	place, _ := m.lay.Find(paneLog)
	if row := strings.Split(ansi.Strip(m.View()), "\n")[place.Y+1]; place.H != 3 || !strings.Contains(row, "▸") || !strings.HasSuffix(row, "… │") {
		t.Errorf("of %d rows the log is %q", place.H, row)
	}
}

// flowing is the text of the screen, with what wraps in one piece.
func flowing(m *shell) string {
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if strings.ContainsRune("│╭╮╰╯─┤", r) {
			return ' '
		}
		return r
	}, ansi.Strip(m.View()))), " ")
}

// Nothing moves with the selection, and a line that needs less room gives none back.
func TestAdviceMovesNothing(t *testing.T) {
	src := newFederated(storied())
	m := newTestModel(src, 100, 40)
	press(m, "3")
	before := fmt.Sprint(m.lay.Panes)
	for range 4 {
		press(m, "j")
		if now := fmt.Sprint(m.lay.Panes); now != before {
			t.Fatalf("the panes move with the selection:\n%s\n%s", before, now)
		}
	}
	src.snap.Runs[0].Diagnosis.Advice.Text = "short"
	again(m)
	if now := fmt.Sprint(m.lay.Panes); now != before {
		t.Errorf("the panes move with the advice:\n%s\n%s", before, now)
	}
	none := newTestModel(&stub{snap: sample(4, 40)}, 100, 40)
	if seen(none, "advise") {
		t.Errorf("advice where nobody has looked:\n%s", none.View())
	}
}

// The selected line of the log is shown whole where it lies, and the others as far as rows
// are left over, the newer ones first.
func TestSelectedLineWraps(t *testing.T) {
	m := newTestModel(newFederated(storied()), 80, 24)
	press(m, "4", "z", "k")
	wantSeen(t, m, "▸  0:30  sgd   ◇ f − f* has stayed at about 1.2e-3 for 205 passes: its noise", "                 columns of like scale, or a rule as adam, may help")
	press(m, "k", "k", "k")
	wantSeen(t, m, "▸  0:17  svrg  ◇ lr is 1.3 × the stability limit 2/L = 0.51 here: expect", "                 oscillation; try below it", "f − f* has stayed at about 1.2e-3 for 205 passes: its noise", "                 would let it come to about 6e-4", "lr 0.1 → 0.1953 (3×)")
	little := newTestModel(newFederated(storied()), 80, 14)
	press(little, "4", "z", "k", "k", "k", "k")
	wantSeen(t, little, "                 oscillation; try below it", "f − f* has stayed at about 1.2e-3 for 205 passes: its noise…")
	for _, size := range [][2]int{{40, 12}, {60, 20}, {80, 24}, {120, 40}, {200, 60}} {
		m := newTestModel(newFederated(storied()), size[0], size[1])
		press(m, "4")
		for range 9 {
			press(m, "k")
			if !seen(m, "▸ ") {
				t.Fatalf("%v: the selected line is out of sight:\n%s", size, m.View())
			}
			checkSize(t, m, size[0], size[1], "log")
		}
	}
}

// Without the focus the newest line is whole unless it took more than half of the room, and
// a click on any of its rows selects it.
func TestNewestLineWraps(t *testing.T) {
	src := logOf(40)
	text := "f − f* has stayed at about 1.2e-3 for 205 passes: its noise would let it come to less, with a smaller lr or a larger batch"
	src.snap.Events = append(src.snap.Events, view.Event{Elapsed: 41 * time.Second, Text: text, Kind: view.EventDiagnosis})
	m := newTestModel(src, 80, 40)
	press(m, "1")
	rows := strings.Split(ansi.Strip(m.View()), "\n")
	at := slices.IndexFunc(rows, func(s string) bool { return strings.Contains(s, "◇ f − f* has stayed") })
	if at < 0 || !strings.Contains(rows[at+1], "batch") || strings.Contains(rows[at], "…") {
		t.Fatalf("the newest line is not whole:\n%s", m.View())
	}
	click(m, 20, at+1)
	wantSeen(t, m, "▸  0:41  ◇ f − f* has stayed")
}

// What comes meanwhile does not move a line that was selected; at the end of the log
// the newest is.
func TestLogFollowsFromItsEnd(t *testing.T) {
	src := logOf(40)
	m := newTestModel(src, 120, 40)
	press(m, "4")
	more := func() {
		src.snap.Events = append(src.snap.Events, view.Event{Elapsed: 41 * time.Second, Text: "something new"})
		again(m)
	}
	more()
	wantSeen(t, m, "▸  0:41  something new")
	press(m, "k", "k", "k")
	wantSeen(t, m, "▸  0:37  event number 37")
	more()
	wantSeen(t, m, "▸  0:37  event number 37")
	press(m, "end")
	more()
	wantSeen(t, m, "▸  0:41  something new")
}

// enter opens the line: when it was, whose, where that is on the curves, to which the
// value cursor goes, and of an advice what each number is.
func TestLineOfTheLogIsRead(t *testing.T) {
	s := storied()
	s.Began = time.Date(2026, 11, 29, 9, 0, 0, 0, time.UTC)
	s.Events[2].Elapsed = 0 // before its first point
	m := newTestModel(newFederated(s), 120, 40)
	press(m, "4", "/")
	press(m, strings.Split("svrg", "")...)
	press(m, "enter", "home", "j")
	wantSeen(t, m, "filter: svrg · 3 of 8")
	press(m, "enter")
	point := s.Runs[2].Curve[60]
	wantSeen(t, m, "line 2 of 3", ", 09:00:17 on 29 November", "run      svrg", sharp, "1.3 ×  the learning rate beside the limit", "0.51  that limit", "values near")
	wantSeen(t, m, "cursor   "+draw.Grouped(point.Evals)+" gradient evaluations")
	press(m, "j")
	wantSeen(t, m, "line 3 of 3", "at       0:19", "lr is below the stability limit again")
	press(m, "esc")
	wantSeen(t, m, "values near "+draw.Grouped(s.Runs[2].Curve[80].Evals)+" gradient evaluations")
	press(m, "home", "enter")
	wantSeen(t, m, "line 1 of 3", "cursor   "+draw.Grouped(s.Runs[2].Curve[0].Evals)+" gradient evaluations")
	press(m, "esc")
	press(m, "esc", "esc")
	if seen(m, "values near") || seen(m, "filter:") {
		t.Errorf("esc does not leave the values and the filter:\n%s", m.View())
	}
}

// A log that is empty all at once, as where a recording goes back, leaves nothing to
// go on to, and its line can be closed.
func TestLogEmptiesWhileALineIsRead(t *testing.T) {
	src := logOf(3)
	m := newTestModel(src, 120, 40)
	press(m, "4", "enter")
	wantSeen(t, m, "line 3 of 3")
	src.snap.Events = nil
	again(m)
	press(m, "j", "k")
	checkSize(t, m, 120, 40, "a log that has become empty")
	press(m, "esc")
	if m.Over != nil {
		t.Error("the line stays open")
	}
}

// The lines of the log are those of a run, of a kind, or with a text, and of all of
// these at once.
func TestLogIsFiltered(t *testing.T) {
	for query, want := range map[string]string{
		"advice": "3 of 8", "svrg advice": "2 of 8", "change": "4 of 8", "sgd change": "2 of 8", "info": "1 of 8", "certified": "1 of 8", "nothing": "0 of 8", "trouble": "0 of 8", "LR": "7 of 8",
	} {
		m := newTestModel(newFederated(storied()), 120, 40)
		press(m, "4", "z", "/")
		press(m, strings.Split(query, "")...)
		wantSeen(t, m, "a run, a text, or advice change end trouble info")
		press(m, "enter")
		if !seen(m, "filter: "+query+" · "+want) {
			t.Errorf("%q: not %s:\n%s", query, want, m.View())
		}
		if want == "0 of 8" {
			wantSeen(t, m, `no line matches "`+query+`"`)
		}
		press(m, "/", "esc")
		if seen(m, "filter: ") {
			t.Errorf("%q: esc does not clear the filter", query)
		}
	}
}

func TestJournalGoldens(t *testing.T) {
	for _, size := range [][2]int{{40, 12}, {60, 20}, {80, 24}, {120, 40}, {200, 60}} {
		m := newTestModel(newFederated(storied()), size[0], size[1])
		press(m, "4", "z", "k")
		golden(t, fmt.Sprintf("journal-%dx%d.txt", size[0], size[1]), m.View())
		press(m, "k", "k", "k", "enter")
		golden(t, fmt.Sprintf("journal-read-%dx%d.txt", size[0], size[1]), m.View())
	}
	m := newTestModelWith(newFederated(storied()), 80, 24, termenv.Ascii, true, true)
	press(m, "4", "z", "k", "k", "k", "k", "enter")
	golden(t, "journal-ascii.txt", m.View())
	checkASCII(t, m, nil)
}
