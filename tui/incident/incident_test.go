package incident

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"

	"optwatch/train/device"
	"optwatch/train/view"
	"optwatch/tui/draw"
)

var began = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

// snapshot is one with a GPU that has had events, each some seconds after it began.
func snapshot(events ...device.Event) *view.Snapshot {
	v := &device.View{Devices: []device.DeviceView{{Device: device.Device{ID: "GPU-a", Index: 3}}}, Events: events}
	return &view.Snapshot{Began: began, Devices: v}
}

func after(seconds float64, k device.EventKind, text string) device.Event {
	return device.Event{At: began.Add(time.Duration(seconds * float64(time.Second))), ID: "GPU-a", Kind: k, Text: text, Reason: reasonOf(text)}
}

// reasonOf is the reason whose words a text begins with.
func reasonOf(text string) device.Throttle {
	for bit := range 63 {
		t := device.Throttle(1) << bit
		if words := t.Words(); len(words) > 0 && strings.HasPrefix(text, words[0]) {
			return t
		}
	}
	return 0
}

func TestSigns(t *testing.T) {
	for _, test := range []struct {
		kind device.EventKind
		text string
		want Sign // none where its glyph is 0
	}{
		{device.EventThrottle, "hardware thermal slowdown", Sign{'▼', draw.ColourWarn, 3}},
		{device.EventThrottle, "power cap", Sign{'▼', draw.ColourDim, 0}},
		{device.EventThrottleEnd, "power brake ended after 3s", Sign{'▲', draw.ColourDim, 1}},
		{device.EventThrottleEnd, "power cap ended after 9s", Sign{}},
		{device.EventXid, "Xid 79: fell off the bus", Sign{'✖', draw.ColourBad, 4}},
		{device.EventLost, "lost", Sign{'✖', draw.ColourBad, 4}},
		{device.EventBack, "back", Sign{'✚', draw.ColourDim, 2}},
		{device.EventInfo, "awake", Sign{}},
		{device.EventDriver, "replaced", Sign{}},
	} {
		e := after(0, test.kind, test.text)
		got, ok := SignOf(&e)
		if ok != (test.want.Glyph != 0) || ok && got != test.want {
			t.Errorf("%s: %+v, %v, want %+v", test.text, got, ok, test.want)
		}
	}
}

// Every sign that is drawn is explained.
func TestLegendHasAllSigns(t *testing.T) {
	theme := draw.ThemeOf(lipgloss.NewRenderer(io.Discard), false, true)
	text := Legend(theme, 90)
	for k := range device.EventDriver + 1 {
		e := after(0, k, "power brake")
		if s, ok := SignOf(&e); ok && !strings.Contains(text, string(s.Glyph)+" ") {
			t.Errorf("%c is not explained: %s", s.Glyph, text)
		}
	}
	if want := " ▼ gpu held back   ▲ no longer   ✖ gpu lost, Xid   ✚ gpu back"; strings.TrimRight(text, " ") != want {
		t.Errorf("got %q, want %q", text, want)
	}
	if n := ansi.StringWidth(Legend(theme, 20)); n != 20 {
		t.Errorf("%d columns, want 20", n)
	}
}

// Signs are apart, those of what is usual farther.
func TestClaim(t *testing.T) {
	taken := make([]bool, 60)
	alarm, usual := Sign{Rank: 4}, Sign{}
	for _, test := range []struct {
		Sign
		col  int
		want bool
	}{{alarm, 20, true}, {alarm, 25, false}, {alarm, 15, false}, {alarm, 26, true}, {alarm, 14, true}, {usual, 41, false}, {usual, 42, true}, {usual, 59, true}, {alarm, 0, true}, {alarm, 3, false}} {
		if got := test.Claim(taken, test.col); got != test.want {
			t.Errorf("column %d of rank %d: %v, want %v", test.col, test.Rank, got, test.want)
		}
	}
}

// Lines come in the order of the events, what happened before is left out, and
// the worst is marked first.
func TestLog(t *testing.T) {
	s := snapshot(
		after(-3, device.EventLost, "before the beginning"), after(12, device.EventThrottle, "power cap"),
		after(13, device.EventThrottle, "power brake"), after(14, device.EventXid, "Xid 79: fell off the bus"),
		device.Event{At: began.Add(20 * time.Second), Kind: device.EventInfo, Text: "awake"},
	)
	var l Log
	l.Take(s)
	var got []string
	for _, e := range l.Lines {
		got = append(got, fmt.Sprintf("%v %s %d %s", e.Elapsed, e.Run, e.Kind, e.Text))
	}
	want := fmt.Sprintf("12s gpu 3 %d held back: power cap|13s gpu 3 %d held back: power brake|14s gpu 3 %d Xid 79: fell off the bus|20s gpu %d awake",
		view.EventInfo, view.EventSetting, view.EventFailed, view.EventInfo)
	if text := strings.Join(got, "|"); text != want {
		t.Errorf("got  %s\nwant %s", text, want)
	}
	if text := fmt.Sprint(l.Marks); text != fmt.Sprint([]Mark{{Sign{'✖', draw.ColourBad, 4}, 14}, {Sign{'▼', draw.ColourWarn, 3}, 13}, {Sign{'▼', draw.ColourDim, 0}, 12}}) {
		t.Errorf("marks %s", text)
	}
}

// The version tells whether what is drawn on charts has changed.
func TestLogVersion(t *testing.T) {
	var l Log
	l.Take(&view.Snapshot{Began: began})
	if l.Version != 0 {
		t.Errorf("version %d without devices", l.Version)
	}
	l.Take(snapshot(after(1, device.EventLost, "lost")))
	first := l.Version
	l.Take(snapshot(after(1, device.EventLost, "lost"), after(2, device.EventInfo, "asleep")))
	if first == 0 || l.Version != first || len(l.Lines) != 2 {
		t.Errorf("version %d, then %d with %d lines", first, l.Version, len(l.Lines))
	}
	l.Take(snapshot(after(1, device.EventLost, "lost"), after(3, device.EventBack, "back")))
	if l.Version == first {
		t.Error("a new mark is not told")
	}
	again := snapshot(after(1, device.EventLost, "lost"))
	again.Began = time.Time{}
	l.Take(again)
	if len(l.Lines)+len(l.Marks) != 0 {
		t.Error("events without a time of the experiment")
	}
}
