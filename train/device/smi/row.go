package smi

import (
	"strconv"
	"strings"
	"time"

	"optwatch/train/device"
	"optwatch/train/device/host"
)

// gpuRow is a line of nvidia-smi --query-gpu: one device at one time.
type gpuRow struct {
	device   device.Device
	reserved device.Reading // bytes of memory
	all      device.Sample  // with the readings of all tiers
}

// sample is the row with the readings of some tiers.
func (r *gpuRow) sample(tiers device.Tier) device.Sample {
	s := r.all
	if s.State != device.Up {
		return device.Sample{ID: s.ID, At: s.At, State: s.State}
	}
	for m := range device.Metrics {
		if m.Tier()&tiers == 0 {
			s.Readings[m] = device.Reading{}
		}
	}
	return s
}

// parseRow reads a line of comma-separated values in the order of the fields. A
// line without a UUID is no row: it is a message, or a device that cannot be
// asked.
func parseRow(l line, fields []field) (gpuRow, bool) {
	values := strings.Split(l.text, ",")
	if len(values) != len(fields) {
		return gpuRow{}, false
	}
	row := gpuRow{all: device.Sample{At: l.at}}
	s := &row.all
	s.SetAll(device.Fast|device.Slow, device.Unsupported)
	for i, f := range fields {
		value := strings.TrimSpace(values[i])
		if state := tokenState(value); state != device.Up {
			s.State = state
		}
		f.read(&row, value, l.at)
	}
	if used := &s.Readings[device.MemoryUsed]; used.Quality == device.OK && row.reserved.Quality == device.OK {
		used.Value += row.reserved.Value
	}
	s.ID = row.device.ID
	return row, strings.HasPrefix(string(s.ID), "GPU-")
}

// parseToken is a number, or one of the words that stand for none. nvidia-smi
// has several, and a value in brackets is never a number.
func parseToken(text string, scale float64, at time.Time) device.Reading {
	switch word := strings.ToLower(strings.Trim(text, "[]")); word {
	case "n/a", "not supported", "requested functionality has been deprecated", "":
		return device.Missing(device.Unsupported, at)
	case "insufficient permissions":
		return device.Missing(device.Denied, at)
	}
	v, err := host.ParseDecimal(text)
	if err != nil {
		return device.Missing(device.Failed, at)
	}
	return device.Measured(v*scale, at)
}

// parseReasons is the bits of throttle reasons, in hexadecimal.
func parseReasons(text string, at time.Time) device.Reading {
	digits, ok := strings.CutPrefix(text, "0x")
	if !ok {
		if r := parseToken(text, 1, at); r.Quality != device.OK {
			return r
		}
	}
	bits, err := strconv.ParseUint(digits, 16, 53)
	if err != nil {
		return device.Missing(device.Failed, at)
	}
	return device.Measured(float64(bits), at)
}

// tokenState is what a word says of the device as a whole.
func tokenState(text string) device.State {
	text = strings.ToLower(text)
	switch {
	case !strings.HasPrefix(text, "["):
		return device.Up
	case strings.Contains(text, "lost"):
		return device.Lost
	case strings.Contains(text, "reset"):
		return device.NeedsReset
	}
	return device.Up
}

// gpuRows gathers rows into sets: one row for each device.
type gpuRows struct {
	pending, complete []gpuRow
}

// add takes a row. A device that is there already begins the next set.
func (r *gpuRows) add(row gpuRow) {
	for _, other := range r.pending {
		if other.device.ID == row.device.ID {
			r.end()
			break
		}
	}
	r.pending = append(r.pending, row)
}

func (r *gpuRows) begun() bool { return len(r.pending) > 0 }

// end ends the set that was begun.
func (r *gpuRows) end() {
	if r.begun() {
		r.complete, r.pending = r.pending, nil
	}
}

// take gives a complete set once, nil if there is none. One with a row for each
// of n devices is complete.
func (r *gpuRows) take(n int) []gpuRow {
	if n > 0 && len(r.pending) >= n {
		r.end()
	}
	rows := r.complete
	r.complete = nil
	return rows
}
