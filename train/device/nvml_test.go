//go:build linux && (amd64 || arm64) && !nonvml

package device

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"
	"unsafe"
)

// newFakeNVML is the NVML backend on the fake library.
func newFakeNVML(tb testing.TB, flags ...string) *nvml {
	tb.Helper()
	tb.Setenv("OPTWATCH_NVML_LIB", fakeLibrary(tb, flags...))
	return &nvml{root: os.DirFS("/")}
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
	sc := newScenario(t, gpus(full, another))
	devices := opened(t, s)
	want := Device{ID: "GPU-aaaa", Index: 0, Name: "NVIDIA H200", BDF: "0000:3b:00.0", Driver: "570.86.10"}
	if len(devices) != 2 || devices[0] != want {
		t.Fatalf("got %+v, want two devices, the first %+v", devices, want)
	}
	if missing := s.Diagnosis().Missing; len(missing) != 0 {
		t.Errorf("missing: %v, want nothing", missing)
	}
	f := sampled(t, s, AllTiers)
	wantReadings(t, f.Samples[0], map[Metric]any{
		Busy: 87.0, MemoryBandwidth: 41.0, MemoryUsed: float64(107374182400 + 536870912), MemoryTotal: 150323855360.0, Power: 412.0,
		PowerLimit: 700.0, Temperature: 64.0, SlowdownTemperature: 92.0, SMClock: 1785.0, MemoryClock: 2619.0, Fan: 30.0,
		ThrottleReasons: 4.0, ECCCorrected: 3.0, ECCUncorrected: 0.0, ProcessCount: 0.0, InstanceCount: 0.0,
		PCIeRX: Unknown, NVLinkTX: Unknown, // a rate needs two counts
	})
	wantReadings(t, f.Samples[1], map[Metric]any{Busy: 0.0})

	time.Sleep(50 * time.Millisecond)
	began := f.Samples[0].At
	sc.write(gpus(strings.NewReplacer("pcierx=1000", "pcierx=51000", "nvtx=20", "nvtx=30", "pcietx=2000", "pcietx=5").Replace(full), another))
	f = sampled(t, s, Fast)
	elapsed := time.Since(began).Seconds()
	if got := f.Samples[0].Readings[PCIeRX].Value; got < 50000/elapsed*0.8 || got > 50000/0.05 {
		t.Errorf("PCIe RX: got %v B/s, want about %v", got, 50000/elapsed)
	}
	wantReadings(t, f.Samples[0], map[Metric]any{NVLinkRX: 0.0, PCIeTX: Failed, Fan: Unknown}) // a counter that went back is a gap
	if got := f.Samples[0].Readings[NVLinkTX].Value; got < 10*1024/elapsed*0.8 {
		t.Errorf("NVLink TX: got %v B/s, want about %v: it counts KiB", got, 10*1024/elapsed)
	}
}

// TestNVMLOpenErrors is what a user is told for each answer of nvmlInit.
func TestNVMLOpenErrors(t *testing.T) {
	for ret, want := range map[string]struct {
		class Class
		hint  string
	}{
		"init=9":   {DriverAbsent, "not loaded"},
		"init=12":  {NoLibrary, "no NVIDIA driver library"},
		"init=18":  {Mismatch, "reboot or reload"},
		"init=4":   {OpenDenied, "permissions"},
		"init=17":  {OpenDenied, "cgroup"},
		"init=28":  {NoDevices, "no GPU"},
		"init=999": {Unreachable, "restart the container"},
		"init=0":   {NoDevices, "no GPU"}, // and it lists none
	} {
		s := newFakeNVML(t)
		newScenario(t, ret+"\n")
		_, err := s.Open(context.Background())
		var open *OpenError
		if !errors.As(err, &open) || open.Class != want.class || !strings.Contains(open.Hint, want.hint) {
			t.Errorf("%s: got %v, want class %d and %q", ret, err, want.class, want.hint)
		}
	}
	t.Setenv("OPTWATCH_NVML_LIB", "/nowhere/libnvidia-ml.so.1")
	_, err := (&nvml{root: os.DirFS("/")}).Open(context.Background())
	var open *OpenError
	if !errors.As(err, &open) || open.Class != NoLibrary {
		t.Errorf("got %v, want that there is no library", err)
	}
}

// TestNVMLNotALibrary loads a library that is something else.
func TestNVMLNotALibrary(t *testing.T) {
	t.Setenv("OPTWATCH_NVML_LIB", "libc.so.6")
	_, err := (&nvml{root: os.DirFS("/")}).Open(context.Background())
	if err == nil || !strings.Contains(err.Error(), "nvmlInit_v2") {
		t.Errorf("got %v, want what the library lacks", err)
	}
}

// TestNVMLLostAndBack loses one of two devices; the other goes on.
func TestNVMLLostAndBack(t *testing.T) {
	s := newFakeNVML(t)
	sc := newScenario(t, gpus(full, another))
	opened(t, s)
	sc.write(gpus(full+" ret=15 handle=15", another))
	for range 2 {
		f := sampled(t, s, AllTiers)
		if f.Samples[0].State != Lost || f.Samples[1].State != Up {
			t.Fatalf("got states %v and %v, want lost and up", f.Samples[0].State, f.Samples[1].State)
		}
		wantReadings(t, f.Samples[0], map[Metric]any{Busy: Unknown, Power: Unknown})
	}
	for ret, want := range map[string]State{"16": NeedsReset, "17": Blocked} {
		sc.write(gpus(full+" ret="+ret+" handle="+ret, another))
		s.session.Load().devices[0].retry = backoff{}
		if f := sampled(t, s, Fast); f.Samples[0].State != want {
			t.Errorf("code %s: got state %v, want %v", ret, f.Samples[0].State, want)
		}
	}
	sc.write(gpus(another, full)) // back, under another index
	s.session.Load().devices[0].retry = backoff{}
	f := sampled(t, s, Fast)
	wantReadings(t, f.Samples[0], map[Metric]any{Busy: 87.0})
	if f.Samples[0].ID != "GPU-aaaa" {
		t.Errorf("got %s, want the same device as before", f.Samples[0].ID)
	}
}

// TestNVMLLostFromTheStart names a device as soon as it answers.
func TestNVMLLostFromTheStart(t *testing.T) {
	s := newFakeNVML(t)
	sc := newScenario(t, gpus(full+" handle=15", another))
	devices := opened(t, s)
	if len(devices) != 2 || devices[0].ID != "nvml-0" {
		t.Fatalf("got %+v, want a device by its index and another", devices)
	}
	if f := sampled(t, s, Fast); f.Samples[0].State != Lost || f.Samples[1].State != Up {
		t.Errorf("got %v and %v, want lost and up", f.Samples[0].State, f.Samples[1].State)
	}
	sc.write(gpus(full, another))
	s.session.Load().devices[0].retry = backoff{}
	if f := sampled(t, s, Fast); len(f.Devices) != 2 || f.Devices[0].ID != "GPU-aaaa" {
		t.Errorf("got %+v, want a new list with its UUID", f.Devices)
	}
	if f := sampled(t, s, Fast); f.Samples[0].ID != "GPU-aaaa" || f.Samples[0].State != Up {
		t.Errorf("got %+v, want it up", f.Samples[0])
	}
}

// TestNVMLQualities: a reading that cannot be had says why, and is never 0.
func TestNVMLQualities(t *testing.T) {
	s := newFakeNVML(t)
	newScenario(t, gpus(strings.Replace(full, "fan=30 ", "", 1)+" PowerUsage=3 Temperature=4 ClockInfo=999 FieldValues=13"))
	opened(t, s)
	f := sampled(t, s, AllTiers)
	wantReadings(t, f.Samples[0], map[Metric]any{
		Power: Unsupported, Fan: Unsupported, Temperature: Denied, SMClock: Failed, PCIeRX: Unsupported, NVLinkTX: Unsupported, Busy: 87.0,
	})
}

// TestNVMLMIG: the parent has no utilization, and memory counts in instances.
func TestNVMLMIG(t *testing.T) {
	s := newFakeNVML(t)
	newScenario(t, gpus(strings.Replace(full, "mig=0", "mig=1", 1)+" UtilizationRates=3 ProcessUtilization=3",
		"mig dev=0 uuid=MIG-1 name=MIG_1g.18gb gi=7 ci=0 total=1000 used=18446744073709551615",
		"mig dev=0 uuid=MIG-2 name=MIG_2g.35gb gi=3 ci=1 total=2000 used=500",
		"proc dev=0 pid=1 mem=300 gi=3 ci=1"))
	opened(t, s)
	f := sampled(t, s, AllTiers)
	wantReadings(t, f.Samples[0], map[Metric]any{Busy: Unsupported, MemoryBandwidth: Unsupported, InstanceCount: 2.0, Power: 412.0})
	got := f.Samples[0].Instances
	if len(got) != 2 || got[1].ID != "MIG-2" || got[1].Name != "MIG 2g.35gb" || got[1].GI != 3 || got[1].CI != 1 ||
		got[1].MemoryUsed.Value != 500 || got[1].MemoryTotal.Value != 2000 {
		t.Fatalf("got %+v, want two instances", got)
	}
	if q := got[0].MemoryUsed.Quality; q != Unsupported {
		t.Errorf("used memory of ~0: got %v, want unsupported", q)
	}
	if p := f.Samples[0].Processes; len(p) != 1 || p[0].GI != 3 || p[0].CI != 1 || p[0].SM.Quality != Unsupported {
		t.Errorf("got %+v, want a process of instance 3/1 without a share", p)
	}
}

// TestNVMLSharedMemory: a GPU without memory of its own shows the host's.
func TestNVMLSharedMemory(t *testing.T) {
	root := fstest.MapFS{"proc/meminfo": {Data: []byte("MemTotal: 1000 kB\nMemAvailable: 400 kB\n")}}
	for _, line := range []string{full + " MemoryInfo=3", strings.Replace(full, "total=150323855360", "total=0", 1)} {
		s := newFakeNVML(t)
		s.root = root
		newScenario(t, gpus(line))
		opened(t, s)
		f := sampled(t, s, Fast)
		wantReadings(t, f.Samples[0], map[Metric]any{MemoryUsed: 600.0 * 1024, MemoryTotal: 1000.0 * 1024})
		if !f.Samples[0].SharedMemory {
			t.Error("want it to say that the memory is the host's")
		}
	}
}

// TestMemoryIsDue: the driver is asked for memory only with the tier that has it,
// and not after an answer that is about the whole device.
func TestMemoryIsDue(t *testing.T) {
	calls := 0
	s := &nvmlSession{lib: &library{memoryV1: func(_ handle, m *memoryV1) code {
		calls++
		m.total = 9
		return codeSuccess
	}}}
	for _, c := range []struct {
		tiers Tier
		fatal code
		want  int
	}{{Slow, codeSuccess, 0}, {Fast, codeLost, 0}, {Fast, codeSuccess, 1}} {
		calls = 0
		r := reader{s: s, d: &nvmlDevice{}, out: &Sample{}, tiers: c.tiers, fatal: c.fatal}
		if r.memory(); calls != c.want || r.out.SharedMemory {
			t.Errorf("tiers %03b after code %d: asked %d times, want %d", c.tiers, c.fatal, calls, c.want)
		}
	}
}

// TestNVMLMemoryVersions: the two versions count what is reserved differently,
// and give the same here.
func TestNVMLMemoryVersions(t *testing.T) {
	for _, line := range []string{full, full + " onlyv1=1"} {
		s := newFakeNVML(t)
		newScenario(t, gpus(line))
		opened(t, s)
		wantReadings(t, sampled(t, s, Fast).Samples[0], map[Metric]any{MemoryUsed: float64(107374182400 + 536870912), MemoryTotal: 150323855360.0})
	}
}

// TestNVMLOldDriver has none of the newer functions: what older ones give is
// read, and the rest is unsupported.
func TestNVMLOldDriver(t *testing.T) {
	s := newFakeNVML(t, "-DOLD_DRIVER")
	newScenario(t, gpus(full, "proc dev=0 pid=1 mem=300 sm=5"))
	opened(t, s)
	f := sampled(t, s, AllTiers)
	wantReadings(t, f.Samples[0], map[Metric]any{
		MemoryUsed: float64(107374182400 + 536870912), ThrottleReasons: 4.0, Temperature: 64.0, PCIeRX: Unsupported, InstanceCount: Unsupported, ProcessCount: 1.0,
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
	newScenario(t, gpus(strings.NewReplacer("nvrx=10", "linkrx=700", "nvtx=20", "linktx=100").Replace(full)))
	opened(t, s)
	sampled(t, s, Fast)
	sampled(t, s, Fast)
	time.Sleep(5 * time.Millisecond)
	f := sampled(t, s, Fast)
	wantReadings(t, f.Samples[0], map[Metric]any{NVLinkRX: 0.0, NVLinkTX: 0.0})
	if got := s.session.Load().devices[0].rates[2].count; got != 4*700 {
		t.Errorf("got a count of %d, want that of four links", got)
	}
}

// TestNVMLLinkComesBack: a link that fails and returns is a gap each time. What
// it has counted since the driver was loaded is not the traffic of a second.
func TestNVMLLinkComesBack(t *testing.T) {
	down := true
	lib := &library{fields: func(_ handle, n int32, first *fieldValue) code {
		values := unsafe.Slice(first, n)
		for i := range values {
			v := &values[i]
			v.code = codeNotSupported
			if v.field == fieldNVLinkRXBytes && v.scope < 4 && !(down && v.scope == 2) {
				v.kind, v.value, v.code = 3, 1e12, codeSuccess
			}
		}
		return codeSuccess
	}}
	s, d := &nvmlSession{lib: lib}, &nvmlDevice{nvlink: nvlinkEach}
	read := func() Reading {
		d.nvlink = nvlinkEach
		time.Sleep(time.Millisecond)
		out := Sample{At: time.Now()}
		(&reader{s: s, d: d, out: &out, tiers: Fast}).counters()
		return out.Readings[NVLinkRX]
	}
	for i, step := range []struct {
		down bool
		want Quality
	}{{true, Unknown}, {true, OK}, {false, Failed}, {false, OK}, {true, Failed}, {true, OK}} {
		down = step.down
		if got := read(); got.Quality != step.want || got.Value != 0 {
			t.Errorf("step %d: got %v B/s, %v, want 0, %v", i, got.Value, got.Quality, step.want)
		}
	}
}

// TestCounterWidth: a counter of 32 bits gives no rate, since it may wrap unseen.
func TestCounterWidth(t *testing.T) {
	values := []fieldValue{{field: fieldPCIeRX, kind: kindUint32, value: 5}, {field: fieldPCIeTX, kind: 3, value: 7}}
	if _, _, c := sum(values, PCIeRX); c.quality() != Unsupported {
		t.Errorf("32 bits: got code %d, want unsupported", c)
	}
	if n, _, c := sum(values, PCIeTX); n != 7 || c != codeSuccess {
		t.Errorf("64 bits: got %d, code %d, want 7", n, c)
	}
}

// TestNVMLDriverReplaced: the whole backend must be opened anew.
func TestNVMLDriverReplaced(t *testing.T) {
	s := newFakeNVML(t)
	sc := newScenario(t, "load=1\n"+gpus(full))
	opened(t, s)
	sampled(t, s, Fast)
	sc.write("load=2\n" + gpus(full))
	if _, err := s.Sample(context.Background(), Fast); !errors.Is(err, errDriver) {
		t.Fatalf("got %v, want that the driver was replaced", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	opened(t, s)
	wantReadings(t, sampled(t, s, Fast).Samples[0], map[Metric]any{Busy: 87.0})
}

// TestNVMLUnreachable: when every call answers "unknown error", the devices
// were taken away.
func TestNVMLUnreachable(t *testing.T) {
	s := newFakeNVML(t)
	sc := newScenario(t, gpus(full))
	opened(t, s)
	sc.write(gpus(full + " ret=999"))
	if f := sampled(t, s, Fast); f.Samples[0].State != Lost || !strings.Contains(f.Samples[0].Hint, "container") {
		t.Errorf("got %v, %q, want lost and a hint at the container", f.Samples[0].State, f.Samples[0].Hint)
	}
}

// TestNVMLXid hears of an event, once.
func TestNVMLXid(t *testing.T) {
	s := newFakeNVML(t)
	sc := newScenario(t, gpus(full, another))
	opened(t, s)
	sc.write(gpus(full, another, "xid dev=1 value=79 seq=1"))
	var events []Event
	for deadline := time.Now().Add(5 * time.Second); len(events) == 0 && time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		events = sampled(t, s, Fast).Events
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
	w := &xidWatch{devices: map[handle]ID{}, lib: &library{registerEvents: func(h handle, _ uint64, _ uintptr) code {
		if h == 1 {
			close(entered)
			<-forever
			return codeSuccess
		}
		if asked++; asked == 1 {
			return codeUnknown
		}
		return codeSuccess
	}}}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		w.watch(&nvmlDevice{Device: Device{ID: "GPU-a"}, known: true, handle: 1})
	}()
	<-entered
	drained := make(chan []Event, 1)
	go func() {
		for range 3 {
			w.watch(&nvmlDevice{Device: Device{ID: "GPU-b"}, known: true, handle: 2})
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
	sc := newScenario(t, gpus(full, another))
	opened(t, s)
	hung := "hang dev=0 call=PowerUsage"
	sc.write(gpus(full, another, hung))
	for range 2 {
		f := sampled(t, s, Fast)
		if a := f.Samples[0]; a.State != Hung || !strings.Contains(a.Hint, "nvmlDeviceGetPowerUsage has not returned for") {
			t.Errorf("got %v, %q, want hung in a named call", a.State, a.Hint)
		}
		wantReadings(t, f.Samples[0], map[Metric]any{Busy: Unknown})
		wantReadings(t, f.Samples[1], map[Metric]any{Busy: 0.0, Power: 412.0})
	}
	sc.write(gpus(full, another))
	eventually(t, func() bool { return sampled(t, s, Fast).Samples[0].State == Up })
	sc.write(gpus(full, another, hung))
	sampled(t, s, Fast)
	began := time.Now()
	if err := s.Close(); err != nil || time.Since(began) > xidLimit/2 {
		t.Errorf("closing took %v, %v", time.Since(began), err)
	}
	opened(t, s)
	if id, call := s.Asking(); id != "" {
		t.Errorf("the new session asks %q of %q", call, id)
	}
	sc.write(gpus(full, another)) // lets the old call return
	wantReadings(t, sampled(t, s, Fast).Samples[0], map[Metric]any{Busy: 87.0})
}

// TestNVMLHotplug lists a device that came later.
func TestNVMLHotplug(t *testing.T) {
	s := newFakeNVML(t)
	sc := newScenario(t, gpus(full))
	opened(t, s)
	sc.write(gpus(full, another))
	if f := sampled(t, s, AllTiers); len(f.Devices) != 2 || len(f.Samples) != 2 {
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
	newScenario(t, gpus(full, another))
	opened(t, s)
	if f := sampled(t, s, Fast); f.Samples[0].State != Asleep || f.Samples[1].State != Up {
		t.Errorf("got %v and %v, want asleep and up", f.Samples[0].State, f.Samples[1].State)
	}
	delete(s.root.(fstest.MapFS), "sys/bus/pci/devices/0000:5e:00.0/vendor")
	if _, err := (&nvml{root: s.root}).Open(context.Background()); err == nil || !strings.Contains(err.Error(), "powered down") {
		t.Errorf("got %v, want that opening would wake the only one", err)
	}
}
