//go:build linux && (amd64 || arm64) && !nonvml

package nvml

import (
	"cmp"
	"fmt"
	"os"

	"github.com/ebitengine/purego"

	"optwatch/train/device"
	"optwatch/train/device/nvidia"
)

// library is libnvidia-ml.so: its functions, nil where this version lacks them.
type library struct {
	path    string
	memory  uintptr // of dlopen
	missing []string

	initialize    func() nvidia.Code
	shutdown      func() nvidia.Code
	driverVersion func(text *byte, size uint32) nvidia.Code
	count         func(*uint32) nvidia.Code
	byIndex       func(uint32, *handle) nvidia.Code

	uuid           func(h handle, text *byte, size uint32) nvidia.Code
	name           func(h handle, text *byte, size uint32) nvidia.Code
	pci            func(handle, *pciInfo) nvidia.Code
	utilization    func(handle, *utilization) nvidia.Code
	memoryV1       func(handle, *memoryV1) nvidia.Code
	memoryV2       func(handle, *memoryV2) nvidia.Code
	temperature    func(h handle, sensor uint32, celsius *uint32) nvidia.Code
	temperatureV   func(handle, *temperatureV1) nvidia.Code
	threshold      func(h handle, kind uint32, celsius *uint32) nvidia.Code
	power          func(h handle, milliwatts *uint32) nvidia.Code
	powerLimit     func(h handle, milliwatts *uint32) nvidia.Code
	clock          func(h handle, kind uint32, mhz *uint32) nvidia.Code
	fan            func(h handle, percent *uint32) nvidia.Code
	reasons        func(handle, *uint64) nvidia.Code
	ecc            func(h handle, kind, counter uint32, n *uint64) nvidia.Code
	fields         func(h handle, n int32, values *fieldValue) nvidia.Code
	migMode        func(h handle, current, pending *uint32) nvidia.Code
	migCount       func(handle, *uint32) nvidia.Code
	migByIndex     func(handle, uint32, *handle) nvidia.Code
	gi, ci         func(handle, *uint32) nvidia.Code
	computeV3      func(handle, *uint32, *processInfo) nvidia.Code
	computeV2      func(handle, *uint32, *processInfo) nvidia.Code
	computeV1      func(handle, *uint32, *processInfoV1) nvidia.Code
	graphicsV3     func(handle, *uint32, *processInfo) nvidia.Code
	graphicsV2     func(handle, *uint32, *processInfo) nvidia.Code
	graphicsV1     func(handle, *uint32, *processInfoV1) nvidia.Code
	mpsV3          func(handle, *uint32, *processInfo) nvidia.Code
	processUse     func(h handle, samples *processUtilization, n *uint32, since uint64) nvidia.Code
	newEvents      func(*uintptr) nvidia.Code
	freeEvents     func(uintptr) nvidia.Code
	waitEvents     func(set uintptr, data *eventData, milliseconds uint32) nvidia.Code
	registerEvents func(h handle, kinds uint64, set uintptr) nvidia.Code
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
// the system's. libnvidia-ml.so without a version is tried last: it may be
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
func text(ask func(*byte, uint32) nvidia.Code) (string, nvidia.Code) {
	var buf [128]byte
	c := ask(&buf[0], uint32(len(buf)))
	return characters(buf[:]), c
}

// characters is a C string in a buffer.
func characters(buf []byte) string {
	for i, b := range buf {
		if b == 0 {
			return device.Printable(string(buf[:i]))
		}
	}
	return device.Printable(string(buf))
}
