package process

import (
	"math"
	"testing"
	"time"

	"optwatch/train/device"
)

var noon = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

// gpuWith is a GPU with some processes, and a history of how busy it was, a second
// between two points and the last at noon.
func gpuWith(index int, history []float32, processes ...device.Process) device.DeviceView {
	d := device.DeviceView{Device: device.Device{Index: index, Name: "H"}, Processes: processes}
	d.Readings[device.ProcessCount] = device.Measured(float64(len(processes)), noon)
	for i, b := range history {
		p := device.Point{At: noon.Add(time.Duration(i+1-len(history)) * time.Second)}
		p.Values[device.Busy] = b
		d.History = append(d.History, p)
		d.Readings[device.Busy] = device.Measured(float64(b), noon)
	}
	return d
}

func process(pid int, memory, sm float64) device.Process {
	return device.Process{PID: pid, Memory: device.Measured(memory, noon), SM: device.Measured(sm, noon)}
}

func same(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) }

func TestGPUsOfProcesses(t *testing.T) {
	unknown := device.Process{PID: 9, Memory: device.Missing(device.Denied, noon), SM: device.Missing(device.Unsupported, noon)}
	silent := gpuWith(3, []float32{50})
	silent.Readings[device.ProcessCount] = device.Missing(device.Denied, noon)
	v := &device.View{Devices: []device.DeviceView{
		gpuWith(0, []float32{90}, process(7, 100, 60), process(8, 10, 70), process(1, 5, 1)),
		gpuWith(1, []float32{30}, unknown),
		gpuWith(2, []float32{99}, process(1, 5, 1)),
		silent,
	}}
	u := GPUs(v, map[int]bool{7: true, 8: true, 9: true})
	if len(u.GPUs) != 2 || u.Unknown != "" || !same(u.Busy, 60) || !same(u.Memory, 110) {
		t.Fatalf("got %+v; want GPUs 0 and 1, 60 %% busy, 110 bytes", u)
	}
	if g := u.GPUs[0]; g.Index != 0 || !same(g.Share, 100) || !same(g.Memory, 110) || g.Others != 1 {
		t.Errorf("got %+v; want GPU 0 with a share of 100 %%, 110 bytes and one other", g)
	}
	if g := u.GPUs[1]; g.Index != 1 || !same(g.Share, math.NaN()) || !same(g.Memory, math.NaN()) || g.Others != 0 {
		t.Errorf("got %+v; want GPU 1 with nothing known", g)
	}
	if u := GPUs(v, map[int]bool{77: true}); len(u.GPUs) != 0 || u.Unknown != "" || !same(u.Busy, math.NaN()) || !u.IdleSince.IsZero() {
		t.Errorf("got %+v; want that it is known to hold none", u)
	}
}

func TestGPUsThatAreNotKnown(t *testing.T) {
	if u := GPUs(&device.View{}, map[int]bool{7: true}); u.Unknown == "" {
		t.Errorf("got %+v without any GPU; want a reason", u)
	}
	p := process(7, 1, 1)
	p.Foreign = true
	u := GPUs(&device.View{Devices: []device.DeviceView{gpuWith(0, []float32{90}, p)}}, map[int]bool{7: true})
	if u.Unknown == "" || len(u.GPUs) != 0 {
		t.Errorf("got %+v of another's pids; want a reason and no GPU", u)
	}
}

func TestIdleGPUs(t *testing.T) {
	nan := float32(math.NaN())
	for _, c := range []struct {
		name  string
		a, b  []float32
		began int // seconds before noon
		want  int // seconds idle
	}{
		{"since it was busy", []float32{90, 4, 0, 0}, []float32{0, 0, 0, 0}, 60, 2},
		{"busy", []float32{0, 0, 5}, []float32{0, 0, 0}, 60, 0},
		{"one busy", []float32{0, 0, 0}, []float32{0, 0, 40}, 60, 0},
		{"since a gap", []float32{0, nan, 0, 0}, []float32{0, 0, 0, 0}, 60, 1},
		{"unknown", []float32{0, nan}, []float32{0, 0}, 60, 0},
		{"since the run began", []float32{0, 0, 0, 0}, []float32{0, 0, 0, 0}, 1, 1},
		{"no history", nil, nil, 60, 0},
	} {
		u := GPUs(&device.View{Devices: []device.DeviceView{gpuWith(0, c.a, process(7, 1, 1)), gpuWith(1, c.b, process(7, 1, 1))}}, map[int]bool{7: true})
		if got := u.Idle(noon.Add(-time.Duration(c.began)*time.Second), noon); got != time.Duration(c.want)*time.Second {
			t.Errorf("%s: got %v; want %d s", c.name, got, c.want)
		}
	}
}
