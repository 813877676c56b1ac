package main

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"optwatch/train/data"
)

// bound is what the value of a flag must be.
type bound struct {
	flag string
	ok   bool // it is
	want string
	got  any
}

// checkBounds is a usage error about the first value that is out of bounds.
func checkBounds(bounds ...bound) error {
	for _, b := range bounds {
		if !b.ok {
			return usageError{fmt.Errorf("--%s must be %s, got %v", b.flag, b.want, b.got)}
		}
	}
	return nil
}

// refuseZeros is a usage error about the first flag, by name, that is given
// although its value is zero. Zero stands for a flag that is not given.
func refuseZeros(zero map[string]bool, given func(flag string) bool) error {
	for _, flag := range slices.Sorted(maps.Keys(zero)) {
		if zero[flag] && given(flag) {
			return usageError{fmt.Errorf("--%s must not be zero or empty; leave it out for the default", flag)}
		}
	}
	return nil
}

func (f *problemFlags) boundL2() bound {
	return bound{"l2", f.l2 >= 0 && !math.IsInf(f.l2, 0), "at least 0", f.l2}
}

func (f *problemFlags) boundVal() bound {
	return bound{"val", f.data.Val >= -1, "at least 0", f.data.Val}
}

func (f *problemFlags) boundMissing() bound {
	return bound{"missing", slices.Contains([]string{"", data.MissingMean, data.MissingDrop}, f.data.Missing), "mean or drop", f.data.Missing}
}

func (f *trainingFlags) boundThreads() bound {
	return bound{"threads", f.threads >= 0 && f.threads <= 1024, "from 1 to 1024", f.threads}
}

func (f *screenFlags) boundFPS() bound {
	return bound{"fps", f.fps >= 0 && f.fps <= 60, "from 1 to 60", f.fps}
}
