package devices

import (
	"math"
	"strconv"
	"strings"
	"time"

	"optwatch/train/device"
	"optwatch/tui/draw"
)

// condition is what is unusual about a device.
type condition struct {
	rank  int // the higher the worse; 0 for nothing
	glyph string
	text  string // in a few words
	word  string // in fewer; "" where there are none
	hint  string // what it means and what helps; "" where the text says it all
	ink   draw.Ink
	off   bool // it answers nothing, so that this takes the place of its numbers
}

// The ranks of conditions.
const (
	noted = 1 + iota // usual under load, or at rest
	stale
	grave
	dead
)

// recent is how long an Xid is shown beside its device.
const recent = 10 * time.Minute

// diagnose finds the worst that is to be said of a device.
func diagnose(t *draw.Theme, v *device.View, d *device.DeviceView) condition {
	age := d.Age(v.At)
	switch {
	case d.State == device.Asleep:
		return condition{rank: noted, glyph: "z", text: "asleep", hint: d.Hint, ink: t.Dim, off: true}
	case d.State != device.Up:
		word := d.State.String()
		return condition{dead, "✖", word + " " + draw.Clock(v.At.Sub(d.Since)), word, word + ": " + d.Hint, t.Bad, true}
	case v.Ended && v.Replaying == "":
		return condition{rank: stale, glyph: "~", text: "watched no more", ink: t.Warn}
	case age < 0:
		return condition{rank: stale, glyph: "…", text: "no answer yet", ink: t.Dim}
	case d.Stale(v.At):
		return condition{rank: stale, glyph: "~", text: draw.Age(age) + " old", ink: t.Warn}
	}
	if e := newest(v, d.ID, device.EventXid); e != nil && v.At.Sub(e.At) < recent {
		word := "Xid " + strconv.Itoa(e.Xid)
		return condition{grave, "✖", word + " " + draw.Clock(v.At.Sub(e.At)) + " ago", word, e.Text, t.Bad, false}
	}
	if d.Value(device.ECCUncorrected) > 0 {
		text := "ECC " + draw.SI(d.Value(device.ECCUncorrected))
		return condition{grave, "✖", text, "ECC", "uncorrected memory errors: " + draw.SI(d.Value(device.ECCUncorrected)), t.Bad, false}
	}
	return throttled(t, v, d)
}

// throttled says why a device is held back, and since when. A power cap is
// usual under full load.
func throttled(t *draw.Theme, v *device.View, d *device.DeviceView) condition {
	var worst device.Episode
	for _, e := range d.Throttling {
		if worst.Reason == 0 || e.Reason.Severe() && !worst.Reason.Severe() {
			worst = e
		}
	}
	words := strings.Join(worst.Reason.Words(), ", ")
	if words == "" {
		return condition{}
	}
	reason := strings.Join(worst.Reason.Brief(), ", ")
	c := condition{rank: noted, glyph: "▼", text: reason + " " + draw.Clock(v.At.Sub(worst.Since)), word: reason, ink: t.Dim}
	if worst.Reason.Severe() {
		c.rank, c.hint, c.ink = grave, "is held back: "+words, t.Warn
	}
	return c
}

// in puts a condition in at most n columns.
func (c condition) in(n int) string {
	switch {
	case c.rank == 0:
		return ""
	case n < 6:
		return draw.Short(c.glyph, n)
	case c.word != "":
		return draw.FirstFit([]string{c.glyph + " " + c.text, c.glyph + " " + c.word}, n)
	}
	return draw.Short(c.glyph+" "+c.text, n)
}

// newest is the latest event of a kind of a device; nil if there is none.
func newest(v *device.View, id device.ID, k device.EventKind) *device.Event {
	for i := len(v.Events) - 1; i >= 0; i-- {
		if e := &v.Events[i]; e.ID == id && e.Kind == k {
			return e
		}
	}
	return nil
}

// warm is the ink of a temperature: it warns within five degrees of where the
// device slows itself down.
func warm(t *draw.Theme, d *device.DeviceView, k draw.Ink) draw.Ink {
	at, limit := d.Value(device.Temperature), d.Value(device.SlowdownTemperature)
	switch {
	case math.IsNaN(at):
		return t.Faint
	case at >= limit:
		return t.Bad
	case at >= limit-5:
		return t.Warn
	}
	return k
}
