//go:build linux && (amd64 || arm64) && !nonvml

package nvml

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"
	"unsafe"

	"optwatch/train/device"
	"optwatch/train/device/devicetest"
	"optwatch/train/device/nvidia"
)

func TestMain(m *testing.M) { os.Exit(devicetest.Main(m)) }

// newFakeNVML is the NVML backend on the fake library.
func newFakeNVML(tb testing.TB, flags ...string) *Sampler {
	tb.Helper()
	devicetest.UseLibrary(tb, flags...)
	return New(os.DirFS("/"))
}

// TestLayout pins the sizes of nvml.h's structures; the fake library does the
// same on its side.
func TestLayout(t *testing.T) {
	for name, size := range map[string][2]uintptr{
		"nvmlUtilization_t":              {unsafe.Sizeof(utilization{}), 8},
		"nvmlMemory_t":                   {unsafe.Sizeof(memoryV1{}), 24},
		"nvmlMemory_v2_t":                {unsafe.Sizeof(memoryV2{}), 40},
		"nvmlTemperature_t":              {unsafe.Sizeof(temperatureV1{}), 12},
		"nvmlPciInfo_t":                  {unsafe.Sizeof(pciInfo{}), 68},
		"nvmlProcessInfo_v1_t":           {unsafe.Sizeof(processInfoV1{}), 16},
		"nvmlProcessInfo_v2_t":           {unsafe.Sizeof(processInfo{}), 24},
		"nvmlProcessUtilizationSample_t": {unsafe.Sizeof(processUtilization{}), 32},
		"nvmlFieldValue_t":               {unsafe.Sizeof(fieldValue{}), 40},
		"nvmlEventData_t":                {unsafe.Sizeof(eventData{}), 32},
	} {
		if size[0] != size[1] {
			t.Errorf("%s: got %d bytes, want %d", name, size[0], size[1])
		}
	}
}

func TestNVMLReadings(t *testing.T) {
	s := newFakeNVML(t)
	sc := devicetest.NewScenario(t, devicetest.GPUs(devicetest.Full, devicetest.Another))
	devices := devicetest.Opened(t, s)
	want := device.Device{ID: "GPU-aaaa", Index: 0, Name: "NVIDIA H200", BDF: "0000:3b:00.0", Driver: "570.86.10"}
	if len(devices) != 2 || devices[0] != want {
		t.Fatalf("got %+v, want two devices, the first %+v", devices, want)
	}
	if missing := s.Diagnosis().Missing; len(missing) != 0 {
		t.Errorf("missing: %v, want nothing", missing)
	}
	f := devicetest.Sampled(t, s, device.AllTiers)
	devicetest.WantReadings(t, f.Samples[0], map[device.Metric]any{
		device.Busy: 87.0, device.MemoryBandwidth: 41.0, device.MemoryUsed: float64(107374182400 + 536870912), device.MemoryTotal: 150323855360.0, device.Power: 412.0,
		device.PowerLimit: 700.0, device.Temperature: 64.0, device.SlowdownTemperature: 92.0, device.SMClock: 1785.0, device.MemoryClock: 2619.0, device.Fan: 30.0,
		device.ThrottleReasons: 4.0, device.ECCCorrected: 3.0, device.ECCUncorrected: 0.0, device.ProcessCount: 0.0, device.InstanceCount: 0.0,
		device.PCIeRX: device.Unknown, device.NVLinkTX: device.Unknown, // a rate needs two counts
	})
	devicetest.WantReadings(t, f.Samples[1], map[device.Metric]any{device.Busy: 0.0})

	time.Sleep(50 * time.Millisecond)
	began := f.Samples[0].At
	sc.Write(devicetest.GPUs(strings.NewReplacer("pcierx=1000", "pcierx=51000", "nvtx=20", "nvtx=30", "pcietx=2000", "pcietx=5").Replace(devicetest.Full), devicetest.Another))
	f = devicetest.Sampled(t, s, device.Fast)
	elapsed := time.Since(began).Seconds()
	if got := f.Samples[0].Readings[device.PCIeRX].Value; got < 50000/elapsed*0.8 || got > 50000/0.05 {
		t.Errorf("PCIe RX: got %v B/s, want about %v", got, 50000/elapsed)
	}
	devicetest.WantReadings(t, f.Samples[0], map[device.Metric]any{device.NVLinkRX: 0.0, device.PCIeTX: device.Failed, device.Fan: device.Unknown}) // a counter that went back is a gap
	if got := f.Samples[0].Readings[device.NVLinkTX].Value; got < 10*1024/elapsed*0.8 {
		t.Errorf("NVLink TX: got %v B/s, want about %v: it counts KiB", got, 10*1024/elapsed)
	}
}

// TestNVMLOpenErrors is what a user is told for each answer of nvmlInit.
func TestNVMLOpenErrors(t *testing.T) {
	for ret, want := range map[string]struct {
		class device.Class
		hint  string
	}{
		"init=9":   {device.DriverAbsent, "not loaded"},
		"init=12":  {device.NoLibrary, "no NVIDIA driver library"},
		"init=18":  {device.Mismatch, "reboot or reload"},
		"init=4":   {device.OpenDenied, "permissions"},
		"init=17":  {device.OpenDenied, "cgroup"},
		"init=28":  {device.NoDevices, "no GPU"},
		"init=999": {device.Unreachable, "restart the container"},
		"init=0":   {device.NoDevices, "no GPU"}, // and it lists none
	} {
		s := newFakeNVML(t)
		devicetest.NewScenario(t, ret+"\n")
		_, err := s.Open(context.Background())
		var open *device.OpenError
		if !errors.As(err, &open) || open.Class != want.class || !strings.Contains(open.Hint, want.hint) {
			t.Errorf("%s: got %v, want class %d and %q", ret, err, want.class, want.hint)
		}
	}
	t.Setenv("OPTWATCH_NVML_LIB", "/nowhere/libnvidia-ml.so.1")
	_, err := New(os.DirFS("/")).Open(context.Background())
	var open *device.OpenError
	if !errors.As(err, &open) || open.Class != device.NoLibrary {
		t.Errorf("got %v, want that there is no library", err)
	}
}

// TestNVMLNotALibrary loads a library that is something else.
func TestNVMLNotALibrary(t *testing.T) {
	t.Setenv("OPTWATCH_NVML_LIB", "libc.so.6")
	_, err := New(os.DirFS("/")).Open(context.Background())
	if err == nil || !strings.Contains(err.Error(), "nvmlInit_v2") {
		t.Errorf("got %v, want what the library lacks", err)
	}
}

// TestNVMLLostAndBack loses one of two devices; the other goes on.
func TestNVMLLostAndBack(t *testing.T) {
	s := newFakeNVML(t)
	sc := devicetest.NewScenario(t, devicetest.GPUs(devicetest.Full, devicetest.Another))
	devicetest.Opened(t, s)
	sc.Write(devicetest.GPUs(devicetest.Full+" ret=15 handle=15", devicetest.Another))
	for range 2 {
		f := devicetest.Sampled(t, s, device.AllTiers)
		if f.Samples[0].State != device.Lost || f.Samples[1].State != device.Up {
			t.Fatalf("got states %v and %v, want lost and up", f.Samples[0].State, f.Samples[1].State)
		}
		devicetest.WantReadings(t, f.Samples[0], map[device.Metric]any{device.Busy: device.Unknown, device.Power: device.Unknown})
	}
	for ret, want := range map[string]device.State{"16": device.NeedsReset, "17": device.Blocked} {
		sc.Write(devicetest.GPUs(devicetest.Full+" ret="+ret+" handle="+ret, devicetest.Another))
		s.session.Load().devices[0].retry = device.Backoff{}
		if f := devicetest.Sampled(t, s, device.Fast); f.Samples[0].State != want {
			t.Errorf("code %s: got state %v, want %v", ret, f.Samples[0].State, want)
		}
	}
	sc.Write(devicetest.GPUs(devicetest.Another, devicetest.Full)) // back, under another index
	s.session.Load().devices[0].retry = device.Backoff{}
	f := devicetest.Sampled(t, s, device.Fast)
	devicetest.WantReadings(t, f.Samples[0], map[device.Metric]any{device.Busy: 87.0})
	if f.Samples[0].ID != "GPU-aaaa" {
		t.Errorf("got %s, want the same device as before", f.Samples[0].ID)
	}
}

// TestNVMLLostFromTheStart names a device as soon as it answers.
func TestNVMLLostFromTheStart(t *testing.T) {
	s := newFakeNVML(t)
	sc := devicetest.NewScenario(t, devicetest.GPUs(devicetest.Full+" handle=15", devicetest.Another))
	devices := devicetest.Opened(t, s)
	if len(devices) != 2 || devices[0].ID != "nvml-0" {
		t.Fatalf("got %+v, want a device by its index and another", devices)
	}
	if f := devicetest.Sampled(t, s, device.Fast); f.Samples[0].State != device.Lost || f.Samples[1].State != device.Up {
		t.Errorf("got %v and %v, want lost and up", f.Samples[0].State, f.Samples[1].State)
	}
	sc.Write(devicetest.GPUs(devicetest.Full, devicetest.Another))
	s.session.Load().devices[0].retry = device.Backoff{}
	if f := devicetest.Sampled(t, s, device.Fast); len(f.Devices) != 2 || f.Devices[0].ID != "GPU-aaaa" {
		t.Errorf("got %+v, want a new list with its UUID", f.Devices)
	}
	if f := devicetest.Sampled(t, s, device.Fast); f.Samples[0].ID != "GPU-aaaa" || f.Samples[0].State != device.Up {
		t.Errorf("got %+v, want it up", f.Samples[0])
	}
}

// TestNVMLQualities: a reading that cannot be had says why, and is never 0.
func TestNVMLQualities(t *testing.T) {
	s := newFakeNVML(t)
	devicetest.NewScenario(t, devicetest.GPUs(strings.Replace(devicetest.Full, "fan=30 ", "", 1)+" PowerUsage=3 Temperature=4 ClockInfo=999 FieldValues=13"))
	devicetest.Opened(t, s)
	f := devicetest.Sampled(t, s, device.AllTiers)
	devicetest.WantReadings(t, f.Samples[0], map[device.Metric]any{
		device.Power: device.Unsupported, device.Fan: device.Unsupported, device.Temperature: device.Denied, device.SMClock: device.Failed, device.PCIeRX: device.Unsupported, device.NVLinkTX: device.Unsupported, device.Busy: 87.0,
	})
}

// TestNVMLMIG: the parent has no utilization, and memory counts in instances.
func TestNVMLMIG(t *testing.T) {
	s := newFakeNVML(t)
	devicetest.NewScenario(t, devicetest.GPUs(strings.Replace(devicetest.Full, "mig=0", "mig=1", 1)+" UtilizationRates=3 ProcessUtilization=3",
		"mig dev=0 uuid=MIG-1 name=MIG_1g.18gb gi=7 ci=0 total=1000 used=18446744073709551615",
		"mig dev=0 uuid=MIG-2 name=MIG_2g.35gb gi=3 ci=1 total=2000 used=500",
		"proc dev=0 pid=1 mem=300 gi=3 ci=1"))
	devicetest.Opened(t, s)
	f := devicetest.Sampled(t, s, device.AllTiers)
	devicetest.WantReadings(t, f.Samples[0], map[device.Metric]any{device.Busy: device.Unsupported, device.MemoryBandwidth: device.Unsupported, device.InstanceCount: 2.0, device.Power: 412.0})
	got := f.Samples[0].Instances
	if len(got) != 2 || got[1].ID != "MIG-2" || got[1].Name != "MIG 2g.35gb" || got[1].GI != 3 || got[1].CI != 1 ||
		got[1].MemoryUsed.Value != 500 || got[1].MemoryTotal.Value != 2000 {
		t.Fatalf("got %+v, want two instances", got)
	}
	if q := got[0].MemoryUsed.Quality; q != device.Unsupported {
		t.Errorf("used memory of ~0: got %v, want unsupported", q)
	}
	if p := f.Samples[0].Processes; len(p) != 1 || p[0].GI != 3 || p[0].CI != 1 || p[0].SM.Quality != device.Unsupported {
		t.Errorf("got %+v, want a process of instance 3/1 without a share", p)
	}
}

// TestNVMLSharedMemory: a GPU without memory of its own shows the host's.
func TestNVMLSharedMemory(t *testing.T) {
	root := fstest.MapFS{"proc/meminfo": {Data: []byte("MemTotal: 1000 kB\nMemAvailable: 400 kB\n")}}
	for _, line := range []string{devicetest.Full + " MemoryInfo=3", strings.Replace(devicetest.Full, "total=150323855360", "total=0", 1)} {
		s := newFakeNVML(t)
		s.root = root
		devicetest.NewScenario(t, devicetest.GPUs(line))
		devicetest.Opened(t, s)
		f := devicetest.Sampled(t, s, device.Fast)
		devicetest.WantReadings(t, f.Samples[0], map[device.Metric]any{device.MemoryUsed: 600.0 * 1024, device.MemoryTotal: 1000.0 * 1024})
		if !f.Samples[0].SharedMemory {
			t.Error("want it to say that the memory is the host's")
		}
	}
}

// TestMemoryIsDue: the driver is asked for memory only with the tier that has it,
// and not after an answer that is about the whole device.
func TestMemoryIsDue(t *testing.T) {
	calls := 0
	s := &session{lib: &library{memoryV1: func(_ handle, m *memoryV1) nvidia.Code {
		calls++
		m.total = 9
		return nvidia.Success
	}}}
	for _, c := range []struct {
		tiers device.Tier
		fatal nvidia.Code
		want  int
	}{{device.Slow, nvidia.Success, 0}, {device.Fast, nvidia.Lost, 0}, {device.Fast, nvidia.Success, 1}} {
		calls = 0
		r := reader{s: s, d: &gpu{}, out: &device.Sample{}, tiers: c.tiers, fatal: c.fatal}
		if r.memory(); calls != c.want || r.out.SharedMemory {
			t.Errorf("tiers %03b after code %d: asked %d times, want %d", c.tiers, c.fatal, calls, c.want)
		}
	}
}

// TestNVMLMemoryVersions: the two versions count what is reserved differently,
// and give the same here.
func TestNVMLMemoryVersions(t *testing.T) {
	for _, line := range []string{devicetest.Full, devicetest.Full + " onlyv1=1"} {
		s := newFakeNVML(t)
		devicetest.NewScenario(t, devicetest.GPUs(line))
		devicetest.Opened(t, s)
		devicetest.WantReadings(t, devicetest.Sampled(t, s, device.Fast).Samples[0], map[device.Metric]any{device.MemoryUsed: float64(107374182400 + 536870912), device.MemoryTotal: 150323855360.0})
	}
}

// TestNVMLOldDriver has none of the newer functions: what older ones give is
// read, and the rest is unsupported.
func TestNVMLOldDriver(t *testing.T) {
	s := newFakeNVML(t, "-DOLD_DRIVER")
	devicetest.NewScenario(t, devicetest.GPUs(devicetest.Full, "proc dev=0 pid=1 mem=300 sm=5"))
	devicetest.Opened(t, s)
	f := devicetest.Sampled(t, s, device.AllTiers)
	devicetest.WantReadings(t, f.Samples[0], map[device.Metric]any{
		device.MemoryUsed: float64(107374182400 + 536870912), device.ThrottleReasons: 4.0, device.Temperature: 64.0, device.PCIeRX: device.Unsupported, device.InstanceCount: device.Unsupported, device.ProcessCount: 1.0,
	})
	if p := f.Samples[0].Processes[0]; p.PID != 1 || p.Memory.Value != 300 || p.GI != -1 {
		t.Errorf("got %+v, want pid 1 with 300 bytes", p)
	}
	missing := strings.Join(s.Diagnosis().Missing, " ")
	for _, want := range []string{"nvmlDeviceGetMemoryInfo_v2", "nvmlDeviceGetFieldValues", "nvmlDeviceGetComputeRunningProcesses_v3"} {
		if !strings.Contains(missing, want) {
			t.Errorf("missing: got %s, want %s in it", missing, want)
		}
	}
}

// TestNVMLLinkByLink adds up the counters of NVLink 5, which are apart.
func TestNVMLLinkByLink(t *testing.T) {
	s := newFakeNVML(t)
	devicetest.NewScenario(t, devicetest.GPUs(strings.NewReplacer("nvrx=10", "linkrx=700", "nvtx=20", "linktx=100").Replace(devicetest.Full)))
	devicetest.Opened(t, s)
	devicetest.Sampled(t, s, device.Fast)
	devicetest.Sampled(t, s, device.Fast)
	time.Sleep(5 * time.Millisecond)
	f := devicetest.Sampled(t, s, device.Fast)
	devicetest.WantReadings(t, f.Samples[0], map[device.Metric]any{device.NVLinkRX: 0.0, device.NVLinkTX: 0.0})
	if got := s.session.Load().devices[0].rates[2].count; got != 4*700 {
		t.Errorf("got a count of %d, want that of four links", got)
	}
}

// TestNVMLLinkComesBack: a link that fails and returns is a gap each time. What
// it has counted since the driver was loaded is not the traffic of a second.
func TestNVMLLinkComesBack(t *testing.T) {
	down := true
	lib := &library{fields: func(_ handle, n int32, first *fieldValue) nvidia.Code {
		values := unsafe.Slice(first, n)
		for i := range values {
			v := &values[i]
			v.code = nvidia.NotSupported
			if v.field == fieldNVLinkRXBytes && v.scope < 4 && !(down && v.scope == 2) {
				v.kind, v.value, v.code = 3, 1e12, nvidia.Success
			}
		}
		return nvidia.Success
	}}
	s, d := &session{lib: lib}, &gpu{nvlink: nvlinkEach}
	read := func() device.Reading {
		d.nvlink = nvlinkEach
		time.Sleep(time.Millisecond)
		out := device.Sample{At: time.Now()}
		(&reader{s: s, d: d, out: &out, tiers: device.Fast}).counters()
		return out.Readings[device.NVLinkRX]
	}
	for i, step := range []struct {
		down bool
		want device.Quality
	}{{true, device.Unknown}, {true, device.OK}, {false, device.Failed}, {false, device.OK}, {true, device.Failed}, {true, device.OK}} {
		down = step.down
		if got := read(); got.Quality != step.want || got.Value != 0 {
			t.Errorf("step %d: got %v B/s, %v, want 0, %v", i, got.Value, got.Quality, step.want)
		}
	}
}

// TestCounterWidth: a counter of 32 bits gives no rate, since it may wrap unseen.
func TestCounterWidth(t *testing.T) {
	values := []fieldValue{{field: fieldPCIeRX, kind: kindUint32, value: 5}, {field: fieldPCIeTX, kind: 3, value: 7}}
	if _, _, c := sum(values, device.PCIeRX); c.Quality() != device.Unsupported {
		t.Errorf("32 bits: got code %d, want unsupported", c)
	}
	if n, _, c := sum(values, device.PCIeTX); n != 7 || c != nvidia.Success {
		t.Errorf("64 bits: got %d, code %d, want 7", n, c)
	}
}

// TestNVMLDriverReplaced: the whole backend must be opened anew.
func TestNVMLDriverReplaced(t *testing.T) {
	s := newFakeNVML(t)
	sc := devicetest.NewScenario(t, "load=1\n"+devicetest.GPUs(devicetest.Full))
	devicetest.Opened(t, s)
	devicetest.Sampled(t, s, device.Fast)
	sc.Write("load=2\n" + devicetest.GPUs(devicetest.Full))
	if _, err := s.Sample(context.Background(), device.Fast); !errors.Is(err, errDriver) {
		t.Fatalf("got %v, want that the driver was replaced", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	devicetest.Opened(t, s)
	devicetest.WantReadings(t, devicetest.Sampled(t, s, device.Fast).Samples[0], map[device.Metric]any{device.Busy: 87.0})
}

// TestNVMLUnreachable: when every call answers "unknown error", the devices
// were taken away.
func TestNVMLUnreachable(t *testing.T) {
	s := newFakeNVML(t)
	sc := devicetest.NewScenario(t, devicetest.GPUs(devicetest.Full))
	devicetest.Opened(t, s)
	sc.Write(devicetest.GPUs(devicetest.Full + " ret=999"))
	if f := devicetest.Sampled(t, s, device.Fast); f.Samples[0].State != device.Lost || !strings.Contains(f.Samples[0].Hint, "container") {
		t.Errorf("got %v, %q, want lost and a hint at the container", f.Samples[0].State, f.Samples[0].Hint)
	}
}

// A device of which every call fails, with whatever error, does not answer: it is not
// up. Where one call of several says something, it is.
func TestNVMLAnswersNothingButErrors(t *testing.T) {
	for _, test := range []struct {
		say  string
		want device.State
		hint string
	}{{" ret=6", device.Lost, "error 6"}, {" ret=10", device.Lost, "error 10"}, {" ret=3", device.Up, ""}, {"", device.Up, ""}} {
		s := newFakeNVML(t)
		sc := devicetest.NewScenario(t, devicetest.GPUs(devicetest.Full))
		devicetest.Opened(t, s)
		sc.Write(devicetest.GPUs(devicetest.Full + test.say))
		if f := devicetest.Sampled(t, s, device.Fast); f.Samples[0].State != test.want || !strings.Contains(f.Samples[0].Hint, test.hint) {
			t.Errorf("%q: got %v, %q, want %v and a hint at %q", test.say, f.Samples[0].State, f.Samples[0].Hint, test.want, test.hint)
		}
	}
}

// TestNVMLXid hears of an event, once.
func TestNVMLXid(t *testing.T) {
	s := newFakeNVML(t)
	sc := devicetest.NewScenario(t, devicetest.GPUs(devicetest.Full, devicetest.Another))
	devicetest.Opened(t, s)
	sc.Write(devicetest.GPUs(devicetest.Full, devicetest.Another, "xid dev=1 value=79 seq=1"))
	var events []device.Event
	for deadline := time.Now().Add(5 * time.Second); len(events) == 0 && time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		events = devicetest.Sampled(t, s, device.Fast).Events
	}
	if len(events) != 1 || events[0].ID != "GPU-bbbb" || events[0].Xid != 79 || events[0].Text != "Xid 79: fell off the bus" {
		t.Errorf("got %+v, want Xid 79 of the second device", events)
	}
}

// TestXidRegisterHangs: a device that cannot be registered keeps nobody from the
// events of the others, and one that was refused is tried again.
func TestXidRegisterHangs(t *testing.T) {
	entered, forever := make(chan struct{}), make(chan struct{})
	asked := 0
	w := &xidWatch{devices: map[handle]device.ID{}, lib: &library{registerEvents: func(h handle, _ uint64, _ uintptr) nvidia.Code {
		if h == 1 {
			close(entered)
			<-forever
			return nvidia.Success
		}
		if asked++; asked == 1 {
			return nvidia.Unknown
		}
		return nvidia.Success
	}}}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		w.watch(&gpu{Device: device.Device{ID: "GPU-a"}, known: true, handle: 1})
	}()
	<-entered
	drained := make(chan []device.Event, 1)
	go func() {
		for range 3 {
			w.watch(&gpu{Device: device.Device{ID: "GPU-b"}, known: true, handle: 2})
		}
		w.add(eventData{device: 2, kind: eventXid, data: 79})
		drained <- w.drain()
	}()
	select {
	case events := <-drained:
		if len(events) != 1 || events[0].ID != "GPU-b" || asked != 2 {
			t.Errorf("got %+v after %d calls, want Xid 79 of GPU-b after 2", events, asked)
		}
	case <-time.After(5 * time.Second):
		t.Error("the events wait for the registration that hangs")
	}
	close(forever)
	<-ended
}

// TestNVMLHang: a device whose call does not return is named, the others go on,
// and it is back when the call has returned.
func TestNVMLHang(t *testing.T) {
	s := newFakeNVML(t)
	sc := devicetest.NewScenario(t, devicetest.GPUs(devicetest.Full, devicetest.Another))
	devicetest.Opened(t, s)
	hung := "hang dev=0 call=PowerUsage"
	sc.Write(devicetest.GPUs(devicetest.Full, devicetest.Another, hung))
	for range 2 {
		f := devicetest.Sampled(t, s, device.Fast)
		if a := f.Samples[0]; a.State != device.Hung || !strings.Contains(a.Hint, "nvmlDeviceGetPowerUsage has not returned for") {
			t.Errorf("got %v, %q, want hung in a named call", a.State, a.Hint)
		}
		devicetest.WantReadings(t, f.Samples[0], map[device.Metric]any{device.Busy: device.Unknown})
		devicetest.WantReadings(t, f.Samples[1], map[device.Metric]any{device.Busy: 0.0, device.Power: 412.0})
	}
	sc.Write(devicetest.GPUs(devicetest.Full, devicetest.Another))
	devicetest.Eventually(t, func() bool { return devicetest.Sampled(t, s, device.Fast).Samples[0].State == device.Up })
	sc.Write(devicetest.GPUs(devicetest.Full, devicetest.Another, hung))
	devicetest.Sampled(t, s, device.Fast)
	began := time.Now()
	if err := s.Close(); err != nil || time.Since(began) > xidLimit/2 {
		t.Errorf("closing took %v, %v", time.Since(began), err)
	}
	devicetest.Opened(t, s)
	if id, call := s.Asking(); id != "" {
		t.Errorf("the new session asks %q of %q", call, id)
	}
	sc.Write(devicetest.GPUs(devicetest.Full, devicetest.Another)) // lets the old call return
	devicetest.WantReadings(t, devicetest.Sampled(t, s, device.Fast).Samples[0], map[device.Metric]any{device.Busy: 87.0})
}

// TestNVMLHotplug lists a device that came later.
func TestNVMLHotplug(t *testing.T) {
	s := newFakeNVML(t)
	sc := devicetest.NewScenario(t, devicetest.GPUs(devicetest.Full))
	devicetest.Opened(t, s)
	sc.Write(devicetest.GPUs(devicetest.Full, devicetest.Another))
	if f := devicetest.Sampled(t, s, device.AllTiers); len(f.Devices) != 2 || len(f.Samples) != 2 {
		t.Errorf("got %d devices and %d samples, want 2 and 2", len(f.Devices), len(f.Samples))
	}
}

// TestNVMLAsleep: a device that the system has powered down is not asked.
func TestNVMLAsleep(t *testing.T) {
	s := newFakeNVML(t)
	s.root = fstest.MapFS{
		"sys/bus/pci/devices/0000:3b:00.0/power/runtime_status": {Data: []byte("suspended\n")},
		"sys/bus/pci/devices/0000:3b:00.0/vendor":               {Data: []byte("0x10de\n")},
		"sys/bus/pci/devices/0000:3b:00.0/class":                {Data: []byte("0x030200\n")},
		"sys/bus/pci/devices/0000:5e:00.0/vendor":               {Data: []byte("0x10de\n")},
		"sys/bus/pci/devices/0000:5e:00.0/class":                {Data: []byte("0x030200\n")},
	}
	devicetest.NewScenario(t, devicetest.GPUs(devicetest.Full, devicetest.Another))
	devicetest.Opened(t, s)
	if f := devicetest.Sampled(t, s, device.Fast); f.Samples[0].State != device.Asleep || f.Samples[1].State != device.Up {
		t.Errorf("got %v and %v, want asleep and up", f.Samples[0].State, f.Samples[1].State)
	}
	delete(s.root.(fstest.MapFS), "sys/bus/pci/devices/0000:5e:00.0/vendor")
	if _, err := New(s.root).Open(context.Background()); err == nil || !strings.Contains(err.Error(), "powered down") {
		t.Errorf("got %v, want that opening would wake the only one", err)
	}
}
