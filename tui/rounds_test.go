package tui

import (
	"strings"
	"testing"
	"time"

	"optwatch/train/view"
	"optwatch/tui/draw"
)

var axisTitles = []string{"gradient evaluations", "epochs", "wall time, s", "steps", "rounds", "bytes sent"}

// overRounds goes to the axis of rounds.
func overRounds(t *testing.T, m *shell) {
	t.Helper()
	press(m, "t", "t", "t", "t")
	wantSeen(t, m, " rounds ─╯")
}

// t offers rounds and bytes where a run has some, and ends where it began.
func TestAxesOfAFederation(t *testing.T) {
	m := newTestModel(&stub{snap: federated(2, 60, 5)}, 120, 40)
	for _, want := range axisTitles {
		wantSeen(t, m, " "+want+" ─╯")
		press(m, "t")
	}
	wantSeen(t, m, " "+axisTitles[0]+" ─╯")
}

// A centralised run has no place on the rounds: it is not drawn, and said not to be.
func TestCentralisedRunsHaveNoRounds(t *testing.T) {
	m := newTestModel(&stub{snap: federated(2, 60, 5)}, 120, 40)
	overRounds(t, m)
	wantSeen(t, m, "─ runs · no rounds: sgd, adam ─", "no rounds: sgd, adam ─")
	press(m, "t")
	wantSeen(t, m, "─ runs · sends nothing: sgd, adam ─")
	press(m, "t")
	if strings.Contains(m.View(), "sends nothing") {
		t.Error("still said on another axis")
	}
	// At the value cursor it has no values, and is not said to have zeros.
	overRounds(t, m)
	press(m, "h", "h")
	wantSeen(t, m, "values near 11 rounds")
	if got := brief(m, 70); strings.Contains(got, "0.00 %") || !strings.Contains(got, draw.Unknown) {
		t.Errorf("sgd at the cursor: %q", got)
	}
	// Only runs that are not on it: said, too.
	press(m, "esc", "/", "s", "g", "d", "enter")
	m.Update(sizeMsg(120, 40))
	wantSeen(t, m, "no run has a place on this axis: t changes it")
}

// The cursor and the logarithm are written in the unit of the axis.
func TestCursorOnBytes(t *testing.T) {
	m := newTestModel(&stub{snap: federated(1, 60, 5)}, 120, 40)
	overRounds(t, m)
	press(m, "t", "h")
	wantSeen(t, m, "values near 6.9 MB sent")
	press(m, "=", "=", "0", "L")
	wantSeen(t, m, "1MB")
}

// The axis is left when the last federated run is gone.
func TestAxisIsLeftWithTheFederation(t *testing.T) {
	src := &stub{snap: federated(1, 60, 5)}
	m := newTestModel(src, 120, 40)
	overRounds(t, m)
	src.snap = sample(1, 60)
	tick(m, time.Time{})
	wantSeen(t, m, " "+axisTitles[0]+" ─╯")
	checkSize(t, m, 120, 40, "without the federation")
}

// A chart over rounds is drawn anew when only the rounds have moved.
func TestChartsSeeRounds(t *testing.T) {
	src := &stub{snap: federated(1, 60, 5)}
	m := newTestModel(src, 120, 40)
	overRounds(t, m)
	before := m.View()
	src.changed(func(f *view.Federation) { f.Round++ })
	for i := range src.snap.Runs[1].Curve {
		src.snap.Runs[1].Curve[i].Rounds += 9
	}
	tick(m, time.Time{})
	if m.View() == before {
		t.Error("a round does not show")
	}
}
