package host

import (
	"fmt"
	"strconv"
	"strings"
)

// cpuTime is time in ticks since the machine started.
type cpuTime struct{ busy, total uint64 }

// cpuTimes is /proc/stat's count of all cores and of each.
type cpuTimes struct {
	all   cpuTime
	cores []cpuTime
}

// parseStat reads /proc/stat (proc_stat(5)): user, nice, system, idle, iowait,
// irq, softirq, steal; guests are counted in user already.
func parseStat(text string) (cpuTimes, error) {
	var out cpuTimes
	found := false
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if len(fields) < 5 || !strings.HasPrefix(fields[0], "cpu") {
			continue
		}
		var t cpuTime
		for i, field := range fields[1:min(len(fields), 9)] {
			v, err := strconv.ParseUint(field, 10, 64)
			if err != nil {
				return out, fmt.Errorf("/proc/stat: found %q; expected a count of ticks", field)
			}
			t.total += v
			if i != 3 && i != 4 {
				t.busy += v
			}
		}
		if fields[0] == "cpu" {
			out.all, found = t, true
		} else {
			out.cores = append(out.cores, t)
		}
	}
	if !found {
		return out, fmt.Errorf("/proc/stat: expected a line of all cores")
	}
	return out, nil
}

// parseLoad reads /proc/loadavg.
func parseLoad(text string) (load [3]float64, err error) {
	fields := strings.Fields(text)
	if len(fields) < 3 {
		return load, fmt.Errorf("/proc/loadavg: found %q; expected three numbers", text)
	}
	for i := range load {
		if load[i], err = ParseDecimal(fields[i]); err != nil {
			return load, fmt.Errorf("/proc/loadavg: %w", err)
		}
	}
	return load, nil
}

// ParseDecimal is a finite, non-negative decimal number.
func ParseDecimal(text string) (float64, error) {
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || !(v >= 0 && v <= 1e300) {
		return 0, fmt.Errorf("found %q; expected a number", text)
	}
	return v, nil
}

// parseMeminfo reads the available and the total memory of /proc/meminfo in
// bytes. Kernels before 3.14 do not say what is available; there it is what is
// free, in buffers and cached.
func parseMeminfo(text string) (available, total uint64, err error) {
	kib := map[string]uint64{}
	for line := range strings.Lines(text) {
		name, rest, ok := strings.Cut(line, ":")
		fields := strings.Fields(rest)
		if !ok || len(fields) == 0 {
			continue
		}
		if v, err := strconv.ParseUint(fields[0], 10, 54); err == nil {
			kib[name] = v
		}
	}
	total, ok := kib["MemTotal"]
	if !ok {
		return 0, 0, fmt.Errorf("/proc/meminfo: expected MemTotal")
	}
	available, ok = kib["MemAvailable"]
	if !ok {
		available = kib["MemFree"] + kib["Buffers"] + kib["Cached"]
	}
	return 1024 * min(available, total), 1024 * total, nil
}

// processStat is what is used of /proc/PID/stat.
type processStat struct {
	ticks uint64 // of user and system time
	rss   uint64 // pages
}

// parseProcessStat reads /proc/PID/stat (proc_pid_stat(5)). The command, in
// parentheses, may hold anything, so that fields count from the last of them.
func parseProcessStat(text string) (processStat, error) {
	fields := strings.Fields(text[strings.LastIndexByte(text, ')')+1:])
	const state, utime, stime, rss = 3, 14, 15, 24
	if len(fields) <= rss-state {
		return processStat{}, fmt.Errorf("/proc/PID/stat: found %d fields after the command; expected at least %d", len(fields), rss-state+1)
	}
	var v [3]uint64
	for i, field := range []int{utime, stime, rss} {
		var err error
		if v[i], err = strconv.ParseUint(fields[field-state], 10, 63); err != nil {
			return processStat{}, fmt.Errorf("/proc/PID/stat: found %q; expected a count", fields[field-state])
		}
	}
	return processStat{ticks: v[0] + v[1], rss: v[2]}, nil
}
