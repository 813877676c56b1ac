package devices

import (
	"math"
	"time"

	"optwatch/tui/chart"
	"optwatch/tui/draw"
)

// windows are the times that gauges show, in minutes; the first is as much as
// there is, up to the third.
var windows = [...]float64{0, 1, 2, 5, 10, 30}

// mostByItself is the longest window that is chosen without being asked for.
const mostByItself = 5

// span is the time that gauges show: as was asked for, else what the
// history fills.
func (s *rack) span() time.Duration {
	minutes := windows[s.window]
	if minutes == 0 {
		age := s.historyAge()
		for _, minutes = range windows[1:] {
			if minutes >= age || minutes >= mostByItself {
				break
			}
		}
	}
	return time.Duration(minutes * float64(time.Minute))
}

// historyAge is how far the histories go back, in minutes.
func (s *rack) historyAge() float64 {
	v := s.view
	first := v.At
	if len(v.Host.History) > 0 {
		first = v.Host.History[0].At
	}
	for i := range v.Devices {
		if h := v.Devices[i].History; len(h) > 0 && h[0].At.Before(first) {
			first = h[0].At
		}
	}
	return v.At.Sub(first).Minutes()
}

// minuteTicks are the ticks of an axis of the last minutes.
func minuteTicks(window time.Duration, cols int) []chart.Tick {
	n := min(5, max(1, cols/12))
	step := window.Seconds()
	for _, s := range []float64{15, 30, 60, 120, 300, 600, 900} {
		if window.Seconds()/s <= float64(n) {
			step = s
			break
		}
	}
	var out []chart.Tick
	for at := -step * math.Floor(window.Seconds()/step); at < -1e-9; at += step {
		out = append(out, chart.Tick{At: at, Label: "−" + draw.Clock(time.Duration(-at*float64(time.Second)))})
	}
	return append(out, chart.Tick{Label: "now"})
}
