package tui

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// box is a border with a title and notes in it.
type box struct {
	title   string
	beside  string // dim, after the title
	pending string // what is about to change, after that
	left    string // in the lower border, styled
	right   string // in the lower border, dim
	focused bool
}

// draw puts the border around lines: exactly w×h.
func (b box) draw(t *theme, lines []string, w, h int) []string {
	if w < 4 || h < 2 {
		return fitBlock(lines, w, h)
	}
	edge, name := t.border, t.text
	if b.focused {
		edge, name = t.focus, t.strong
	}
	out := make([]string, 0, h)
	out = append(out, b.top(t, edge, name, w))
	side := edge.paint("│")
	for i := range h - 2 {
		s := ""
		if i < len(lines) {
			s = lines[i]
		}
		out = append(out, side+fit(s, w-2)+side)
	}
	return append(out, b.bottom(t, edge, w))
}

func (b box) top(t *theme, edge, name ink, w int) string {
	l := newLine(w - 1)
	l.put(edge, "╭─")
	if title := short(b.title, w-6); title != "" {
		l.gap(1).put(name, title).gap(1)
		if b.beside != "" && l.at+ansi.StringWidth(b.beside)+2 < w {
			l.put(t.dim, b.beside).gap(1)
		}
		if b.pending != "" && l.at+ansi.StringWidth(b.pending)+2 < w {
			l.put(t.warn, b.pending).gap(1)
		}
	}
	l.put(edge, strings.Repeat("─", max(0, w-1-l.at)))
	return l.String() + edge.paint("╮")
}

func (b box) bottom(t *theme, edge ink, w int) string {
	l := newLine(w - 1)
	l.put(edge, "╰─")
	left, right := ansi.StringWidth(b.left), ansi.StringWidth(b.right)
	if left > 0 && left+4 < w {
		l.gap(1).put(ink{}, b.left).gap(1)
	}
	if fill := w - 1 - l.at - right - 3; right > 0 && fill > 0 {
		l.put(edge, strings.Repeat("─", fill)).gap(1).put(t.dim, b.right).gap(1)
	}
	l.put(edge, strings.Repeat("─", max(0, w-1-l.at)))
	return l.String() + edge.paint("╯")
}
