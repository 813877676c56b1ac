package tui

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"optwatch/train"
	"optwatch/tui/draw"
)

// t offers rounds and bytes where a run has some, and ends where it began.
func TestAxesOfAFederation(t *testing.T) {
	m := newFederatedModel(&stub{snap: federated(2, 60, 5)}, 120, 40)
	for _, want := range xNames {
		wantSeen(t, m, " "+want+" ─╯")
		press(m, "t")
	}
	if m.look.x != xEvals {
		t.Errorf("after all axes: %s", xNames[m.look.x])
	}
}

// A centralised run has no place on the rounds: it is not drawn, and said not to be.
func TestCentralisedRunsHaveNoRounds(t *testing.T) {
	s := federated(2, 60, 5)
	m := newFederatedModel(&stub{snap: s}, 120, 40)
	m.look.x = xRounds
	m.settle()
	c := m.newChart(paneLeft, valAccuracy, 48, 16)
	for i, r := range m.plotted() {
		drawn := slices.ContainsFunc(c.Strokes[i].Rows, draw.Known)
		if drawn != (r.Federated != nil) {
			t.Errorf("%s: drawn %v", r.Name, drawn)
		}
	}
	wantSeen(t, m, "─ runs no rounds: sgd, adam ─", "no rounds: sgd, adam ─")
	press(m, "t")
	wantSeen(t, m, "─ runs sends nothing: sgd, adam ─")
	if got := m.offAxis(m.groups.all, 23); got != "sends nothing: 2 runs" {
		t.Errorf("in 23 columns: %q", got)
	}
	press(m, "t")
	if strings.Contains(m.View(), "sends nothing") {
		t.Error("still said on another axis")
	}
	// At the value cursor it has no values, and is not said to have zeros.
	press(m, "t", "t", "t", "t")
	if m.look.x != xRounds {
		t.Fatal("not on the rounds")
	}
	press(m, "h", "h")
	if p, ok := m.probed(&m.snap.Runs[0]); ok {
		t.Errorf("sgd is said to be at %+v", p)
	}
	if _, ok := m.probed(&m.snap.Runs[2]); !ok {
		t.Error("fedavg is nowhere")
	}
	wantSeen(t, m, "values at 11 rounds")
	m.Update(sizeMsg(70, 20))
	if got := m.drawBrief(70); strings.Contains(got, "0.00 %") || !strings.Contains(got, draw.Unknown) {
		t.Errorf("sgd at the cursor: %q", got)
	}
	// Only runs that are not on it: said, too.
	press(m, "esc", "/", "s", "g", "d", "enter")
	m.Update(sizeMsg(120, 40))
	wantSeen(t, m, "no federated run here: t changes the x-axis")
}

// The cursor, zoom and the logarithm work on the new axes as on the others.
func TestCursorAndZoomOnRounds(t *testing.T) {
	m := newFederatedModel(&stub{snap: federated(1, 60, 5)}, 120, 40)
	m.look.x = xBytes
	press(m, "h")
	wantSeen(t, m, "values at 6.9 MB sent")
	full := m.fullX()
	press(m, "=", "=")
	if s := m.xScale(); !(s.Hi-s.Lo < 0.3*(full.Hi-full.Lo)) {
		t.Errorf("zoomed from %+v to %+v", full, s)
	}
	press(m, "0", "L")
	if s := m.xScale(); !s.Log || !draw.Known(s.Lo) || !draw.Known(s.Hi) || s.Lo >= s.Hi {
		t.Errorf("log bytes: %+v", s)
	}
	wantSeen(t, m, "1MB")
	m.look.x, m.look.logX = xRounds, false
	for _, k := range m.newChart(paneLeft, valAccuracy, 90, 10).XTicks {
		if k.Label != fmt.Sprint(k.At) || strings.Contains(k.Label, ".") {
			t.Errorf("a tick at round %g, labelled %s", k.At, k.Label)
		}
	}
}

// The axis is left when the last federated run is gone.
func TestAxisIsLeftWithTheFederation(t *testing.T) {
	src := &stub{snap: federated(1, 60, 5)}
	m := newFederatedModel(src, 120, 40)
	press(m, "5", "t", "t", "t", "t")
	if m.look.x != xRounds || m.focus != paneClients {
		t.Fatal("not where it should begin")
	}
	src.snap = sample(1, 60)
	m.lookAgain()
	if m.look.x != xEvals || m.focus != paneRuns {
		t.Errorf("axis %d, focus %d", m.look.x, m.focus)
	}
	checkSize(t, m, 120, 40, "without the federation")
}

// A mark and a trace lie between the points of their curve, and after its end
// on the way to the present.
func TestAlong(t *testing.T) {
	r := &train.RunView{
		Evals:     500,
		Curve:     []train.Point{{Evals: 100, Rounds: 4, Bytes: 2000}, {Evals: 300, Rounds: 6, Bytes: 3000}},
		Federated: &train.FederatedView{Round: 10, Bytes: 5000},
	}
	for _, test := range []struct{ evals, rounds, bytes int64 }{
		{0, 0, 0}, {50, 2, 1000}, {100, 4, 2000}, {200, 5, 2500}, {300, 6, 3000}, {400, 8, 4000}, {500, 10, 5000}, {900, 10, 5000},
	} {
		p := along(r, train.Point{Evals: test.evals})
		if p.Rounds != test.rounds || p.Bytes != test.bytes {
			t.Errorf("at %d: round %d, %d bytes, want %d, %d", test.evals, p.Rounds, p.Bytes, test.rounds, test.bytes)
		}
	}
	s := federated(1, 60, 5)
	f := &s.Runs[1]
	f.Marks = []train.Mark{{Kind: train.EventSwitch, Evals: f.Curve[30].Evals}}
	s.Runs[0].Marks = []train.Mark{{Kind: train.EventSwitch, Evals: 1000}}
	m := newFederatedModel(&stub{snap: s}, 120, 40)
	m.look.x = xRounds
	c := m.newChart(paneRight, suboptimality, 56, 12) // 0 to 11 rounds
	want := int(math.Round(float64(f.Curve[30].Rounds) / c.X.Hi * 55))
	if len(c.Marks) != 1 || c.Marks[0].Col != want {
		t.Errorf("marks %+v, want one in column %d", c.Marks, want)
	}
}

// A chart over rounds is drawn anew when only the rounds have moved.
func TestCacheSeesRounds(t *testing.T) {
	src := &stub{snap: federated(1, 60, 5)}
	m := newFederatedModel(src, 120, 40)
	m.look.x = xRounds
	m.View()
	before := &m.cache[paneLeft].lines[0]
	src.changed(func(f *train.FederatedView) { f.Round++ })
	m.lookAgain()
	m.View()
	if &m.cache[paneLeft].lines[0] == before {
		t.Error("a round does not draw the chart anew")
	}
}
