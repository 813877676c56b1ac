package tui

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"optwatch/train"
	"optwatch/train/device"
)

// told are the devices' events as lines of the log and as marks. They follow
// from the view, and lines with the source's own from the snapshot.
type told struct {
	view  *device.View
	began time.Time
	lines []train.Event
	marks []deviceMark // the highest rank first

	snap          *train.Snapshot
	events, notes int
	log           []train.Event
}

// deviceMark is an event of a device at its place on the time axis.
type deviceMark struct {
	deviceSign
	elapsed float64
}

// tell takes the events of a view in.
func (t *told) tell(s *train.Snapshot) {
	if t.view == s.Devices && t.began.Equal(s.Began) {
		return
	}
	*t = told{view: s.Devices, began: s.Began}
	if s.Devices == nil || s.Began.IsZero() {
		return
	}
	for i := range s.Devices.Events {
		e := &s.Devices.Events[i]
		at := e.At.Sub(s.Began)
		if at < 0 {
			continue
		}
		t.lines = append(t.lines, train.Event{Elapsed: at, Run: gpuName(s.Devices, e.ID), Kind: deviceEventKind(e), Text: deviceEventText(e)})
		if sign, ok := deviceSignOf(e); ok {
			t.marks = append(t.marks, deviceMark{sign, at.Seconds()})
		}
	}
	slices.SortStableFunc(t.marks, func(a, b deviceMark) int { return cmp.Compare(b.rank, a.rank) })
}

// deviceEventKind is the kind of line that an event is in the log.
func deviceEventKind(e *device.Event) train.EventKind {
	switch e.Kind {
	case device.EventXid, device.EventLost:
		return train.EventFailed
	case device.EventInfo, device.EventThrottleEnd:
		return train.EventInfo
	case device.EventThrottle:
		if !e.Reason.Severe() {
			return train.EventInfo
		}
	}
	return train.EventSetting
}

// gpuName is what a device is called in the log.
func gpuName(v *device.View, id device.ID) string {
	for i := range v.Devices {
		if v.Devices[i].ID == id {
			return "gpu " + strconv.Itoa(v.Devices[i].Index)
		}
	}
	return "gpu"
}

// deviceEventText says an event in words that need no pane beside them.
func deviceEventText(e *device.Event) string {
	if e.Kind == device.EventThrottle {
		return "held back: " + e.Text
	}
	return e.Text
}
