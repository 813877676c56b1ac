package tui

import (
	"io"
	"math"
	"slices"
	"strings"
	"testing"

	"optwatch/train"
	"optwatch/train/study/axis"
	"optwatch/tui/draw"
)

var nan = math.NaN()

func same(a, b []float64) bool {
	return slices.EqualFunc(a, b, func(x, y float64) bool { return x == y || math.IsNaN(x) && math.IsNaN(y) || math.Abs(x-y) < 1e-9 })
}

func TestResample(t *testing.T) {
	for _, test := range []struct {
		name       string
		x, y, want []float64
	}{
		{"nothing", nil, nil, []float64{nan, nan, nan, nan, nan}},
		{"a point", []float64{2}, []float64{7}, []float64{nan, nan, 7, nan, nan}},
		{"a line", []float64{0, 4}, []float64{0, 8}, []float64{0, 2, 4, 6, 8}},
		{"a gap", []float64{0, 1, 2, 3, 4}, []float64{1, 1, nan, 2, 2}, []float64{1, 1, nan, 2, 2}},
		{"infinite", []float64{0, 1, 2}, []float64{1, math.Inf(1), 3}, []float64{1, nan, 3, nan, nan}},
		{"a spike within a column", []float64{0, 1, 1.1, 1.2, 2, 3}, []float64{0, 0, 100, 0, 0, 0}, []float64{0, 100, 0, 0, nan}},
		{"the newest of its column", []float64{0, 1, 2, 2.1}, []float64{0, 0, 50, 1}, []float64{0, 0, 1, nan, nan}},
		{"from outside", []float64{-2, 2, 6}, []float64{0, 4, 8}, []float64{2, 3, 4, 5, 6}},
		{"wild places", []float64{nan, math.Inf(1), 1}, []float64{1, 1, 3}, []float64{nan, 3, nan, nan, nan}},
	} {
		got := make([]float64, 5)
		resample(got, test.x, test.y)
		if !same(got, test.want) {
			t.Errorf("%s: got %v, want %v", test.name, got, test.want)
		}
	}
}

func TestToRows(t *testing.T) {
	at := []float64{-50, -5, 2, 9, 15, 30, nan, 4}
	off := toRows(at, axis.Scale{Lo: 0, Hi: 10}, 11)
	if want := []float64{nan, nan, 2, 9, nan, nan, nan, 4}; !same(at, want) {
		t.Errorf("got %v, want %v", at, want)
	}
	if want := []int8{-1, -1, 0, 0, 1, 1, 0, 0}; !slices.Equal(off, want) {
		t.Errorf("off the scale: %v, want %v", off, want)
	}
}

// A value off the scale is never drawn as a value: not on the edge row, and
// not as the end of the line before it.
func TestOffScale(t *testing.T) {
	lineStyles := draw.NewTheme(io.Discard, false, true).Styles
	at := []float64{-9, -1, -1, 1, 1, 9, 1, 2, -9, 3, 3}
	c := &chart{cols: len(at), rows: 4, x: axis.Scale{Lo: 0, Hi: 10}, y: axis.Scale{Lo: 0, Hi: 3}, reference: nan, cursor: -1}
	off := toRows(at, c.y, c.rows)
	c.strokes = []stroke{{at, lineStyles[0], 33}}
	c.offs = []offScale{{off, 24}}
	var rows []string
	for _, s := range c.draw(newTestModelWith(&stub{snap: sample(1, 1)}, 80, 24, colours, true, true).theme)[:4] {
		rows = append(rows, s[labelWidth:])
	}
	want := []string{
		"│     ▴   ──",
		"│       ╭   ",
		"│   ── ─╯   ",
		"│▾▾▾     ▾  ",
	}
	if !slices.Equal(rows, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(rows, "\n"), strings.Join(want, "\n"))
	}
	// A mark on a curve that is off the scale is at the edge over which it went.
	c.marks = []chartMark{{col: 1, on: at, off: off, edge: 3, glyph: '◆'}, {col: 5, on: at, off: off, edge: 0, glyph: '✗'}}
	lines := c.draw(newTestModel(&stub{snap: sample(1, 1)}, 80, 24).theme)
	if !strings.Contains(lines[3], "▾◆▾") || !strings.Contains(lines[0], "✗") {
		t.Errorf("marks:\n%s", strings.Join(lines, "\n"))
	}
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
		if draw.Known(c.strokes[0].rows[2]) {
			t.Errorf("10 %% is drawn in row %g of an axis from %g", c.strokes[0].rows[2], c.y.Lo)
		}
		wantSeen(t, m, test.sign, "off scale")
	}
}

// The strokes land in exactly the cells they were given.
func TestDrawStrokes(t *testing.T) {
	lineStyles := draw.NewTheme(io.Discard, false, true).Styles
	g := drawStrokes([]stroke{
		{[]float64{0, 0, 1, 2, 2, nan}, lineStyles[0], 33},
		{[]float64{nan, 2, 2, nan, nan, nan}, lineStyles[2], 208},
	}, 6, 3, false)
	var rows []string
	for y := range g.h {
		var b strings.Builder
		for x := range g.w {
			b.WriteRune(g.at(x, y).r)
		}
		rows = append(rows, b.String())
	}
	want := []string{
		"┤ ══╭─ ",
		"┤  ╭╯  ",
		"┼──╯   ",
	}
	if !slices.Equal(rows, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(rows, "\n"), strings.Join(want, "\n"))
	}
	if c := g.at(1, 2).colour; c != 33 {
		t.Errorf("the first stroke has colour %d", c)
	}
	if c := g.at(2, 0).colour; c != 208 {
		t.Errorf("the second stroke has colour %d", c)
	}
}

func TestScales(t *testing.T) {
	curve := []float64{10, 60, 80, 90, 91, 91.5, 92, 92, 92, 92.1, 92.1, 92.1, 92.2, 92.2, 92.3, 92.3, 92.3, 92.3, 92.3, 92.3, 92.3, 92.3, 92.3, 92.3}
	s := extent{better: 1, least: 1, most: 100}.scale([][]float64{curve})
	if s.Lo < 89 || s.Lo > 91 || s.Hi < 92.3 || s.Hi > 93 {
		t.Errorf("accuracy from %g to %g: the differences above 90 %% do not show", s.Lo, s.Hi)
	}
	s = extent{log: true, better: -1}.scale([][]float64{{0, -6.5, 0.3}})
	if s.Lo > -6.5 || s.Lo < -7 || s.Hi < 0.3 || s.Hi > 0.7 {
		t.Errorf("log from %g to %g", s.Lo, s.Hi)
	}
	for _, c := range [][]float64{nil, {nan}, {5}, {5, 5, 5}, {0}, {1e300, -1e300}, {1e11, -1e11}} {
		for _, log := range []bool{false, true} {
			s := extent{log: log, better: -1}.scale([][]float64{c})
			if !(s.Lo < s.Hi) || math.IsInf(s.Hi-s.Lo, 0) {
				t.Errorf("%v, log %v: from %g to %g", c, log, s.Lo, s.Hi)
			}
			if n := len(ticksOf(s, 5, nil)); n == 0 || n > 12 {
				t.Errorf("%v, log %v: %d ticks", c, log, n)
			}
		}
	}
}

func TestTicks(t *testing.T) {
	labels := func(s axis.Scale, most int, f func(v, step float64) string) string {
		var out []string
		for _, k := range ticksOf(s, most, f) {
			out = append(out, k.label)
		}
		return strings.Join(out, " ")
	}
	for _, test := range []struct {
		s    axis.Scale
		most int
		f    func(v, step float64) string
		want string
	}{
		{axis.Scale{Lo: 0, Hi: 950_000}, 5, draw.SIStep, "0 200k 400k 600k 800k"},
		{axis.Scale{Lo: 0, Hi: 1_900_000}, 8, draw.SIStep, "0 250k 500k 750k 1M 1.25M 1.5M 1.75M"},
		{axis.Scale{Lo: -0.5, Hi: 0.5}, 4, nil, "-0.50 -0.25 0.00 0.25 0.50"},
		{axis.Scale{Lo: -6, Hi: 1, Log: true}, 9, nil, "1e-6 1e-5 1e-4 1e-3 1e-2 0.1 1 10"},
		{axis.Scale{Lo: -13, Hi: 0, Log: true}, 4, nil, "1e-12 1e-8 1e-4 1"},
		{axis.Scale{Lo: -2.31, Hi: -1.69, Log: true}, 5, nil, "5e-3 1e-2 2e-2"},
		{axis.Scale{Lo: 5.6, Hi: 6.4, Log: true}, 5, draw.SIStep, "500k 1M 2M"},
		{axis.Scale{Lo: 2, Hi: 7, Log: true}, 9, draw.SIStep, "100 1k 10k 100k 1M 10M"},
	} {
		if got := labels(test.s, test.most, test.f); got != test.want {
			t.Errorf("%v: got %q, want %q", test.s, got, test.want)
		}
	}
}

func TestSmoothed(t *testing.T) {
	got := smoothed([]float64{1, nan, 1, 3}, 0.5)
	want := []float64{(1 + 0.5 + 0.75) / 1.75, nan, (0.5 + 1 + 1.5) / 2, (0.25 + 0.5 + 3) / 1.75}
	if !same(got, want) {
		t.Errorf("got %v, want %v", got, want)
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
	c := &chart{cols: 101, rows: 20, x: m.xScale()}
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

// Labels neither touch the frame nor say the same of different rows.
func TestLabelsOfSmallNumbers(t *testing.T) {
	c := &chart{cols: 10, rows: 12, x: axis.Scale{Lo: 0, Hi: 1}, y: axis.Scale{Lo: 0.006510, Hi: 0.006514}}
	c.yTicks = ticksOf(c.y, 4, nil)
	seen := map[string]bool{}
	for _, s := range c.yLabels() {
		if s[0] != ' ' || len(s) != labelWidth {
			t.Errorf("label %q", s)
		}
		if text := strings.TrimSpace(s); text != "" && seen[text] {
			t.Errorf("%s twice", text)
		}
		seen[strings.TrimSpace(s)] = true
	}
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
