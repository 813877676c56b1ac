package smi

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"optwatch/train/device"
	"optwatch/train/device/host"
)

// pmonRow is a process in the output of nvidia-smi pmon.
type pmonRow struct {
	index   int // of the device
	pid     int // 0 where the row says that the device has none
	memory  device.Reading
	sm      device.Reading
	command string
}

// pmonTable gathers the rows of nvidia-smi pmon -o T. The rows of one time are
// a set.
type pmonTable struct {
	columns           []string
	clock             string // of the pending rows
	at                time.Time
	pending, complete []pmonRow
	any               bool
}

// add takes a line: a header, which is repeated now and then, or a row.
func (t *pmonTable) add(l line) {
	if rest, ok := strings.CutPrefix(strings.TrimSpace(l.text), "#"); ok {
		columns := strings.Fields(strings.ToLower(rest))
		if slices.Contains(columns, "gpu") && slices.Contains(columns, "pid") {
			t.columns = columns
		}
		return
	}
	clock, row, ok := parsePmon(l, t.columns)
	if !ok {
		return
	}
	if clock != t.clock {
		t.end()
		t.clock = clock
	}
	t.at = l.at
	t.pending = append(t.pending, row)
}

func (t *pmonTable) end() {
	if len(t.pending) > 0 {
		t.complete, t.pending, t.any = t.pending, nil, true
	}
}

// latest is the newest complete set by device, without the rows of devices that
// have no process.
func (t *pmonTable) latest(now time.Time) (map[int][]pmonRow, device.Quality) {
	if now.Sub(t.at) >= quiet {
		t.end()
	}
	switch {
	case !t.any:
		return nil, device.Unknown
	case now.Sub(t.at) > device.Processes.Patience(): // it says nothing any more
		return nil, device.Failed
	}
	out := map[int][]pmonRow{}
	for _, row := range t.complete {
		if row.pid != 0 {
			out[row.index] = append(out[row.index], row)
		}
	}
	return out, device.OK
}

// parsePmon reads a row by the names of its columns. The command is the last
// and may have spaces.
func parsePmon(l line, columns []string) (clock string, row pmonRow, ok bool) {
	values := strings.Fields(l.text)
	if len(columns) == 0 || len(values) < len(columns)-1 {
		return "", row, false
	}
	row.memory, row.sm = device.Missing(device.Unsupported, l.at), device.Missing(device.Unsupported, l.at)
	row.index = -1
	for i, column := range columns {
		if i >= len(values) {
			break
		}
		value := values[i]
		switch column {
		case "time":
			clock = value
		case "gpu":
			if n, err := strconv.Atoi(value); err == nil && n >= 0 {
				row.index = n
			}
		case "pid":
			row.pid, _ = strconv.Atoi(value)
		case "sm":
			row.sm = parsePmonValue(value, 1, 100, l.at)
		case "fb":
			row.memory = parsePmonValue(value, 1<<20, 1<<40, l.at)
		case "command":
			if row.command = device.Printable(strings.Join(values[i:], " ")); row.command == "-" {
				row.command = ""
			}
		}
	}
	return clock, row, row.index >= 0 && row.pid >= 0 && row.pid < 1<<22
}

// parsePmonValue is a number up to a limit; a dash is none.
func parsePmonValue(text string, scale, limit float64, at time.Time) device.Reading {
	if text == "-" {
		return device.Missing(device.Unsupported, at)
	}
	v, err := host.ParseDecimal(text)
	if err != nil || v > limit {
		return device.Missing(device.Failed, at)
	}
	return device.Measured(v*scale, at)
}
