package recording

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"optwatch/train/device"
)

// frame is a line of a recording, in the terms of a sampler.
type frame struct {
	at      time.Time // when it was written
	backend string
	absence device.Absence
	reason  string
	frame   device.Frame // its list of devices is never nil
	host    device.Host
}

// mergeInto makes an inventory know what the line says.
func (f *frame) mergeInto(i *device.Inventory, at time.Time) {
	i.Restore(f.backend, f.absence, f.reason)
	i.Merge(f.frame, device.AllTiers, at)
	i.SetHost(f.host)
}

// parseLine reads a line of a recording. Its times are moved by a shift.
// Names and commands lose what a terminal would obey.
func parseLine(text []byte, shift func(time.Time) time.Time) (frame, error) {
	var in jsonView
	if err := json.Unmarshal(text, &in); err != nil {
		return frame{}, err
	}
	if in.Schema != schema {
		return frame{}, fmt.Errorf("found schema %d; expected %d", in.Schema, schema)
	}
	if in.At.IsZero() {
		return frame{}, fmt.Errorf("found no time; expected \"at\"")
	}
	absence, err := in.absence()
	if err != nil {
		return frame{}, err
	}
	at := shift(in.At)
	out := frame{at: in.At, backend: device.Printable(in.Backend), absence: absence, reason: device.Printable(in.Reason), frame: device.Frame{Devices: []device.Device{}}, host: in.Host.host(at)}
	for i := range in.Devices {
		d := &in.Devices[i]
		sample, err := d.sample(at)
		if err != nil {
			return frame{}, err
		}
		out.frame.Samples = append(out.frame.Samples, sample)
		out.frame.Devices = append(out.frame.Devices, device.Device{
			ID: sample.ID, Index: d.Index, Name: device.Printable(d.Name), BDF: device.Printable(d.BDF), Driver: device.Printable(d.Driver),
		})
	}
	for _, e := range in.Events {
		event := device.XidEvent(shift(e.At), device.ID(device.Printable(string(e.ID))), e.Xid)
		if e.Driver != "" {
			event = device.Event{At: event.At, ID: event.ID, Kind: device.EventDriver, Text: device.Printable(e.Driver)}
		}
		out.frame.Events = append(out.frame.Events, event)
	}
	return out, nil
}

// absence is why no device answers. Lines of versions that did not write it have
// only the reason, whose first words were the same wherever there was no GPU.
func (v *jsonView) absence() (device.Absence, error) {
	if v.Absence != "" || v.Reason == "" {
		absence, known := device.ParseAbsence(v.Absence)
		if !known {
			return device.Present, fmt.Errorf("found absence %q; expected \"no gpu\", \"withheld\" or another", v.Absence)
		}
		return absence, nil
	}
	if strings.HasPrefix(v.Reason, "no GPU") {
		return device.NoGPU, nil
	}
	return device.Withheld, nil
}

// reading is what was recorded, at the line's time.
func (r jsonReading) reading(at time.Time) device.Reading {
	return device.Reading{Value: r.Value, Quality: r.Quality, At: at}
}

func (d *jsonDevice) sample(at time.Time) (device.Sample, error) {
	s := device.Sample{ID: device.ID(device.Printable(string(d.ID))), At: at, Hint: device.Printable(d.Hint), SharedMemory: d.SharedMemory}
	if s.ID == "" {
		return s, fmt.Errorf("found a device without \"id\"")
	}
	var known bool
	if s.State, known = device.ParseState(d.State); !known {
		return s, fmt.Errorf("found state %q of %s; expected \"up\", \"lost\" or another", d.State, s.ID)
	}
	for m := range device.Metrics {
		if r, ok := d.Readings[m.String()]; ok {
			s.Readings[m] = r.reading(at)
		}
	}
	for _, p := range d.Processes {
		s.Processes = append(s.Processes, device.Process{
			PID: p.PID, User: device.Printable(p.User), Command: device.Printable(p.Command), Memory: p.Memory.reading(at), SM: p.SM.reading(at),
			GI: p.GI, CI: p.CI, Foreign: p.Foreign,
		})
	}
	for _, i := range d.Instances {
		s.Instances = append(s.Instances, device.Instance{
			ID: device.ID(device.Printable(string(i.ID))), Name: device.Printable(i.Name), GI: i.GI, CI: i.CI,
			MemoryUsed: i.MemoryUsed.reading(at), MemoryTotal: i.MemoryTotal.reading(at),
		})
	}
	return s, nil
}

func (h *jsonHost) host(at time.Time) device.Host {
	out := device.Host{
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
