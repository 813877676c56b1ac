package tui

import (
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"

	"optwatch/train"
	"optwatch/train/device"
	"optwatch/tui/draw"
)

// noon is when the views of the tests were made.
var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

// deviceStub is a source of devices that shows what it is told to.
type deviceStub struct{ view *device.View }

func (s *deviceStub) View() *device.View { return s.view }

func read(v float64) device.Reading { return device.Reading{Value: v, Quality: device.OK, At: noon} }

// wave is how busy the i-th GPU of the tests was some seconds before noon.
func wave(i, ago int) float64 {
	return math.Round(math.Max(0, math.Min(100, 60+45*math.Sin(float64(ago)/19+float64(i)))))
}

// sampleGPU is the i-th GPU with a history of some seconds.
func sampleGPU(i, seconds int) device.DeviceView {
	d := device.DeviceView{
		Device: device.Device{ID: device.ID(fmt.Sprint("GPU-", i)), Index: i, Name: "NVIDIA H200", Driver: "570.86.10"},
		State:  device.Up, At: noon,
	}
	for ago := seconds - 1; ago >= 0; ago-- {
		p := device.Point{At: noon.Add(-time.Duration(ago) * time.Second)}
		for m := range p.Values {
			p.Values[m] = float32(nan)
		}
		busy := wave(i, ago)
		p.Values[device.Busy], p.Values[device.Power] = float32(busy), float32(90+6*busy)
		p.Values[device.MemoryUsed], p.Values[device.Temperature] = 100*draw.GiB, float32(35+busy/2)
		p.Values[device.SMClock], p.Values[device.MemoryClock] = float32(1980-2*busy), 2619
		d.History = append(d.History, p)
	}
	busy := wave(i, 0)
	for m, v := range map[device.Metric]float64{
		device.Busy: busy, device.MemoryBandwidth: 41, device.MemoryUsed: 102 * draw.GiB, device.MemoryTotal: 140 * draw.GiB, device.Power: 90 + 6*busy,
		device.PowerLimit: 700, device.Temperature: 35 + busy/2, device.SlowdownTemperature: 92, device.SMClock: 1980 - 2*busy,
		device.MemoryClock: 2619, device.ECCUncorrected: 0, device.ThrottleReasons: 0, device.ProcessCount: 1,
	} {
		d.Readings[m] = read(v)
	}
	d.Processes = []device.Process{{PID: 4312 + i, User: "root", Command: "/usr/bin/python train.py", Memory: read(98.1 * draw.GiB), SM: read(70), GI: -1, CI: -1}}
	return d
}

// gpus is a view of n GPUs that have been watched for some seconds.
func gpus(n, seconds int) *device.View {
	v := &device.View{At: noon, Backend: "nvml", Host: sampleHost(seconds)}
	for i := range n {
		v.Devices = append(v.Devices, sampleGPU(i, seconds))
	}
	if n == 0 {
		v.Backend, v.Absence, v.Reason = "none", device.Withheld, "no NVIDIA driver library"
	}
	return v
}

func sampleHost(seconds int) device.Host {
	h := device.Host{
		At: noon, CPU: read(94), Cores: []device.Reading{read(100), read(88)}, Load: [3]device.Reading{read(2.1), read(1.8), read(1.2)},
		MemoryUsed: read(4.1 * draw.GiB), MemoryTotal: read(15.6 * draw.GiB), SelfCPU: read(187), SelfRSS: read(212 << 20),
	}
	for ago := seconds - 1; ago >= 0; ago-- {
		h.History = append(h.History, device.HostPoint{
			At: noon.Add(-time.Duration(ago) * time.Second), CPU: float32(wave(0, ago)), MemoryUsed: 4 * draw.GiB, SelfCPU: 150, SelfRSS: 212 << 20,
		})
	}
	return h
}

// happened adds an event of the i-th device some seconds before noon.
func happened(v *device.View, i, ago int, k device.EventKind, text string) {
	v.Events = append(v.Events, device.Event{At: noon.Add(-time.Duration(ago) * time.Second), ID: v.Devices[i].ID, Kind: k, Text: text})
	if k == device.EventXid {
		fmt.Sscanf(text, "Xid %d", &v.Events[len(v.Events)-1].Xid)
	}
}

// holdBack makes a device be held back since some seconds before noon.
func holdBack(v *device.View, i, ago int, reason device.Throttle) {
	d := &v.Devices[i]
	d.Throttling = append(d.Throttling, device.Episode{Reason: reason, Since: noon.Add(-time.Duration(ago) * time.Second)})
	happened(v, i, ago, device.EventThrottle, strings.Join(reason.Words(), ""))
	v.Events[len(v.Events)-1].Reason = reason
}

// gone puts a device out of reach some seconds before noon.
func gone(v *device.View, i, ago int, s device.State) {
	d := &v.Devices[i]
	d.State, d.Hint, d.Since = s, s.Hint(), noon.Add(-time.Duration(ago)*time.Second)
	d.Readings, d.Processes = [device.Metrics]device.Reading{}, nil
	for j := range d.History {
		if p := &d.History[j]; p.At.After(d.Since) {
			for m := range p.Values {
				p.Values[m] = float32(nan)
			}
		}
	}
	if s != device.Asleep {
		happened(v, i, ago, device.EventLost, s.String())
	}
}

// withDevices is a snapshot, begun 41 s before noon, that shows devices.
func withDevices(s *train.Report, v *device.View) *train.Report {
	s.Devices, s.Began = v, noon.Add(-s.Elapsed)
	return s
}

// newAlone is the screen of the devices alone.
func newAlone(v *device.View, w, h int) (*shell, *deviceStub) {
	return newAloneWith(v, w, h, termenv.Ascii, false, false)
}

func newAloneWith(v *device.View, w, h int, p termenv.Profile, ascii, mono bool) (*shell, *deviceStub) {
	src := &deviceStub{v}
	r := lipgloss.NewRenderer(io.Discard)
	r.SetColorProfile(p)
	m := newDevices(src, "box", Terminal{Version: "0.1"}, draw.ThemeOf(r, ascii, mono))
	m.Update(sizeMsg(w, h))
	return m, src
}

// newWatching is the main screen with a federation and devices.
func newWatching(v *device.View, w, h int) (*shell, *stub) {
	src := newFederated(withDevices(federated(3, 60, 10), v))
	return newTestModel(src, w, h), src
}

// wildView is a view with numbers, texts and states that nobody should send.
func wildView(r *rand.Rand) *device.View {
	values := []float64{0, 1, -1, 50, 100, 1e3, 1e9, 1e12, 1e300, -1e300, 1e-300, nan, math.Inf(1), math.Inf(-1), 7e10, 2147}
	pick := func() float64 { return values[r.IntN(len(values))] }
	texts := []string{
		"", "NVIDIA H100 80GB HBM3", "a\x1b[31mred\nline\ttab", "日本語のとても長い名前です", strings.Repeat("long ", 60), "é̂combining", "-", "GB", "power cap",
	}
	text := func() string { return texts[r.IntN(len(texts))] }
	reading := func() device.Reading {
		return device.Reading{Value: pick(), Quality: device.Quality(r.IntN(6)), At: noon.Add(time.Duration(r.IntN(100)-90) * time.Second)}
	}
	moment := func() time.Time {
		if r.IntN(10) == 0 {
			return time.Time{}
		}
		return noon.Add(time.Duration(r.IntN(2000)-1900) * time.Second)
	}
	v := &device.View{
		At: noon, Opening: r.IntN(4) == 0, Backend: text(), Absence: device.Absence(r.IntN(8)), Reason: text(), RecordedAt: moment(), Ended: r.IntN(3) == 0,
		Host: device.Host{CPU: reading(), MemoryUsed: reading(), MemoryTotal: reading(), SelfCPU: reading(), SelfRSS: reading()},
	}
	if r.IntN(3) == 0 {
		v.Replaying = text()
	}
	for range r.IntN(80) {
		v.Host.Cores = append(v.Host.Cores, reading())
		v.Host.History = append(v.Host.History, device.HostPoint{At: moment(), CPU: float32(pick()), SelfRSS: float32(pick())})
	}
	for i := range []int{0, 1, 2, 4, 8, 16, 20}[r.IntN(7)] {
		d := device.DeviceView{
			Device: device.Device{ID: device.ID(fmt.Sprint(i / 2 * 2)), Index: r.IntN(200) - 5, Name: text(), Driver: text()},
			State:  device.State(r.IntN(9)), Hint: text(), Since: moment(), At: moment(), SharedMemory: r.IntN(2) == 0,
		}
		for m := range d.Readings {
			d.Readings[m] = reading()
		}
		for range r.IntN(4) {
			d.Processes = append(d.Processes, device.Process{
				PID: r.IntN(1 << 31), User: text(), Command: text(), Memory: reading(), SM: reading(), GI: r.IntN(3) - 1, Foreign: r.IntN(2) == 0,
			})
		}
		for range r.IntN(3) {
			d.Instances = append(d.Instances, device.Instance{Name: text(), GI: r.IntN(9), MemoryUsed: reading(), MemoryTotal: reading()})
		}
		for range r.IntN(3) {
			d.Throttling = append(d.Throttling, device.Episode{Reason: device.Throttle(r.Uint64() & r.Uint64()), Since: moment()})
		}
		for range r.IntN(60) {
			p := device.Point{At: moment()}
			for m := range p.Values {
				p.Values[m] = float32(pick())
			}
			d.History = append(d.History, p)
		}
		v.Devices = append(v.Devices, d)
	}
	for range r.IntN(40) {
		v.Events = append(v.Events, device.Event{
			At: moment(), ID: device.ID(fmt.Sprint(r.IntN(20))), Kind: device.EventKind(r.IntN(9)), Xid: r.IntN(200), Text: text(),
			Reason: device.Throttle(r.Uint64() & r.Uint64()),
		})
	}
	return v
}
