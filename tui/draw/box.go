package draw

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Box is a border with a title and notes in it.
type Box struct {
	Title   string
	Beside  string // dim, after the title and a dot
	Pending string // what is about to change, after that
	Left    string // in the lower border, styled
	Right   string // in the lower border, dim
	Focused bool
}

// Draw puts the border around lines: exactly w×h.
func (b Box) Draw(t *Theme, lines []string, w, h int) []string {
	if w < 4 || h < 2 {
		return Block(lines, w, h)
	}
	edge, name := t.Border, t.Text
	if b.Focused {
		edge, name = t.Focus, t.Strong
	}
	out := make([]string, 0, h)
	out = append(out, b.top(t, edge, name, w))
	side := edge.Paint("│")
	for i := range h - 2 {
		s := ""
		if i < len(lines) {
			s = lines[i]
		}
		s, blanks := fitted(s, w-2)
		out = append(out, side+s+blanks+side)
	}
	return append(out, b.bottom(t, edge, w))
}

func (b Box) top(t *Theme, edge, name Ink, w int) string {
	l := NewLine(w - 1)
	l.Put(edge, "╭─")
	if title := Short(b.Title, w-6); title != "" {
		l.Gap(1).Put(name, title).Gap(1)
		if b.Beside != "" && l.at+ansi.StringWidth(b.Beside)+4 < w {
			l.Put(t.Dim, "· "+b.Beside).Gap(1)
		}
		if b.Pending != "" && l.at+ansi.StringWidth(b.Pending)+2 < w {
			l.Put(t.Warn, b.Pending).Gap(1)
		}
	}
	l.Put(edge, strings.Repeat("─", max(0, w-1-l.at)))
	return l.String() + edge.Paint("╮")
}

func (b Box) bottom(t *Theme, edge Ink, w int) string {
	l := NewLine(w - 1)
	l.Put(edge, "╰─")
	left, right := ansi.StringWidth(b.Left), ansi.StringWidth(b.Right)
	if left > 0 && left+4 < w {
		l.Gap(1).Put(Ink{}, b.Left).Gap(1)
	}
	if fill := w - 1 - l.at - right - 3; right > 0 && fill > 0 {
		l.Put(edge, strings.Repeat("─", fill)).Gap(1).Put(t.Dim, b.Right).Gap(1)
	}
	l.Put(edge, strings.Repeat("─", max(0, w-1-l.at)))
	return l.String() + edge.Paint("╯")
}
