package devices

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
	m := newAlone(gpus(4, 10), 120, 40)
	m.press("j", "j")
	if m.selected != "GPU-2" {
		t.Fatalf("selected %s", m.selected)
	}
	v := gpus(4, 10)
	v.Devices = slices.Delete(v.Devices, 0, 1)
	m.look(v)
	if m.selected != "GPU-2" || m.at != 1 {
		t.Errorf("selected %s in place %d after the first was gone", m.selected, m.at)
	}
	m.look(gpus(2, 10))
	if m.selected != "GPU-0" {
		t.Errorf("selected %s after it was gone", m.selected)
	}
	m.look(gpus(0, 10))
	m.press("j", "k", "m", "-", "end")
	if m.device() != nil {
		t.Error("a device where there is none")
	}
}

// seenGPUs are the indices of the GPUs on the screen.
func seenGPUs(m *screen) []int {
	p := m.plan()
	var out []int
	for i := m.top * p.across; i < min((m.top+p.seen)*p.across, m.count()); i++ {
		out = append(out, i)
	}
	return out
}

// Where not all devices are seen the selected one is, and every one can be.
func TestDevicesScroll(t *testing.T) {
	var m *screen
	for _, size := range [][2]int{{40, 12}, {40, 14}, {50, 12}} {
		m = newAlone(gpus(60, 10), size[0], size[1])
		for i := range 60 {
			if seen := seenGPUs(m); !slices.Contains(seen, i) || len(seen) == 60 || m.at != i {
				t.Fatalf("%v after %d j: %d is selected, %v are seen", size, i, m.at, seen)
			}
			if want := fmt.Sprintf("▸%2d ", i); !strings.Contains(m.text(), want) {
				t.Fatalf("%v: no %q in\n%s", size, want, m.text())
			}
			m.press("j")
		}
		m.press("home")
		if m.at != 0 || m.top != 0 {
			t.Errorf("%v: home goes to %d", size, m.at)
		}
		m.press("pgdown")
		if m.at != min(59, len(seenGPUs(m))) {
			t.Errorf("%v: pgdown goes to %d with %d seen", size, m.at, len(seenGPUs(m)))
		}
		m.press("end", "pgup", "end")
		if m.at != 59 || !slices.Contains(seenGPUs(m), 59) {
			t.Errorf("%v: end goes to %d", size, m.at)
		}
	}
	m = newBeside(gpus(60, 10), 60, 12)
	m.press("6")
	wantSeen(t, m, "60 × H200")
	m.press("end")
	wantSeen(t, m, "▸59 ")
	m.resize(86, 21)
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
	m := newAlone(v, 120, 40)
	text := m.text()
	first, second := strings.Index(text, "0   77 eve  MIG 1 big"), strings.Index(text, "0 4312 root python train.py")
	if first < 0 || second < first {
		t.Errorf("not the larger first:\n%s", text)
	}
	v = gpus(8, 10)
	m = newWide(v)
	wantSeen(t, m, "0 4312 root", "and 7 more processes")
	m.press("6", "j", "j", "j")
	wantSeen(t, m, "3 4315 root", "and 7 more processes")
	v.Devices[0].Processes[0] = device.Process{PID: 5, Foreign: true, User: "x", Command: "y", Memory: read(draw.GiB), GI: -1}
	m = newAlone(v, 120, 40)
	wantSeen(t, m, "0    5 x    not to be seen from here", "1.0 GiB     sm —")
	parts := gpus(2, 10)
	for i := range 3 {
		parts.Devices[1].Instances = append(parts.Devices[1].Instances, device.Instance{Name: "MIG 3g.71gb", GI: i, MemoryUsed: read(12 * draw.GiB), MemoryTotal: read(70 * draw.GiB)})
	}
	m = newAlone(parts, 120, 40)
	wantSeen(t, m, "1 MIG 0 MIG 3g.71gb", "12/70 GiB", "0 4312 root", "1 4313 root")
	none := gpus(1, 10)
	none.Devices[0].Processes = nil
	m = newAlone(none, 120, 40)
	wantSeen(t, m, "no process uses a GPU")
	none = gpus(1, 10)
	none.Devices[0].Processes, none.Devices[0].Readings[device.ProcessCount] = nil, device.Reading{Quality: device.Denied}
	m = newAlone(none, 120, 40)
	wantSeen(t, m, "processes on the GPUs: —")
}
