package manual

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"optwatch/tui/draw"
)

// The columns by which a page is set in, and its code more.
const (
	inset     = 2
	codeInset = 4
)

// Lines are a page's text, drawn in at most w columns but for code, which stays as
// it is so that it can be copied.
func Lines(t *draw.Theme, text string, w int) []string {
	p := printer{theme: t, width: max(w, 20)}
	blocks := parse(text)
	for i := range blocks {
		b := &blocks[i]
		if i > 0 && !(b.kind == item && blocks[i-1].kind == item) {
			p.lines = append(p.lines, "")
		}
		p.block(b)
	}
	return p.lines
}

// printer draws blocks one below the other.
type printer struct {
	theme *draw.Theme
	width int
	lines []string
}

func (p *printer) block(b *block) {
	switch b.kind {
	case heading:
		p.heading(b)
	case paragraph:
		p.text(b.text, "")
	case item:
		p.text(b.text, "- ")
	case table:
		p.table(b.cells)
	case code:
		for _, line := range b.lines {
			p.lines = append(p.lines, strings.TrimRight(strings.Repeat(" ", codeInset)+line, " "))
		}
	}
}

func (p *printer) heading(b *block) {
	ink := p.theme.Strong
	if b.level == 1 {
		ink = p.theme.Focus
	}
	for _, line := range draw.Wrap(unmarked(b.text), p.width) {
		p.lines = append(p.lines, ink.Paint(line))
	}
}

// table draws one by the house's own, or row by row where a word would not fit.
func (p *printer) table(cells [][]string) {
	head, rows := make([]string, len(cells[0])), make([][]string, len(cells)-1)
	for c, text := range cells[0] {
		head[c] = unmarked(text)
	}
	for i, row := range cells[1:] {
		rows[i] = make([]string, len(head)) // a row may be short
		for c := range min(len(row), len(head)) {
			rows[i][c] = unmarked(row[c])
		}
	}
	s := draw.Sheet{Head: head, Rows: rows, Ink: func(_, col int) draw.Ink {
		if col == 0 {
			return p.theme.Focus
		}
		return p.theme.Text
	}}
	w := p.width - inset + 1 // the sheet has a margin of its own
	lines := s.Lines
	if !s.Fits(w) {
		lines = s.Stacked
	}
	for _, line := range lines(p.theme, w) {
		p.lines = append(p.lines, strings.TrimRight(strings.Repeat(" ", inset-1)+line, " "))
	}
}

// unmarked is a text without its marks.
func unmarked(text string) string {
	var b strings.Builder
	for _, part := range parts(text) {
		b.WriteString(part.text)
	}
	return b.String()
}

// text draws a paragraph, behind a sign.
func (p *printer) text(text, sign string) {
	room := p.width - inset - len(sign)
	before := strings.Repeat(" ", inset) + sign
	for _, line := range p.fill(text, room) {
		p.lines = append(p.lines, before+line)
		before = strings.Repeat(" ", inset+len(sign))
	}
}

// fill breaks a text into lines of at most room columns. Code is kept together
// where it is short; where inks write nothing it keeps its marks.
func (p *printer) fill(text string, room int) []string {
	var lines []string
	line, at := strings.Builder{}, 0
	for _, word := range p.words(text, room) {
		w := ansi.StringWidth(word)
		switch {
		case at > 0 && at+1+w <= room:
			line.WriteByte(' ')
			at++
		case at > 0:
			lines = append(lines, line.String())
			line.Reset()
			at = 0
		}
		line.WriteString(word)
		at += w
	}
	return append(lines, line.String())
}

// words are what a text is broken between, painted.
func (p *printer) words(text string, room int) []string {
	var out []string
	open := false // the next piece belongs to the last word
	for _, part := range parts(text) {
		paint := p.ink(part.style)
		pieces := strings.Split(part.text, " ")
		if part.style == literal && ansi.StringWidth(part.text) <= room/2 {
			pieces = []string{part.text}
		}
		for i, piece := range pieces {
			if i > 0 {
				open = false
			}
			if piece == "" {
				continue
			}
			if !open {
				out = append(out, "")
			}
			out[len(out)-1] += paint(piece, i == 0, i == len(pieces)-1)
			open = true
		}
	}
	return out
}

// ink paints pieces of a style, of which one may be the first or the last.
func (p *printer) ink(s style) func(piece string, first, last bool) string {
	switch {
	case s == strong:
		return func(piece string, _, _ bool) string { return p.theme.Strong.Paint(piece) }
	case s == literal && p.theme.Focus.On != "":
		return func(piece string, _, _ bool) string { return p.theme.Focus.Paint(piece) }
	case s == literal:
		return func(piece string, first, last bool) string {
			if first {
				piece = "`" + piece
			}
			if last {
				piece += "`"
			}
			return piece
		}
	}
	return func(piece string, _, _ bool) string { return piece }
}
