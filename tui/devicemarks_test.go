package tui

import (
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train/device"
	"optwatch/train/view"
)

// eventful is the main screen with one run of 60 points that took 16 s, and
// events of a GPU, each some seconds after the experiment began.
func eventful(t *testing.T, events map[float64]device.Event) *shell {
	t.Helper()
	v := gpus(1, 60)
	for at, e := range events {
		e.At, e.ID = noon.Add(time.Duration((at-41)*float64(time.Second))), "GPU-0"
		v.Events = append(v.Events, e)
	}
	return newTestModel(&stub{snap: withDevices(sample(1, 60), v)}, 120, 40)
}

// An event lies on both curves and is explained under them; on the axis of time
// it is explained too.
func TestDeviceEventsOnTheScreen(t *testing.T) {
	for kind, sign := range map[device.EventKind]string{
		device.EventThrottle: "▼", device.EventXid: "✖", device.EventLost: "✖", device.EventBack: "✚", device.EventInfo: "", device.EventDriver: "",
	} {
		m := eventful(t, map[float64]device.Event{8: {Kind: kind, Reason: device.ThrottleThermal, Text: "thermal slowdown"}})
		for _, axis := range []string{"gradient evaluations", "epochs", "wall time"} {
			wantSeen(t, m, axis)
			for _, p := range []int{leftChart, rightChart} {
				rows := linesOf(m, p)
				body, legend := strings.Join(rows[:len(rows)-1], "\n"), rows[len(rows)-1]
				switch {
				case sign == "":
					if strings.ContainsAny(body+legend, "▼▲✖✚") {
						t.Errorf("event %d is drawn over %s:\n%s", kind, axis, body)
					}
				case strings.Count(body, sign) != 1 || !strings.Contains(legend, sign+" gpu"):
					t.Errorf("event %d is not drawn and explained once over %s:\n%s\n%s", kind, axis, body, legend)
				}
			}
			press(m, "t")
		}
	}
}

// The events stand in the log among those of the runs, by their time.
func TestDeviceEventsInTheLog(t *testing.T) {
	m := eventful(t, map[float64]device.Event{
		-3: {Kind: device.EventLost, Text: "before the beginning"}, 12: {Kind: device.EventThrottle, Reason: device.ThrottlePowerCap, Text: "power cap"},
		14: {Kind: device.EventXid, Text: "Xid 79: fell off the bus"}, 20: {Kind: device.EventInfo, Text: "awake"},
	})
	src := m.Source.(*stub)
	src.snap.Events = append(src.snap.Events, view.Event{Elapsed: 13 * time.Second, Run: "sgd", Kind: view.EventSetting, Text: "learning rate 0.1"})
	m.Note(view.EventInfo, "a note of the screen")
	again(m)
	press(m, "4", "z")
	lines := func() string {
		var out []string
		for _, s := range linesOf(m, paneLog) {
			if text := strings.Join(strings.Fields(strings.Trim(ansi.Strip(s), "│▸")), " "); text != "" && !strings.ContainsAny(text, "╭╰") {
				out = append(out, text)
			}
		}
		return strings.Join(out, "|")
	}
	want := "0:00 sgd " + src.snap.Runs[0].Recipe + "|0:12 gpu 0 held back: power cap|0:13 sgd learning rate 0.1|0:14 gpu 0 Xid 79: fell off the bus|0:20 gpu 0 awake|0:41 a note of the screen"
	if text := lines(); text != want {
		t.Errorf("got  %s\nwant %s", text, want)
	}
	wantSeen(t, m, "0:14  gpu 0  Xid 79: fell off the bus")
	m.Note(view.EventInfo, "another")
	again(m)
	if text := lines(); text != want+"|0:41 another" {
		t.Errorf("a later note is not in the log: %s", text)
	}
}

// The charts show a new event of a device with the next look.
func TestChartsSeeDeviceEvents(t *testing.T) {
	src := &stub{snap: withDevices(sample(1, 60), gpus(1, 60))}
	m := newTestModel(src, 120, 40)
	before := strings.Join(linesOf(m, leftChart), "\n")
	src.snap = withDevices(sample(1, 60), gpus(1, 60))
	if again(m); strings.Join(linesOf(m, leftChart), "\n") != before {
		t.Error("drawn otherwise for a new view without an event")
	}
	v := gpus(1, 60)
	happened(v, 0, 31, device.EventLost, "lost")
	src.snap = withDevices(sample(1, 60), v)
	again(m)
	if text := strings.Join(linesOf(m, leftChart), "\n"); !strings.Contains(text, "✖") {
		t.Errorf("the event is not drawn:\n%s", text)
	}
}
