package nvidia

import (
	"fmt"

	"optwatch/train/device"
)

// Code is an answer of NVML (nvmlReturn_t of nvml.h), and an exit status of
// nvidia-smi, which uses the same numbers.
type Code int32

// The codes that mean something here.
const (
	Success          Code = 0
	Uninitialized    Code = 1
	NotSupported     Code = 3
	NoPermission     Code = 4
	NotFound         Code = 6
	InsufficientSize Code = 7
	DriverNotLoaded  Code = 9
	Timeout          Code = 10
	LibraryNotFound  Code = 12
	FunctionNotFound Code = 13
	Lost             Code = 15
	ResetRequired    Code = 16
	OperatingSystem  Code = 17
	Mismatch         Code = 18
	NoData           Code = 21
	VersionMismatch  Code = 25
	Deprecated       Code = 26
	NoGPU            Code = 28
	Unknown          Code = 999
	NotInLibrary     Code = -1 // this package's own: the symbol is missing
)

// DevicesTaken says what it means that a driver answers every call with Unknown.
const DevicesTaken = "the driver answers \"unknown error\"; in a container its devices may have been taken away, as systemctl daemon-reload on the host does: restart the container"

// Quality is what a code says of a reading.
func (c Code) Quality() device.Quality {
	switch c {
	case Success:
		return device.OK
	case NotSupported, FunctionNotFound, NotInLibrary, VersionMismatch, Deprecated, NoData:
		return device.Unsupported
	case NoPermission:
		return device.Denied
	}
	return device.Failed
}

// State is what a code says of a device as a whole: Up if nothing.
func (c Code) State() device.State {
	switch c {
	case Lost:
		return device.Lost
	case ResetRequired:
		return device.NeedsReset
	case OperatingSystem:
		return device.Blocked
	}
	return device.Up
}

// Deaf says what it means that a driver answers every call about a device with a code.
func (c Code) Deaf() string {
	if c == Unknown {
		return DevicesTaken
	}
	return fmt.Sprintf("the driver answers every call about it with error %d; dmesg may say why, and a reset or a reboot bring it back", c)
}

// DriverGone says whether the driver must be opened anew.
func (c Code) DriverGone() bool {
	switch c {
	case Uninitialized, DriverNotLoaded, Mismatch, NoGPU:
		return true
	}
	return false
}

// OpenError is why a backend of NVIDIA's driver cannot be opened.
func (c Code) OpenError(backend string) *device.OpenError {
	e := &device.OpenError{Backend: backend, Err: fmt.Errorf("code %d", c)}
	switch c {
	case LibraryNotFound:
		e.Class, e.Hint = device.NoLibrary, "no NVIDIA driver library"
	case DriverNotLoaded:
		e.Class, e.Hint = device.DriverAbsent, "the NVIDIA driver is not loaded; modprobe nvidia, or dmesg says why it is not"
	case Mismatch:
		e.Class, e.Hint = device.Mismatch, "the NVIDIA driver was updated under the running one; reboot or reload its modules"
	case NoPermission, OperatingSystem:
		e.Class, e.Hint = device.OpenDenied, "the GPUs are blocked by permissions or by the container's device cgroup"
	case NoGPU:
		e.Class, e.Hint = device.NoDevices, "the NVIDIA driver finds no GPU"
	case Lost:
		e.Class, e.Hint = device.Unreachable, "a GPU fell off the bus; a reset or a reboot brings it back"
	case Unknown:
		e.Class, e.Hint = device.Unreachable, DevicesTaken
	default:
		e.Class, e.Hint = device.OpenFailed, "the NVIDIA driver cannot be opened"
	}
	return e
}
