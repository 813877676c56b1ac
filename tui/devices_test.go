package tui

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"optwatch/train/device"
)

// troubled is a view in which something is wrong with most GPUs.
func troubled(n int) *device.View {
	v := gpus(n, 300)
	gone(v, 0, 31, device.Lost)
	if n > 1 {
		happened(v, 1, 100, device.EventXid, "Xid 79: fell off the bus")
		v.Devices[1].Readings[device.Power] = device.Reading{Quality: device.Unsupported}
	}
	if n > 2 {
		holdBack(v, 2, 31, device.ThrottlePowerCap)
		holdBack(v, 2, 12, device.ThrottleHardwareThermal)
		v.Devices[2].Readings[device.Temperature] = read(93)
	}
	if n > 3 {
		holdBack(v, 3, 31, device.ThrottlePowerCap)
		v.Devices[3].Processes[0] = device.Process{PID: 99312, Foreign: true, GI: -1, CI: -1}
	}
	return v
}

func TestDeviceGoldens(t *testing.T) {
	for _, test := range []struct {
		w, h int
		v    *device.View
		keys []string
	}{
		{120, 30, gpus(1, 300), nil},
		{120, 40, troubled(2), nil},
		{160, 50, troubled(4), nil},
		{120, 40, troubled(8), []string{"6"}},
		{80, 24, troubled(2), []string{"6"}},
		{64, 20, troubled(8), []string{"6"}},
		{40, 12, troubled(2), []string{"6"}},
		{120, 30, troubled(4), []string{"6", "j", "z"}},
		{120, 30, gpus(0, 300), []string{"6"}},
	} {
		m, _ := newWatching(test.v, test.w, test.h)
		press(m, test.keys...)
		golden(t, fmt.Sprintf("devices-%d-%dx%d%s.txt", len(test.v.Devices), test.w, test.h, strings.Join(append([]string{""}, test.keys...), "-")), m.View())
	}
	m, _ := newAlone(troubled(16), 120, 40)
	golden(t, "devices-alone-16.txt", m.View())
	m, _ = newAlone(gpus(0, 300), 80, 24)
	golden(t, "devices-alone-0.txt", m.View())
	m, _ = newAloneWith(troubled(2), 120, 40, termenv.Ascii, true, true)
	golden(t, "devices-ascii.txt", m.View())
}

func TestEverySizeWithDevices(t *testing.T) {
	for _, n := range []int{0, 1, 2, 4, 8, 16, 20} {
		m, _ := newWatching(troubled0(n), 80, 24)
		alone, _ := newAlone(troubled0(n), 80, 24)
		for w := 1; w <= 220; w += 1 + w/5 {
			for h := 1; h <= 70; h += 1 + h/4 {
				for _, m := range []*shell{m, alone} {
					m.Update(sizeMsg(w, h))
					for _, p := range []int{paneDevices, paneLog, paneClients} {
						m.Focus = p
						m.fit()
						checkSize(t, m, w, h, fmt.Sprint(n, " GPUs, pane ", p))
						press(m, "z")
						checkSize(t, m, w, h, fmt.Sprint(n, " GPUs, pane ", p, ", zoom"))
						press(m, "z")
					}
				}
			}
		}
	}
}

func troubled0(n int) *device.View {
	if n == 0 {
		return gpus(0, 300)
	}
	return troubled(n)
}

func TestWildDevicesAreExact(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for i := range 300 {
		w, h := 1+r.IntN(220), 1+r.IntN(70)
		v := wildView(r)
		m, _ := newAloneWith(v, w, h, termenv.ANSI256, i%5 == 0, i%3 == 0)
		keys := []string{"j", "k", "m", "-", "=", "pgdown", "pgup", "end", "home", "?"}
		if i%2 == 0 {
			src := newFederated(withDevices(federated(2, 30, 5), v))
			m = newTestModelWith(src, w, h, termenv.ANSI256, i%5 == 0, i%3 == 0)
			keys = append(keys, "6", "6", "z", "t", "4", "tab", "L")
		}
		for range 6 {
			press(m, keys[r.IntN(len(keys))])
			checkSize(t, m, w, h, fmt.Sprint("wild ", i))
		}
	}
}

// Without a GPU the pane says why, and shows the host; the curves keep their room.
func TestNoGPU(t *testing.T) {
	plain := newTestModel(newFederated(federated(3, 60, 10)), 120, 40)
	m, src := newWatching(gpus(0, 300), 120, 40)
	for _, p := range []int{leftChart, rightChart, paneRuns, paneClients, paneLog} {
		a, before := plain.lay.Find(p)
		if b, seen := m.lay.Find(p); !before || !seen || a.Rect != b.Rect || a.Boxed != b.Boxed {
			t.Errorf("pane %d is not where it is without devices: %v", p, m.lay.Panes)
		}
	}
	wantSeen(t, m, "4 log · 6 devices")
	press(m, "6")
	wantSeen(t, m, "6 devices · 4 log · no GPU", "no GPU is shown: no NVIDIA driver library", "cpu  ▇▇▇▇▇▇▇▇▇░  94%", "4.1/16 GiB")
	src.snap = withDevices(federated(3, 60, 10), &device.View{At: noon, Opening: true})
	again(m)
	wantSeen(t, m, "looking for GPUs …")
	src.snap = withDevices(federated(3, 60, 10), &device.View{At: noon, Absence: device.NoGPU, Reason: "no GPU: no AMD GPU"})
	again(m)
	wantSeen(t, m, "│ no GPU: no AMD GPU")
	press(m, "4")
	if _, seen := m.lay.Find(paneDevices); seen {
		t.Error("the devices are not behind the log")
	}
}

// Colour is only where the house has it: never without it, and nothing but
// ASCII where that was asked for.
func TestDevicesWithoutColour(t *testing.T) {
	for _, ascii := range []bool{false, true} {
		for _, n := range []int{0, 2, 8, 16} {
			m, _ := newAloneWith(troubled0(n), 120, 40, termenv.ANSI256, ascii, true)
			for _, keys := range [][]string{nil, {"j"}, {"?"}} {
				press(m, keys...)
				for _, code := range sgrCodes(m.View()) {
					if code != "0" && code != "1" && code != "7" {
						t.Fatalf("%d GPUs after %v: SGR %q is a colour", n, keys, code)
					}
				}
				if i := strings.IndexFunc(m.View(), func(r rune) bool { return r > 126 }); ascii && i >= 0 {
					t.Fatalf("%d GPUs after %v: %q", n, keys, m.View()[i:i+4])
				}
				if ascii && strings.Contains(m.View(), "??") {
					t.Errorf("%d GPUs after %v: a sign without a substitute:\n%s", n, keys, m.View())
				}
			}
		}
	}
}

func TestKeyOfTheDevices(t *testing.T) {
	m := newTestModel(&stub{snap: sample(1, 40)}, 120, 40)
	press(m, "6")
	if m.Focus != paneRuns && m.Focus != leftChart || !strings.Contains(footerWords(m), "no devices are watched here") {
		t.Errorf("6 without devices: focus %d, %s", m.Focus, footerWords(m))
	}
	m, src := newWatching(gpus(2, 300), 120, 40)
	if !strings.Contains(footerWords(m), "6 devices") {
		t.Errorf("not offered: %s", footerWords(m))
	}
	press(m, "6", "j")
	if m.Focus != paneDevices || strings.Contains(footerWords(m), "6 devices") {
		t.Errorf("focus %d: %s", m.Focus, footerWords(m))
	}
	if got := ansi.Strip(strings.Join(linesOf(m, paneDevices), "\n")); !strings.Contains(got, "▸ 1 H200") {
		t.Errorf("the second device is not selected:\n%s", got)
	}
	if offered(m, "m") || strings.Contains(footerWords(m), "m metric") {
		t.Error("m is offered where no chart of the devices is seen")
	}
	press(m, "tab")
	if m.Focus != leftChart {
		t.Errorf("tab goes from the devices to %d", m.Focus)
	}
	press(m, "shift+tab", "z")
	if m.Focus != paneDevices || !offered(m, "m") {
		t.Error("m is not offered where it is needed")
	}
	for _, key := range []string{"=", "-", "m"} {
		before := m.View()
		if press(m, key); m.View() == before {
			t.Errorf("%s changes nothing on the charts of the devices", key)
		}
	}
	press(m, "z")
	if offered(m, "0") || strings.Contains(m.View(), "zoomed") {
		t.Error("the charts of the runs are zoomed with those of the devices")
	}
	wantAsked(t, src)
	m.Update(sizeMsg(120, 66))
	press(m, "?")
	wantSeen(t, m, "▼ gpu held back", "✖ gpu lost, Xid", "GPUs and host")
}

// The screen of the devices alone takes its own keys and no others, and q quits.
func TestAloneKeys(t *testing.T) {
	m, _ := newAlone(gpus(2, 300), 120, 40)
	if got := strings.TrimSpace(footerWords(m)); got != "j k ↑ ↓ select · m metrics · - = time · w export · W write · : find · ? help · q quit" {
		t.Errorf("footer: %s", got)
	}
	before := m.View()
	for _, key := range []string{"1", "2", "3", "4", "5", "z", "tab", "t", "o", "a", "/", "P", " ", "x", "esc"} {
		press(m, key)
		if m.Focus != 0 || m.Over != nil || m.View() != before {
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

// The terminal is as it was after the screen of the devices alone.
func TestRunDevices(t *testing.T) {
	out := &terminal{}
	in, keys := io.Pipe()
	t.Cleanup(func() { keys.Close() })
	ended := make(chan error, 1)
	go func() {
		ended <- RunDevices(context.Background(), &deviceStub{gpus(2, 300)}, "box", Terminal{Input: in, Output: out})
	}()
	await(t, out, "2 × H200")
	io.WriteString(keys, "q")
	if err := <-ended; err != nil {
		t.Errorf("ended with %v", err)
	}
	if !strings.Contains(out.String(), leaveAltScreen) {
		t.Error("the terminal is not restored")
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
