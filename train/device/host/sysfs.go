package host

import (
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"syscall"
	"time"

	"optwatch/train/device"
)

// ReadText is a small file's text without white space around it.
func ReadText(root fs.FS, path string) (string, error) {
	text, err := fs.ReadFile(root, path)
	return strings.TrimSpace(string(text)), err
}

// Asleep says whether the system has powered a PCI device down. To read
// anything else of it, or to ask its driver, would wake it.
func Asleep(root fs.FS, bdf string) bool {
	status, err := ReadText(root, "sys/bus/pci/devices/"+bdf+"/power/runtime_status")
	return err == nil && bdf != "" && status == "suspended"
}

// ParseCount is a number as sysfs writes it: decimal, at most a sign before it.
func ParseCount(text string) (float64, error) {
	v, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("found %q; expected a whole number", text)
	}
	return float64(v), nil
}

// ReadCount reads a number from the first of some files that has one, times a scale.
func ReadCount(root fs.FS, at time.Time, scale float64, paths ...string) device.Reading {
	last := device.Missing(device.Unsupported, at)
	for _, path := range paths {
		text, err := ReadText(root, path)
		if err != nil {
			if q := FileQuality(err); q != device.Unsupported || last.Quality == device.Unknown {
				last = device.Missing(q, at)
			}
			continue
		}
		v, err := ParseCount(text)
		if err != nil {
			last = device.Missing(device.Failed, at)
			continue
		}
		return device.Measured(v*scale, at)
	}
	return last
}

// FileQuality is what an error of reading a file says of a reading. Files of
// sysfs may exist and refuse to be read: EOPNOTSUPP and EINVAL are a missing
// sensor, not a broken one.
func FileQuality(err error) device.Quality {
	switch {
	case err == nil:
		return device.OK
	case errors.Is(err, fs.ErrPermission):
		return device.Denied
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.EOPNOTSUPP), errors.Is(err, syscall.EINVAL), errors.Is(err, syscall.ENODEV):
		return device.Unsupported
	}
	return device.Failed
}
