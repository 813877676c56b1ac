package device

import "fmt"

// code is an answer of NVML (nvmlReturn_t of nvml.h), and an exit status of
// nvidia-smi, which uses the same numbers.
type code int32

// The codes that mean something here.
const (
	codeSuccess          code = 0
	codeUninitialized    code = 1
	codeNotSupported     code = 3
	codeNoPermission     code = 4
	codeNotFound         code = 6
	codeInsufficientSize code = 7
	codeDriverNotLoaded  code = 9
	codeTimeout          code = 10
	codeLibraryNotFound  code = 12
	codeFunctionNotFound code = 13
	codeLost             code = 15
	codeResetRequired    code = 16
	codeOperatingSystem  code = 17
	codeMismatch         code = 18
	codeNoData           code = 21
	codeVersionMismatch  code = 25
	codeDeprecated       code = 26
	codeNoGPU            code = 28
	codeUnknown          code = 999
	codeNotInLibrary     code = -1 // ours: the symbol is missing
	notAvailable              = ^uint64(0)
	noInstance                = ^uint32(0)
	taken                     = "the driver answers \"unknown error\"; in a container its devices may have been taken away, as systemctl daemon-reload on the host does: restart the container"
)

// quality is what a code says of a reading.
func (c code) quality() Quality {
	switch c {
	case codeSuccess:
		return OK
	case codeNotSupported, codeFunctionNotFound, codeNotInLibrary, codeVersionMismatch, codeDeprecated, codeNoData:
		return Unsupported
	case codeNoPermission:
		return Denied
	}
	return Failed
}

// state is what a code says of a device as a whole: Up if nothing.
func (c code) state() State {
	switch c {
	case codeLost:
		return Lost
	case codeResetRequired:
		return NeedsReset
	case codeOperatingSystem:
		return Blocked
	}
	return Up
}

// driverGone says whether the driver must be opened anew.
func (c code) driverGone() bool {
	switch c {
	case codeUninitialized, codeDriverNotLoaded, codeMismatch, codeNoGPU:
		return true
	}
	return false
}

// openError is why a backend of NVIDIA's driver cannot be opened.
func (c code) openError(backend string) *OpenError {
	e := &OpenError{Backend: backend, Err: fmt.Errorf("code %d", c)}
	switch c {
	case codeLibraryNotFound:
		e.Class, e.Hint = NoLibrary, "no NVIDIA driver library"
	case codeDriverNotLoaded:
		e.Class, e.Hint = DriverAbsent, "the NVIDIA driver is not loaded; modprobe nvidia, or dmesg says why it is not"
	case codeMismatch:
		e.Class, e.Hint = Mismatch, "the NVIDIA driver was updated under the running one; reboot or reload its modules"
	case codeNoPermission, codeOperatingSystem:
		e.Class, e.Hint = OpenDenied, "the GPUs are blocked by permissions or by the container's device cgroup"
	case codeNoGPU:
		e.Class, e.Hint = NoDevices, "the NVIDIA driver finds no GPU"
	case codeLost:
		e.Class, e.Hint = Unreachable, "a GPU fell off the bus; a reset or a reboot brings it back"
	case codeUnknown:
		e.Class, e.Hint = Unreachable, taken
	default:
		e.Class, e.Hint = OpenFailed, "the NVIDIA driver cannot be opened"
	}
	return e
}
