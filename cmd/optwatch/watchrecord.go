package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/pflag"
)

// recording is the flags of a watch that is recorded. A user of "optwatch run"
// knows them; by itself a watch leaves nothing behind, for what it shows is in the
// logs.
func (f *watchFlags) recording() *pflag.FlagSet {
	fs := newGroup("recording")
	fs.StringVar(&f.record, "record", "", "record it, in a new file where those of experiments are or in this `file`, and watch in a process of its own")
	fs.Lookup("record").NoOptDefVal = newRecord
	fs.BoolVar(&f.foreground, "foreground", false, "with --record: watch in this process, which ends with its terminal")
	fs.StringVar(&f.held, "held", "", "watch without a terminal, as a process of its own")
	fs.Lookup("held").Hidden = true
	return fs
}

// records says whether the watch is recorded.
func (f *watchFlags) records() bool { return f.record != "" && f.record != noRecord }

// file is the file that it is recorded in; "" for a new one in the state folder.
func (f *watchFlags) file() string {
	if f.record == newRecord {
		return ""
	}
	return f.record
}

// checkRecord finds what is wrong with the flags of the record.
func (f *watchFlags) checkRecord(paths []string) error {
	switch {
	case f.records() && (f.once || f.explain):
		return usageError{errors.New("--record is for a watch that goes on, not for --once or --explain")}
	case f.foreground && !f.records():
		return usageError{errors.New("--foreground goes with --record: without one a watch is in this process")}
	case f.record == newRecord && len(paths) > 0 && paths[0] != "-":
		if _, err := os.Stat(paths[0]); errors.Is(err, os.ErrNotExist) {
			return usageError{fmt.Errorf("%s: there is nothing to watch; a file to record in is given as --record=%[1]s", paths[0])}
		}
	}
	return nil
}

// configured is what a watch was asked for, as its record keeps it: "-" is the pipe.
func (f *watchFlags) configured(paths []string, piped bool) configuration {
	c := configuration{Command: watchName, Flags: map[string][]string{}}
	if f.group != "" {
		c.Flags["group"] = []string{f.group}
	}
	if f.readOnly {
		c.Flags["read-only"] = []string{"true"}
	}
	if len(paths) == 0 && !piped {
		paths = []string{"."}
	}
	for _, path := range paths {
		c.Paths = append(c.Paths, absolute(path))
	}
	if piped {
		c.Paths = append(c.Paths, "-")
	}
	return c
}
