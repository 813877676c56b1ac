package device

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"time"
)

// recordSchema is the version of the format of recordings: JSON lines, one for
// each view. A reading is a number, or the reason why there is none; one that
// was never asked for is left out. Units are those of the metrics.
const recordSchema = 1

type (
	recordedView struct {
		Schema  int              `json:"schema"`
		At      time.Time        `json:"at"`
		Backend string           `json:"backend"`
		Reason  string           `json:"reason,omitempty"`
		Devices []recordedDevice `json:"devices"`
		Host    recordedHost     `json:"host"`
		Events  []recordedEvent  `json:"events,omitempty"` // the driver's; the others follow from the readings
	}

	recordedDevice struct {
		ID           ID                         `json:"id"`
		Index        int                        `json:"index"`
		Name         string                     `json:"name"`
		BDF          string                     `json:"bdf,omitempty"`
		Driver       string                     `json:"driver,omitempty"`
		State        string                     `json:"state"`
		Hint         string                     `json:"hint,omitempty"`
		SharedMemory bool                       `json:"shared_memory,omitempty"`
		Readings     map[string]recordedReading `json:"readings,omitempty"`
		Processes    []recordedProcess          `json:"processes,omitempty"`
		Instances    []recordedInstance         `json:"instances,omitempty"`
	}

	recordedProcess struct {
		PID     int             `json:"pid"`
		User    string          `json:"user,omitempty"`
		Command string          `json:"command,omitempty"`
		Memory  recordedReading `json:"memory"`
		SM      recordedReading `json:"sm"`
		GI      int             `json:"gi"`
		CI      int             `json:"ci"`
		Foreign bool            `json:"foreign,omitempty"`
	}

	recordedInstance struct {
		ID          ID              `json:"id"`
		Name        string          `json:"name,omitempty"`
		GI          int             `json:"gi"`
		CI          int             `json:"ci"`
		MemoryUsed  recordedReading `json:"memory_used"`
		MemoryTotal recordedReading `json:"memory_total"`
	}

	recordedHost struct {
		CPU         recordedReading    `json:"cpu"`
		Cores       []recordedReading  `json:"cores,omitempty"`
		Load        [3]recordedReading `json:"load"`
		MemoryUsed  recordedReading    `json:"memory_used"`
		MemoryTotal recordedReading    `json:"memory_total"`
		SelfCPU     recordedReading    `json:"self_cpu"`
		SelfRSS     recordedReading    `json:"self_rss"`
	}

	recordedEvent struct {
		At     time.Time `json:"at"`
		ID     ID        `json:"id,omitempty"`
		Xid    int       `json:"xid,omitempty"`
		Driver string    `json:"driver,omitempty"` // what became of the driver, in words; then there is no Xid
	}
)

// recordedReading is a reading as a number or a word. Its time is the line's.
type recordedReading Reading

// MarshalJSON writes the number or the word.
func (r recordedReading) MarshalJSON() ([]byte, error) {
	if r.Quality == OK {
		return json.Marshal(r.Value)
	}
	return json.Marshal(r.Quality.String())
}

// UnmarshalJSON reads either.
func (r *recordedReading) UnmarshalJSON(text []byte) error {
	var word string
	if json.Unmarshal(text, &word) == nil {
		i := slices.Index(qualities[:], word)
		if i < 0 || Quality(i) == OK {
			return fmt.Errorf("found reading %q; expected a number, or why there is none", word)
		}
		*r = recordedReading{Quality: Quality(i)}
		return nil
	}
	var v float64
	if err := json.Unmarshal(text, &v); err != nil || math.IsNaN(v) {
		return fmt.Errorf("found reading %.40q; expected a number, or why there is none", text)
	}
	*r = recordedReading{Value: v, Quality: OK}
	return nil
}

// Recorder writes views as JSON lines.
type Recorder struct {
	W    io.Writer
	last int // number of the last event that was seen
}

// Record writes a view, in one call of Write.
func (r *Recorder) Record(v *View) error {
	out := recordedView{
		Schema: recordSchema, At: v.At, Backend: v.Backend, Reason: v.Reason,
		Devices: make([]recordedDevice, 0, len(v.Devices)), Host: recordHost(&v.Host),
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
		case EventXid:
			out.Events = append(out.Events, recordedEvent{At: e.At, ID: e.ID, Xid: e.Xid})
		case EventDriver:
			out.Events = append(out.Events, recordedEvent{At: e.At, ID: e.ID, Driver: e.Text})
		}
	}
	text, err := json.Marshal(out)
	if err != nil {
		return err
	}
	_, err = r.W.Write(append(text, '\n'))
	return err
}

func recordDevice(d *DeviceView) recordedDevice {
	out := recordedDevice{
		ID: d.ID, Index: d.Index, Name: d.Name, BDF: d.BDF, Driver: d.Driver, State: d.State.String(),
		SharedMemory: d.SharedMemory, Readings: map[string]recordedReading{},
	}
	if d.Hint != d.State.Hint() {
		out.Hint = d.Hint
	}
	for m, r := range d.Readings {
		if r.Quality != Unknown {
			out.Readings[Metric(m).String()] = recordedReading(r)
		}
	}
	for _, p := range d.Processes {
		out.Processes = append(out.Processes, recordedProcess{
			p.PID, p.User, p.Command, recordedReading(p.Memory), recordedReading(p.SM), p.GI, p.CI, p.Foreign,
		})
	}
	for _, i := range d.Instances {
		out.Instances = append(out.Instances, recordedInstance{
			i.ID, i.Name, i.GI, i.CI, recordedReading(i.MemoryUsed), recordedReading(i.MemoryTotal),
		})
	}
	return out
}

func recordHost(h *Host) recordedHost {
	out := recordedHost{
		CPU: recordedReading(h.CPU), MemoryUsed: recordedReading(h.MemoryUsed), MemoryTotal: recordedReading(h.MemoryTotal),
		SelfCPU: recordedReading(h.SelfCPU), SelfRSS: recordedReading(h.SelfRSS),
	}
	for i, r := range h.Load {
		out.Load[i] = recordedReading(r)
	}
	for _, r := range h.Cores {
		out.Cores = append(out.Cores, recordedReading(r))
	}
	return out
}
