package process

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

const (
	tick         = time.Second / 100 // USER_HZ, in which all of /proc counts
	kernelThread = 0x00200000        // PF_KTHREAD of the kernel's sched.h
)

// parseStat reads /proc/PID/stat (proc_pid_stat(5)). The name, in parentheses, may
// hold anything, so that fields count from the last of them.
func parseStat(text string) (Process, error) {
	first, last := strings.IndexByte(text, '('), strings.LastIndexByte(text, ')')
	if first < 0 || last < first {
		return Process{}, fmt.Errorf("/proc/PID/stat: found %.40q; expected a name in parentheses", text)
	}
	fields := strings.Fields(text[last+1:])
	const state, ppid, pgrp, flags, starttime = 3, 4, 5, 9, 22
	if len(fields) <= starttime-state {
		return Process{}, fmt.Errorf("/proc/PID/stat: found %d fields after the name; expected at least %d", len(fields), starttime-state+1)
	}
	var err error
	number := func(text string) uint64 {
		v, e := strconv.ParseUint(text, 10, 63)
		if e != nil {
			err = fmt.Errorf("/proc/PID/stat: found %.40q; expected a number", text)
		}
		return v
	}
	p := Process{
		ID:     ID{int(number(strings.TrimSpace(text[:first]))), number(fields[starttime-state])},
		Parent: int(number(fields[ppid-state])),
		Group:  int(number(fields[pgrp-state])),
		State:  fields[0][0],
		Kernel: number(fields[flags-state])&kernelThread != 0,
		Name:   text[first+1 : last],
	}
	return p, err
}

// parseBoot finds in /proc/stat when the machine started.
func parseBoot(text string) (time.Time, bool) {
	for line := range strings.Lines(text) {
		if rest, ok := strings.CutPrefix(line, "btime "); ok {
			s, err := strconv.ParseInt(strings.TrimSpace(rest), 10, 40)
			return time.Unix(s, 0), err == nil
		}
	}
	return time.Time{}, false
}

// parseUsers finds in /proc/PID/status the user that a process runs for, and the
// one as whom it acts.
func parseUsers(status string) (owner, acts int, ok bool) {
	for line := range strings.Lines(status) {
		rest, is := strings.CutPrefix(line, "Uid:")
		fields := strings.Fields(rest)
		if !is || len(fields) < 2 {
			continue
		}
		a, err := strconv.ParseUint(fields[0], 10, 32)
		b, err2 := strconv.ParseUint(fields[1], 10, 32)
		return int(a), int(b), err == nil && err2 == nil
	}
	return 0, 0, false
}

// parseWrites says by /proc/PID/fdinfo/N whether a file was opened for writing.
func parseWrites(fdinfo string) bool {
	for line := range strings.Lines(fdinfo) {
		if rest, ok := strings.CutPrefix(line, "flags:"); ok {
			flags, err := strconv.ParseUint(strings.TrimSpace(rest), 8, 63)
			access := flags & 3 // O_RDONLY, O_WRONLY, O_RDWR
			return err == nil && (access == 1 || access == 2)
		}
	}
	return false
}
