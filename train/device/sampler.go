package device

import (
	"context"
	"fmt"
)

// Sampler is one way to the GPUs of this machine. Its methods are called one at
// a time, by one goroutine.
type Sampler interface {
	// Name is the backend in a word: "nvml", "nvidia-smi", "amdgpu".
	Name() string
	// Open finds the devices. It may take seconds. Its error is an *OpenError.
	// What it starts ends with the context or with Close.
	Open(ctx context.Context) ([]Device, error)
	// Sample reads some tiers of all devices. An error is one of the backend as
	// a whole, after which it must be closed and opened anew; what ails one
	// device, or one reading, is in the frame.
	Sample(ctx context.Context, tiers Tier) (Frame, error)
	// Asking is the device and the call that Open or Sample waits for, "" for
	// none; it may be called at any time, by any goroutine.
	Asking() (ID, string)
	// Diagnosis is what the backend found out about itself when it was opened.
	Diagnosis() Diagnosis
	// Close lets go of the driver. A sampler may be opened again.
	Close() error
}

// Diagnosis is what a backend knows of itself.
type Diagnosis struct {
	Source  string   // the library, program or folder it reads
	Driver  string   // version; "" if unknown
	Missing []string // symbols or fields that this driver does not have
	Paced   bool     // a sample waits for the next line of a program: its time is no work
}

// Class groups the reasons why a backend cannot be opened.
type Class uint8

// The classes, from what matters least to a user to what matters most.
const (
	NoLibrary    Class = iota // the backend's library, program or folder is not here
	NoDevices                 // it is here and lists no device
	OpenFailed                // anything else
	DriverAbsent              // the driver is not loaded
	AllAsleep                 // all devices sleep, and opening would wake them
	OpenDenied                // permissions, or the container's device cgroup
	Mismatch                  // the driver was updated under the running one
	Unreachable               // the driver answers "unknown error": devices taken from a container
)

// OpenError is why a backend cannot be opened.
type OpenError struct {
	Backend string
	Class   Class
	Hint    string // what is wrong and what helps, in words
	Err     error  // may be nil
}

// Error is the backend and what is wrong.
func (e *OpenError) Error() string {
	if e.Err == nil {
		return fmt.Sprintf("%s: %s", e.Backend, e.Hint)
	}
	return fmt.Sprintf("%s: %s (%v)", e.Backend, e.Hint, e.Err)
}

// Unwrap is the cause.
func (e *OpenError) Unwrap() error { return e.Err }
