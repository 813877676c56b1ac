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
func (inv *Inventory) find(id ID) *entry {
	for _, e := range inv.entries {
		if e.view.ID == id {
			return e
		}
	}
	return nil
}

// log adds an event, and numbers it.
func (inv *Inventory) log(e Event) {
	inv.logged++
	e.Number = inv.logged
	inv.events = window(inv.events, eventsLen, e)
}

// Opened says that a backend was opened, perhaps for another time.
func (inv *Inventory) Opened(backend string, diagnosis Diagnosis, devices []Device, at time.Time) {
	inv.generation++
	if inv.generation > 1 {
		inv.log(Event{At: at, Kind: EventDriver, Text: "the driver was opened anew"})
	}
	inv.backend, inv.absence, inv.reason, inv.diagnosis = backend, Present, "", diagnosis
	inv.list(devices, at)
}

// list takes the devices that the backend now lists. The histories of those
// that it no longer lists stay.
func (inv *Inventory) list(devices []Device, at time.Time) {
	for _, d := range devices {
		if e := inv.find(d.ID); e != nil {
			e.view.Device = d
			continue
		}
		inv.entries = append(inv.entries, &entry{view: DeviceView{Device: d, Since: at}})
	}
	inv.entries = slices.DeleteFunc(inv.entries, func(e *entry) bool {
		listed := slices.ContainsFunc(devices, func(d Device) bool { return d.ID == e.view.ID })
		if !listed && e.answered {
			inv.become(e, Gone, "", at)
		}
		return !listed && !e.answered
	})
	slices.SortStableFunc(inv.entries, func(x, y *entry) int { return x.view.Index - y.view.Index })
}

// Closed says that no backend is open, and why. An attempt to open one that
// fails as the last did is no event.
func (inv *Inventory) Closed(why Absence, reason string, at time.Time) {
	if (why != inv.absence || reason != inv.reason) && inv.generation > 0 {
		inv.log(Event{At: at, Kind: EventDriver, Text: reason})
	}
	inv.absence, inv.reason = why, reason
	for _, e := range inv.entries {
		if e.view.State != Gone {
			inv.become(e, Lost, reason, at)
		}
	}
}

// hung says that a driver call about a device has not returned. The other devices
// wait behind it, but only this one is called hung. A call about no device hangs all.
func (inv *Inventory) hung(id ID, call string, since, now time.Time) {
	for _, e := range inv.entries {
		switch e.view.State {
		case Gone, Asleep:
		default:
			if id == "" || e.view.ID == id {
				inv.become(e, Hung, fmt.Sprintf("%s has not returned for %d s", call, int(now.Sub(since).Seconds())), now)
			}
		}
	}
}

// missed adds a gap to every history: nothing was read at a time when it
// should have been.
func (inv *Inventory) missed(at time.Time) {
	for _, e := range inv.entries {
		e.view.History = window(e.view.History, historyLen, gap(at))
	}
}

// Merge takes a sampler's answer about some tiers.
func (inv *Inventory) Merge(f Frame, tiers Tier, at time.Time) {
	if f.Devices != nil {
		inv.list(f.Devices, at)
	}
	for i := range f.Samples {
		if e := inv.find(f.Samples[i].ID); e != nil {
			inv.mergeSample(e, &f.Samples[i], tiers)
		}
	}
	for _, event := range f.Events {
		inv.log(event)
	}
}

// mergeSample merges what a sampler answered about one device.
func (inv *Inventory) mergeSample(e *entry, s *Sample, tiers Tier) {
	inv.become(e, s.State, s.Hint, s.At)
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
			inv.log(event)
		}
	}
	if n := len(v.History); tiers&Fast != 0 && (n == 0 || !s.At.Before(v.History[n-1].At)) { // else it came too late
		v.History = window(v.History, historyLen, newPoint(s.At, &v.Readings))
	}
}

// become puts a device in a state. One that is not up has no readings.
func (inv *Inventory) become(e *entry, s State, hint string, at time.Time) {
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
	inv.log(event)
	if s != Up {
		v.Readings, v.Processes, v.Instances = [Metrics]Reading{}, nil, nil
		for _, event := range e.throttle.end(at) {
			event.ID = v.ID
			inv.log(event)
		}
	}
}

// SetHost takes what the host does now, and adds it to the host's history.
func (inv *Inventory) SetHost(h Host) {
	h.History = window(inv.host.History, historyLen, hostPoint(&h))
	inv.host = h
}

// Restore takes what a recording says of the backend. It makes no event: those
// were recorded.
func (inv *Inventory) Restore(backend string, why Absence, reason string) {
	inv.backend, inv.absence, inv.reason = backend, why, reason
}

// View is what is known now.
func (inv *Inventory) View(at time.Time) *View {
	v := &View{
		At: at, Backend: inv.backend, Absence: inv.absence, Reason: inv.reason, Generation: inv.generation, Diagnosis: inv.diagnosis,
		Devices: make([]DeviceView, 0, len(inv.entries)), Host: inv.host, Events: inv.events,
	}
	if v.Backend == "" {
		v.Backend = "none"
	}
	for _, e := range inv.entries {
		d := e.view
		d.Throttling = e.throttle.list()
		v.Devices = append(v.Devices, d)
	}
	return v
}
