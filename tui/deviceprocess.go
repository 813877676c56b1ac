package tui

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train/device"
)

// owned is a process and its device.
type owned struct {
	*device.Process
	gpu int // index
}

// processLines lists the MIG instances and the processes of the devices in some
// lines: all of them, or where that takes more lines, those of the selected
// device first.
func (m *model) processLines(v *device.View, w, rows int) []string {
	if rows <= 0 {
		return nil
	}
	lines := m.instanceLines(v, w)
	lines = lines[:min(len(lines), rows/2)] // processes say more
	all := m.processes(v)
	if len(all) == 0 {
		return append(lines, newLine(w).gap(1).put(m.theme.faint, m.noProcess(v)).String())
	}
	rows -= len(lines)
	hidden := 0
	if len(all) > rows {
		keep := max(1, rows-1)
		hidden, all = len(all)-keep, all[:keep]
	}
	users, pids := 4, 4
	for _, p := range all {
		users = max(users, min(ansi.StringWidth(clean(p.User)), 10))
		pids = max(pids, len(strconv.Itoa(p.PID)))
	}
	for _, p := range all {
		lines = append(lines, m.process(p, users, pids, w))
	}
	if hidden > 0 && rows > 1 {
		lines = append(lines, newLine(w).gap(4).put(m.theme.dim, "and "+strconv.Itoa(hidden)+" more processes").String())
	}
	return lines
}

// instanceLines are the parts that devices are divided into, with the memory
// of each: how busy they are, their driver does not say.
func (m *model) instanceLines(v *device.View, w int) []string {
	var lines []string
	for i := range v.Devices {
		d := &v.Devices[(m.rack.at+i)%len(v.Devices)]
		for _, part := range d.Instances {
			l := newLine(w)
			l.gap(1).put(m.theme.dim, right(strconv.Itoa(d.Index), 2)).gap(1)
			l.put(m.theme.text, "MIG "+strconv.Itoa(part.GI)).gap(1)
			memory := memoryText(part.MemoryUsed.Float(), part.MemoryTotal.Float())
			end := w - 1 - ansi.StringWidth(memory)
			l.put(m.theme.dim, short(clean(part.Name), end-l.at-1)).tab(end)
			lines = append(lines, l.put(m.quiet(memory, m.theme.text), memory).String())
		}
	}
	return lines
}

// processes are those of all devices, of the selected one first, each device's
// by the memory they hold.
func (m *model) processes(v *device.View) []owned {
	var all []owned
	for i := range v.Devices {
		d := &v.Devices[(m.rack.at+i)%len(v.Devices)]
		from := len(all)
		for j := range d.Processes {
			all = append(all, owned{&d.Processes[j], d.Index})
		}
		slices.SortStableFunc(all[from:], func(a, b owned) int { return -cmp.Compare(a.Memory.Float(), b.Memory.Float()) })
	}
	return all
}

// noProcess says why no process is listed.
func (m *model) noProcess(v *device.View) string {
	for i := range v.Devices {
		if v.Devices[i].Readings[device.ProcessCount].Quality == device.OK {
			return "no process uses a GPU"
		}
	}
	return "processes on the GPUs: " + unknown
}

func (m *model) process(p owned, users, pids, w int) string {
	t, l := m.theme, newLine(w)
	l.gap(1).put(t.dim, right(strconv.Itoa(p.gpu), 2)).gap(1)
	l.put(t.text, right(strconv.Itoa(p.PID), pids)).gap(1)
	user, command, k := clean(p.User), commandText(p.Command), t.text
	if p.Foreign {
		command, k = "not to be seen from here", t.dim
	}
	if user == "" {
		user = unknown
	}
	if command == "" {
		command = unknown
	}
	memory, sm := sizeText(p.Memory.Float()), "sm "+wholePercent(p.SM.Float())
	end := w - 1 - 10 - 9
	if end-l.at-users-1 < 12 {
		users = 0
	}
	if users > 0 {
		l.put(m.quiet(user, t.dim), fit(short(user, users), users)).gap(1)
	}
	if end-l.at < 8 {
		end = w - 1 - 10
	}
	if p.GI >= 0 && !p.Foreign {
		command = "MIG " + strconv.Itoa(p.GI) + " " + command
	}
	l.put(m.quiet(command, k), short(command, end-l.at)).tab(end)
	l.put(m.quiet(memory, t.text), right(memory, 10))
	if l.at+9 <= w-1 {
		l.put(t.dim, right(sm, 9))
	}
	return l.String()
}

// commandText is a command line without the folder of its program.
func commandText(s string) string {
	program, rest, _ := strings.Cut(clean(s), " ")
	if i := strings.LastIndexByte(program, '/'); i >= 0 && strings.HasPrefix(program, "/") {
		program = program[i+1:]
	}
	return strings.TrimSpace(program + " " + rest)
}
