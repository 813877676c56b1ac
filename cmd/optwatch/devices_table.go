package main

import (
	"fmt"
	"io"
	"math"
	"strings"
	"text/tabwriter"
	"time"

	"optwatch/train/device"
)

// printDevices prints one table of the devices, what is wrong with them, their
// processes, and the host.
func printDevices(out io.Writer, v *device.View) {
	if v.Replaying != "" {
		fmt.Fprintf(out, "replay of %s, as it was at %s\n", v.Replaying, v.RecordedAt.Local().Format(time.DateTime))
	}
	if v.Reason != "" {
		fmt.Fprintln(out, v.Reason)
	}
	if len(v.Devices) > 0 {
		fmt.Fprintf(out, "%s%s\n\n", v.Backend, driverText(v))
		printDeviceTable(out, v)
		printMore(out, v)
		printInstances(out, v)
		printProcesses(out, v)
	}
	fmt.Fprintf(out, "\n%s\n", hostLine(&v.Host))
}

func driverText(v *device.View) string {
	if driver := v.Devices[0].Driver; driver != "" {
		return ", driver " + driver
	}
	return ""
}

func printDeviceTable(out io.Writer, v *device.View) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "gpu\tname\tstate\tbusy\tmem bw\tmemory\tpower\ttemp\tsm clock\tthrottle")
	for i := range v.Devices {
		d := &v.Devices[i]
		throttle := "—"
		if t, ok := d.Throttle(); ok {
			throttle = strings.Join(t.Words(), ", ")
		}
		fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", d.Index, d.Name, strings.TrimSpace(d.State.String()+" "+ageText(v, d)),
			percent(d.Value(device.Busy)), percent(d.Value(device.MemoryBandwidth)), memoryText(d), powerText(d),
			degrees(d.Value(device.Temperature)), megahertz(d.Value(device.SMClock)), throttle)
	}
	w.Flush()
	for i := range v.Devices {
		if d := &v.Devices[i]; d.State != device.Up {
			fmt.Fprintf(out, "%d: %s\n", d.Index, d.Hint)
		}
	}
}

// more are the readings that have a table of their own, with columns only for
// what at least one device has.
var more = []struct {
	metric device.Metric
	format string
	scale  float64
}{
	{device.SlowdownTemperature, "%.0f °C", 1},
	{device.MemoryClock, "%.0f MHz", 1},
	{device.Fan, "%.0f %%", 1},
	{device.PCIeRX, "%.1f MB/s", 1e6},
	{device.PCIeTX, "%.1f MB/s", 1e6},
	{device.NVLinkRX, "%.1f MB/s", 1e6},
	{device.NVLinkTX, "%.1f MB/s", 1e6},
	{device.ECCCorrected, "%.0f", 1},
	{device.ECCUncorrected, "%.0f", 1},
}

func printMore(out io.Writer, v *device.View) {
	heads, columns, rows := "gpu", 0, make([]string, len(v.Devices))
	for i := range v.Devices {
		rows[i] = fmt.Sprint(v.Devices[i].Index)
	}
	for _, m := range more {
		has := false
		for i := range v.Devices {
			has = has || !math.IsNaN(v.Devices[i].Value(m.metric))
		}
		if !has {
			continue
		}
		columns++
		heads += "\t" + m.metric.Title()
		for i := range v.Devices {
			rows[i] += "\t" + known(m.format, v.Devices[i].Value(m.metric)/m.scale)
		}
	}
	if columns == 0 {
		return
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "\n%s\n%s\n", heads, strings.Join(rows, "\n"))
	w.Flush()
}

func printInstances(out io.Writer, v *device.View) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	head := "\ngpu\tinstance\tname\tmemory\n"
	for i := range v.Devices {
		for _, m := range v.Devices[i].Instances {
			fmt.Fprintf(w, "%s%d\t%d/%d\t%s\t%s/%s GiB\n", head, v.Devices[i].Index, m.GI, m.CI, m.Name,
				gibibytes(m.MemoryUsed.Float()), gibibytes(m.MemoryTotal.Float()))
			head = ""
		}
	}
	w.Flush()
}

func printProcesses(out io.Writer, v *device.View) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	head := "\ngpu\tpid\tuser\tmemory\tsm\tcommand\n"
	for i := range v.Devices {
		for _, p := range v.Devices[i].Processes {
			user, command := p.User, p.Command
			if p.Foreign {
				user, command = "—", strings.TrimSpace(command+" (not a process that can be seen here)")
			}
			fmt.Fprintf(w, "%s%d\t%d\t%s\t%s GiB\t%s\t%s\n", head, v.Devices[i].Index, p.PID, user,
				gibibytes(p.Memory.Float()), percent(p.SM.Float()), clip(command, 60))
			head = ""
		}
	}
	w.Flush()
}
