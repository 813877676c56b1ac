package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"strings"
	"time"

	"optwatch/train/device"
)

// followDevices prints a line a second for each device and the host, and events
// as they come, until the context or a replay ends.
func followDevices(ctx context.Context, out io.Writer, source device.Source, record *recorder) error {
	poll := time.NewTicker(50 * time.Millisecond)
	defer poll.Stop()
	var l deviceLines
	for {
		v := source.View()
		if l.print(out, v) {
			if err := record.write(v); err != nil {
				return err
			}
		}
		if v.Ended {
			return replayError(source)
		}
		select {
		case <-ctx.Done():
			return replayError(source) // it may have ended since the last look
		case <-poll.C:
		}
	}
}

// deviceLines remembers what has been printed.
type deviceLines struct {
	at      time.Time
	event   int // number of the last event
	reason  string
	opening bool // it has said that GPUs are being looked for
	slow    bool // and that this takes long
}

// print prints a view, unless one was printed within the last second, and says
// whether it did.
func (l *deviceLines) print(out io.Writer, v *device.View) bool {
	switch {
	case v.Opening:
		if !l.opening && v.Replaying == "" {
			fmt.Fprintf(out, "%s  looking for GPUs …\n", clockOf(v))
		}
		if v.Reason != "" && !l.slow {
			fmt.Fprintf(out, "%s  %s\n", clockOf(v), v.Reason)
			l.slow = true
		}
		l.opening = true
		return false
	case v.Replaying != "" && v.RecordedAt.IsZero(): // nothing has been replayed yet
		return false
	case !l.at.IsZero() && v.At.Sub(l.at) < 950*time.Millisecond && (!v.Ended || v.At.Equal(l.at)):
		return false
	}
	if v.Reason != "" && v.Reason != l.reason {
		fmt.Fprintf(out, "%s  %s\n", clockOf(v), v.Reason)
	}
	l.at, l.reason = v.At, v.Reason
	l.event = printDeviceLines(out, v, l.event)
	return true
}

// printDeviceLines prints what is now, after the events that followed the one of a
// number, and gives the number of the last of them. By their times they cannot be
// told apart: one may be shown after others that happened later.
func printDeviceLines(out io.Writer, v *device.View, said int) int {
	clock := clockOf(v)
	last := said
	for _, e := range v.Events {
		if e.Number > said {
			fmt.Fprintf(out, "%s  %s%s%s\n", clock, eventSubject(v, e.ID), eventMark(e.Kind), e.Text)
			last = max(last, e.Number)
		}
	}
	for i := range v.Devices {
		fmt.Fprintf(out, "%s  %s\n", clock, deviceLine(v, &v.Devices[i]))
	}
	fmt.Fprintf(out, "%s  %s\n", clock, hostLine(&v.Host))
	return last
}

// clockOf is a view's time; a replay says that it is one, and what the clock
// said then.
func clockOf(v *device.View) string {
	if v.Replaying != "" {
		return "replay " + v.RecordedAt.Local().Format(time.DateTime)
	}
	return v.At.Local().Format(time.TimeOnly)
}

// eventMark is what stands before an event that needs attention.
func eventMark(k device.EventKind) string {
	switch k {
	case device.EventThrottle:
		return "▼ "
	case device.EventXid, device.EventLost:
		return "✖ "
	}
	return ""
}

// eventSubject is the device of an event, with what follows it.
func eventSubject(v *device.View, id device.ID) string {
	for i := range v.Devices {
		if d := &v.Devices[i]; d.ID == id {
			return fmt.Sprintf("%d %s  ", d.Index, d.Name)
		}
	}
	return ""
}

// deviceLine is a device in a line.
func deviceLine(v *device.View, d *device.DeviceView) string {
	name := fmt.Sprintf("%d %s", d.Index, d.Name)
	if d.State != device.Up {
		return fmt.Sprintf("%s  %s: %s", name, d.State, d.Hint)
	}
	parts := []string{
		name, "busy " + percent(d.Value(device.Busy)), powerText(d), degrees(d.Value(device.Temperature)),
		"mem " + memoryText(d), megahertz(d.Value(device.SMClock)),
	}
	if t, ok := d.Throttle(); ok && len(t.Words()) > 0 {
		parts = append(parts, "▼ "+strings.Join(t.Words(), ", "))
	}
	if age := ageText(v, d); age != "" {
		parts = append(parts, age)
	}
	return strings.Join(parts, "  ")
}

// ageText says how old readings are, where they are older than they should be.
func ageText(v *device.View, d *device.DeviceView) string {
	switch {
	case d.State == device.Up && d.At.IsZero():
		return "(not read yet)"
	case d.State != device.Up || !d.Stale(v.At):
		return ""
	}
	return fmt.Sprintf("(%d s old)", int(d.Age(v.At).Seconds()))
}

// hostLine is the host in a line.
func hostLine(h *device.Host) string {
	return fmt.Sprintf("host  cpu %s of %d cores  load %s %s %s  mem %s/%s GiB  this process %s, %s GiB",
		percent(h.CPU.Float()), len(h.Cores), known("%.2f", h.Load[0].Float()), known("%.2f", h.Load[1].Float()), known("%.2f", h.Load[2].Float()),
		gibibytes(h.MemoryUsed.Float()), gibibytes(h.MemoryTotal.Float()), percent(h.SelfCPU.Float()), known("%.2f", h.SelfRSS.Float()/(1<<30)))
}

// powerText is power and limit in W.
func powerText(d *device.DeviceView) string {
	return ofText("%.0f", d.Value(device.Power), d.Value(device.PowerLimit), "W")
}

// memoryText is used and total memory in GiB.
func memoryText(d *device.DeviceView) string {
	text := ofText("%.1f", d.Value(device.MemoryUsed)/(1<<30), d.Value(device.MemoryTotal)/(1<<30), "GiB")
	if d.SharedMemory {
		text += " of the host"
	}
	return text
}

// ofText is a part of a whole; a dash where neither is known.
func ofText(format string, part, whole float64, unit string) string {
	if math.IsNaN(part) && math.IsNaN(whole) {
		return "—"
	}
	return known(format, part) + "/" + known(format, whole) + " " + unit
}
