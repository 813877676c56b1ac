//go:build !(linux && (amd64 || arm64)) || nonvml

package nvml

import (
	"context"
	"errors"
	"io/fs"

	"optwatch/train/device"
)

// Sampler stands where this build has no NVML: it cannot be opened.
type Sampler struct{}

// New is a sampler that cannot be opened.
func New(fs.FS) *Sampler { return &Sampler{} }

var _ device.Sampler = (*Sampler)(nil)

// Name implements Sampler.
func (*Sampler) Name() string { return "nvml" }

// Open implements Sampler: it always fails.
func (*Sampler) Open(context.Context) ([]device.Device, error) {
	return nil, &device.OpenError{Backend: "nvml", Class: device.NoLibrary, Hint: "NVML is not part of this build"}
}

// Sample implements Sampler. It cannot be called, since Open fails.
func (*Sampler) Sample(context.Context, device.Tier) (device.Frame, error) {
	return device.Frame{}, errors.New("NVML is not part of this build")
}

// Asking implements Sampler.
func (*Sampler) Asking() (device.ID, string) { return "", "" }

// Diagnosis implements Sampler.
func (*Sampler) Diagnosis() device.Diagnosis { return device.Diagnosis{} }

// Close implements Sampler.
func (*Sampler) Close() error { return nil }
