package main

import (
	"encoding/json"
	"io"
	"math"

	"optwatch/train/device"
)

// The JSON output of optwatch devices; its help names the units.

type devicesResult struct {
	Backend string         `json:"backend"`
	Reason  string         `json:"reason"`
	Devices []deviceResult `json:"devices"`
	Host    hostResult     `json:"host"`
}

type deviceResult struct {
	ID          device.ID       `json:"id"`
	Index       int             `json:"index"`
	Name        string          `json:"name"`
	State       string          `json:"state"`
	Busy        number          `json:"busy"`
	MemoryUsed  number          `json:"memory_used"`
	MemoryTotal number          `json:"memory_total"`
	Power       number          `json:"power"`
	PowerLimit  number          `json:"power_limit"`
	Temperature number          `json:"temperature"`
	SMClock     number          `json:"sm_clock"`
	Throttle    []string        `json:"throttle"`  // null where it is not known
	Processes   []processResult `json:"processes"` // null where they are not known
}

type processResult struct {
	PID     int     `json:"pid"`
	User    *string `json:"user"`
	Command *string `json:"command"`
	Memory  number  `json:"memory"`
	SM      number  `json:"sm"`
}

type hostResult struct {
	CPU           number    `json:"cpu"`
	Cores         []number  `json:"cores"`
	Load          [3]number `json:"load"`
	MemoryUsed    number    `json:"memory_used"`
	MemoryTotal   number    `json:"memory_total"`
	ProcessCPU    number    `json:"process_cpu"`
	ProcessMemory number    `json:"process_memory"`
}

func printDevicesJSON(out io.Writer, v *device.View) error {
	h := &v.Host
	result := devicesResult{
		Backend: v.Backend, Reason: v.Reason, Devices: []deviceResult{},
		Host: hostResult{
			CPU: number(h.CPU.Float()), Cores: []number{}, MemoryUsed: number(h.MemoryUsed.Float()), MemoryTotal: number(h.MemoryTotal.Float()),
			ProcessCPU: number(h.SelfCPU.Float()), ProcessMemory: number(h.SelfRSS.Float()),
		},
	}
	for i := range v.Devices {
		result.Devices = append(result.Devices, newDeviceResult(v, &v.Devices[i]))
	}
	for _, core := range h.Cores {
		result.Host.Cores = append(result.Host.Cores, number(core.Float()))
	}
	for i, load := range h.Load {
		result.Host.Load[i] = number(load.Float())
	}
	text, err := json.MarshalIndent(result, "", "  ")
	if err != nil {
		return err
	}
	_, err = out.Write(append(text, '\n'))
	return err
}

// newDeviceResult is a device. What is too old to be what is now is unknown.
func newDeviceResult(v *device.View, d *device.DeviceView) deviceResult {
	stale := d.Stale(v.At)
	value := func(m device.Metric) number {
		if stale {
			return number(math.NaN())
		}
		return number(d.Value(m))
	}
	out := deviceResult{
		ID: d.ID, Index: d.Index, Name: d.Name, State: d.State.String(), Busy: value(device.Busy),
		MemoryUsed: value(device.MemoryUsed), MemoryTotal: value(device.MemoryTotal), Power: value(device.Power),
		PowerLimit: value(device.PowerLimit), Temperature: value(device.Temperature), SMClock: value(device.SMClock),
	}
	if t, ok := d.Throttle(); ok && !stale {
		out.Throttle = t.Words()
	}
	if d.Readings[device.ProcessCount].Quality == device.OK && !stale {
		out.Processes = []processResult{}
		for _, p := range d.Processes {
			out.Processes = append(out.Processes, processResult{
				p.PID, textOrNull(p.User), textOrNull(p.Command), number(p.Memory.Float()), number(p.SM.Float()),
			})
		}
	}
	return out
}

func textOrNull(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
