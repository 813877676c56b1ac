package tui

import (
	"strings"
	"testing"
	"time"

	"optwatch/train"
	"optwatch/train/device"
	"optwatch/tui/chart"
)

func TestThen(t *testing.T) {
	r := &train.RunView{Curve: []train.Point{
		{Step: 10, Evals: 100, Elapsed: 1, Rounds: 1, Bytes: 1000},
		{Step: 30, Evals: 300, Elapsed: 3, Rounds: 3, Bytes: 3000},
		{Step: 30, Evals: 300, Elapsed: 3},
		{Step: 40, Evals: 700, Elapsed: 7, Rounds: 5, Bytes: 4000},
	}}
	for _, test := range []struct {
		at                float64
		ok                bool
		step, evals, rest int64
	}{{0.5, false, 0, 0, 0}, {1, true, 10, 100, 1}, {2, true, 20, 200, 2}, {3, true, 30, 300, 3}, {5, true, 35, 500, 3}, {7, true, 40, 700, 5}, {7.1, false, 0, 0, 0}, {nan, false, 0, 0, 0}} {
		p, ok := then(r, test.at)
		if ok != test.ok || p.Step != test.step || p.Evals != test.evals || p.Rounds != test.rest {
			t.Errorf("at %v: %+v, %v", test.at, p, ok)
		}
	}
	if _, ok := then(&train.RunView{}, 1); ok {
		t.Error("a run without a curve was somewhere")
	}
}

// eventful is the main screen with one run of 60 points that took 16 s, and
// events of a GPU, each some seconds after the experiment began.
func eventful(t *testing.T, events map[float64]device.Event) *model {
	t.Helper()
	v := gpus(1, 60)
	for at, e := range events {
		e.At, e.ID = noon.Add(time.Duration((at-41)*float64(time.Second))), "GPU-0"
		v.Events = append(v.Events, e)
	}
	return newTestModel(&stub{snap: withDevices(sample(1, 60), v)}, 120, 40)
}

// chartOf are the rows of a chart, without what lies beside it.
func chartOf(m *model, p pane) []string {
	q, _ := m.lay.find(p)
	return m.drawCurves(q)
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
		m := eventful(t, map[float64]device.Event{8: {Kind: kind, Reason: device.ThrottleThermal, Text: "thermal slowdown"}})
		rows := chartOf(m, paneRight)
		y, x := columnOf(rows, sign)
		if sign == 0 {
			if got := strings.Join(rows, "") + strings.Join(chartOf(m, paneLeft), ""); strings.ContainsAny(got, "▼▲✖✚") {
				t.Errorf("event %d is drawn", kind)
			}
			continue
		}
		if y < 0 {
			t.Fatalf("event %d is not drawn:\n%s", kind, strings.Join(rows, "\n"))
		}
		if around := []rune(rows[y]); !strings.ContainsRune("─╮╯╰╭", around[x-1]) && !strings.ContainsRune("─╮╯╰╭", around[x+1]) {
			t.Errorf("event %d is not on the curve:\n%s", kind, strings.Join(rows, "\n"))
		}
		p, _ := then(&m.snap.Runs[0], 8)
		if want := 2 + chart.LabelWidth + int(m.place(&m.snap.Runs[0], p, m.xScale(), m.chartColumns())+0.5); x != want {
			t.Errorf("event %d in column %d, want %d", kind, x, want)
		}
		press(m, "t", "t") // wall time
		rows = chartOf(m, paneRight)
		y, x = columnOf(rows, sign)
		if want := 2 + chart.LabelWidth + int(m.xScale().Cell(8, m.chartColumns())+0.5); y != len(rows)-3 || x != want {
			t.Errorf("event %d at row %d, column %d of the time axis, want %d, %d:\n%s", kind, y, x, len(rows)-3, want, strings.Join(rows, "\n"))
		}
		if legend := rows[len(rows)-1]; !strings.Contains(legend, string(sign)+" gpu") {
			t.Errorf("event %d is not explained: %s", kind, legend)
		}
	}
}

// Where a curve does not go, nothing is drawn: before it began and after its end.
func TestDeviceEventsBesideCurves(t *testing.T) {
	m := eventful(t, map[float64]device.Event{-5: {Kind: device.EventLost}, 30: {Kind: device.EventLost}})
	if text := strings.Join(chartOf(m, paneLeft), "") + strings.Join(chartOf(m, paneRight), ""); strings.Contains(text, "✖") {
		t.Errorf("a mark where there is no curve:\n%s", m.View())
	}
	if got := len(m.told.marks); got != 1 {
		t.Errorf("%d marks, want the one after the beginning", got)
	}
}

// A device at its power limit does not paint the curve, and the worst goes first.
func TestDeviceMarksAreFewAndTheWorst(t *testing.T) {
	events := map[float64]device.Event{8.21: {Kind: device.EventLost}}
	for i := range 100 {
		events[1+0.15*float64(i)] = device.Event{Kind: device.EventThrottle, Reason: device.ThrottlePowerCap, Text: "power cap"}
	}
	m := eventful(t, events)
	text := strings.Join(chartOf(m, paneRight), "\n")
	if n := strings.Count(text, "▼"); n < 1 || n > 5 {
		t.Errorf("%d signs of a power cap:\n%s", n, text)
	}
	if strings.Count(text, "✖") < 1 {
		t.Errorf("the loss is hidden:\n%s", text)
	}
	m = eventful(t, map[float64]device.Event{
		5:  {Kind: device.EventThrottleEnd, Reason: device.ThrottlePowerCap, Text: "power cap ended after 9s"},
		10: {Kind: device.EventThrottleEnd, Reason: device.ThrottlePowerBrake, Text: "power brake ended after 3s"},
	})
	if n := len(m.told.marks); n != 1 {
		t.Errorf("%d ends are drawn, want that of the alarm", n)
	}
}

// The events stand in the log among those of the runs, by their time.
func TestDeviceEventsInTheLog(t *testing.T) {
	m := eventful(t, map[float64]device.Event{
		-3: {Kind: device.EventLost, Text: "before the beginning"}, 12: {Kind: device.EventThrottle, Reason: device.ThrottlePowerCap, Text: "power cap"},
		14: {Kind: device.EventXid, Text: "Xid 79: fell off the bus"}, 20: {Kind: device.EventInfo, Text: "awake"},
	})
	m.snap.Events = append(m.snap.Events, train.Event{Elapsed: 13 * time.Second, Run: "sgd", Text: "learning rate 0.1"})
	m.note(train.EventInfo, "a note of the screen")
	var got []string
	for _, e := range m.events() {
		got = append(got, e.Run+" "+e.Text)
	}
	want := "sgd " + m.snap.Runs[0].Recipe + "|gpu 0 held back: power cap|sgd learning rate 0.1|gpu 0 Xid 79: fell off the bus|gpu 0 awake| a note of the screen"
	if text := strings.Join(got, "|"); text != want {
		t.Errorf("got  %s\nwant %s", text, want)
	}
	press(m, "4", "z")
	wantSeen(t, m, "0:14  gpu 0  Xid 79: fell off the bus")
	if bad := deviceEventKind(&device.Event{Kind: device.EventXid}); bad != train.EventFailed {
		t.Errorf("an Xid is a line of kind %d", bad)
	}
	m.note(train.EventInfo, "another")
	if events := m.events(); events[len(events)-1].Text != "another" {
		t.Error("a later note is not in the log")
	}
}

// The charts are drawn anew when a device has an event, and only then.
func TestCacheSeesDeviceEvents(t *testing.T) {
	src := &stub{snap: withDevices(sample(1, 60), gpus(1, 60))}
	m := newTestModel(src, 120, 40)
	before := chartOf(m, paneLeft)
	src.snap = withDevices(sample(1, 60), gpus(1, 60))
	m.lookAgain()
	if again := chartOf(m, paneLeft); &again[0] != &before[0] {
		t.Error("drawn anew for a new view without an event")
	}
	v := gpus(1, 60)
	happened(v, 0, 31, device.EventLost, "lost")
	src.snap = withDevices(sample(1, 60), v)
	m.lookAgain()
	if y, _ := columnOf(chartOf(m, paneLeft), '✖'); y < 0 {
		t.Error("the event is not drawn")
	}
}

// The signs are explained one by one, or together where there is no room.
func TestDeviceLegend(t *testing.T) {
	c := &charted{}
	if got := c.deviceLegend(80); got != nil {
		t.Errorf("explains %v", got)
	}
	c.say('✖')
	c.say('▼')
	if got := c.deviceLegend(60); len(got) != 2 || got[0][0] != "▼" || got[1][1] != "gpu lost, Xid" {
		t.Errorf("got %v", got)
	}
	if got := c.deviceLegend(20); len(got) != 1 || got[0] != [2]string{"▼✖", "gpu"} {
		t.Errorf("got %v", got)
	}
}
