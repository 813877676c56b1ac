package race

import (
	"math"
	"slices"
	"strings"
	"testing"

	"optwatch/train/view"
	"optwatch/tui/chart"
	"optwatch/tui/draw"
)

func nearly(a, b []float64) bool {
	return slices.EqualFunc(a, b, func(x, y float64) bool { return x == y || math.IsNaN(x) && math.IsNaN(y) || math.Abs(x-y) < 1e-9 })
}

// The beginning of an accuracy is left out of its axis: it is no plateau at 80 %.
func TestTransientIsOffScale(t *testing.T) {
	src := sample(100, false)
	k := src.run(0).Of("acc")
	for i := range k.Values {
		k.Values[i], k.Places[onEvals][i] = 0.1, float64(100*i)
		if i >= 10 {
			k.Values[i] = 0.9 + 0.0003*float64(i)
		}
	}
	q := newRace(src)
	p := q.charts[0].plot(q.charts[0].metric(), 49, 20)
	if draw.Known(p.Strokes[0].Rows[2]) {
		t.Errorf("10 %% is drawn in row %g of an axis from %g", p.Strokes[0].Rows[2], p.Y.Lo)
	}
}

// A gap that falls by a constant factor is a straight line on a log axis: the
// smoothed curve lies on it, neither above it as a linear average would nor
// behind it as a moving average of the past.
func TestSmoothedFollowsALogCurve(t *testing.T) {
	src := sample(101, false)
	k := src.run(0).Of("gap")
	for i := range k.Values {
		k.Values[i], k.Places[onEvals][i] = math.Pow(10, -float64(i)/10), float64(100*i)
	}
	q := newRace(src)
	press(t, q, "s", "s")
	c := q.charts[1]
	p := &plot{Plot: chart.New(101, 20), metric: c.metric()}
	p.X = q.x()
	s := c.own(view.Group{&q.Snap.Runs[0]}, p, true)
	for col := 40; col <= 60; col++ {
		if !(math.Abs(s.soft[col]-s.raw[col]) <= 0.05) {
			t.Errorf("column %d: 10^%.2f, smoothed 10^%.2f", col, s.raw[col], s.soft[col])
		}
	}
}

// The median is that of the runs which have a value in the column: none is
// carried on beyond its end, and less than half of them are no group.
func TestBanded(t *testing.T) {
	g := make(view.Group, 4)
	k := banded(g, [][]float64{
		{1, 1, 1, 1, nan, nan},
		{2, 2, 2, nan, nan, nan},
		{9, 9, nan, nan, nan, nan},
		{4, nan, nan, nan, nan, 4},
	}, 6)
	if want := []float64{3, 2, 1.5, nan, nan, nan}; !nearly(k.raw, want) {
		t.Errorf("median %v, want %v", k.raw, want)
	}
	if want := []float64{1, 1, 1, nan, nan, nan}; !nearly(k.lo, want) {
		t.Errorf("lowest %v, want %v", k.lo, want)
	}
	if want := []float64{9, 9, 2, nan, nan, nan}; !nearly(k.hi, want) {
		t.Errorf("highest %v, want %v", k.hi, want)
	}
}

// A source may know a band of its own about a curve.
func TestBandOfASeries(t *testing.T) {
	src := sample(11, false)
	k := src.run(0).Of("loss")
	k.Low, k.High = slices.Clone(k.Values), slices.Clone(k.Values)
	for i := range k.Values {
		k.Low[i] -= 0.1
		k.High[i] += 0.2
	}
	q := newRace(src)
	press(t, q, "m")
	p := q.charts[0].plot(q.charts[0].metric(), 40, 10)
	if len(p.Bands) != 1 {
		t.Fatalf("%d bands", len(p.Bands))
	}
	for col, lo := range p.Bands[0].Lo {
		if width := p.Bands[0].Hi[col] - lo; draw.Known(width) && math.Abs(width-0.3) > 1e-9 {
			t.Errorf("column %d: a band of %g, want 0.3", col, width)
		}
	}
}

// Where the places of a run go back, its curve is broken: nothing lies between
// the last value before and the first after. What was trained anew is drawn
// over what was before.
func TestCurveThatGoesBack(t *testing.T) {
	src := sample(2, false)
	k := src.run(0).Of("loss")
	k.Places = [][]float64{{0, 50, 100, 60, 80}}
	k.Values = []float64{10, 5, 0, 4, 4}
	q := newRace(src)
	c := q.charts[0]
	p := &plot{Plot: chart.New(11, 5), metric: q.Snap.Metric("loss")}
	p.X.Hi = 100
	s := c.own(view.Group{&q.Snap.Runs[0]}, p, false)
	if want := []float64{10, 9, 8, 7, 6, 5, 4, 4, 4, 1, 0}; !nearly(s.raw, want) {
		t.Errorf("got %v, want %v", s.raw, want)
	}
}

// What was before a run went back has no part in the average of what came after.
func TestSmoothedWhereARunGoesBack(t *testing.T) {
	got := chart.SmoothedAlong([]float64{0, 1, 2, 1, 2, 3}, []float64{0, 0, 0, 8, 8, 8}, 0.9)
	if want := []float64{0, 0, 0, 8, 8, 8}; !nearly(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := chart.SmoothedAlong(nil, nil, 0.9); len(got) > 0 {
		t.Errorf("%v of nothing", got)
	}
}

// The selected run lies on top.
func TestSelectedIsDrawnLast(t *testing.T) {
	q := newRace(sample(40, centralised(4)...))
	press(t, q, "j", "v")
	press(t, q, "k")
	if all := q.Plotted(); all[len(all)-1].ID != 0 || len(all) != 3 {
		t.Errorf("%d runs, the last is %d", len(all), all[len(all)-1].ID)
	}
}

// A mark stands where its run was on the axis, and nowhere where it had no place.
func TestMarksHavePlaces(t *testing.T) {
	src := sample(60, false, true)
	at := func(r *view.Run, i int) []float64 {
		k, places := r.Of("gap"), make([]float64, 4)
		for axis := range places {
			places[axis] = nan
			if v := k.On(axis); v != nil {
				places[axis] = v[i]
			}
		}
		return places
	}
	for i := range 2 {
		r := src.run(i)
		r.Marks = []view.Mark{{Kind: view.EventSwitch, Places: at(r, 30)}, {Kind: view.EventSetting, Places: at(r, 2)}, {Kind: view.EventSwitch}}
	}
	q := newRace(src)
	over(t, q, onRounds)
	p := q.charts[1].plot(q.charts[1].metric(), 56, 12) // 0 to 11 rounds
	want := int(math.Round(src.run(1).Marks[0].Places[onRounds] / p.X.Hi * 55))
	if len(p.Marks) != 1 || p.Marks[0].Col != want {
		t.Errorf("marks %+v, want one in column %d", p.Marks, want)
	}
}

// Unchanged charts are not drawn again; any change of what they show is seen.
func TestCache(t *testing.T) {
	src := sample(40, centralised(3)...)
	q := newRace(src)
	pictures := func() *string {
		drawn(q, rightChart)
		return &q.charts[1].lines[0]
	}
	first := pictures()
	src.snap.Elapsed = 2e9
	src.run(0).At[onTime] *= 2
	if follow(q); pictures() != first {
		t.Error("a clock draws the charts anew")
	}
	longer := func(r *view.Run, metric string) {
		k := r.Of(metric)
		k.Values = append(slices.Clone(k.Values), k.Last)
		k.Places = slices.Clone(k.Places)
		for axis := range k.Places {
			if v := k.Places[axis]; v != nil {
				k.Places[axis] = append(slices.Clone(v), 2*v[len(v)-1])
			}
		}
	}
	for _, test := range []struct {
		what   string
		change func()
	}{
		{"a point", func() { longer(src.run(0), "gap") }},
		{"the x-axis, which another metric has moved,", func() { longer(src.run(1), "acc") }},
		{"a mark", func() {
			src.run(0).Marks = append(src.run(0).Marks, view.Mark{Kind: view.EventSwitch, Places: []float64{1000}})
		}},
		{"f*", func() { k := src.run(2).Of("gap"); k.Values = slices.Clone(k.Values); k.Values[0] += 1e-5 }},
		{"its floor", func() { src.snap.Metrics[2].Floor = 1e-9 }},
		{"its title", func() { src.snap.Metrics[2].Title = "f − best so far" }},
		{"its scale", func() { src.snap.Metrics[2].Scale = view.LinearFirst }},
		{"a line to compare with", func() { src.snap.Metrics[2].Lines = []view.Line{{Name: "floor", At: 1e-3}} }},
		{"an end", func() { src.run(1).State = view.Diverged }},
		{"the selection", func() { press(t, q, "j") }},
		{"hiding", func() { press(t, q, "v") }},
		{"the axis", func() { press(t, q, "t") }},
	} {
		before := pictures()
		test.change()
		if follow(q); pictures() == before {
			t.Errorf("%s does not draw the charts anew", test.what)
		}
	}
}

// A chart over rounds is drawn anew when only the rounds have moved.
func TestCacheSeesRounds(t *testing.T) {
	src := sample(60, false, true)
	q := newRace(src)
	over(t, q, onRounds)
	before := drawn(q, leftChart)
	for i := range src.run(1).Series {
		k := &src.run(1).Series[i]
		k.Places = slices.Clone(k.Places)
		k.Places[onRounds] = slices.Clone(k.Places[onRounds])
		k.Places[onRounds][59]++
	}
	if follow(q); drawn(q, leftChart) == before {
		t.Error("a round does not draw the chart anew")
	}
}

// Runs that have no place on the axis are named, and by the name they have now.
func TestCacheSeesNames(t *testing.T) {
	src := sample(60, false, true)
	q := newRace(src)
	over(t, q, onRounds)
	if got := drawn(q, leftChart); !strings.Contains(got, "no rounds: sgd") {
		t.Errorf("nothing is said of sgd:\n%s", got)
	}
	src.run(0).Name = "plain"
	if follow(q); !strings.Contains(drawn(q, leftChart), "no rounds: plain") {
		t.Errorf("the run has another name:\n%s", drawn(q, leftChart))
	}
}

// Where a run then was is a place between those of its values.
func TestThen(t *testing.T) {
	src := sample(3, false)
	k := src.run(0).Of("acc")
	k.Places = [][]float64{onEvals: {100, 300, 300}, onTime: {1, 3, 4}}
	q := newRace(src)
	for at, want := range map[float64]float64{0.5: nan, 1: 100, 2: 200, 3: 300, 3.5: 300, 4: 300, 5: nan} {
		x, ok := q.charts[0].then(&q.Snap.Runs[0], "acc", at)
		if ok == math.IsNaN(want) || ok && x != want {
			t.Errorf("after %g s: %g, %v, want %g", at, x, ok, want)
		}
	}
}

// At the value cursor a group shows the median there; a run that diverged
// before it has no part in it.
func TestGroupAtTheCursor(t *testing.T) {
	src := sample(60, centralised(3)...)
	for i := range 3 {
		src.run(i).Group = "seeds"
	}
	broken := src.run(2)
	broken.State = view.Diverged
	for i := range broken.Series {
		k := &broken.Series[i]
		k.Values, k.Places = k.Values[:30], slices.Clone(k.Places)
		for axis, v := range k.Places {
			if v != nil {
				k.Places[axis] = v[:30]
				broken.At[axis] = v[29]
			}
		}
	}
	q := newRace(src)
	press(t, q, "h", "h")
	if n := len(q.standing(q.Entry()).seen); n != 2 {
		t.Errorf("%d runs have a value behind the end of one, want 2", n)
	}
	q.cursor = broken.Of("loss").Places[onEvals][20]
	row := q.standing(q.Entry())
	var want []float64
	for i := range 3 {
		want = append(want, src.run(i).Of("loss").Values[20])
	}
	slices.Sort(want)
	if got := row.value("loss"); got != want[1] || len(row.seen) != 3 {
		t.Errorf("loss %g of %d runs, want the median %g", got, len(row.seen), want[1])
	}
}

// What was seen in one metric's curve is marked on that, and not on another's.
func TestMarkOnItsOwnMetric(t *testing.T) {
	src := sample(100, false)
	at := []float64{1000, nan, nan, 1}
	src.run(0).Marks = []view.Mark{{Kind: view.EventDiverged, Metric: "gap", Places: at}, {Kind: view.EventSwitch, Places: at}}
	q := newRace(src)
	for i, want := range []string{"◆", "✗◆"} {
		c, got := q.charts[i], ""
		for _, m := range c.plot(c.metric(), 49, 20).Marks {
			got += string(m.Glyph)
		}
		if got != want || c.marked(view.EventDiverged) != strings.Contains(want, "✗") {
			t.Errorf("on the chart of %s are the marks %q, want %q", c.metric().Key, got, want)
		}
	}
}

// Of one metric there is one chart: two would show the same.
func TestOneMetricHasOneChart(t *testing.T) {
	src := sample(100, false)
	src.snap.Metrics, src.snap.Headline = src.snap.Metrics[:1], nil
	q := newRace(src)
	for _, size := range [][2]int{{120, 30}, {100, 45}, {80, 24}, {60, 20}} {
		for _, p := range q.Arrange(size[0], size[1]).Panes {
			if p.Pane == rightChart {
				t.Errorf("at %v there is a second chart", size)
			}
		}
	}
	if got, want := drawing(120, 30, scene{runs: 4, oneChart: true, focus: paneRuns}), " 1 HHHHHHHHHHHH\n17 111111111111\n 7 RRRRRRRRRRRR\n 4 LLLLLLLLLLLL\n 1 FFFFFFFFFFFF\n"; got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}
