package device

import (
	"fmt"
	"slices"
	"time"
)

// eventsLen is how many events a book keeps.
const eventsLen = 256

// book is all that is known of the devices: it merges what samplers say into
// states, histories and events. It has no clock and no goroutine.
type book struct {
	generation int
	backend    string
	reason     string
	diagnosis  Diagnosis
	entries    []*entry
	events     []Event
	logged     int // events so far
	host       Host
}

// entry is a device in the book.
type entry struct {
	view     DeviceView
	throttle episodes
	answered bool // it was Up at least once
}

// find is the entry of a device, nil if there is none.
func (b *book) find(id ID) *entry {
	for _, e := range b.entries {
		if e.view.ID == id {
			return e
		}
	}
	return nil
}

// log adds an event.
func (b *book) log(e Event) {
	b.logged++
	e.Number = b.logged
	b.events = window(b.events, eventsLen, e)
}

// opened says that a backend was opened, perhaps for another time.
func (b *book) opened(backend string, diagnosis Diagnosis, devices []Device, at time.Time) {
	b.generation++
	if b.generation > 1 {
		b.log(Event{At: at, Kind: EventDriver, Text: "the driver was opened anew"})
	}
	b.backend, b.reason, b.diagnosis = backend, "", diagnosis
	b.list(devices, at)
}

// list takes the devices that the backend now lists. The histories of those
// that it no longer lists stay.
func (b *book) list(devices []Device, at time.Time) {
	for _, d := range devices {
		if e := b.find(d.ID); e != nil {
			e.view.Device = d
			continue
		}
		b.entries = append(b.entries, &entry{view: DeviceView{Device: d, Since: at}})
	}
	b.entries = slices.DeleteFunc(b.entries, func(e *entry) bool {
		listed := slices.ContainsFunc(devices, func(d Device) bool { return d.ID == e.view.ID })
		if !listed && e.answered {
			b.become(e, Gone, "", at)
		}
		return !listed && !e.answered
	})
	slices.SortStableFunc(b.entries, func(x, y *entry) int { return x.view.Index - y.view.Index })
}

// closed says that the backend as a whole answers no more.
func (b *book) closed(reason string, at time.Time) {
	if reason != b.reason && b.generation > 0 {
		b.log(Event{At: at, Kind: EventDriver, Text: reason})
	}
	b.reason = reason
	for _, e := range b.entries {
		if e.view.State != Gone {
			b.become(e, Lost, reason, at)
		}
	}
}

// hung says that a driver call has not returned. All devices wait behind it,
// but only the one that it is about is called hung; with no device, all are.
func (b *book) hung(id ID, call string, since, now time.Time) {
	for _, e := range b.entries {
		switch e.view.State {
		case Gone, Asleep:
		default:
			if id == "" || e.view.ID == id {
				b.become(e, Hung, fmt.Sprintf("%s has not returned for %d s", call, int(now.Sub(since).Seconds())), now)
			}
		}
	}
}

// missed adds a gap to every history: nothing was read at a time when it
// should have been.
func (b *book) missed(at time.Time) {
	for _, e := range b.entries {
		e.view.History = window(e.view.History, historyLen, gap(at))
	}
}

// merge takes what a sampler said of its devices.
func (b *book) merge(f Frame, tiers Tier, at time.Time) {
	if f.Devices != nil {
		b.list(f.Devices, at)
	}
	for i := range f.Samples {
		if e := b.find(f.Samples[i].ID); e != nil {
			b.take(e, &f.Samples[i], tiers)
		}
	}
	for _, event := range f.Events {
		b.log(event)
	}
}

// take merges one sample.
func (b *book) take(e *entry, s *Sample, tiers Tier) {
	b.become(e, s.State, s.Hint, s.At)
	v := &e.view
	if s.State == Up {
		e.answered, v.At = true, s.At
		for m, r := range s.Readings {
			if r.Quality != Unknown {
				v.Readings[m] = r
			}
		}
		if s.Readings[ProcessCount].Quality != Unknown {
			v.Processes = s.Processes
		}
		if s.Readings[InstanceCount].Quality != Unknown {
			v.Instances = s.Instances
		}
		v.SharedMemory = s.SharedMemory
		for _, event := range e.throttle.update(v.Readings[ThrottleReasons], s.At) {
			event.ID = v.ID
			b.log(event)
		}
	}
	if n := len(v.History); tiers&Fast != 0 && (n == 0 || !s.At.Before(v.History[n-1].At)) { // else it came too late
		v.History = window(v.History, historyLen, newPoint(s.At, &v.Readings))
	}
}

// become puts a device in a state. One that is not up has no readings.
func (b *book) become(e *entry, s State, hint string, at time.Time) {
	v := &e.view
	was := v.State
	v.State, v.Hint = s, s.Hint()
	if hint != "" {
		v.Hint = hint
	}
	if s == was {
		return
	}
	lasted := at.Sub(v.Since)
	v.Since = at
	event := Event{At: at, ID: v.ID, Kind: EventLost, Text: s.String() + ": " + v.Hint}
	switch {
	case s == Up && was == Asleep:
		event.Kind, event.Text = EventInfo, "awake"
	case s == Up:
		event.Kind, event.Text = EventBack, "back after "+lasted.Round(time.Second).String()
	case s == Asleep:
		event.Kind = EventInfo
	}
	b.log(event)
	if s != Up {
		v.Readings, v.Processes, v.Instances = [Metrics]Reading{}, nil, nil
		for _, event := range e.throttle.end(at) {
			event.ID = v.ID
			b.log(event)
		}
	}
}

// view is what the book holds now.
func (b *book) view(at time.Time) *View {
	v := &View{
		At: at, Backend: b.backend, Reason: b.reason, Generation: b.generation, Diagnosis: b.diagnosis,
		Devices: make([]DeviceView, 0, len(b.entries)), Host: b.host, Events: b.events,
	}
	if v.Backend == "" {
		v.Backend = "none"
	}
	for _, e := range b.entries {
		d := e.view
		d.Throttling = e.throttle.list()
		v.Devices = append(v.Devices, d)
	}
	return v
}
