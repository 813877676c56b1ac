//go:build !(linux && (amd64 || arm64)) || nonvml

package device

import (
	"context"
	"errors"
	"io/fs"
)

// nvml stands where this build has no NVML: it cannot be opened.
type nvml struct{}

func newNVML(fs.FS) Sampler { return nvml{} }

// Name implements Sampler.
func (nvml) Name() string { return "nvml" }

// Open implements Sampler: it always fails.
func (nvml) Open(context.Context) ([]Device, error) {
	return nil, &OpenError{Backend: "nvml", Class: NoLibrary, Hint: "NVML is not part of this build"}
}

// Sample implements Sampler. It cannot be called, since Open fails.
func (nvml) Sample(context.Context, Tier) (Frame, error) {
	return Frame{}, errors.New("NVML is not part of this build")
}

// Asking implements Sampler.
func (nvml) Asking() (ID, string) { return "", "" }

// Diagnosis implements Sampler.
func (nvml) Diagnosis() Diagnosis { return Diagnosis{} }

// Close implements Sampler.
func (nvml) Close() error { return nil }
