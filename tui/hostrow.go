package tui

import (
	"math"
	"strconv"
	"strings"

	"optwatch/train/device"
)

// hostLines are the machine in some lines: processors with their load, then
// memory and what this process takes of both.
func (m *model) hostLines(h *device.Host, w, rows int) []string {
	t := m.theme
	cpu := newLine(w)
	cpu.gap(1).put(t.dim, "cpu").gap(min(rows, 2))
	m.bar(cpu, h.CPU.Float()/100, cardBar, t.focus)
	share := wholePercent(h.CPU.Float())
	cpu.gap(1).put(m.quiet(share, t.text), right(share, 4)).gap(2)
	memory := m.hostMemory(h)
	self := selfText(h)
	if rows < 2 {
		m.wholeLine(cpu, []piece{
			{ink: t.text, texts: []string{coresText(h)}},
			{ink: t.dim, texts: []string{m.coreLevels(h, 32)}, turn: 5},
			{ink: t.dim, texts: []string{"load " + loadText(h, 1)}, turn: 4},
			{ink: t.text, texts: []string{"mem " + memory}, turn: 3},
			{ink: t.text, texts: []string{"optwatch " + self, self, "rss " + sizeText(h.SelfRSS.Float())}, turn: 1},
		})
		return []string{cpu.String()}[:rows]
	}
	m.wholeLine(cpu, []piece{
		{ink: t.text, texts: []string{coresText(h)}, turn: 0},
		{ink: t.dim, texts: []string{m.coreLevels(h, 64), m.coreLevels(h, 16)}, turn: 2},
		{ink: t.dim, texts: []string{"load " + loadText(h, 3), "load " + loadText(h, 1)}, turn: 1},
	})
	second := newLine(w)
	second.gap(1).put(t.dim, "mem  ")
	m.bar(second, h.MemoryUsed.Float()/h.MemoryTotal.Float(), cardBar, t.focus)
	second.gap(1).put(m.quiet(memory, t.text), memory).gap(2)
	m.wholeLine(second, []piece{{ink: t.text, texts: []string{"optwatch " + self, self}}})
	return []string{cpu.String(), second.String()}
}

// wholeLine adds the pieces that fit.
func (m *model) wholeLine(l *line, pieces []piece) {
	var some []piece
	for _, p := range pieces {
		if p.texts[0] != "" {
			some = append(some, p)
		}
	}
	for i, q := range whole(some, l.to-l.at-1, 2) {
		if i > 0 {
			l.gap(2)
		}
		l.put(q.ink, q.texts[0])
	}
}

func (m *model) hostMemory(h *device.Host) string {
	return memoryText(h.MemoryUsed.Float(), h.MemoryTotal.Float())
}

// selfText is what this process takes: of a core, and of memory.
func selfText(h *device.Host) string {
	return wholePercent(h.SelfCPU.Float()) + "  " + sizeText(h.SelfRSS.Float())
}

func coresText(h *device.Host) string {
	switch n := len(h.Cores); n {
	case 0:
		return ""
	case 1:
		return "1 core"
	default:
		return strconv.Itoa(n) + " cores"
	}
}

// loadText is the mean number of runnable threads over 1, 5 and 15 minutes.
func loadText(h *device.Host, n int) string {
	out := make([]string, n)
	for i := range out {
		out[i] = unknown
		if v := h.Load[i].Float(); known(v) && math.Abs(v) < 1e5 {
			out[i] = strconv.FormatFloat(v, 'f', 1, 64)
		}
	}
	return strings.Join(out, " ")
}

// coreLevels is a level for each core, "" where there are too many.
func (m *model) coreLevels(h *device.Host, most int) string {
	if len(h.Cores) == 0 || len(h.Cores) > most {
		return ""
	}
	out := make([]rune, len(h.Cores))
	for i, c := range h.Cores {
		out[i] = sparkGlyph(c.Float(), true, m.theme.ascii)
	}
	return string(out)
}
