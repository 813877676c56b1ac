//go:build linux && (amd64 || arm64) && !nonvml

package device

import (
	"cmp"
	"fmt"
	"os"

	"github.com/ebitengine/purego"
)

// library is libnvidia-ml.so: its functions, nil where this version lacks them.
type library struct {
	path    string
	memory  uintptr // of dlopen
	missing []string

	initialize    func() code
	shutdown      func() code
	driverVersion func(text *byte, size uint32) code
	count         func(*uint32) code
	byIndex       func(uint32, *handle) code

	uuid           func(h handle, text *byte, size uint32) code
	name           func(h handle, text *byte, size uint32) code
	pci            func(handle, *pciInfo) code
	utilization    func(handle, *utilization) code
	memoryV1       func(handle, *memoryV1) code
	memoryV2       func(handle, *memoryV2) code
	temperature    func(h handle, sensor uint32, celsius *uint32) code
	temperatureV   func(handle, *temperatureV1) code
	threshold      func(h handle, kind uint32, celsius *uint32) code
	power          func(h handle, milliwatts *uint32) code
	powerLimit     func(h handle, milliwatts *uint32) code
	clock          func(h handle, kind uint32, mhz *uint32) code
	fan            func(h handle, percent *uint32) code
	reasons        func(handle, *uint64) code
	ecc            func(h handle, kind, counter uint32, n *uint64) code
	fields         func(h handle, n int32, values *fieldValue) code
	migMode        func(h handle, current, pending *uint32) code
	migCount       func(handle, *uint32) code
	migByIndex     func(handle, uint32, *handle) code
	gi, ci         func(handle, *uint32) code
	computeV3      func(handle, *uint32, *processInfo) code
	computeV2      func(handle, *uint32, *processInfo) code
	computeV1      func(handle, *uint32, *processInfoV1) code
	graphicsV3     func(handle, *uint32, *processInfo) code
	graphicsV2     func(handle, *uint32, *processInfo) code
	graphicsV1     func(handle, *uint32, *processInfoV1) code
	mpsV3          func(handle, *uint32, *processInfo) code
	processUse     func(h handle, samples *processUtilization, n *uint32, since uint64) code
	newEvents      func(*uintptr) code
	freeEvents     func(uintptr) code
	waitEvents     func(set uintptr, data *eventData, milliseconds uint32) code
	registerEvents func(h handle, kinds uint64, set uintptr) code
}

// symbol is a function of the library, by the names that it has had.
type symbol struct {
	function any
	required bool
	names    []string
}

// symbols are all functions that are used.
func (l *library) symbols() []symbol {
	s := func(function any, names ...string) symbol { return symbol{function, false, names} }
	r := func(function any, name string) symbol { return symbol{function, true, []string{name}} }
	return []symbol{
		r(&l.initialize, "nvmlInit_v2"),
		r(&l.shutdown, "nvmlShutdown"),
		r(&l.count, "nvmlDeviceGetCount_v2"),
		r(&l.byIndex, "nvmlDeviceGetHandleByIndex_v2"),
		s(&l.driverVersion, "nvmlSystemGetDriverVersion"),
		s(&l.uuid, "nvmlDeviceGetUUID"),
		s(&l.name, "nvmlDeviceGetName"),
		s(&l.pci, "nvmlDeviceGetPciInfo_v3"),
		s(&l.utilization, "nvmlDeviceGetUtilizationRates"),
		s(&l.memoryV1, "nvmlDeviceGetMemoryInfo"),
		s(&l.memoryV2, "nvmlDeviceGetMemoryInfo_v2"),
		s(&l.temperature, "nvmlDeviceGetTemperature"),
		s(&l.temperatureV, "nvmlDeviceGetTemperatureV"),
		s(&l.threshold, "nvmlDeviceGetTemperatureThreshold"),
		s(&l.power, "nvmlDeviceGetPowerUsage"),
		s(&l.powerLimit, "nvmlDeviceGetEnforcedPowerLimit", "nvmlDeviceGetPowerManagementLimit"),
		s(&l.clock, "nvmlDeviceGetClockInfo"),
		s(&l.fan, "nvmlDeviceGetFanSpeed"),
		s(&l.reasons, "nvmlDeviceGetCurrentClocksEventReasons", "nvmlDeviceGetCurrentClocksThrottleReasons"),
		s(&l.ecc, "nvmlDeviceGetTotalEccErrors"),
		s(&l.fields, "nvmlDeviceGetFieldValues"),
		s(&l.migMode, "nvmlDeviceGetMigMode"),
		s(&l.migCount, "nvmlDeviceGetMaxMigDeviceCount"),
		s(&l.migByIndex, "nvmlDeviceGetMigDeviceHandleByIndex"),
		s(&l.gi, "nvmlDeviceGetGpuInstanceId"),
		s(&l.ci, "nvmlDeviceGetComputeInstanceId"),
		s(&l.computeV3, "nvmlDeviceGetComputeRunningProcesses_v3"),
		s(&l.computeV2, "nvmlDeviceGetComputeRunningProcesses_v2"),
		s(&l.computeV1, "nvmlDeviceGetComputeRunningProcesses"),
		s(&l.graphicsV3, "nvmlDeviceGetGraphicsRunningProcesses_v3"),
		s(&l.graphicsV2, "nvmlDeviceGetGraphicsRunningProcesses_v2"),
		s(&l.graphicsV1, "nvmlDeviceGetGraphicsRunningProcesses"),
		s(&l.mpsV3, "nvmlDeviceGetMPSComputeRunningProcesses_v3"),
		s(&l.processUse, "nvmlDeviceGetProcessUtilization"),
		s(&l.newEvents, "nvmlEventSetCreate"),
		s(&l.freeEvents, "nvmlEventSetFree"),
		s(&l.waitEvents, "nvmlEventSetWait_v2"),
		s(&l.registerEvents, "nvmlDeviceRegisterEvents"),
	}
}

// openLibrary loads the library: the one that $OPTWATCH_NVML_LIB names, else
// the system's. libnvidia-ml.so without a version is asked for late: it may be
// the stub of a CUDA toolkit.
func openLibrary() (*library, error) {
	paths := []string{"libnvidia-ml.so.1", "/usr/lib/wsl/lib/libnvidia-ml.so.1", "libnvidia-ml.so"}
	if path := os.Getenv("OPTWATCH_NVML_LIB"); path != "" {
		paths = []string{path}
	}
	var first error
	for _, path := range paths {
		memory, err := purego.Dlopen(path, purego.RTLD_NOW|purego.RTLD_LOCAL)
		if err != nil {
			first = cmp.Or(first, err)
			continue
		}
		l := &library{path: path, memory: memory}
		if err := l.bind(); err != nil {
			l.close()
			return nil, err
		}
		return l, nil
	}
	return nil, first
}

// bind looks the functions up, one by one: an old driver loses a reading, not
// the program.
func (l *library) bind() error {
	for _, s := range l.symbols() {
		var address uintptr
		for _, name := range s.names {
			if a, err := purego.Dlsym(l.memory, name); err == nil && a != 0 {
				address = a
				break
			}
		}
		switch {
		case address != 0:
			purego.RegisterFunc(s.function, address)
		case s.required:
			return fmt.Errorf("%s has no %s", l.path, s.names[0])
		default:
			l.missing = append(l.missing, s.names[0])
		}
	}
	return nil
}

func (l *library) close() { _ = purego.Dlclose(l.memory) }

// text is what a function writes into a buffer of characters.
func text(ask func(*byte, uint32) code) (string, code) {
	var buf [128]byte
	c := ask(&buf[0], uint32(len(buf)))
	return characters(buf[:]), c
}

// characters is a C string in a buffer.
func characters(buf []byte) string {
	for i, b := range buf {
		if b == 0 {
			return clean(string(buf[:i]))
		}
	}
	return clean(string(buf))
}
