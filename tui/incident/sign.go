package incident

import (
	"optwatch/train/device"
	"optwatch/tui/draw"
)

// Sign is how an event of a device is drawn on a chart.
type Sign struct {
	Glyph  rune
	Colour uint8
	Rank   int // the higher goes first where there is room for one; 0 for what is usual under load
}

// Meaning is a sign's name in a legend.
type Meaning struct {
	Glyph rune
	Name  string
}

// Signs are all signs, in the order of a legend.
var Signs = [...]Meaning{{'▼', "gpu held back"}, {'▲', "no longer"}, {'✖', "gpu lost, Xid"}, {'✚', "gpu back"}}

// SignOf is the sign of an event, if it is drawn. That a power cap is over is
// not: at full load it comes and goes.
func SignOf(e *device.Event) (Sign, bool) {
	switch e.Kind {
	case device.EventThrottle:
		if e.Reason.Severe() {
			return Sign{'▼', draw.ColourWarn, 3}, true
		}
		return Sign{'▼', draw.ColourDim, 0}, true
	case device.EventThrottleEnd:
		return Sign{'▲', draw.ColourDim, 1}, e.Reason.Severe()
	case device.EventXid, device.EventLost:
		return Sign{'✖', draw.ColourBad, 4}, true
	case device.EventBack:
		return Sign{'✚', draw.ColourDim, 2}, true
	}
	return Sign{}, false
}

// apart is how far from one another signs are, in columns, and farApart how far
// those of what is usual: a device at its power limit must not paint all of a
// curve.
const apart, farApart = 6, 16

// Claim takes a column for a sign, unless one near it is taken.
func (s Sign) Claim(taken []bool, col int) bool {
	by := apart
	if s.Rank == 0 {
		by = farApart
	}
	for i := max(0, col-by+1); i < min(len(taken), col+by); i++ {
		if taken[i] {
			return false
		}
	}
	taken[col] = true
	return true
}

// Legend explains all signs in a line of w columns.
func Legend(t *draw.Theme, w int) string {
	l := draw.NewLine(w)
	l.Gap(1)
	for _, s := range Signs {
		l.Put(t.Text, string(s.Glyph)).Gap(1).Put(t.Dim, s.Name).Gap(3)
	}
	return l.String()
}

// NameOf is what a sign is called in a legend; "" if it is none of devices.
func NameOf(glyph rune) string {
	for _, s := range Signs {
		if s.Glyph == glyph {
			return s.Name
		}
	}
	return ""
}
