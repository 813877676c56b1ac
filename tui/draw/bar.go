package draw

import (
	"math"
	"strings"
)

var eighths = [...]string{"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"}

// Eighths is a share of w columns in eighths of one; in ASCII in halves.
func Eighths(share float64, w int, ascii bool) string {
	n := int(share*float64(8*w) + 1e-9)
	full, part := n/8, n%8
	if !ascii {
		return strings.Repeat("█", full) + eighths[part]
	}
	if part >= 4 {
		return strings.Repeat("#", full) + "-"
	}
	return strings.Repeat("#", full)
}

var sparkLevels = [2][]rune{[]rune("▁▂▃▄▅▆▇"), []rune("_-:=+*#")}

// Level is a level of a share in percent.
func Level(v float64, seen, ascii bool) rune {
	switch {
	case !seen:
		return ' '
	case math.IsNaN(v):
		return '·'
	}
	levels := sparkLevels[0]
	if ascii {
		levels = sparkLevels[1]
	}
	return levels[int(min(max(v, 0), 100)/100*6+0.5)]
}
