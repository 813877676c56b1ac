package device

import (
	"fmt"
	"slices"
	"time"
)

// eventsLen is how many events an inventory keeps.
const eventsLen = 256

// Inventory is all that is known of the devices and the host: it merges what
// samplers answer into states, histories and events. It has no clock and no
// goroutine, so that a monitor and the replay of a recording make the same views
// of the same answers. The zero value knows of nothing.
type Inventory struct {
	generation int
	backend    string
	absence    Absence
	reason     string
	diagnosis  Diagnosis
	entries    []*entry
	events     []Event
	logged     int // events so far
	host       Host
}

// entry is a device in the inventory.
type entry struct {
	view     DeviceView
	throttle episodes
	answered bool // it was Up at least once
}

// find is the entry of a device, nil if there is none.
func (b *Inventory) find(id ID) *entry {
	for _, e := range b.entries {
		if e.view.ID == id {
			return e
		}
	}
	return nil
}

// log adds an event.
func (b *Inventory) log(e Event) {
	b.logged++
	e.Number = b.logged
	b.events = window(b.events, eventsLen, e)
}

// Opened says that a backend was opened, perhaps for another time.
func (b *Inventory) Opened(backend string, diagnosis Diagnosis, devices []Device, at time.Time) {
	b.generation++
	if b.generation > 1 {
		b.log(Event{At: at, Kind: EventDriver, Text: "the driver was opened anew"})
	}
	b.backend, b.absence, b.reason, b.diagnosis = backend, Present, "", diagnosis
	b.list(devices, at)
}

// list takes the devices that the backend now lists. The histories of those
// that it no longer lists stay.
func (b *Inventory) list(devices []Device, at time.Time) {
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

// Closed says that no backend is open, and why. An attempt to open one that
// fails as the last did is no event.
func (b *Inventory) Closed(why Absence, reason string, at time.Time) {
	if (why != b.absence || reason != b.reason) && b.generation > 0 {
		b.log(Event{At: at, Kind: EventDriver, Text: reason})
	}
	b.absence, b.reason = why, reason
	for _, e := range b.entries {
		if e.view.State != Gone {
			b.become(e, Lost, reason, at)
		}
	}
}

// hung says that a driver call has not returned. All devices wait behind it,
// but only the one that it is about is called hung; with no device, all are.
func (b *Inventory) hung(id ID, call string, since, now time.Time) {
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
func (b *Inventory) missed(at time.Time) {
	for _, e := range b.entries {
		e.view.History = window(e.view.History, historyLen, gap(at))
	}
}

// Merge takes a sampler's answer about some tiers.
func (b *Inventory) Merge(f Frame, tiers Tier, at time.Time) {
	if f.Devices != nil {
		b.list(f.Devices, at)
	}
	for i := range f.Samples {
		if e := b.find(f.Samples[i].ID); e != nil {
			b.mergeSample(e, &f.Samples[i], tiers)
		}
	}
	for _, event := range f.Events {
		b.log(event)
	}
}

// mergeSample merges what a sampler answered about one device.
func (b *Inventory) mergeSample(e *entry, s *Sample, tiers Tier) {
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
func (b *Inventory) become(e *entry, s State, hint string, at time.Time) {
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

// SetHost takes what the host does now, and adds it to the host's history.
func (b *Inventory) SetHost(h Host) {
	h.History = window(b.host.History, historyLen, hostPoint(&h))
	b.host = h
}

// Restore takes what a recording says of the backend. It makes no event: those
// were recorded.
func (b *Inventory) Restore(backend string, why Absence, reason string) {
	b.backend, b.absence, b.reason = backend, why, reason
}

// View is what is known now.
func (b *Inventory) View(at time.Time) *View {
	v := &View{
		At: at, Backend: b.backend, Absence: b.absence, Reason: b.reason, Generation: b.generation, Diagnosis: b.diagnosis,
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
