package runs

import (
	"math"

	"optwatch/train/view"
	"optwatch/tui/draw"
)

// Value is a value of a metric as it is written everywhere.
func Value(m *view.Metric, v float64) string {
	if most, ok := m.AtMost(v); ok {
		return "≤ " + Write(m.Format, most)
	}
	if m.Provisional && v <= 0 { // the distance of the best from itself is none
		return "best"
	}
	return Write(m.Format, v)
}

// Write is a number in a format.
func Write(f view.Format, v float64) string {
	switch f {
	case view.Count:
		return count(v)
	case view.Bytes:
		return draw.Bytes(v)
	case view.Share:
		return draw.Percent(v)
	case view.Digits:
		return draw.Precise(v)
	case view.Scientific:
		return draw.Scientific(v)
	}
	return draw.Number(v, 4)
}

// count is a whole number in at most nine characters. Numbers from elsewhere
// may be larger than an integer.
func count(v float64) string {
	if !draw.Known(v) || math.Abs(v) > 1e12 {
		return draw.SI(v)
	}
	return draw.Count(int64(math.Round(v)))
}

// Shown is a value as a chart has it: a share in percent, nothing below the
// floor, and no distance of the best from itself.
func Shown(m *view.Metric, v float64) float64 {
	switch {
	case m.Format == view.Share:
		return 100 * v
	case m.Floor > 0 && v <= m.Floor:
		return m.Floor
	case m.Provisional && v <= 0:
		return math.NaN()
	}
	return v
}
