package devices

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"optwatch/train/device"
	"optwatch/tui/draw"
	"optwatch/tui/pane"
)

var update = flag.Bool("update", false, "write the golden files anew")

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got+"\n" != string(want) {
		t.Errorf("%s:\n%s\nwant\n%s", name, got, want)
	}
}

func TestGoldens(t *testing.T) {
	golden(t, "alone-16.txt", newAlone(troubled(16), 120, 40).text())
	golden(t, "alone-ascii.txt", newAloneWith(troubled(2), 80, 24, termenv.Ascii, true, true).text())
	golden(t, "beside-4.txt", newBeside(troubled(4), 75, 14).text())
	m := newBeside(troubled(8), 64, 16)
	m.spot.Boxed = false
	m.press("6", "j")
	golden(t, "unboxed-8.txt", m.text())
}

// Of many devices each shows its memory and its power, in bars of one width; on a
// wide screen the rows of a table reach into its right half.
func TestManyDevices(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 60}} {
		m := newAlone(gpus(16, 300), size[0], size[1])
		bars, last, found, atMost := map[int]bool{}, 0, 0, -1
		if size[0] == 200 { // busy and memory; the last minutes are no bar
			atMost = 2
		}
		for _, line := range strings.Split(m.text(), "\n") {
			if strings.Contains(line, "cpu") || strings.Contains(line, "mem ") || !strings.Contains(line, "102/140") {
				continue
			}
			found += strings.Count(line, "102/140")
			for _, run := range regexp.MustCompile("[▇░]+").FindAllString(line, atMost) {
				bars[utf8.RuneCountInString(run)] = true
			}
			last = max(last, utf8.RuneCountInString(strings.TrimRight(line, " │")))
		}
		if found != 16 {
			t.Errorf("%v: the memory of %d devices is shown:\n%s", size, found, m.text())
		}
		if len(bars) > 1 {
			t.Errorf("%v: bars of %v columns", size, bars)
		}
		if last < size[0]*3/4 {
			t.Errorf("%v: the rows end in column %d", size, last)
		}
	}
}

// What is about to go wrong has the colour of that: a memory that is nearly full,
// and the bars of a device that is held back by its heat.
func TestSeverityInColour(t *testing.T) {
	theme := plain(termenv.ANSI256, false, false)
	for share, want := range map[float64]draw.Ink{0.5: theme.Focus, 0.91: theme.Warn, 0.985: theme.Bad, math.NaN(): theme.Focus} {
		if got := filled(theme, share, theme.Focus); got != want {
			t.Errorf("%g of a memory is painted with %+v, want %+v", share, got, want)
		}
	}
	for _, n := range []int{1, 3, 8, 16} { // cards, pairs, rows and cells
		for _, hot := range []bool{false, true} {
			v := gpus(n, 300)
			for i := range v.Devices {
				v.Devices[i].Readings[device.Busy] = read(95)
				if hot {
					v.Devices[i].Throttling = []device.Episode{{Reason: device.ThrottleThermal, Since: v.At.Add(-time.Minute)}}
				}
			}
			m := newAloneWith(v, 120, 40, termenv.ANSI256, false, false)
			if got := strings.Count(m.text(), theme.Warn.On+"▇"); (got >= n) != hot {
				t.Errorf("%d devices, held back %t: %d bars in the colour of warnings", n, hot, got)
			}
		}
	}
}

func TestEverySize(t *testing.T) {
	for _, n := range []int{0, 1, 2, 4, 8, 16, 20} {
		m, alone := newBeside(troubled0(n), 80, 24), newAlone(troubled0(n), 80, 24)
		for w := 1; w <= 220; w += 1 + w/5 {
			for h := 1; h <= 70; h += 1 + h/4 {
				for _, m.Alone = range []bool{false, true} {
					m.resize(w, h)
					checkSize(t, m, fmt.Sprint(n, " GPUs, zoom ", m.Alone))
					m.spot.Boxed = false
					m.settle()
					checkSize(t, m, fmt.Sprint(n, " GPUs without a border, zoom ", m.Alone))
				}
				if w >= pane.MinWidth && h >= pane.MinHeight {
					alone.resize(w, h)
					checkSize(t, alone, fmt.Sprint(n, " GPUs alone"))
				}
			}
		}
	}
}

func TestWildDevicesAreExact(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for i := range 300 {
		w, h := pane.MinWidth+r.IntN(180), pane.MinHeight+r.IntN(58)
		v := wildView(r)
		m := newAloneWith(v, w, h, termenv.ANSI256, i%5 == 0, i%3 == 0)
		keys := []string{"j", "k", "m", "-", "=", "pgdown", "pgup", "end", "home"}
		if i%2 == 0 {
			m = newBesideWith(v, 1+r.IntN(220), 1+r.IntN(70), termenv.ANSI256, i%5 == 0, i%3 == 0)
			keys = append(keys, "6", "6", "z")
		}
		for range 6 {
			m.press(keys[r.IntN(len(keys))])
			checkSize(t, m, fmt.Sprint("wild ", i))
		}
	}
}

// What is known of a GPU stands in its card; what is not is a dash, never 0.
func TestCard(t *testing.T) {
	v := gpus(1, 300)
	v.Devices[0].Readings[device.Busy] = read(71)
	v.Devices[0].Readings[device.Power] = read(412)
	m := newBeside(v, 56, 9)
	wantSeen(t, m, "0 H200  busy ▇▇▇▇▇▇▇░░░  71%        412/700 W", "mem  ▇▇▇▇▇▇▇░░░ 102/140 GiB", "4312 root python train.py", "98.1 GiB   sm 70%")
	wantSeen(t, m, "cpu ▇▇▇▇▇▇▇▇▇░  94%  2 cores  own cpu 187% 212 MiB")
	for _, q := range []device.Quality{device.Unknown, device.Unsupported, device.Denied, device.Failed} {
		v := gpus(1, 300)
		for k := range v.Devices[0].Readings {
			v.Devices[0].Readings[k] = device.Reading{Value: 55, Quality: q}
		}
		v.Devices[0].Readings[device.PowerLimit] = read(700)
		v.Host = device.Host{}
		m := newBeside(v, 56, 9)
		wantSeen(t, m, "busy ░░░░░░░░░░    —          —/700 W     —", "mem  ░░░░░░░░░░ —                   — ")
		if text := m.text(); strings.Contains(text, "55") || strings.Contains(text, " 0%") || strings.Contains(text, "0 MHz") {
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
			m := newWide(v)
			want := "✖ " + s.String() + " 0:31"
			if s == device.Asleep {
				want = "z asleep"
			}
			wantSeen(t, m, want)
			if text := m.text(); s != device.Asleep && !strings.Contains(text, "gpu 0 "+s.String()+": "+s.Hint()[:20]) {
				t.Errorf("%d GPUs, %s: no hint in\n%s", n, s, text)
			}
			m = newAlone(v, 40, 12)
			if word := s.String(); !strings.Contains(m.text(), word) && s != device.Asleep {
				t.Errorf("%d GPUs on a small screen: %s is not said:\n%s", n, word, m.text())
			}
		}
	}
	grid := newAlone(troubled(16), 80, 24)
	wantSeen(t, grid, "▸ 0 ✖ lost", "gpu 0 lost: fell off the bus")
}

// What is not fresh says how old it is, and when nothing has come at all.
func TestStaleSaysHowOld(t *testing.T) {
	v := gpus(1, 300)
	v.Devices[0].At = noon.Add(-12 * time.Second)
	m := newBeside(v, 56, 9)
	wantSeen(t, m, "~ 12 s old")
	v = gpus(1, 300)
	v.Devices[0].At = noon.Add(-185 * time.Second)
	m = newBeside(v, 56, 9)
	wantSeen(t, m, "~ 3:05 old")
	v = gpus(1, 300)
	v.Devices[0].At = noon.Add(-3 * time.Second)
	m = newBeside(v, 56, 9)
	if strings.Contains(m.text(), "old") {
		t.Error("three seconds are not old")
	}
	v.Devices[0].At = time.Time{}
	m = newAlone(gpus(1, 300), 120, 30)
	v = gpus(1, 300)
	v.Devices[0].At = time.Time{}
	m.look(v)
	wantSeen(t, m, "no answer yet")
	v = gpus(1, 300)
	v.Ended, v.Reason = true, "the device monitor failed: panic"
	m = newBeside(v, 56, 9)
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
		m := newWide(v)
		text := m.text()
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
	m := newWide(v)
	wantSeen(t, m, "✖ Xid 48 2:10 ago", "gpu 1 Xid 48: double-bit ECC error")
	v = gpus(2, 300)
	happened(v, 1, 601, device.EventXid, "Xid 48: double-bit ECC error")
	v.Devices[0].Readings[device.ECCUncorrected] = read(3)
	m = newWide(v)
	wantSeen(t, m, "✖ ECC 3", "gpu 0 uncorrected memory errors: 3")
	if strings.Contains(m.text(), "Xid") {
		t.Error("an old Xid is still shown")
	}
}

// A temperature warns near the point where the device slows down.
func TestTemperatureWarns(t *testing.T) {
	m := newAloneWith(gpus(1, 10), 120, 40, termenv.ANSI256, false, false)
	d := &m.view.Devices[0]
	for _, test := range []struct {
		at, limit float64
		want      draw.Ink
	}{{86, 92, m.Theme.Text}, {87, 92, m.Theme.Warn}, {91, 92, m.Theme.Warn}, {92, 92, m.Theme.Bad}, {120, nan, m.Theme.Text}, {nan, 92, m.Theme.Faint}} {
		d.Readings[device.Temperature], d.Readings[device.SlowdownTemperature] = read(test.at), read(test.limit)
		if got := warm(m.Theme, d, m.Theme.Text); got != test.want {
			t.Errorf("%v of %v: %q, want %q", test.at, test.limit, got.On, test.want.On)
		}
	}
}

// Without a GPU the pane says why, and shows the host.
func TestNoGPU(t *testing.T) {
	m := newBeside(gpus(0, 300), 45, 9)
	m.spot.Number, m.spot.Others = 6, "4 log"
	m.press("6")
	wantSeen(t, m, "6 devices · 4 log · no GPU", "no GPU is shown: no NVIDIA driver library", "cpu  ▇▇▇▇▇▇▇▇▇░  94%", "4.1/16 GiB")
	m.look(&device.View{At: noon, Opening: true})
	wantSeen(t, m, "looking for GPUs …")
	m.look(&device.View{At: noon, Absence: device.NoGPU, Reason: "no GPU: no AMD GPU"})
	wantSeen(t, m, "│ no GPU: no AMD GPU")
	m.look(&device.View{At: noon})
	wantSeen(t, m, "│ no GPU is shown")
	m.look(&device.View{At: noon, Opening: true, Reason: "nvml waits"})
	wantSeen(t, m, "looking for GPUs: nvml waits")
}

// A replay says so, on every kind of screen.
func TestReplayIsSaid(t *testing.T) {
	v := gpus(2, 300)
	v.Replaying, v.RecordedAt = "night.jsonl", time.Date(2026, 1, 1, 3, 4, 5, 0, time.UTC)
	for _, size := range [][2]int{{120, 40}, {80, 24}, {50, 14}} {
		m := newAlone(v, size[0], size[1])
		wantSeen(t, m, "REPLAY night.jsonl 1 Jan 03:04:05")
		over := *v
		over.Ended = true
		m.look(&over)
		wantSeen(t, m, "03:04:05, over")
	}
	m := newWide(v)
	wantSeen(t, m, "REPLAY night.jsonl")
}

// The pane is drawn once for each view.
func TestDevicesAreDrawnOnce(t *testing.T) {
	m := newBeside(gpus(2, 300), 56, 10)
	first := m.Draw(m.spot)
	m.look(m.src.view)
	if again := m.Draw(m.spot); &again[0] != &first[0] {
		t.Error("drawn anew though nothing has changed")
	}
	v := gpus(2, 300)
	v.Devices[0].Readings[device.Busy] = read(13)
	m.look(v)
	wantSeen(t, m, " 13%")
	m.press("6", "j")
	if got := ansi.Strip(m.text()); !strings.Contains(got, "▸ 1 H200") {
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
		draw.Age(12 * time.Second): "12 s", draw.Age(185 * time.Second): "3:05",
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
			m := newAloneWith(troubled0(n), 120, 40, termenv.ANSI256, ascii, true)
			for _, keys := range [][]string{nil, {"j"}, {"m"}} {
				m.press(keys...)
				for _, code := range sgrCodes(m.text()) {
					if code != "0" && code != "1" && code != "7" {
						t.Fatalf("%d GPUs after %v: SGR %q is a colour", n, keys, code)
					}
				}
				if i := strings.IndexFunc(m.text(), func(r rune) bool { return r > 126 }); ascii && i >= 0 {
					t.Fatalf("%d GPUs after %v: %q", n, keys, m.text()[i:i+4])
				}
				if ascii && strings.Contains(m.text(), "??") {
					t.Errorf("%d GPUs after %v: a sign without a substitute:\n%s", n, keys, m.text())
				}
			}
		}
	}
}

// The share of time in which some kernel ran is not how hard a GPU works: its power
// stands beside it on small screens too, however many there are.
func TestPowerOnSmallScreens(t *testing.T) {
	for _, n := range []int{8, 16} {
		for _, size := range [][2]int{{40, 12}, {60, 20}, {80, 24}} {
			v := gpus(n, 60)
			text := newAlone(v, size[0], size[1]).text()
			for i := range v.Devices {
				if watts := fmt.Sprintf("%.0f", v.Devices[i].Value(device.Power)); !strings.Contains(text, " "+watts) {
					t.Errorf("%d GPUs at %v: the %s W of %d are not shown:\n%s", n, size, watts, i, text)
				}
			}
		}
	}
}
