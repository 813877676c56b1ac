package recording

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"time"

	"optwatch/train/device"
)

// schema is the version of the format of recordings: JSON lines, one for
// each view. A reading is a number, or the reason why there is none; one that
// was never asked for is left out. Units are those of the metrics.
const schema = 1

type (
	jsonView struct {
		Schema  int          `json:"schema"`
		At      time.Time    `json:"at"`
		Backend string       `json:"backend"`
		Absence string       `json:"absence,omitempty"` // why no device answers; lines of earlier versions have the reason alone
		Reason  string       `json:"reason,omitempty"`
		Devices []jsonDevice `json:"devices"`
		Host    jsonHost     `json:"host"`
		Events  []jsonEvent  `json:"events,omitempty"` // the driver's; the others follow from the readings
	}

	jsonDevice struct {
		ID           device.ID              `json:"id"`
		Index        int                    `json:"index"`
		Name         string                 `json:"name"`
		BDF          string                 `json:"bdf,omitempty"`
		Driver       string                 `json:"driver,omitempty"`
		State        string                 `json:"state"`
		Hint         string                 `json:"hint,omitempty"`
		SharedMemory bool                   `json:"shared_memory,omitempty"`
		Readings     map[string]jsonReading `json:"readings,omitempty"`
		Processes    []jsonProcess          `json:"processes,omitempty"`
		Instances    []jsonInstance         `json:"instances,omitempty"`
	}

	jsonProcess struct {
		PID     int         `json:"pid"`
		User    string      `json:"user,omitempty"`
		Command string      `json:"command,omitempty"`
		Memory  jsonReading `json:"memory"`
		SM      jsonReading `json:"sm"`
		GI      int         `json:"gi"`
		CI      int         `json:"ci"`
		Foreign bool        `json:"foreign,omitempty"`
	}

	jsonInstance struct {
		ID          device.ID   `json:"id"`
		Name        string      `json:"name,omitempty"`
		GI          int         `json:"gi"`
		CI          int         `json:"ci"`
		MemoryUsed  jsonReading `json:"memory_used"`
		MemoryTotal jsonReading `json:"memory_total"`
	}

	jsonHost struct {
		CPU         jsonReading    `json:"cpu"`
		Cores       []jsonReading  `json:"cores,omitempty"`
		Load        [3]jsonReading `json:"load"`
		MemoryUsed  jsonReading    `json:"memory_used"`
		MemoryTotal jsonReading    `json:"memory_total"`
		SelfCPU     jsonReading    `json:"self_cpu"`
		SelfRSS     jsonReading    `json:"self_rss"`
	}

	jsonEvent struct {
		At     time.Time `json:"at"`
		ID     device.ID `json:"id,omitempty"`
		Xid    int       `json:"xid,omitempty"`
		Driver string    `json:"driver,omitempty"` // what became of the driver, in words; then there is no Xid
	}
)

// jsonReading is a reading as a number or a word. Its time is the line's.
type jsonReading device.Reading

// MarshalJSON writes the number or the word.
func (r jsonReading) MarshalJSON() ([]byte, error) {
	if r.Quality == device.OK {
		return json.Marshal(r.Value)
	}
	return json.Marshal(r.Quality.String())
}

// UnmarshalJSON reads either.
func (r *jsonReading) UnmarshalJSON(text []byte) error {
	var word string
	if json.Unmarshal(text, &word) == nil {
		q, known := device.ParseQuality(word)
		if !known || q == device.OK {
			return fmt.Errorf("found reading %q; expected a number, or why there is none", word)
		}
		*r = jsonReading{Quality: q}
		return nil
	}
	var v float64
	if err := json.Unmarshal(text, &v); err != nil || math.IsNaN(v) {
		return fmt.Errorf("found reading %.40q; expected a number, or why there is none", text)
	}
	*r = jsonReading{Value: v, Quality: device.OK}
	return nil
}

// Recorder writes views as JSON lines.
type Recorder struct {
	W    io.Writer
	last int // number of the last event that was seen
}

// Record writes a view, in one call of Write.
func (r *Recorder) Record(v *device.View) error {
	out := jsonView{
		Schema: schema, At: v.At, Backend: v.Backend, Absence: v.Absence.String(), Reason: v.Reason,
		Devices: make([]jsonDevice, 0, len(v.Devices)), Host: recordHost(&v.Host),
	}
	for i := range v.Devices {
		out.Devices = append(out.Devices, recordDevice(&v.Devices[i]))
	}
	for _, e := range v.Events {
		if e.Number <= r.last {
			continue
		}
		r.last = e.Number // an event may be shown later than others that came after it
		switch e.Kind {
		case device.EventXid:
			out.Events = append(out.Events, jsonEvent{At: e.At, ID: e.ID, Xid: e.Xid})
		case device.EventDriver:
			out.Events = append(out.Events, jsonEvent{At: e.At, ID: e.ID, Driver: e.Text})
		}
	}
	text, err := json.Marshal(out)
	if err != nil {
		return err
	}
	_, err = r.W.Write(append(text, '\n'))
	return err
}

func recordDevice(d *device.DeviceView) jsonDevice {
	out := jsonDevice{
		ID: d.ID, Index: d.Index, Name: d.Name, BDF: d.BDF, Driver: d.Driver, State: d.State.String(),
		SharedMemory: d.SharedMemory, Readings: map[string]jsonReading{},
	}
	if d.Hint != d.State.Hint() {
		out.Hint = d.Hint
	}
	for m, r := range d.Readings {
		if r.Quality != device.Unknown {
			out.Readings[device.Metric(m).String()] = jsonReading(r)
		}
	}
	for _, p := range d.Processes {
		out.Processes = append(out.Processes, jsonProcess{
			p.PID, p.User, p.Command, jsonReading(p.Memory), jsonReading(p.SM), p.GI, p.CI, p.Foreign,
		})
	}
	for _, i := range d.Instances {
		out.Instances = append(out.Instances, jsonInstance{
			i.ID, i.Name, i.GI, i.CI, jsonReading(i.MemoryUsed), jsonReading(i.MemoryTotal),
		})
	}
	return out
}

func recordHost(h *device.Host) jsonHost {
	out := jsonHost{
		CPU: jsonReading(h.CPU), MemoryUsed: jsonReading(h.MemoryUsed), MemoryTotal: jsonReading(h.MemoryTotal),
		SelfCPU: jsonReading(h.SelfCPU), SelfRSS: jsonReading(h.SelfRSS),
	}
	for i, r := range h.Load {
		out.Load[i] = jsonReading(r)
	}
	for _, r := range h.Cores {
		out.Cores = append(out.Cores, jsonReading(r))
	}
	return out
}
