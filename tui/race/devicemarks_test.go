package race

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"optwatch/train/device"
	"optwatch/train/view"
	"optwatch/tui/chart"
	"optwatch/tui/incident"
	"optwatch/tui/runs"
)

// began is when the runs of the tests did.
var began = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

// watched is a view of a GPU that has had events, each some seconds after the
// runs began.
func watched(events map[float64]device.Event) *device.View {
	v := &device.View{At: began.Add(41 * time.Second), Devices: []device.DeviceView{{Device: device.Device{ID: "GPU-0"}}}}
	for _, at := range slices.Sorted(maps.Keys(events)) {
		e := events[at]
		e.At, e.ID = began.Add(time.Duration(at*float64(time.Second))), "GPU-0"
		v.Events = append(v.Events, e)
	}
	return v
}

// eventful is a race of one run of 60 points that took 16 s, and events of a GPU.
func eventful(events map[float64]device.Event) *Race {
	src := sample(60, false)
	src.snap.Began, src.snap.Devices = began, watched(events)
	return newRace(src)
}

// columnOf is the row and the column of a sign in a chart.
func columnOf(rows []string, sign rune) (row, col int) {
	for y, s := range rows[:len(rows)-1] { // not in the legend
		for x, r := range []rune(s) {
			if r == sign {
				return y, x
			}
		}
	}
	return -1, -1
}

// An event lies on the curve, where the run then was; on the axis of time it
// lies on the axis.
func TestDeviceEventsOnCurves(t *testing.T) {
	for kind, sign := range map[device.EventKind]rune{
		device.EventThrottle: '▼', device.EventXid: '✖', device.EventLost: '✖', device.EventBack: '✚', device.EventInfo: 0, device.EventDriver: 0,
	} {
		q := eventful(map[float64]device.Event{8: {Kind: kind, Reason: device.ThrottleThermal, Text: "thermal slowdown"}})
		if sign == 0 {
			if got := drawn(q, leftChart) + drawn(q, rightChart); strings.ContainsAny(got, "▼▲✖✚") {
				t.Errorf("event %d is drawn", kind)
			}
			continue
		}
		rows := strings.Split(drawn(q, rightChart), "\n")
		y, x := columnOf(rows, sign)
		if y < 0 {
			t.Fatalf("event %d is not drawn:\n%s", kind, strings.Join(rows, "\n"))
		}
		if around := []rune(rows[y]); !strings.ContainsRune("─╮╯╰╭", around[x-1]) && !strings.ContainsRune("─╮╯╰╭", around[x+1]) {
			t.Errorf("event %d is not on the curve:\n%s", kind, strings.Join(rows, "\n"))
		}
		column := func(place float64) int {
			return 2 + chart.LabelWidth + int(q.x().Cell(place, q.chartColumns())+0.5)
		}
		if want := column(8 * 3e5); x != want { // it makes 3e5 evaluations a second
			t.Errorf("event %d in column %d, want %d", kind, x, want)
		}
		over(t, q, onTime)
		rows = strings.Split(drawn(q, rightChart), "\n")
		y, x = columnOf(rows, sign)
		if want := column(8); y != len(rows)-3 || x != want {
			t.Errorf("event %d at row %d, column %d of the time axis, want %d, %d:\n%s", kind, y, x, len(rows)-3, want, strings.Join(rows, "\n"))
		}
		if legend := rows[len(rows)-1]; !strings.Contains(legend, string(sign)+" gpu") {
			t.Errorf("event %d is not explained: %s", kind, legend)
		}
	}
}

// Where a curve does not go, nothing is drawn: before it began and after its end.
func TestDeviceEventsBesideCurves(t *testing.T) {
	q := eventful(map[float64]device.Event{-5: {Kind: device.EventLost}, 30: {Kind: device.EventLost}})
	if text := drawn(q, leftChart) + drawn(q, rightChart); strings.Contains(text, "✖") {
		t.Errorf("a mark where there is no curve:\n%s", text)
	}
	if got := len(q.charts[0].incidents.Marks); got != 1 {
		t.Errorf("%d marks, want the one after the beginning", got)
	}
}

// A device at its power limit does not paint the curve, and the worst goes first.
func TestDeviceMarksAreFewAndTheWorst(t *testing.T) {
	events := map[float64]device.Event{8.21: {Kind: device.EventLost}}
	for i := range 100 {
		events[1+0.15*float64(i)] = device.Event{Kind: device.EventThrottle, Reason: device.ThrottlePowerCap, Text: "power cap"}
	}
	text := drawn(eventful(events), rightChart)
	if n := strings.Count(text, "▼"); n < 1 || n > 5 {
		t.Errorf("%d signs of a power cap:\n%s", n, text)
	}
	if strings.Count(text, "✖") < 1 {
		t.Errorf("the loss is hidden:\n%s", text)
	}
	q := eventful(map[float64]device.Event{
		5:  {Kind: device.EventThrottleEnd, Reason: device.ThrottlePowerCap, Text: "power cap ended after 9s"},
		10: {Kind: device.EventThrottleEnd, Reason: device.ThrottlePowerBrake, Text: "power brake ended after 3s"},
	})
	if n := len(q.charts[0].incidents.Marks); n != 1 {
		t.Errorf("%d ends are drawn, want that of the alarm", n)
	}
}

// Where a run then was is found on every axis that it has places on, and nowhere
// outside of the time that it has trained.
func TestThenOnEveryAxis(t *testing.T) {
	src := sample(4, true)
	k := src.run(0).Of("acc")
	k.Places = [][]float64{onEvals: {100, 300, 300, 700}, onRounds: {1, 3, 3, 5}, onBytes: {1000, 3000, 3000, 4000}, onTime: {1, 3, 3, 7}}
	q := newRace(src)
	for axis, want := range map[int][]float64{
		onEvals: {nan, 100, 200, 300, 500, 700, nan, nan}, onRounds: {nan, 1, 2, 3, 4, 5, nan, nan},
		onBytes: {nan, 1000, 2000, 3000, 3500, 4000, nan, nan}, onTime: {nan, 1, 2, 3, 5, 7, nan, nan},
	} {
		over(t, q, axis)
		for i, at := range []float64{0.5, 1, 2, 3, 5, 7, 7.1, nan} {
			x, ok := q.charts[0].then(&q.Snap.Runs[0], "acc", at)
			if ok != (want[i] == want[i]) || ok && x != want[i] {
				t.Errorf("axis %d, after %g s: %g, %v, want %g", axis, at, x, ok, want[i])
			}
		}
	}
	if _, ok := q.charts[0].then(&view.Run{}, "acc", 1); ok {
		t.Error("a run without a curve was somewhere")
	}
	if _, ok := q.charts[0].then(&q.Snap.Runs[0], "none", 1); ok {
		t.Error("a run was somewhere with a metric that it has not")
	}
}

// The charts are drawn anew when a device has an event, and only then.
func TestCacheSeesDeviceEvents(t *testing.T) {
	src := sample(60, false)
	src.snap.Began, src.snap.Devices = began, watched(nil)
	q := newRace(src)
	picture := func() *string {
		drawn(q, leftChart)
		return &q.charts[0].lines[0]
	}
	before := picture()
	src.snap.Devices = watched(map[float64]device.Event{8: {Kind: device.EventInfo, Text: "awake"}})
	if follow(q); picture() != before {
		t.Error("drawn anew for a new view without an event that is drawn")
	}
	src.snap.Devices = watched(map[float64]device.Event{8: {Kind: device.EventLost, Text: "lost"}})
	follow(q)
	if y, _ := columnOf(strings.Split(drawn(q, leftChart), "\n"), '✖'); y < 0 {
		t.Error("the event is not drawn")
	}
}

// The signs are explained one by one, or together where there is no room.
func TestDeviceLegend(t *testing.T) {
	p := &plot{}
	if got := p.deviceLegend(80); got != nil {
		t.Errorf("explains %v", got)
	}
	p.say('✖')
	p.say('▼')
	if got := p.deviceLegend(60); len(got) != 2 || got[0][0] != "▼" || got[1][1] != "gpu lost, Xid" {
		t.Errorf("got %v", got)
	}
	if got := p.deviceLegend(20); len(got) != 1 || got[0] != [2]string{"▼✖", "gpu"} {
		t.Errorf("got %v", got)
	}
}

// What the looks find has a sign of its own, in the log and on the curves.
func TestSignOfADiagnosis(t *testing.T) {
	if s, ok := signOf(view.EventDiagnosis); !ok || string(s.glyph) != runs.DiagnosisSign {
		t.Errorf("a diagnosis is %q on the curves, want %q", s.glyph, runs.DiagnosisSign)
	}
	for _, s := range signs {
		if s.kind != view.EventDiagnosis && string(s.glyph) == runs.DiagnosisSign {
			t.Errorf("%s stands for a diagnosis and for a %s", runs.DiagnosisSign, s.name)
		}
	}
	for _, d := range incident.Signs {
		if string(d.Glyph) == runs.DiagnosisSign {
			t.Errorf("%s stands for a diagnosis and for %s", runs.DiagnosisSign, d.Name)
		}
	}
}
