package race

import (
	"math"
	"testing"

	"optwatch/train/study/axis"
	"optwatch/train/view"
	"optwatch/tui/draw"
)

func TestLogX(t *testing.T) {
	q := newRace(sample(60, centralised(2)...))
	press(t, q, "L")
	if s := q.x(); !s.Log || s.Lo >= s.Hi {
		t.Errorf("log x: %+v", s)
	}
}

func TestZoomX(t *testing.T) {
	q := newRace(sample(60, centralised(2)...))
	full := q.x()
	press(t, q, "=", "=")
	s := q.x()
	if math.Abs((s.Hi-s.Lo)*4-(full.Hi-full.Lo)) > 1e-6*full.Hi || s.Hi != full.Hi {
		t.Errorf("from %+v to %+v", full, s)
	}
	for range 18 {
		press(t, q, "<")
	}
	if s = q.x(); s.Lo != full.Lo {
		t.Errorf("panned beyond the beginning: %+v", s)
	}
	press(t, q, "0")
	if q.x() != full {
		t.Error("0 does not follow again")
	}
}

// The value cursor stands at the newest point first, and goes back by columns.
func TestValueCursorGoesBack(t *testing.T) {
	src := sample(60, centralised(2)...)
	q := newRace(src)
	press(t, q, "h")
	k := src.run(0).Of("acc")
	if i := q.atCursor(k); i != len(k.Values)-1 {
		t.Errorf("the cursor begins at point %d of %d", i, len(k.Values))
	}
	for range 20 {
		press(t, q, "h")
	}
	i := q.atCursor(k)
	away := func(i int) float64 { return math.Abs(k.Places[onEvals][i] - q.cursor) }
	if i <= 0 || i >= len(k.Values)-1 || away(i-1) < away(i) || away(i+1) < away(i) {
		t.Errorf("at %g the cursor is at point %d, in place %g", q.cursor, i, k.Places[onEvals][max(i, 0)])
	}
	if got := q.valueOf(&q.Snap.Runs[0], "acc"); got != k.Values[i] {
		t.Errorf("the accuracy there is %g, want %g", got, k.Values[i])
	}
	press(t, q, "esc")
	if q.values {
		t.Error("esc does not leave the cursor")
	}
}

// The value at the cursor is that of the nearest point, on the scale that is drawn, and not
// of the one before: late in a long run that is far away, and a spike is in neither.
func TestCursorTakesTheNearestPoint(t *testing.T) {
	src := sample(3, false)
	k := src.run(0).Of("acc")
	k.Places, k.Values = [][]float64{{10, 100, 1000}}, []float64{0.1, 0.2, 0.9}
	q := newRace(src)
	q.values = true
	for _, c := range []struct {
		log      bool
		at, want float64
	}{{false, 9, math.NaN()}, {false, 10, 0.1}, {false, 55, 0.1}, {false, 56, 0.2}, {false, 549, 0.2}, {false, 551, 0.9}, {false, 5000, 0.9}, {true, 311, 0.2}, {true, 320, 0.9}} {
		q.logX, q.cursor = c.log, axis.Scale{Log: c.log}.Of(c.at)
		if got := q.valueOf(&q.Snap.Runs[0], "acc"); got != c.want && !(math.IsNaN(got) && math.IsNaN(c.want)) {
			t.Errorf("at %g, logarithmic %v: %g, want %g", c.at, c.log, got, c.want)
		}
	}
}

// A run that went back to an earlier place is shown as it was then the last time.
func TestCursorWhereARunWentBack(t *testing.T) {
	src := sample(3, false)
	k := src.run(0).Of("acc")
	k.Places = [][]float64{{0, 100, 200, 300, 150, 250}}
	k.Values = []float64{0.1, 0.2, 0.3, 0.4, 0.5, 0.6}
	q := newRace(src)
	q.values = true
	for at, want := range map[float64]float64{49: 0.1, 51: 0.2, 99: 0.2, 120: 0.2, 149: 0.5, 160: 0.5, 249: 0.6, 260: 0.6, 300: 0.6} {
		if q.cursor = at; q.valueOf(&q.Snap.Runs[0], "acc") != want {
			t.Errorf("at %g: %g, want %g", at, q.valueOf(&q.Snap.Runs[0], "acc"), want)
		}
	}
}

// Metrics may be logged at different steps: at the cursor a run is where the
// nearest of their points is, whichever is listed first.
func TestPlaceAtTheCursor(t *testing.T) {
	src := sample(6, false)
	q := newRace(src)
	q.values = true
	for _, every := range [][]float64{{500, 100, 250}, {100, 250, 500}, {250, 500, 100}} {
		for i := range src.run(0).Series {
			k := &src.run(0).Series[i]
			k.Places = make([][]float64, 4)
			for x := 0.0; x <= 1000; x += every[i] {
				k.Places[onEvals], k.Places[onTime] = append(k.Places[onEvals], x), append(k.Places[onTime], x/100)
			}
			k.Values = make([]float64, len(k.Places[onEvals]))
		}
		follow(q)
		for at, want := range map[float64]float64{430: 400, 449: 400, 480: 500, 500: 500, 760: 750, 0: 0} {
			q.cursor = at
			if x, s := q.placeOf(&q.Snap.Runs[0], onEvals), q.placeOf(&q.Snap.Runs[0], onTime); x != want || s != want/100 {
				t.Errorf("logged every %v, at %g: in place %g after %g s, want %g", every, at, x, s, want)
			}
		}
	}
}

// A run without rounds has no place on them, and is not said to be at 0.
func TestRunsWithoutAPlace(t *testing.T) {
	q := newRace(sample(60, false, false, true))
	over(t, q, onRounds)
	p := q.charts[0].plot(q.charts[0].metric(), 48, 16)
	for i, r := range q.Plotted() {
		has := false
		for _, y := range p.Strokes[i].Rows {
			has = has || draw.Known(y)
		}
		if has != (r.Name == "fedavg") {
			t.Errorf("%s: drawn %v", r.Name, has)
		}
	}
	over(t, q, onBytes)
	for w, want := range map[int]string{48: "sends nothing: sgd, adam", 23: "sends nothing: 2 runs", 12: ""} {
		if got := q.offAxis(q.Groups, w); got != want {
			t.Errorf("in %d columns: %q, want %q", w, got, want)
		}
	}
	over(t, q, onRounds)
	press(t, q, "h", "h")
	if q.begun(&q.Snap.Runs[0]) || draw.Known(q.valueOf(&q.Snap.Runs[0], "acc")) || draw.Known(q.placeOf(&q.Snap.Runs[0], onRounds)) {
		t.Error("sgd is said to be somewhere")
	}
	if !q.begun(&q.Snap.Runs[2]) || !draw.Known(q.valueOf(&q.Snap.Runs[2], "acc")) {
		t.Error("fedavg is nowhere")
	}
}

// The cursor, zoom and the logarithm work on every axis.
func TestZoomOnBytes(t *testing.T) {
	q := newRace(sample(60, false, true))
	over(t, q, onBytes)
	press(t, q, "h")
	full := q.fullX()
	press(t, q, "=", "=")
	if s := q.x(); !(s.Hi-s.Lo < 0.3*(full.Hi-full.Lo)) {
		t.Errorf("zoomed from %+v to %+v", full, s)
	}
	press(t, q, "0", "L")
	if s := q.x(); !s.Log || !draw.Known(s.Lo) || !draw.Known(s.Hi) || s.Lo >= s.Hi {
		t.Errorf("log bytes: %+v", s)
	}
}

// Between whole numbers there is no tick.
func TestTicksOfWholeNumbers(t *testing.T) {
	q := newRace(sample(60, false, true))
	over(t, q, onRounds)
	p := q.charts[0].plot(q.charts[0].metric(), 90, 10)
	if len(p.XTicks) < 3 {
		t.Errorf("%d ticks", len(p.XTicks))
	}
	for _, k := range p.XTicks {
		if k.At != math.Trunc(k.At) || k.Label != draw.Grouped(int64(k.At)) {
			t.Errorf("a tick at round %g, labelled %s", k.At, k.Label)
		}
	}
}

// The axis is left when the last run with a place on it is gone; so are places on it.
func TestAxisIsLeft(t *testing.T) {
	src := sample(60, false, true)
	q := newRace(src)
	over(t, q, onRounds)
	press(t, q, "h", "=")
	src.snap = sample(60, false).snap
	follow(q)
	if q.axis != onEvals || q.values || q.zoomed {
		t.Errorf("axis %d, cursor %v, zoom %v", q.axis, q.values, q.zoomed)
	}
}

// The ends of a series are those of all its places, however it has grown, been cut
// or been replaced since they were looked for.
func TestEnds(t *testing.T) {
	s := &sight{}
	run := &view.Run{ID: 1, Series: make([]view.Series, 1)}
	places := make([]float64, 0, 8)
	check := func(what string, lo, hi float64) {
		t.Helper()
		e := &s.knownOf(run)[0]
		if e.Extend(places); e.Lo != lo || e.Hi != hi {
			t.Errorf("%s: from %v to %v, want %v to %v", what, e.Lo, e.Hi, lo, hi)
		}
	}
	places = append(places, 0, 3, math.NaN(), 2)
	check("at first", 2, 3)
	places = append(places, 7, 1)
	check("grown", 1, 7)
	check("the same", 1, 7)
	places = places[:3]
	check("cut", 3, 3)
	places = []float64{5, math.Inf(1), 4}
	check("another", 4, 5)
	places = []float64{1, 2, 4}
	check("another that comes as far", 1, 4)
	places = []float64{3, 2, 4}
	check("another from later on", 2, 4)
	run.ID = 2
	places = []float64{9}
	check("of another run", 9, 9)
}
