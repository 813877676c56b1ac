package device

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"strings"
)

// Backends are the samplers in the order in which they are tried.
func Backends() []Sampler {
	root := os.DirFS("/")
	return []Sampler{newNVML(root), &smi{root: root}, newAMDGPU(root)}
}

// Probe opens the first sampler that has devices. Where none has, the error
// says why in words.
func Probe(ctx context.Context, samplers []Sampler) (Sampler, []Device, error) {
	var failures []*OpenError
	for _, s := range samplers {
		devices, err := s.Open(ctx)
		if err == nil && len(devices) > 0 {
			return s, devices, nil
		}
		var failure *OpenError
		switch {
		case err == nil:
			_ = s.Close()
			failure = &OpenError{Backend: s.Name(), Class: NoDevices, Hint: "lists no GPU"}
		case !errors.As(err, &failure):
			failure = &OpenError{Backend: s.Name(), Class: OpenFailed, Hint: "cannot be opened", Err: err}
		}
		failures = append(failures, failure)
		if ctx.Err() != nil {
			break
		}
	}
	return nil, nil, noneError(failures)
}

// noneError is why no backend has a device: the one that matters most, or all.
type noneError []*OpenError

// Error is one line.
func (e noneError) Error() string {
	var worst *OpenError
	var all []string
	for _, f := range e {
		if f.Class >= OpenFailed && (worst == nil || f.Class > worst.Class) {
			worst = f
		}
		all = append(all, f.Hint)
	}
	if worst != nil {
		return worst.Error()
	}
	return "no GPU: " + strings.Join(all, ", ")
}

// asleep says whether the system has powered a PCI device down. To read
// anything else of it, or to ask its driver, would wake it.
func asleep(root fs.FS, bdf string) bool {
	status, err := readText(root, "sys/bus/pci/devices/"+bdf+"/power/runtime_status")
	return err == nil && bdf != "" && status == "suspended"
}
