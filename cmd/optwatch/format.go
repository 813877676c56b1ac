package main

import (
	"fmt"
	"math"

	"optwatch/train/view"
)

// How numbers and texts are printed.

// known formats a number, or a dash where it is not known.
func known(format string, v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "—"
	}
	return view.ShortExponents(fmt.Sprintf(format, v))
}

func percent(v float64) string     { return known("%.0f %%", v) }
func degrees(v float64) string     { return known("%.0f °C", v) }
func megahertz(v float64) string   { return known("%.0f MHz", v) }
func gibibytes(v float64) string   { return known("%.1f", v/(1<<30)) }
func megabytes(bytes int64) string { return fmt.Sprintf("%.1f MB", float64(bytes)/1e6) }

// byteCount is the size of a file or of what is in memory.
func byteCount(n int64) string {
	if n < 1e6 {
		return fmt.Sprintf("%.1f kB", float64(n)/1e3)
	}
	return fmt.Sprintf("%.1f MB", float64(n)/1e6)
}

// bytesText is a count of bytes, exact and in words.
func bytesText(b float64) string {
	switch {
	case b >= 1e9:
		return fmt.Sprintf("%.0f B = %.4g GB", b, b/1e9)
	case b >= 1e6:
		return fmt.Sprintf("%.0f B = %.4g MB", b, b/1e6)
	}
	return fmt.Sprintf("%.0f B", b)
}

// secondsText is a time to four digits.
func secondsText(s float64) string {
	switch {
	case s >= 1:
		return fmt.Sprintf("%.4g s", s)
	case s >= 1e-3:
		return fmt.Sprintf("%.4g ms", 1e3*s)
	}
	return fmt.Sprintf("%.4g µs", 1e6*s)
}

// clip is a text cut to at most n characters.
func clip(text string, n int) string {
	if r := []rune(text); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return text
}
