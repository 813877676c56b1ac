package device

import (
	"context"
	"errors"
	"strings"
)

// OpenFirst opens the first sampler that has devices. Where none has, the error
// says why in words.
func OpenFirst(ctx context.Context, samplers []Sampler) (Sampler, []Device, error) {
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

// worst is the failure that a user can do most about; nil where every backend
// just has nothing to show.
func (e noneError) worst() *OpenError {
	var worst *OpenError
	for _, f := range e {
		if f.Class >= OpenFailed && (worst == nil || f.Class > worst.Class) {
			worst = f
		}
	}
	return worst
}

// Error is one line.
func (e noneError) Error() string {
	if worst := e.worst(); worst != nil {
		return worst.Error()
	}
	var all []string
	for _, f := range e {
		all = append(all, f.Hint)
	}
	return "no GPU: " + strings.Join(all, ", ")
}

// absenceOf is what a view says after an error: of opening the backends, or of the
// one that was open.
func absenceOf(err error) Absence {
	var none noneError
	switch {
	case !errors.As(err, &none):
		return Dropped
	case none.worst() != nil:
		return Withheld
	}
	return NoGPU
}
