//go:build linux && (amd64 || arm64) && !nonvml

package nvml

import "optwatch/train/device/nvidia"

// The layouts below are those of nvml.h, for 64-bit systems.

// handle is an nvmlDevice_t, a pointer to what only the driver knows.
type handle uintptr

// The enumerations of nvml.h that are used.
const (
	clockSM             = 1 // nvmlClockType_t
	clockMemory         = 2
	sensorGPU           = 0   // nvmlTemperatureSensors_t
	thresholdSlowdown   = 1   // nvmlTemperatureThresholds_t
	errorsCorrected     = 0   // nvmlMemoryErrorType_t; uncorrected is 1
	sinceLoaded         = 0   // nvmlEccCounterType_t, volatile
	eventXid            = 8   // nvmlEventTypeXidCriticalError
	fieldNVLinkTX       = 138 // nvmlFieldValue_t.fieldId: KiB
	fieldNVLinkRX       = 139
	fieldPCIeTX         = 197 // bytes
	fieldPCIeRX         = 198
	fieldNVLinkTXBytes  = 202 // bytes of one link
	fieldNVLinkRXBytes  = 204
	kindUint32          = 1 // nvmlValueType_t
	kindInt32           = 5
	allLinks            = ^uint32(0)
	notAvailable        = ^uint64(0) // a size that is not known
	noInstance          = ^uint32(0) // a process on no MIG instance
	memoryVersion2      = 40 | 2<<24 // NVML_STRUCT_VERSION: size and version
	temperatureVersion1 = 12 | 1<<24
)

type (
	// utilization is nvmlUtilization_t, in percent.
	utilization struct{ gpu, memory uint32 }

	// memoryV1 is nvmlMemory_t, in bytes; used includes what the driver reserves.
	memoryV1 struct{ total, _, used uint64 } // and free

	// memoryV2 is nvmlMemory_v2_t, in bytes; used does not include reserved.
	memoryV2 struct {
		version                  uint32
		_                        uint32
		total, reserved, _, used uint64 // and free
	}

	// temperatureV1 is nvmlTemperature_v1_t, in °C.
	temperatureV1 struct {
		version, sensor uint32
		celsius         int32
	}

	// pciInfo is nvmlPciInfo_t.
	pciInfo struct {
		_     [16]byte  // the address with a shorter domain
		_     [5]uint32 // domain, bus, device, ids
		busID [32]byte
	}

	// processInfo is nvmlProcessInfo_v2_t, which _v3 functions fill too.
	processInfo struct {
		pid    uint32
		_      uint32
		memory uint64 // bytes; ^0 where unknown
		gi, ci uint32 // ^0 where none
	}

	// processInfoV1 is nvmlProcessInfo_v1_t.
	processInfoV1 struct {
		pid    uint32
		_      uint32
		memory uint64
	}

	// processUtilization is nvmlProcessUtilizationSample_t: times in percent,
	// time in µs since 1970.
	processUtilization struct {
		pid         uint32
		_           uint32
		at          uint64
		sm, _, _, _ uint32 // and memory, encoder, decoder
	}

	// fieldValue is nvmlFieldValue_t.
	fieldValue struct {
		field, scope uint32
		_, _         int64 // time and latency, in µs
		kind         uint32
		code         nvidia.Code
		value        uint64 // a union: read by kind
	}

	// eventData is nvmlEventData_t.
	eventData struct {
		device     handle
		kind, data uint64
		_, _       uint32 // gi, ci
	}
)
