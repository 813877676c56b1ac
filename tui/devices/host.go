package devices

import (
	"math"
	"strconv"
	"strings"

	"optwatch/train/device"
	"optwatch/tui/draw"
)

// hostLines are the machine in some lines: processors with their load, then
// memory and what this process takes of both.
func (f *frame) hostLines(h *device.Host, w, rows int) []string {
	t := f.theme
	cpu := draw.NewLine(w)
	cpu.Gap(1).Put(t.Dim, "cpu").Gap(min(rows, 2))
	cpu.Bar(f.theme, h.CPU.Float()/100, cardBar, t.Focus)
	share := draw.WholePercent(h.CPU.Float())
	cpu.Gap(1).Put(f.theme.Quiet(share, t.Text), draw.Right(share, 4)).Gap(2)
	memory := hostMemory(h)
	if rows < 2 {
		cpu.PutPieces([]draw.Piece{
			{Ink: t.Text, Texts: []string{coresText(h)}},
			{Ink: t.Dim, Texts: []string{f.coreLevels(h, 32)}, Turn: 5},
			{Ink: t.Dim, Texts: []string{"load " + loadText(h, 1)}, Turn: 4},
			{Ink: t.Text, Texts: []string{"mem " + memory}, Turn: 3},
			{Ink: t.Text, Texts: selfTexts(h)[1:], Turn: 1},
		})
		return []string{cpu.String()}[:rows]
	}
	cpu.PutPieces([]draw.Piece{
		{Ink: t.Text, Texts: []string{coresText(h)}, Turn: 0},
		{Ink: t.Dim, Texts: []string{f.coreLevels(h, 64), f.coreLevels(h, 16)}, Turn: 2},
		{Ink: t.Dim, Texts: []string{"load " + loadText(h, 3), "load " + loadText(h, 1)}, Turn: 1},
	})
	second := draw.NewLine(w)
	second.Gap(1).Put(t.Dim, "mem  ")
	second.Bar(f.theme, h.MemoryUsed.Float()/h.MemoryTotal.Float(), cardBar, t.Focus)
	second.Gap(1).Put(f.theme.Quiet(memory, t.Text), memory).Gap(2)
	second.PutPieces([]draw.Piece{{Ink: t.Text, Texts: selfTexts(h)}})
	return []string{cpu.String(), second.String()}
}

func hostMemory(h *device.Host) string {
	return draw.Memory(h.MemoryUsed.Float(), h.MemoryTotal.Float())
}

// selfTexts are what this process takes, of a core and of memory, the longest first.
func selfTexts(h *device.Host) []string {
	cpu, memory := draw.WholePercent(h.SelfCPU.Float()), draw.Size(h.SelfRSS.Float())
	return []string{"optwatch itself: cpu " + cpu + ", mem " + memory, "optwatch cpu " + cpu + " mem " + memory, "own cpu " + cpu + " mem " + memory, "own cpu " + cpu + " " + memory, "own " + memory}
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
		out[i] = draw.Unknown
		if v := h.Load[i].Float(); draw.Known(v) && math.Abs(v) < 1e5 {
			out[i] = strconv.FormatFloat(v, 'f', 1, 64)
		}
	}
	return strings.Join(out, " ")
}

// coreLevels is a level for each core, "" where there are too many.
func (f *frame) coreLevels(h *device.Host, most int) string {
	if len(h.Cores) == 0 || len(h.Cores) > most {
		return ""
	}
	out := make([]rune, len(h.Cores))
	for i, c := range h.Cores {
		out[i] = draw.Level(c.Float(), true, f.theme.ASCII)
	}
	return string(out)
}
