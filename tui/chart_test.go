package tui

import (
	"math"
	"slices"
	"strings"
	"testing"

	"optwatch/train"
	"optwatch/tui/chart"
	"optwatch/tui/draw"
)

var nan = math.NaN()

func same(a, b []float64) bool {
	return slices.EqualFunc(a, b, func(x, y float64) bool { return x == y || math.IsNaN(x) && math.IsNaN(y) || math.Abs(x-y) < 1e-9 })
}

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
		c := m.newChart(paneLeft, valAccuracy, 49, 20)
		if draw.Known(c.Strokes[0].Rows[2]) {
			t.Errorf("10 %% is drawn in row %g of an axis from %g", c.Strokes[0].Rows[2], c.Y.Lo)
		}
		wantSeen(t, m, test.sign, "off scale")
	}
}

// A gap that falls by a constant factor is a straight line on a log axis: the
// smoothed curve lies on it, neither above it as a linear average would nor
// behind it as a moving average of the past.
func TestSmoothedFollowsALogCurve(t *testing.T) {
	s := sample(1, 0)
	for i := range 101 {
		s.Runs[0].Curve = append(s.Runs[0].Curve, train.Point{Evals: int64(100 * i), Loss: s.Optimum.Value + math.Pow(10, -float64(i)/10)})
	}
	m := newTestModel(&stub{snap: s}, 120, 40)
	press(m, "s", "s")
	c := &chart.Plot{Cols: 101, Rows: 20, X: m.xScale()}
	raw, soft := m.columnsOf(&s.Runs[0], suboptimality, c, true)
	for col := 40; col <= 60; col++ {
		if math.Abs(soft[col]-raw[col]) > 0.05 {
			t.Errorf("column %d: 10^%.2f, smoothed 10^%.2f", col, raw[col], soft[col])
		}
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
	m.pull()
	if m.View(); strings.Contains(m.View(), "waiting") {
		t.Errorf("a point does not show:\n%s", m.View())
	}
	press(m, "v", "j", "v")
	wantSeen(t, m, "all curves are hidden")
}

// The title says how far f* can be trusted, and no distance is made up.
func TestOptimumTitles(t *testing.T) {
	s := sample(3, 120)
	m := newTestModel(&stub{snap: s}, 120, 40)
	wantSeen(t, m, "─ f − f* ─", "≤ 3.0e-13")
	s.Optimum = train.Optimum{State: train.OptimumSearching, Value: 0.3378, Evaluations: 12, ValAccuracy: nan}
	m = newTestModel(&stub{snap: s}, 120, 40)
	wantSeen(t, m, "f − best so far", "certifying f*: 12 gradients")
	if strings.Contains(m.View(), "optimum 92") || strings.Contains(m.View(), "f − f*") {
		t.Error("an optimum is shown that nobody knows")
	}
	s.Optimum = train.Optimum{State: train.OptimumBestKnown, Value: 0.3378}
	wantSeen(t, newTestModel(&stub{snap: s}, 120, 40), "f − best known")
}

func TestBaseline(t *testing.T) {
	b := baseline{value: 1, floor: 1e-13, certified: true}
	if got := b.below(1); got != 1e-13 {
		t.Errorf("at the optimum: %g", got)
	}
	b.certified = false
	if got := b.below(1); !math.IsNaN(got) {
		t.Errorf("the best loss seen is %g from itself", got)
	}
	s := sample(2, 30)
	s.Optimum = train.Optimum{}
	if got, want := baselineOf(s).value, s.Runs[1].Last.Loss; got > want || math.IsInf(got, 0) {
		t.Errorf("best loss seen %g, want at most %g", got, want)
	}
}

func TestMetrics(t *testing.T) {
	s := sample(2, 60)
	m := newTestModel(&stub{snap: s}, 120, 40)
	var seen []metricID
	for range metricCount {
		seen = append(seen, m.shows(paneLeft))
		press(m, "m")
	}
	if want := []metricID{valAccuracy, trainLoss, suboptimality, gradNorm, testAccuracy}; !slices.Equal(seen, want) {
		t.Errorf("m cycles through %v, want %v", seen, want)
	}
	s.Data.Classes = nil // regression
	m = newTestModel(&stub{snap: s}, 120, 40)
	if m.shows(paneLeft) != trainLoss {
		t.Error("regression is not judged by its loss")
	}
	press(m, "m", "m", "m")
	if m.shows(paneLeft) != trainLoss {
		t.Error("m offers an accuracy of a regression")
	}
	s = sample(2, 60)
	s.Data.Val = 0
	wantSeen(t, newTestModel(&stub{snap: s}, 120, 40), "test accuracy % no validation set", "test acc")
}

func TestXAxes(t *testing.T) {
	m := newTestModel(&stub{snap: sample(2, 60)}, 120, 40)
	for _, want := range xNames[:xRounds] {
		wantSeen(t, m, want)
		press(m, "t")
	}
	press(m, "L")
	if s := m.xScale(); !s.Log || s.Lo >= s.Hi {
		t.Errorf("log x: %+v", s)
	}
}

// The selected run lies on top.
func TestSelectedIsDrawnLast(t *testing.T) {
	m := newTestModel(&stub{snap: sample(4, 40)}, 120, 40)
	press(m, "j", "v")
	press(m, "k")
	if runs := m.plotted(); runs[len(runs)-1].ID != 0 || len(runs) != 3 {
		t.Errorf("%d runs, the last is %d", len(runs), runs[len(runs)-1].ID)
	}
}

func TestMarks(t *testing.T) {
	s := sample(1, 60)
	r := &s.Runs[0]
	r.Marks = []train.Mark{{Kind: train.EventSwitch, Evals: r.Curve[50].Evals}, {Kind: train.EventSetting, Evals: 5}}
	m := newTestModel(&stub{snap: s}, 120, 40)
	if got := strings.Count(m.View(), "◆"); got != 4 { // on each chart and in its legend
		t.Errorf("%d switches on the screen:\n%s", got, m.View())
	}
}

// The value cursor shows a point of the past in the standings.
func TestValueCursor(t *testing.T) {
	s := sample(2, 60)
	m := newTestModel(&stub{snap: s}, 120, 40)
	press(m, "h")
	wantSeen(t, m, "values at", "┊", draw.Percent(s.Runs[0].Last.ValAccuracy))
	for range 20 {
		press(m, "h")
	}
	p, ok := m.probed(&m.snap.Runs[0])
	if !ok || p.Evals >= s.Runs[0].Last.Evals {
		t.Fatalf("the cursor is at %d", p.Evals)
	}
	wantSeen(t, m, draw.Percent(p.ValAccuracy))
	press(m, "esc")
	if m.look.probe || strings.Contains(m.View(), "┊") {
		t.Error("esc does not leave the cursor")
	}
}

func TestZoomX(t *testing.T) {
	m := newTestModel(&stub{snap: sample(2, 60)}, 120, 40)
	full := m.xScale()
	press(m, "=", "=")
	s := m.xScale()
	if math.Abs((s.Hi-s.Lo)*4-(full.Hi-full.Lo)) > 1e-6*full.Hi || s.Hi != full.Hi {
		t.Errorf("from %+v to %+v", full, s)
	}
	press(m, "<", "<", "<", "<", "<", "<", "<", "<", "<", "<", "<", "<", "<", "<", "<", "<", "<", "<")
	if s = m.xScale(); s.Lo != full.Lo {
		t.Errorf("panned beyond the beginning: %+v", s)
	}
	press(m, "0")
	if m.xScale() != full {
		t.Error("0 does not follow again")
	}
}

// Unchanged charts are not drawn again; any change of what they show is seen.
func TestCache(t *testing.T) {
	src := &stub{snap: sample(3, 40)}
	m := newTestModel(src, 120, 40)
	m.View()
	first := &m.cache[paneLeft].lines[0]
	m.snap.Elapsed *= 2
	m.View()
	if &m.cache[paneLeft].lines[0] != first {
		t.Error("a clock draws the charts anew")
	}
	for _, test := range []struct {
		what   string
		change func()
	}{
		{"a point", func() { r := src.run(0); r.Curve = append(r.Curve, samplePoint(0, 41, 5e6)) }},
		{"a mark", func() { r := src.run(0); r.Marks = append(r.Marks, train.Mark{Kind: train.EventSwitch, Evals: 1000}) }},
		{"f*", func() { src.snap.Optimum.Value -= 1e-5 }},
		{"an end", func() { src.run(1).State = train.Diverged }},
		{"the selection", func() { press(m, "j") }},
		{"hiding", func() { press(m, "v") }},
		{"the axis", func() { press(m, "t") }},
	} {
		before := &m.cache[paneRight].lines[0]
		test.change()
		m.pull()
		m.View()
		if &m.cache[paneRight].lines[0] == before {
			t.Errorf("%s does not draw the charts anew", test.what)
		}
	}
}
