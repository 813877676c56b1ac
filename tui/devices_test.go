package tui

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"optwatch/train/device"
	"optwatch/tui/draw"
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
				for _, m := range []*model{m, alone} {
					m.Update(sizeMsg(w, h))
					for _, p := range []pane{paneDevices, paneLog, paneClients} {
						for _, m.zoom = range []bool{false, true} {
							m.focus = p
							m.settle()
							checkSize(t, m, w, h, fmt.Sprint(n, " GPUs, pane ", p, ", zoom ", m.zoom))
						}
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
			src := &stub{snap: withDevices(federated(2, 30, 5), v)}
			m = newFederatedModelWith(src, w, h, termenv.ANSI256, i%5 == 0, i%3 == 0)
			keys = append(keys, "6", "6", "z", "t", "4", "tab", "L")
		}
		for range 6 {
			press(m, keys[r.IntN(len(keys))])
			checkSize(t, m, w, h, fmt.Sprint("wild ", i))
		}
	}
}

// What is known of a GPU stands in its card; what is not is a dash, never 0.
func TestCard(t *testing.T) {
	v := gpus(1, 300)
	v.Devices[0].Readings[device.Busy] = read(71)
	v.Devices[0].Readings[device.Power] = read(412)
	m, _ := newWatching(v, 120, 30)
	wantSeen(t, m, "0 H200  busy ▇▇▇▇▇▇▇░░░  71%        412/700 W", "mem  ▇▇▇▇▇▇▇░░░ 102/140 GiB", "4312 root python train.py", "98.1 GiB   sm 70%")
	wantSeen(t, m, "cpu ▇▇▇▇▇▇▇▇▇░  94%  2 cores  optwatch 187%  212 MiB")
	for _, q := range []device.Quality{device.Unknown, device.Unsupported, device.Denied, device.Failed} {
		v := gpus(1, 300)
		for k := range v.Devices[0].Readings {
			v.Devices[0].Readings[k] = device.Reading{Value: 55, Quality: q}
		}
		v.Devices[0].Readings[device.PowerLimit] = read(700)
		v.Host = device.Host{}
		m, _ := newWatching(v, 120, 30)
		wantSeen(t, m, "busy ░░░░░░░░░░    —          —/700 W     —", "mem  ░░░░░░░░░░ —                   — ")
		if text := strings.Join(paneOf(m), "\n"); strings.Contains(text, "55") || strings.Contains(text, " 0%") || strings.Contains(text, "0 MHz") {
			t.Errorf("%s: a value is made up:\n%s", q, text)
		}
	}
}

// Each state is said with what helps, in every shape that a GPU is drawn in.
func TestStatesAreSaid(t *testing.T) {
	for s := device.Asleep; s <= device.Gone; s++ {
		for _, n := range []int{1, 2, 8} {
			v := gpus(n, 300)
			gone(v, 0, 31, s)
			m, _ := newWatching(v, 160, 50)
			want := "✖ " + s.String() + " 0:31"
			if s == device.Asleep {
				want = "z asleep"
			}
			wantSeen(t, m, want)
			if text := strings.Join(paneOf(m), "\n"); s != device.Asleep && !strings.Contains(text, "gpu 0 "+s.String()+": "+s.Hint()[:20]) {
				t.Errorf("%d GPUs, %s: no hint in\n%s", n, s, text)
			}
			m, _ = newAlone(v, 40, 12)
			if word := s.String(); !strings.Contains(m.View(), word) && s != device.Asleep {
				t.Errorf("%d GPUs on a small screen: %s is not said:\n%s", n, word, m.View())
			}
		}
	}
	grid, _ := newAlone(troubled(16), 80, 24)
	wantSeen(t, grid, "▸ 0 ✖ lost", "gpu 0 lost: fell off the bus")
}

// What is not fresh says how old it is, and when nothing has come at all.
func TestStaleSaysHowOld(t *testing.T) {
	v := gpus(1, 300)
	v.Devices[0].At = noon.Add(-12 * time.Second)
	m, _ := newWatching(v, 120, 30)
	wantSeen(t, m, "~ 12 s old")
	v = gpus(1, 300)
	v.Devices[0].At = noon.Add(-185 * time.Second)
	m, _ = newWatching(v, 120, 30)
	wantSeen(t, m, "~ 3:05 old")
	v = gpus(1, 300)
	v.Devices[0].At = noon.Add(-3 * time.Second)
	m, _ = newWatching(v, 120, 30)
	if strings.Contains(m.View(), "old") {
		t.Error("three seconds are not old")
	}
	v.Devices[0].At = time.Time{}
	m, _ = newAlone(gpus(1, 300), 120, 30)
	v = gpus(1, 300)
	v.Devices[0].At = time.Time{}
	m.source.(*onlyDevices).source = &deviceStub{v}
	m.lookAgain()
	wantSeen(t, m, "no answer yet")
	v = gpus(1, 300)
	v.Ended, v.Absence, v.Reason = true, device.Stopped, "the device monitor failed: panic"
	m, _ = newWatching(v, 120, 30)
	wantSeen(t, m, "~ watched no more", "the device monitor failed: panic")
}

// What holds a device back is said with its time, the worst of several. That a
// device is idle is no throttling.
func TestThrottle(t *testing.T) {
	for _, test := range []struct {
		reasons []device.Throttle
		want    string
		hint    string
	}{
		{nil, "", ""},
		{[]device.Throttle{device.ThrottleIdle}, "", ""},
		{[]device.Throttle{1 << 60}, "", ""},
		{[]device.Throttle{device.ThrottlePowerCap}, "▼ power cap 0:31", ""},
		{[]device.Throttle{device.ThrottlePowerCap, device.ThrottleHardwareThermal}, "▼ hardware thermal 0:31", "gpu 0 is held back: hardware thermal slowdown"},
		{[]device.Throttle{device.ThrottlePowerBrake, device.ThrottlePowerCap}, "▼ power brake 0:31", "gpu 0 is held back: power brake"},
	} {
		v := gpus(1, 300)
		for _, r := range test.reasons {
			holdBack(v, 0, 31, r)
		}
		m, _ := newWatching(v, 160, 50)
		text := strings.Join(paneOf(m), "\n")
		if !strings.Contains(text, test.want) || test.want == "" && strings.Contains(text, "▼") {
			t.Errorf("%v: want %q in\n%s", test.reasons, test.want, text)
		}
		if strings.Contains(text, "held back") != (test.hint != "") || !strings.Contains(text, test.hint) {
			t.Errorf("%v: want the hint %q in\n%s", test.reasons, test.hint, text)
		}
	}
}

// An Xid stands beside its device for ten minutes, ECC errors for good.
func TestXidAndECC(t *testing.T) {
	v := gpus(2, 300)
	happened(v, 1, 130, device.EventXid, "Xid 48: double-bit ECC error")
	m, _ := newWatching(v, 160, 50)
	wantSeen(t, m, "✖ Xid 48 2:10 ago", "gpu 1 Xid 48: double-bit ECC error")
	v = gpus(2, 300)
	happened(v, 1, 601, device.EventXid, "Xid 48: double-bit ECC error")
	v.Devices[0].Readings[device.ECCUncorrected] = read(3)
	m, _ = newWatching(v, 160, 50)
	wantSeen(t, m, "✖ ECC 3", "gpu 0 uncorrected memory errors: 3")
	if strings.Contains(strings.Join(paneOf(m), ""), "Xid") {
		t.Error("an old Xid is still shown")
	}
}

// A temperature warns near the point where the device slows down.
func TestTemperatureWarns(t *testing.T) {
	m, _ := newAloneWith(gpus(1, 10), 120, 40, termenv.ANSI256, false, false)
	d := &m.rack.view.Devices[0]
	for _, test := range []struct {
		at, limit float64
		want      draw.Ink
	}{{86, 92, m.theme.Text}, {87, 92, m.theme.Warn}, {91, 92, m.theme.Warn}, {92, 92, m.theme.Bad}, {120, nan, m.theme.Text}, {nan, 92, m.theme.Faint}} {
		d.Readings[device.Temperature], d.Readings[device.SlowdownTemperature] = read(test.at), read(test.limit)
		if got := m.warm(d, m.theme.Text); got != test.want {
			t.Errorf("%v of %v: %q, want %q", test.at, test.limit, got.On, test.want.On)
		}
	}
}

// Without a GPU the pane says why, and shows the host; the curves keep their room.
func TestNoGPU(t *testing.T) {
	plain := newFederatedModel(&stub{snap: federated(3, 60, 10)}, 120, 40)
	m, src := newWatching(gpus(0, 300), 120, 40)
	for _, p := range []pane{paneLeft, paneRight, paneRuns, paneClients, paneLog} {
		if a, _ := plain.lay.find(p); !slices.Contains(m.lay.panes, a) {
			t.Errorf("pane %d is not where it is without devices: %v", p, m.lay.panes)
		}
	}
	wantSeen(t, m, "4 log 6 devices")
	press(m, "6")
	wantSeen(t, m, "6 devices 4 log · no GPU", "no GPU is shown: no NVIDIA driver library", "cpu  ▇▇▇▇▇▇▇▇▇░  94%", "4.1/16 GiB")
	src.snap = withDevices(federated(3, 60, 10), &device.View{At: noon, Opening: true})
	m.lookAgain()
	wantSeen(t, m, "looking for GPUs …")
	src.snap = withDevices(federated(3, 60, 10), &device.View{At: noon, Absence: device.NoGPU, Reason: "no GPU: no AMD GPU"})
	m.lookAgain()
	wantSeen(t, m, "│ no GPU: no AMD GPU")
	press(m, "4")
	if _, seen := m.lay.find(paneDevices); seen {
		t.Error("the devices are not behind the log")
	}
}

// A replay says so, on every kind of screen.
func TestReplayIsSaid(t *testing.T) {
	v := gpus(2, 300)
	v.Replaying, v.RecordedAt = "night.jsonl", time.Date(2026, 1, 1, 3, 4, 5, 0, time.UTC)
	for _, size := range [][2]int{{120, 40}, {80, 24}, {50, 14}} {
		m, src := newAlone(v, size[0], size[1])
		wantSeen(t, m, "REPLAY night.jsonl 1 Jan 03:04:05")
		over := *v
		over.Ended = true
		src.view = &over
		m.lookAgain()
		wantSeen(t, m, "03:04:05, over")
	}
	m, _ := newWatching(v, 160, 50)
	wantSeen(t, m, "REPLAY night.jsonl")
}

// The pane is drawn once for each view.
func TestDevicesAreDrawnOnce(t *testing.T) {
	m, src := newWatching(gpus(2, 300), 120, 40)
	first := paneOf(m)
	m.lookAgain()
	if again := paneOf(m); &again[0] != &first[0] {
		t.Error("drawn anew though nothing has changed")
	}
	v := gpus(2, 300)
	v.Devices[0].Readings[device.Busy] = read(13)
	src.snap = withDevices(federated(3, 60, 10), v)
	m.lookAgain()
	wantSeen(t, m, " 13%")
	press(m, "6", "j")
	if got := ansi.Strip(strings.Join(paneOf(m), "\n")); !strings.Contains(got, "▸ 1 H200") {
		t.Errorf("the selection is not drawn:\n%s", got)
	}
}

func TestDeviceName(t *testing.T) {
	for name, want := range map[string]string{
		"NVIDIA H100 80GB HBM3": "H100", "NVIDIA H200": "H200", "NVIDIA A100-SXM4-80GB": "A100", "Tesla V100-PCIE-16GB": "V100",
		"NVIDIA GeForce RTX 4090": "RTX 4090", "NVIDIA GeForce GTX 1080 Ti": "GTX 1080 Ti", "NVIDIA RTX A6000": "RTX A6000",
		"NVIDIA H100 NVL": "H100", "NVIDIA GB10": "GB10", "AMD Instinct MI300X": "MI300X", "AMD Radeon RX 7900 XTX": "RX 7900 XTX",
		"NVIDIA GeForce RTX 3080 Laptop GPU": "RTX 3080", "": "", "NVIDIA": "NVIDIA", "80GB": "80GB", "GB": "GB",
	} {
		if got := deviceName(name); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}

func TestDeviceTexts(t *testing.T) {
	for got, want := range map[string]string{
		ageText(12 * time.Second): "12 s", ageText(185 * time.Second): "3:05",
		commandText("/opt/x/python3 train.py"): "python3 train.py", commandText("python /data/x"): "python /data/x", commandText(""): "",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
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
