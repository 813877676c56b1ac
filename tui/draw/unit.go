package draw

import (
	"math"
	"strconv"
)

// Bytes is a size such as 7.5 MB.
func Bytes(v float64) string {
	text := SI(v)
	switch n := len(text) - 1; text[n] {
	case 'k', 'M', 'G', 'T':
		return text[:n] + " " + text[n:] + "B"
	}
	if text == Unknown {
		return text
	}
	return text + " B"
}

// WholePercent is a share such as 71%.
func WholePercent(v float64) string {
	switch {
	case !Known(v):
		return Unknown
	case math.Abs(v) >= 999.5:
		return SI(v) + "%"
	}
	return strconv.FormatFloat(v, 'f', 0, 64) + "%"
}

// Whole is a value without decimals, in few digits where it is huge.
func Whole(v float64) string {
	if Known(v) && math.Abs(v) < 999_999.5 {
		return Grouped(int64(math.Round(v)))
	}
	return SI(v)
}

// OfLimit is a value of its limit: 412/700 W. The limit is left out where it is
// not known.
func OfLimit(v, limit float64, unit string) string {
	switch {
	case Known(limit):
		return Whole(v) + "/" + Whole(limit) + unit
	case Known(v):
		return Whole(v) + unit
	}
	return Unknown
}

// WithUnit is a value such as 1 785 MHz.
func WithUnit(v float64, unit string) string {
	if !Known(v) {
		return Unknown
	}
	return Whole(v) + unit
}

// GiB is the bytes in one.
const GiB = 1 << 30

// GiBText is a size in GiB: 102, 3.1.
func GiBText(v float64) string {
	v /= GiB
	switch {
	case !Known(v):
		return Unknown
	case math.Abs(v) < 9.95:
		return strconv.FormatFloat(v, 'f', 1, 64)
	}
	return Whole(v)
}

// Memory is a size of its total: 102/140 GiB.
func Memory(used, total float64) string {
	if !Known(used) && !Known(total) {
		return Unknown
	}
	return MemoryGiB(used, total) + " GiB"
}

// MemoryGiB is the same without the unit.
func MemoryGiB(used, total float64) string {
	if !Known(used) && !Known(total) {
		return Unknown
	}
	return GiBText(used) + "/" + GiBText(total)
}

// Size is a size with its unit: 98.1 GiB, 212 MiB.
func Size(v float64) string {
	switch {
	case !Known(v):
		return Unknown
	case math.Abs(v) < GiB:
		return strconv.FormatFloat(v/(1<<20), 'f', 0, 64) + " MiB"
	case math.Abs(v) < 999.5*GiB:
		return strconv.FormatFloat(v/GiB, 'f', 1, 64) + " GiB"
	}
	return SI(v/GiB) + " GiB"
}
