package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"runtime"
	"slices"

	"github.com/spf13/cobra"

	"optwatch/cmd/optwatch/lab"
	"optwatch/train/data"
	"optwatch/train/study"
)

// studyFlags are the flags of every command that makes studies.
type studyFlags struct {
	seed     uint64
	threads  int
	headless bool
	out      string
	json     string
	fps      int
	ascii    bool
	noColor  bool

	facts []study.Fact // what else the report says at its top
}

func (f *studyFlags) register(cmd *cobra.Command) {
	fs := cmd.Flags()
	fs.Uint64Var(&f.seed, "seed", 1, "seed of everything random")
	fs.IntVar(&f.threads, "threads", 0, "training threads (default one for each core)")
	fs.BoolVar(&f.headless, "headless", false, "no screen: progress lines, then tables and verdicts")
	fs.StringVar(&f.out, "out", "", "write pictures, tables and a report to this `folder`")
	fs.StringVar(&f.json, "json", "", "write the results to this `file`")
	fs.IntVar(&f.fps, "fps", 0, "frames a second (default 10, over SSH 5)")
	fs.BoolVar(&f.ascii, "ascii", false, "plain ASCII on the screen")
	fs.BoolVar(&f.noColor, "no-color", false, "no colour on the screen; NO_COLOR does the same")
}

// check finds what is wrong with the flags by themselves, and fills in what
// was left out. A zero stands for a flag that is not given, so it must not be.
func (f *studyFlags) check(given func(flag string) bool) error {
	zero := map[string]bool{"threads": f.threads == 0, "fps": f.fps == 0, "out": f.out == "", "json": f.json == ""}
	for _, flag := range slices.Sorted(maps.Keys(zero)) {
		if zero[flag] && given(flag) {
			return usageError{fmt.Errorf("--%s must not be zero or empty; leave it out for the default", flag)}
		}
	}
	switch {
	case f.threads < 0 || f.threads > 1024:
		return usageError{fmt.Errorf("--threads must be from 1 to 1024, got %d", f.threads)}
	case f.fps < 0 || f.fps > 60:
		return usageError{fmt.Errorf("--fps must be from 1 to 60, got %d", f.fps)}
	}
	if f.threads == 0 {
		f.threads = runtime.GOMAXPROCS(0)
	}
	return nil
}

// options are those of the laboratory.
func (f *studyFlags) options(from data.Options, quick bool) lab.Options {
	return lab.Options{
		Load: func(ctx context.Context, val int, progress data.Progress) (*data.Dataset, error) {
			o := from
			o.Val = val
			return data.Open(ctx, o, progress)
		},
		Catalogue: catalogue(), Seed: f.seed, Threads: f.threads, Quick: quick, Cache: cacheFolder(),
	}
}

// folder opens what --out names; nil if nothing is to be kept.
func (f *studyFlags) folder(cmd *cobra.Command) (*study.Folder, error) {
	if f.out == "" {
		return nil, nil
	}
	if info, err := os.Stat(f.out); err == nil && !info.IsDir() {
		return nil, usageError{fmt.Errorf("--out %s: it is a file; want a folder", f.out)}
	}
	facts := append([]study.Fact{{Name: "version", Text: version}, {Name: "seed", Text: fmt.Sprint(f.seed)}}, f.facts...)
	folder, err := study.NewFolder(f.out, cmd.CommandPath(), facts...)
	if err != nil {
		return nil, usageError{fmt.Errorf("--out %s: %w", f.out, cause(err))}
	}
	return folder, nil
}

// errLost says that results would be lost.
var errLost = errors.New("stdout is closed and there is neither --json nor --out: the result would be lost")
