package incident

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"optwatch/train/device"
	"optwatch/train/view"
)

// Log is what the devices of a snapshot have done since the experiment began.
// The zero Log has nothing in it.
type Log struct {
	Lines   []view.Event // by time, as the devices have them
	Marks   []Mark       // the highest rank first
	Version int          // rises whenever the marks change

	view  *device.View
	began time.Time
}

// Mark is an event of a device that is drawn on charts.
type Mark struct {
	Sign
	Elapsed float64 // seconds since the experiment began
}

// Take makes the log that of a snapshot. A view never changes, so that the
// same one need not be read again.
func (l *Log) Take(s *view.Snapshot) {
	if l.view == s.Devices && l.began.Equal(s.Began) {
		return
	}
	before := l.Marks
	*l = Log{Version: l.Version, view: s.Devices, began: s.Began}
	if s.Devices != nil && !s.Began.IsZero() {
		l.read()
	}
	if !slices.Equal(before, l.Marks) {
		l.Version++
	}
}

// read takes the events of the view in.
func (l *Log) read() {
	for i := range l.view.Events {
		e := &l.view.Events[i]
		at := e.At.Sub(l.began)
		if at < 0 {
			continue
		}
		l.Lines = append(l.Lines, view.Event{Elapsed: at, Run: name(l.view, e.ID), Kind: kindOf(e), Text: textOf(e)})
		if sign, ok := SignOf(e); ok {
			l.Marks = append(l.Marks, Mark{sign, at.Seconds()})
		}
	}
	slices.SortStableFunc(l.Marks, func(a, b Mark) int { return cmp.Compare(b.Rank, a.Rank) })
}

// kindOf is the kind of line that an event is in the log.
func kindOf(e *device.Event) view.EventKind {
	switch e.Kind {
	case device.EventXid, device.EventLost:
		return view.EventFailed
	case device.EventInfo, device.EventThrottleEnd:
		return view.EventInfo
	case device.EventThrottle:
		if !e.Reason.Severe() {
			return view.EventInfo
		}
	}
	return view.EventSetting
}

// name is what a device is called in the log.
func name(v *device.View, id device.ID) string {
	for i := range v.Devices {
		if v.Devices[i].ID == id {
			return "gpu " + strconv.Itoa(v.Devices[i].Index)
		}
	}
	return "gpu"
}

// textOf says an event in words that need no pane beside them.
func textOf(e *device.Event) string {
	if e.Kind == device.EventThrottle {
		return "held back: " + e.Text
	}
	return e.Text
}
