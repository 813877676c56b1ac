package device

import (
	"cmp"
	"strconv"
	"strings"
	"time"
)

// smiRow is a line of nvidia-smi --query-gpu: one device at one time.
type smiRow struct {
	device Device
	all    Sample // with the readings of all tiers
}

// sample is the row with the readings of some tiers.
func (r *smiRow) sample(tiers Tier) Sample {
	s := r.all
	if s.State != Up {
		return Sample{ID: s.ID, At: s.At, State: s.State}
	}
	for m := range Metrics {
		if m.Tier()&tiers == 0 {
			s.Readings[m] = Reading{}
		}
	}
	return s
}

// parseRow reads a line of comma-separated values in the order of the fields. A
// line without a UUID is no row: it is a message, or a device that cannot be
// asked.
func parseRow(l line, fields []smiField) (smiRow, bool) {
	values := strings.Split(l.text, ",")
	if len(values) != len(fields) {
		return smiRow{}, false
	}
	row := smiRow{all: Sample{At: l.at}}
	s := &row.all
	s.all(Fast|Slow, Unsupported)
	var reserved Reading
	for i, f := range fields {
		value := strings.TrimSpace(values[i])
		if state := tokenState(value); state != Up {
			s.State = state
		}
		switch f.names[0] {
		case "memory.reserved":
			reserved = parseToken(value, f.scale, l.at)
		case "clocks_event_reasons.active", "clocks_throttle_reasons.active":
			s.Readings[f.metric] = parseReasons(value, l.at)
		case "mig.mode.current":
			s.Readings[f.metric] = bad(Unsupported, l.at)
			if value == "Disabled" {
				s.Readings[f.metric], s.Instances = good(0, l.at), []Instance{}
			}
		default:
			if f.metric < Metrics {
				s.Readings[f.metric] = parseToken(value, f.scale, l.at)
			} else {
				row.identify(f.names[0], value)
			}
		}
	}
	if used := &s.Readings[MemoryUsed]; used.Quality == OK && reserved.Quality == OK {
		used.Value += reserved.Value
	}
	s.ID = row.device.ID
	return row, strings.HasPrefix(string(s.ID), "GPU-")
}

func (r *smiRow) identify(field, value string) {
	value = clean(value)
	if strings.HasPrefix(value, "[") { // "[GPU is lost]"
		value = ""
	}
	switch field {
	case "uuid", "gpu_uuid":
		r.device.ID = ID(value)
	case "index":
		r.device.Index, _ = strconv.Atoi(value)
	case "name", "gpu_name":
		r.device.Name = cmp.Or(value, "GPU")
	case "pci.bus_id", "gpu_bus_id":
		r.device.BDF = sysfsBDF(value)
	case "driver_version":
		r.device.Driver = value
	}
}

// parseToken is a number, or one of the words that stand for none. nvidia-smi
// has several, and a value in brackets is never a number.
func parseToken(text string, scale float64, at time.Time) Reading {
	switch word := strings.ToLower(strings.Trim(text, "[]")); word {
	case "n/a", "not supported", "requested functionality has been deprecated", "":
		return bad(Unsupported, at)
	case "insufficient permissions":
		return bad(Denied, at)
	}
	v, err := parseDecimal(text)
	if err != nil {
		return bad(Failed, at)
	}
	return good(v*scale, at)
}

// parseReasons is the bits of throttle reasons, in hexadecimal.
func parseReasons(text string, at time.Time) Reading {
	digits, ok := strings.CutPrefix(text, "0x")
	if !ok {
		if r := parseToken(text, 1, at); r.Quality != OK {
			return r
		}
	}
	bits, err := strconv.ParseUint(digits, 16, 53)
	if err != nil {
		return bad(Failed, at)
	}
	return good(float64(bits), at)
}

// tokenState is what a word says of the device as a whole.
func tokenState(text string) State {
	text = strings.ToLower(text)
	switch {
	case !strings.HasPrefix(text, "["):
		return Up
	case strings.Contains(text, "lost"):
		return Lost
	case strings.Contains(text, "reset"):
		return NeedsReset
	}
	return Up
}

// smiRows gathers rows to sets: one row for each device.
type smiRows struct {
	pending, complete []smiRow
}

// add takes a row. A device that is there already begins the next set.
func (r *smiRows) add(row smiRow) {
	for _, other := range r.pending {
		if other.device.ID == row.device.ID {
			r.end()
			break
		}
	}
	r.pending = append(r.pending, row)
}

func (r *smiRows) begun() bool { return len(r.pending) > 0 }

// end ends the set that was begun.
func (r *smiRows) end() {
	if r.begun() {
		r.complete, r.pending = r.pending, nil
	}
}

// take gives a complete set once, nil if there is none. One with a row for each
// of n devices is complete.
func (r *smiRows) take(n int) []smiRow {
	if n > 0 && len(r.pending) >= n {
		r.end()
	}
	rows := r.complete
	r.complete = nil
	return rows
}
