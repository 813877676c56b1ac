package main

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/spf13/pflag"

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
			return usageError{fmt.Errorf("--%s must not be zero; leave it out for the default", flag)}
		}
	}
	return nil
}

// refuseEmpty is a usage error about the first flag, by name, that is given with
// nothing as its value, as by a script whose variable is not set. An empty value
// would stand for a flag that is not given, which is something else than what was
// asked for. A column of a file may have an empty name.
func refuseEmpty(fs *pflag.FlagSet) (err error) {
	fs.Visit(func(g *pflag.Flag) {
		if err == nil && g.Name != "without" && slices.Contains(values(g), "") {
			err = usageError{fmt.Errorf("--%s must not be empty; give it a value or leave it out", g.Name)}
		}
	})
	return err
}

func (f *problemFlags) boundL2() bound {
	return bound{"l2", f.l2 >= 0 && !math.IsInf(f.l2, 0), "at least 0", f.l2}
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
