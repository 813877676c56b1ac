package tui

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train/device"
)

// deviceName is a device's name without what all of them have, what is seen
// beside it, and how it is built in: NVIDIA H100 80GB HBM3 is H100.
func deviceName(name string) string {
	var out []string
	for _, word := range strings.Fields(clean(name)) {
		word, _, _ = strings.Cut(word, "-")
		size := strings.TrimSuffix(word, "GB")
		switch {
		case slices.Contains([]string{"NVIDIA", "AMD", "GeForce", "Tesla", "Instinct", "Radeon", "PCIe", "NVL", "Laptop", "GPU", "Graphics"}, word):
		case size != word && strings.Trim(size, "0123456789") == "" && size != "":
		case strings.HasPrefix(word, "HBM"), strings.HasPrefix(word, "SXM"):
		default:
			out = append(out, word)
		}
	}
	if len(out) == 0 {
		return strings.TrimSpace(clean(name))
	}
	return strings.Join(out, " ")
}

// wholePercent is a share such as 71%.
func wholePercent(v float64) string {
	switch {
	case !known(v):
		return unknown
	case math.Abs(v) >= 999.5:
		return si(v) + "%"
	}
	return strconv.FormatFloat(v, 'f', 0, 64) + "%"
}

// whole0 is a value without decimals, in few digits where it is huge.
func whole0(v float64) string {
	if known(v) && math.Abs(v) < 999_999.5 {
		return grouped(int64(math.Round(v)))
	}
	return si(v)
}

// ofText is a value of its limit: 412/700 W. The limit is left out where it is
// not known.
func ofText(v, limit float64, unit string) string {
	switch {
	case known(limit):
		return whole0(v) + "/" + whole0(limit) + unit
	case known(v):
		return whole0(v) + unit
	}
	return unknown
}

// withUnit is a value such as 1 785 MHz.
func withUnit(v float64, unit string) string {
	if !known(v) {
		return unknown
	}
	return whole0(v) + unit
}

const gib = 1 << 30

// gibText is a size in GiB: 102, 3.1.
func gibText(v float64) string {
	v /= gib
	switch {
	case !known(v):
		return unknown
	case math.Abs(v) < 9.95:
		return strconv.FormatFloat(v, 'f', 1, 64)
	}
	return whole0(v)
}

// memoryText is a size of its total: 102/140 GiB.
func memoryText(used, total float64) string {
	if !known(used) && !known(total) {
		return unknown
	}
	return gibText(used) + "/" + gibText(total) + " GiB"
}

// sizeText is a size with its unit: 98.1 GiB, 212 MiB.
func sizeText(v float64) string {
	switch {
	case !known(v):
		return unknown
	case math.Abs(v) < gib:
		return strconv.FormatFloat(v/(1<<20), 'f', 0, 64) + " MiB"
	case math.Abs(v) < 999.5*gib:
		return strconv.FormatFloat(v/gib, 'f', 1, 64) + " GiB"
	}
	return si(v/gib) + " GiB"
}

// memoryShare is how full a device's memory is; NaN where that is not known.
func memoryShare(d *device.DeviceView) float64 {
	total := d.Value(device.MemoryTotal)
	if !(total > 0) {
		return math.NaN()
	}
	return d.Value(device.MemoryUsed) / total
}

// bar puts a share as a bar of w columns with its track.
func (m *model) bar(l *line, share float64, w int, k ink) {
	full := 0
	if known(share) {
		full = int(math.Round(min(max(share, 0), 1) * float64(w)))
	}
	l.put(k, strings.Repeat("▇", full)).put(m.theme.faint, strings.Repeat("░", max(0, w-full)))
}

// right sets a text at the right end of w columns. A number that does not fit
// is left out.
func right(s string, w int) string {
	if ansi.StringWidth(s) > w {
		s = short("…", w)
	}
	return strings.Repeat(" ", w-ansi.StringWidth(s)) + s
}

// quiet is the ink of what is not known, else another.
func (m *model) quiet(s string, k ink) ink {
	if s == unknown {
		return m.theme.faint
	}
	return k
}
