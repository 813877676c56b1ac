package race

import (
	"io"
	"math"
	"slices"
	"strings"
	"testing"

	"optwatch/train/view"
	"optwatch/tui/draw"
	"optwatch/tui/pane"
	"optwatch/tui/runs"
)

var nan = math.NaN()

// stub is a source that shows what it is told to, and takes no command.
type stub struct{ snap *view.Snapshot }

func (s *stub) Snapshot() *view.Snapshot {
	v := *s.snap
	return &v
}

func (s *stub) Do(view.Command) error { return nil }

func (s *stub) Offer(view.Command) view.Offer { return view.Offer{} }

// run is the i-th run of the snapshot, to be changed.
func (s *stub) run(i int) *view.Run { return &s.snap.Runs[i] }

// The axes of the sample by their positions.
const (
	onEvals = iota
	onRounds
	onBytes
	onTime
)

// optimum is the loss that the gaps of the sample are measured from.
const optimum = 0.34

// sample is a source of runs with so many points each: an accuracy, which is
// better above, a loss, and its distance from the optimum, which falls by powers
// of ten. A federated run has places on the rounds and on the bytes.
func sample(points int, federated ...bool) *stub {
	s := &view.Snapshot{
		Phase: view.PhaseTraining,
		Axes: []view.Axis{
			onEvals:  {Key: "evals", Title: "gradient evaluations", Format: view.Count},
			onRounds: {Key: "rounds", Title: "rounds", Format: view.Count, Whole: true, None: "no rounds"},
			onBytes:  {Key: "bytes", Title: "bytes sent", Format: view.Bytes, None: "sends nothing"},
			onTime:   {Key: "time", Title: "wall time, s", Clock: true},
		},
		Metrics: []view.Metric{
			{Key: "acc", Title: "accuracy %", Format: view.Share, Better: 1, Least: 0.01},
			{Key: "loss", Title: "loss", Format: view.Digits, Scale: view.LinearFirst, Better: -1},
			{Key: "gap", Title: "f − f*", Format: view.Scientific, Scale: view.LogFirst, Better: -1, Floor: 3e-13},
		},
		Headline: []string{"acc", "gap"},
	}
	for i, f := range federated {
		s.Runs = append(s.Runs, racer(i, points, f))
	}
	return &stub{s}
}

func racer(i, points int, federated bool) view.Run {
	names := []string{"sgd", "adam", "svrg", "momentum"}
	r := view.Run{ID: i, Name: names[i%len(names)], Left: -1, At: []float64{0, nan, nan, 0}}
	if federated {
		r.Name, r.At = "fedavg", []float64{0, 0, 0, 0}
	}
	places := make([][]float64, 4)
	var acc, loss, gap []float64
	evals := 64.0
	for k := range points {
		place(&r, places, evals, math.Floor(11*float64(k)/float64(max(points-1, 1))))
		passes := evals / 50_000
		g := 2 / (1 + 3*passes) * (1 + 0.2*math.Sin(float64(7*k+i)))
		acc, loss, gap = append(acc, 0.9232-g/20), append(loss, optimum+g), append(gap, g)
		evals += math.Min(evals/4, 250_000)
	}
	for key, v := range map[string][]float64{"acc": acc, "loss": loss, "gap": gap} {
		last := nan
		if points > 0 {
			last = v[points-1]
		}
		r.Series = append(r.Series, view.Series{Metric: key, Places: places, Values: v, Last: last})
	}
	slices.SortFunc(r.Series, func(a, b view.Series) int { return strings.Compare(a.Metric, b.Metric) })
	return r
}

// place goes on to a place on all axes that the run has places on.
func place(r *view.Run, places [][]float64, evals, round float64) {
	for axis, v := range []float64{onEvals: evals, onRounds: round, onBytes: 628_000 * round, onTime: evals / 3e5} {
		if !math.IsNaN(r.At[axis]) {
			places[axis] = append(places[axis], v)
			r.At[axis] = v
		}
	}
}

// centralised are so many runs without rounds.
func centralised(n int) []bool { return make([]bool, n) }

// newRace is a race on a screen of 120×40 that nothing else is on.
func newRace(s *stub) *Race {
	screen := pane.NewScreen(draw.NewTheme(io.Discard, false, true), s, 0)
	q := New(runs.New(screen))
	screen.Keys = pane.NewTable(q.Keys())
	follow(q)
	return q
}

// follow takes a new snapshot and lays all out.
func follow(q *Race) {
	q.Pull()
	q.Follow()
	l := q.Arrange(120, 40)
	for i, p := range q.panes {
		place, seen := l.Find(i)
		p.Settle(place, seen)
	}
}

// press types keys, each on its own.
func press(t *testing.T, q *Race, keys ...string) {
	t.Helper()
	for _, key := range keys {
		b := q.Screen.Keys.Lookup(q.Ground(), key)
		if b == nil || !b.Valid() {
			t.Fatalf("%s does nothing", key)
		}
		b.Do(key)
		follow(q)
	}
}

// over goes to an axis.
func over(t *testing.T, q *Race, axis int) {
	t.Helper()
	for range q.Snap.Axes {
		if q.axis != axis {
			press(t, q, "t")
		}
	}
	if q.axis != axis {
		t.Fatalf("no run has a place on axis %d", axis)
	}
}

// drawn is a chart in its place, as one text.
func drawn(q *Race, chart int) string {
	p, _ := q.lay.Find(chart)
	return strings.Join(q.panes[chart].Draw(p), "\n")
}
