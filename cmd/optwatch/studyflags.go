package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"optwatch/cmd/optwatch/trials"
	"optwatch/train/data"
	"optwatch/train/study"
)

// studyFlags are the flags of every command that makes studies.
type studyFlags struct {
	trainingFlags
	outputFlags
	screenFlags
	facts []study.Fact // what else the report says at its top
}

func (f *studyFlags) register(cmd *cobra.Command) {
	fs := cmd.Flags()
	include(fs, f.trainingFlags.group())
	include(fs, f.outputFlags.group(", then tables and verdicts", "results to this `file`"))
	include(fs, f.screenFlags.group())
}

// check finds what is wrong with the flags by themselves, and fills in what
// was left out.
func (f *studyFlags) check(given func(flag string) bool) error {
	zero := map[string]bool{"threads": f.threads == 0, "fps": f.fps == 0}
	if err := refuseZeros(zero, given); err != nil {
		return err
	}
	if err := checkBounds(f.boundThreads(), f.boundFPS()); err != nil {
		return err
	}
	f.fill()
	return nil
}

// options are those of a session of trials, with data as it says.
func (f *studyFlags) options(from data.Options) trials.Options {
	return trials.Options{
		Load: func(ctx context.Context, val int, progress data.Progress) (*data.Dataset, error) {
			o := from
			o.Val = val
			return openData(ctx, o, progress)
		},
		Catalogue: catalogue(), Seed: f.seed, Threads: f.threads, Cache: cacheFolder(),
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
