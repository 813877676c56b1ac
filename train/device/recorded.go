package device

import (
	"encoding/json"
	"fmt"
	"time"
)

// recordedFrame is a line of a recording, in the terms of a sampler.
type recordedFrame struct {
	at      time.Time // when it was written
	backend string
	reason  string
	devices []Device
	frame   Frame
	host    Host
}

// parseRecorded reads a line of a recording. Its times are moved by a shift.
// Names and commands lose what a terminal would obey.
func parseRecorded(text []byte, shift func(time.Time) time.Time) (recordedFrame, error) {
	var in recordedView
	if err := json.Unmarshal(text, &in); err != nil {
		return recordedFrame{}, err
	}
	if in.Schema != recordSchema {
		return recordedFrame{}, fmt.Errorf("found schema %d; expected %d", in.Schema, recordSchema)
	}
	if in.At.IsZero() {
		return recordedFrame{}, fmt.Errorf("found no time; expected \"at\"")
	}
	at := shift(in.At)
	out := recordedFrame{at: in.At, backend: clean(in.Backend), reason: clean(in.Reason), devices: []Device{}, host: in.Host.host(at)}
	for i := range in.Devices {
		d := &in.Devices[i]
		sample, err := d.sample(at)
		if err != nil {
			return recordedFrame{}, err
		}
		out.frame.Samples = append(out.frame.Samples, sample)
		out.devices = append(out.devices, Device{
			ID: sample.ID, Index: d.Index, Name: clean(d.Name), BDF: clean(d.BDF), Driver: clean(d.Driver),
		})
	}
	for _, e := range in.Events {
		event := Event{At: shift(e.At), ID: ID(clean(string(e.ID))), Kind: EventXid, Xid: e.Xid, Text: xidText(e.Xid)}
		if e.Driver != "" {
			event.Kind, event.Xid, event.Text = EventDriver, 0, clean(e.Driver)
		}
		out.frame.Events = append(out.frame.Events, event)
	}
	return out, nil
}

// reading is what was recorded, at the line's time.
func (r recordedReading) reading(at time.Time) Reading {
	return Reading{Value: r.Value, Quality: r.Quality, At: at}
}

func (d *recordedDevice) sample(at time.Time) (Sample, error) {
	s := Sample{ID: ID(clean(string(d.ID))), At: at, Hint: clean(d.Hint), SharedMemory: d.SharedMemory}
	if s.ID == "" {
		return s, fmt.Errorf("found a device without \"id\"")
	}
	var known bool
	if s.State, known = parseState(d.State); !known {
		return s, fmt.Errorf("found state %q of %s; expected \"up\", \"lost\" or another", d.State, s.ID)
	}
	for m := range Metrics {
		if r, ok := d.Readings[m.String()]; ok {
			s.Readings[m] = r.reading(at)
		}
	}
	for _, p := range d.Processes {
		s.Processes = append(s.Processes, Process{
			PID: p.PID, User: clean(p.User), Command: clean(p.Command), Memory: p.Memory.reading(at), SM: p.SM.reading(at),
			GI: p.GI, CI: p.CI, Foreign: p.Foreign,
		})
	}
	for _, i := range d.Instances {
		s.Instances = append(s.Instances, Instance{
			ID: ID(clean(string(i.ID))), Name: clean(i.Name), GI: i.GI, CI: i.CI,
			MemoryUsed: i.MemoryUsed.reading(at), MemoryTotal: i.MemoryTotal.reading(at),
		})
	}
	return s, nil
}

func (h *recordedHost) host(at time.Time) Host {
	out := Host{
		At: at, CPU: h.CPU.reading(at), MemoryUsed: h.MemoryUsed.reading(at), MemoryTotal: h.MemoryTotal.reading(at),
		SelfCPU: h.SelfCPU.reading(at), SelfRSS: h.SelfRSS.reading(at),
	}
	for i, r := range h.Load {
		out.Load[i] = r.reading(at)
	}
	for _, r := range h.Cores {
		out.Cores = append(out.Cores, r.reading(at))
	}
	return out
}
