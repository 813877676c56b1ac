package tui

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"optwatch/train/device"
	"optwatch/tui/draw"
)

// The selected device stays the selected one when another goes away, and the
// nearest is taken when it goes itself.
func TestSelectedDeviceIsKnownByItsID(t *testing.T) {
	m, src := newAlone(gpus(4, 10), 120, 40)
	press(m, "j", "j")
	if m.rack.selected != "GPU-2" {
		t.Fatalf("selected %s", m.rack.selected)
	}
	v := gpus(4, 10)
	v.Devices = slices.Delete(v.Devices, 0, 1)
	src.view = v
	m.lookAgain()
	if m.rack.selected != "GPU-2" || m.rack.at != 1 {
		t.Errorf("selected %s in place %d after the first was gone", m.rack.selected, m.rack.at)
	}
	src.view = gpus(2, 10)
	m.lookAgain()
	if m.rack.selected != "GPU-0" {
		t.Errorf("selected %s after it was gone", m.rack.selected)
	}
	src.view = gpus(0, 10)
	m.lookAgain()
	press(m, "j", "k", "m", "-", "end")
	if m.rack.device() != nil {
		t.Error("a device where there is none")
	}
}

// seenGPUs are the indices of the GPUs on the screen.
func seenGPUs(m *model) []int {
	p := m.devicePlan()
	var out []int
	for i := m.rack.top * p.across; i < min((m.rack.top+p.seen)*p.across, m.gpus()); i++ {
		out = append(out, i)
	}
	return out
}

// Where not all devices are seen the selected one is, and every one can be.
func TestDevicesScroll(t *testing.T) {
	for _, size := range [][2]int{{40, 12}, {40, 14}, {50, 12}} {
		m, _ := newAlone(gpus(60, 10), size[0], size[1])
		for i := range 60 {
			if seen := seenGPUs(m); !slices.Contains(seen, i) || len(seen) == 60 || m.rack.at != i {
				t.Fatalf("%v after %d j: %d is selected, %v are seen", size, i, m.rack.at, seen)
			}
			if want := fmt.Sprintf("▸%2d ", i); !strings.Contains(m.View(), want) {
				t.Fatalf("%v: no %q in\n%s", size, want, m.View())
			}
			press(m, "j")
		}
		press(m, "home")
		if m.rack.at != 0 || m.rack.top != 0 {
			t.Errorf("%v: home goes to %d", size, m.rack.at)
		}
		press(m, "pgdown")
		if m.rack.at != min(59, len(seenGPUs(m))) {
			t.Errorf("%v: pgdown goes to %d with %d seen", size, m.rack.at, len(seenGPUs(m)))
		}
		press(m, "end", "pgup", "end")
		if m.rack.at != 59 || !slices.Contains(seenGPUs(m), 59) {
			t.Errorf("%v: end goes to %d", size, m.rack.at)
		}
	}
	m, _ := newWatching(gpus(60, 10), 60, 16)
	press(m, "6")
	wantSeen(t, m, "60 × H200")
	press(m, "end")
	wantSeen(t, m, "▸59 ")
	m.Update(sizeMsg(200, 60))
	if !slices.Contains(seenGPUs(m), 59) {
		t.Error("out of sight after a resize")
	}
}

// A pane with little room lists the selected device's processes first, each
// device's by memory.
func TestProcesses(t *testing.T) {
	v := gpus(2, 10)
	v.Devices[0].Processes = append(v.Devices[0].Processes, device.Process{PID: 77, User: "eve", Command: "big", Memory: read(99 * draw.GiB), GI: 1, CI: 0})
	v.Devices[1].Processes = nil
	m, _ := newAlone(v, 120, 40)
	text := m.View()
	first, second := strings.Index(text, "0   77 eve  MIG 1 big"), strings.Index(text, "0 4312 root python train.py")
	if first < 0 || second < first {
		t.Errorf("not the larger first:\n%s", text)
	}
	v = gpus(8, 10)
	m, _ = newWatching(v, 160, 50)
	wantSeen(t, m, "0 4312 root", "and 7 more processes")
	press(m, "6", "j", "j", "j")
	wantSeen(t, m, "3 4315 root", "and 7 more processes")
	v.Devices[0].Processes[0] = device.Process{PID: 5, Foreign: true, User: "x", Command: "y", Memory: read(draw.GiB), GI: -1}
	m, _ = newAlone(v, 120, 40)
	wantSeen(t, m, "0    5 x    not to be seen from here", "1.0 GiB     sm —")
	parts := gpus(2, 10)
	for i := range 3 {
		parts.Devices[1].Instances = append(parts.Devices[1].Instances, device.Instance{Name: "MIG 3g.71gb", GI: i, MemoryUsed: read(12 * draw.GiB), MemoryTotal: read(70 * draw.GiB)})
	}
	m, _ = newAlone(parts, 120, 40)
	wantSeen(t, m, "1 MIG 0 MIG 3g.71gb", "12/70 GiB", "0 4312 root", "1 4313 root")
	none := gpus(1, 10)
	none.Devices[0].Processes = nil
	m, _ = newAlone(none, 120, 40)
	wantSeen(t, m, "no process uses a GPU")
	none = gpus(1, 10)
	none.Devices[0].Processes, none.Devices[0].Readings[device.ProcessCount] = nil, device.Reading{Quality: device.Denied}
	m, _ = newAlone(none, 120, 40)
	wantSeen(t, m, "processes on the GPUs: —")
}

func TestKeyOfTheDevices(t *testing.T) {
	m := newTestModel(&stub{snap: sample(1, 40)}, 120, 40)
	press(m, "6")
	if m.focus != paneRuns && m.focus != paneLeft || !strings.Contains(footerWords(m), "no devices are watched here") {
		t.Errorf("6 without devices: focus %d, %s", m.focus, footerWords(m))
	}
	m, src := newWatching(gpus(2, 300), 120, 40)
	if !strings.Contains(footerWords(m), "6 devices") {
		t.Errorf("not offered: %s", footerWords(m))
	}
	press(m, "6", "j")
	if m.focus != paneDevices || m.rack.at != 1 || strings.Contains(footerWords(m), "6 devices") {
		t.Errorf("focus %d, device %d: %s", m.focus, m.rack.at, footerWords(m))
	}
	if m.canMetric() || strings.Contains(footerWords(m), "m metric") {
		t.Error("m is offered where no chart of the devices is seen")
	}
	press(m, "tab")
	if m.focus != paneLeft {
		t.Errorf("tab goes from the devices to %d", m.focus)
	}
	press(m, "shift+tab", "z")
	if m.focus != paneDevices || !m.canMetric() {
		t.Error("m is not offered where it is needed")
	}
	window := m.look
	press(m, "=", "-", "m")
	if m.look != window || m.rack.window == 0 || m.rack.gauge == 0 {
		t.Errorf("keys of the charts of devices: window %d, gauge %d", m.rack.window, m.rack.gauge)
	}
	wantAsked(t, src)
	m.Update(sizeMsg(120, 60))
	press(m, "?")
	wantSeen(t, m, "▼ gpu held back", "✖ gpu lost, Xid", "GPUs and host")
}

// The screen of the devices alone takes its own keys and no others, and q quits.
func TestAloneKeys(t *testing.T) {
	m, _ := newAlone(gpus(2, 300), 120, 40)
	if got := strings.TrimSpace(footerWords(m)); got != "j k ↑ ↓ select · m metrics · - = time · W write · ? help · q quit" {
		t.Errorf("footer: %s", got)
	}
	before := m.View()
	for _, key := range []string{"1", "2", "3", "4", "5", "z", "tab", "t", "o", "a", "/", "P", " ", "x", "esc"} {
		press(m, key)
		if m.focus != paneDevices || m.over != nil || m.View() != before {
			t.Errorf("%q does something", key)
		}
	}
	press(m, "?")
	wantSeen(t, m, "more or less time on the charts", "draw the screen anew", "✖ gpu lost, Xid")
	for _, other := range []string{"learning rate", "bytes sent", "optimum"} {
		if strings.Contains(m.View(), other) {
			t.Errorf("the help speaks of %q:\n%s", other, m.View())
		}
	}
	press(m, "esc")
	if !quits(press(m, "q")) {
		t.Error("q does not quit")
	}
	small, _ := newAlone(gpus(2, 300), 30, 8)
	if !quits(press(small, "q")) {
		t.Error("q does not quit a screen that is too small")
	}
}

// It goes on looking, several times a second, until nothing more will come.
func TestAloneLooks(t *testing.T) {
	m, src := newAlone(gpus(1, 300), 120, 40)
	src.view = gpus(1, 300)
	src.view.Devices[0].Readings[device.Busy] = read(13)
	_, next := m.Update(tickMsg{m.chain, noon})
	wantSeen(t, m, " 13%")
	if next == nil || !m.brisk {
		t.Error("no further tick")
	}
	over := *src.view
	over.Ended = true
	src.view = &over
	m.Update(tickMsg{m.chain, noon})
	if m.brisk {
		t.Error("hurries though nothing more will come")
	}
}
