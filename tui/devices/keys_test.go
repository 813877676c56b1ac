package devices

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train/device"
	"optwatch/train/view"
	"optwatch/tui/pane"
)

// Beside runs the pane is focused by its digit; its charts take the keys of
// charts where it has the screen for itself, and only there.
func TestKeysBesideRuns(t *testing.T) {
	m := newBeside(nil, 56, 10)
	six := m.Screen.Keys.Lookup(pane.Main, "6")
	if six.Valid() || six.Why() != "no devices are watched here" || m.There() || m.Rows() != 0 {
		t.Errorf("without devices: valid %v, %q, %d rows", six.Valid(), six.Why(), m.Rows())
	}
	m = newBeside(gpus(2, 300), 56, 10)
	if got := m.hints(pane.Main); got != "6 devices" {
		t.Errorf("not offered: %s", got)
	}
	m.press("j")
	if m.at != 0 || m.Focus != 0 {
		t.Errorf("without the focus: device %d, focus %d", m.at, m.Focus)
	}
	m.press("6", "j")
	if m.Focus != 5 || m.at != 1 || m.hints(pane.Main) != "" {
		t.Errorf("focus %d, device %d: %s", m.Focus, m.at, m.hints(pane.Main))
	}
	if m.CanNextChart() || m.CanSpan() {
		t.Error("charts are gone through where none is seen")
	}
	m.press("z")
	m.resize(120, 38)
	if !m.CanNextChart() || !m.CanSpan() {
		t.Error("charts cannot be gone through where they are seen")
	}
	m.press("=", "-", "m")
	if m.window == 0 || m.gauge == 0 {
		t.Errorf("keys of the charts of devices: window %d, gauge %d", m.window, m.gauge)
	}
	m.Focus = 0
	m.settle()
	if m.CanNextChart() || m.CanSpan() {
		t.Error("charts are gone through without the focus")
	}
	if len(m.src.asked) != 0 {
		t.Errorf("the source is asked for %v", m.src.asked)
	}
}

// The screen of the devices alone takes its own keys and no others.
func TestAloneKeys(t *testing.T) {
	m := newAlone(gpus(2, 300), 120, 40)
	if got := m.hints(m.program.Ground()); got != "j k ↑ ↓ select · m metrics · - = time" {
		t.Errorf("footer: %s", got)
	}
	before := m.text()
	for _, key := range []string{"1", "2", "3", "4", "5", "6", "z", "tab", "t", "o", "a", "/", "P", " ", "x", "esc"} {
		m.press(key)
		if m.Focus != 0 || m.Over != nil || m.text() != before {
			t.Errorf("%q does something", key)
		}
	}
	for _, b := range m.Screen.Keys {
		if b.In != "optwatch devices" || b.Doc == "" || b.Show == "" {
			t.Errorf("%+v", b)
		}
	}
	if signs := m.program.Signs(60); len(signs) != 1 || ansi.StringWidth(signs[0]) != 60 || !strings.Contains(signs[0], "▼ gpu held back") {
		t.Errorf("signs: %q", signs)
	}
	m = newAlone(gpus(1, 300), 120, 40)
	if got := m.hints(m.program.Ground()); strings.Contains(got, "select") {
		t.Errorf("a choice of one: %s", got)
	}
}

// It goes on looking until nothing more will come, and leaving loses nothing.
func TestAloneLooks(t *testing.T) {
	m := newAlone(gpus(1, 300), 120, 40)
	v := gpus(1, 300)
	v.Devices[0].Readings[device.Busy] = read(13)
	m.look(v)
	wantSeen(t, m, " 13%")
	if !m.program.Moving() {
		t.Error("does not go on")
	}
	over := *v
	over.Ended = true
	m.look(&over)
	if m.program.Moving() {
		t.Error("hurries though nothing more will come")
	}
	if text, answer := m.program.Leaves(); text != "" || answer != "" {
		t.Errorf("leaving loses %q, %q", text, answer)
	}
	if m.Snap.Leaving != view.LeavesAsItIs || !m.Ready() {
		t.Errorf("leaving means %v, ready %v", m.Snap.Leaving, m.Ready())
	}
}

// The source of devices takes no command, and its time is that of their views.
func TestSourceOfDevices(t *testing.T) {
	src := &stub{view: gpus(1, 10)}
	s := Source(src, "box")
	first := s.Snapshot()
	if first.Elapsed != 0 || !first.Began.Equal(noon) || first.Subject.Name != "box" || first.Devices != src.view {
		t.Errorf("at first: %+v", first)
	}
	later := gpus(1, 10)
	later.At = noon.Add(3e9)
	src.view = later
	if second := s.Snapshot(); second.Elapsed != 3e9 || second.Generation <= first.Generation || !second.Began.Equal(noon) {
		t.Errorf("three seconds later: %v, generation %d after %d", second.Elapsed, second.Generation, first.Generation)
	}
	if err := s.Do(view.Command{}); err == nil || s.Offer(view.Command{}).Refused != err.Error() || len(first.Accepts) != 0 {
		t.Errorf("a command is taken: %v", err)
	}
}
