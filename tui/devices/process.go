package devices

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train/device"
	"optwatch/tui/draw"
)

// owned is a process and its device.
type owned struct {
	*device.Process
	gpu int // index
}

// processLines lists the MIG instances and the processes of the devices in some
// lines: all of them, or where that takes more lines, those of the selected
// device first.
func (f *frame) processLines(w, rows int) []string {
	if rows <= 0 {
		return nil
	}
	lines := f.instanceLines(w)
	lines = lines[:min(len(lines), rows/2)] // processes say more
	all := f.processes()
	if len(all) == 0 {
		return append(lines, draw.NewLine(w).Gap(1).Put(f.theme.Faint, noProcess(f.view)).String())
	}
	rows -= len(lines)
	hidden := 0
	if len(all) > rows {
		keep := max(1, rows-1)
		hidden, all = len(all)-keep, all[:keep]
	}
	users, pids := 4, 4
	for _, p := range all {
		users = max(users, min(ansi.StringWidth(draw.Clean(p.User)), 10))
		pids = max(pids, len(strconv.Itoa(p.PID)))
	}
	for _, p := range all {
		lines = append(lines, f.process(p, users, pids, w))
	}
	if hidden > 0 && rows > 1 {
		lines = append(lines, draw.NewLine(w).Gap(4).Put(f.theme.Dim, "and "+strconv.Itoa(hidden)+" more processes").String())
	}
	return lines
}

// instanceLines are the parts that devices are divided into, with the memory
// of each: how busy they are, their driver does not say.
func (f *frame) instanceLines(w int) []string {
	v := f.view
	var lines []string
	for i := range v.Devices {
		d := &v.Devices[(f.at+i)%len(v.Devices)]
		for _, part := range d.Instances {
			l := draw.NewLine(w)
			l.Gap(1).Put(f.theme.Dim, draw.Right(strconv.Itoa(d.Index), 2)).Gap(1)
			l.Put(f.theme.Text, "MIG "+strconv.Itoa(part.GI)).Gap(1)
			memory := draw.Memory(part.MemoryUsed.Float(), part.MemoryTotal.Float())
			end := w - 1 - ansi.StringWidth(memory)
			l.Put(f.theme.Dim, draw.Short(draw.Clean(part.Name), end-l.At()-1)).Tab(end)
			lines = append(lines, l.Put(f.theme.Quiet(memory, f.theme.Text), memory).String())
		}
	}
	return lines
}

// processes are those of all devices, of the selected one first, each device's
// by the memory they hold.
func (f *frame) processes() []owned {
	v := f.view
	var all []owned
	for i := range v.Devices {
		d := &v.Devices[(f.at+i)%len(v.Devices)]
		from := len(all)
		for j := range d.Processes {
			all = append(all, owned{&d.Processes[j], d.Index})
		}
		slices.SortStableFunc(all[from:], func(a, b owned) int { return -cmp.Compare(a.Memory.Float(), b.Memory.Float()) })
	}
	return all
}

// noProcess says why no process is listed.
func noProcess(v *device.View) string {
	for i := range v.Devices {
		if v.Devices[i].Readings[device.ProcessCount].Quality == device.OK {
			return "no process uses a GPU"
		}
	}
	return "processes on the GPUs: " + draw.Unknown
}

func (f *frame) process(p owned, users, pids, w int) string {
	t, l := f.theme, draw.NewLine(w)
	l.Gap(1).Put(t.Dim, draw.Right(strconv.Itoa(p.gpu), 2)).Gap(1)
	l.Put(t.Text, draw.Right(strconv.Itoa(p.PID), pids)).Gap(1)
	user, command, k := draw.Clean(p.User), commandText(p.Command), t.Text
	if p.Foreign {
		command, k = "not to be seen from here", t.Dim
	}
	if user == "" {
		user = draw.Unknown
	}
	if command == "" {
		command = draw.Unknown
	}
	memory, sm := draw.Size(p.Memory.Float()), "sm "+draw.WholePercent(p.SM.Float())
	end := w - 1 - 10 - 9
	if end-l.At()-users-1 < 12 {
		users = 0
	}
	if users > 0 {
		l.Put(f.theme.Quiet(user, t.Dim), draw.Fit(draw.Short(user, users), users)).Gap(1)
	}
	if end-l.At() < 8 {
		end = w - 1 - 10
	}
	if p.GI >= 0 && !p.Foreign {
		command = "MIG " + strconv.Itoa(p.GI) + " " + command
	}
	l.Put(f.theme.Quiet(command, k), draw.Short(command, end-l.At())).Tab(end)
	l.Put(f.theme.Quiet(memory, t.Text), draw.Right(memory, 10))
	if l.At()+9 <= w-1 {
		l.Put(t.Dim, draw.Right(sm, 9))
	}
	return l.String()
}

// commandText is a command line without the folder of its program.
func commandText(s string) string {
	program, rest, _ := strings.Cut(draw.Clean(s), " ")
	if i := strings.LastIndexByte(program, '/'); i >= 0 && strings.HasPrefix(program, "/") {
		program = program[i+1:]
	}
	return strings.TrimSpace(program + " " + rest)
}
