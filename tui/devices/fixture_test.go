package devices

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"time"

	"optwatch/train/device"
	"optwatch/tui/draw"
)

var nan, inf = math.NaN(), math.Inf(1)

// noon is when the views of the tests were made.
var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

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
		v.Backend, v.Reason = "none", "no NVIDIA driver library"
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

func troubled0(n int) *device.View {
	if n == 0 {
		return gpus(0, 300)
	}
	return troubled(n)
}

// wildView is a view with numbers, texts and states that nobody should send.
func wildView(r *rand.Rand) *device.View {
	values := []float64{0, 1, -1, 50, 100, 1e3, 1e9, 1e12, 1e300, -1e300, 1e-300, nan, inf, -inf, 7e10, 2147}
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
		At: noon, Opening: r.IntN(4) == 0, Backend: text(), Reason: text(), RecordedAt: moment(), Ended: r.IntN(3) == 0,
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
		})
	}
	return v
}
