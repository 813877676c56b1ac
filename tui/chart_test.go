package tui

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/muesli/termenv"

	"optwatch/train"
	"optwatch/train/view"
	"optwatch/tui/draw"
)

var nan = math.NaN()

// The beginning of an accuracy is left out of its axis: it is no plateau at 80 %.
func TestTransientIsOffScale(t *testing.T) {
	s := sample(1, 0)
	for i := range 100 {
		acc := 0.1
		if i >= 10 {
			acc = 0.9 + 0.0003*float64(i)
		}
		s.Runs[0].Curve = append(s.Runs[0].Curve, train.Point{Step: int64(i), Evals: int64(100 * i), Elapsed: float64(i), Loss: 1, ValAccuracy: acc, TestAccuracy: nan, GradNorm: nan})
	}
	for _, test := range []struct {
		ascii bool
		sign  string
	}{{false, "▾▾▾"}, {true, "vvv"}} {
		m := newTestModelWith(&stub{snap: s}, 120, 40, colours, test.ascii, true)
		wantSeen(t, m, test.sign, "off scale")
	}
}

// An axis is not made up before there is anything on it.
func TestWaitingForPoints(t *testing.T) {
	src := &stub{snap: sample(2, 0)}
	m := newTestModel(src, 120, 40)
	wantSeen(t, m, "waiting for the first point")
	if strings.ContainsAny(m.View(), "┤└") {
		t.Errorf("an axis of nothing:\n%s", m.View())
	}
	for i := range src.snap.Runs {
		*src.run(i) = sampleRun(i, 1)
	}
	tick(m, time.Unix(1, 0))
	if strings.Contains(m.View(), "waiting") {
		t.Errorf("a point does not show:\n%s", m.View())
	}
	press(m, "v", "j", "v")
	wantSeen(t, m, "all curves are hidden")
}

// The title says how far f* can be trusted, and no distance is made up.
func TestOptimumTitles(t *testing.T) {
	s := sample(3, 120)
	m := newTestModel(&stub{snap: s}, 120, 40)
	wantSeen(t, m, "─ f − f* ─", "≤ 3.1e-13")
	s.Optimum = train.Optimum{State: train.OptimumSearching, Value: 0.3378, Evaluations: 12, ValAccuracy: nan}
	m = newTestModel(&stub{snap: s}, 120, 40)
	wantSeen(t, m, "f − best so far", "certifying f*: 12 gradients")
	if strings.Contains(m.View(), "optimum 92") || strings.Contains(m.View(), "f − f*") {
		t.Error("an optimum is shown that nobody knows")
	}
	s.Optimum = train.Optimum{State: train.OptimumBestKnown, Value: 0.3378}
	wantSeen(t, newTestModel(&stub{snap: s}, 120, 40), "f − best known")
}

// title is what the chart on the left shows.
func title(m *shell) string { return m.program.Panes()[leftChart].Name() }

func TestMetrics(t *testing.T) {
	s := sample(2, 60)
	m := newTestModel(&stub{snap: s}, 120, 40)
	for _, want := range []string{"validation accuracy %", "loss", "gradient norm", "test accuracy %", "validation accuracy %"} { // f − f* is on the right
		if got := title(m); got != want {
			t.Errorf("the chart shows %s, want %s", got, want)
		}
		wantSeen(t, m, "╭─ "+want+" ─")
		press(m, "m")
	}
	s.Data.Classes = nil // regression
	m = newTestModel(&stub{snap: s}, 120, 40)
	if title(m) != "loss" {
		t.Error("regression is not judged by its loss")
	}
	press(m, "m", "m") // f − f* is on the right
	if title(m) != "loss" {
		t.Error("m offers an accuracy of a regression")
	}
	s = sample(2, 60)
	s.Data.Val = 0
	wantSeen(t, newTestModel(&stub{snap: s}, 120, 40), "test accuracy % · no validation set", "test acc")
}

func TestXAxes(t *testing.T) {
	m := newTestModel(&stub{snap: sample(2, 60)}, 120, 40)
	for _, want := range []string{"gradient evaluations", "epochs", "wall time, s", "steps", "gradient evaluations"} {
		wantSeen(t, m, " "+want+" ─╯")
		press(m, "t")
	}
}

func TestMarks(t *testing.T) {
	s := sample(1, 60)
	r := &s.Runs[0]
	r.Marks = []train.Mark{{Kind: view.EventSwitch, Evals: r.Curve[50].Evals}, {Kind: view.EventSetting, Evals: 5}}
	m := newTestModel(&stub{snap: s}, 120, 40)
	if got := strings.Count(m.View(), "◆"); got != 4 { // on each chart and in its legend
		t.Errorf("%d switches on the screen:\n%s", got, m.View())
	}
}

// The value cursor shows a point of the past in the standings.
func TestValueCursor(t *testing.T) {
	s := sample(2, 60)
	m := newTestModel(&stub{snap: s}, 120, 40)
	last := draw.Percent(s.Runs[0].Last.ValAccuracy)
	press(m, "h")
	wantSeen(t, m, "values near", "┊", last)
	for range 20 {
		press(m, "h")
	}
	past := ""
	for _, p := range s.Runs[0].Curve {
		if text := draw.Percent(p.ValAccuracy); strings.Contains(m.View(), text) {
			past = text
		}
	}
	if past == "" || past == last {
		t.Errorf("the standings show %q of a curve that ends at %s:\n%s", past, last, m.View())
	}
	press(m, "esc")
	if strings.Contains(m.View(), "values near") || strings.Contains(m.View(), "┊") {
		t.Error("esc does not leave the cursor")
	}
}

// b goes through the ways to draw curves; a screen of ASCII has one, and says why.
func TestPlotStyles(t *testing.T) {
	m := newTestModel(&stub{snap: sample(2, 60)}, 120, 40)
	press(m, "b")
	wantSeen(t, m, "curves in braille", "⠤")
	press(m, "b")
	wantSeen(t, m, "curves in blocks", "▀")
	press(m, "b")
	wantSeen(t, m, "curves in ascii")
	if strings.ContainsAny(m.View(), "⠤▀") {
		t.Errorf("dots are left:\n%s", m.View())
	}
	m = newTestModelWith(&stub{snap: sample(2, 60)}, 120, 40, termenv.Ascii, true, true)
	m.Plot = draw.Braille
	checkASCII(t, m, nil)
	press(m, "b")
	wantSeen(t, m, "not ASCII")
	checkASCII(t, m, []string{"b"})
}
