package draw

import (
	"math"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Line is a line of styled text under construction. It knows its width and
// takes no more than fits.
type Line struct {
	b      strings.Builder
	at, to int
}

// NewLine begins a line of w columns.
func NewLine(w int) *Line {
	l := &Line{to: w}
	l.b.Grow(2 * w)
	return l
}

// Put adds text in an ink, cropped at the line's end.
func (l *Line) Put(k Ink, s string) *Line {
	if s == "" || l.at >= l.to {
		return l
	}
	n := ansi.StringWidth(s)
	if l.at+n > l.to {
		s = ansi.Truncate(s, l.to-l.at, "")
		n = ansi.StringWidth(s)
	}
	l.at += n
	if k.On == "" {
		l.b.WriteString(s)
		return l
	}
	l.b.WriteString(k.On)
	l.b.WriteString(s)
	l.b.WriteString(k.Off)
	return l
}

// Gap adds n spaces.
func (l *Line) Gap(n int) *Line {
	n = min(n, l.to-l.at)
	if n > 0 {
		l.b.WriteString(strings.Repeat(" ", n))
		l.at += n
	}
	return l
}

// Tab adds spaces up to a column.
func (l *Line) Tab(to int) *Line { return l.Gap(to - l.at) }

// String is the line, padded to its full width.
func (l *Line) String() string {
	l.Tab(l.to)
	return l.b.String()
}

// Text is what has been put so far, without the padding.
func (l *Line) Text() string { return l.b.String() }

// At is how many columns have been put so far.
func (l *Line) At() int { return l.at }

// Left is how many columns are free.
func (l *Line) Left() int { return l.to - l.at }

// PutPieces adds those of some pieces that fit, none of them cut.
func (l *Line) PutPieces(pieces []Piece) {
	var some []Piece
	for _, p := range pieces {
		if p.Texts[0] != "" {
			some = append(some, p)
		}
	}
	for i, q := range Pieces(some, l.Left()-1, 2) {
		if i > 0 {
			l.Gap(2)
		}
		l.Put(q.Ink, q.Texts[0])
	}
}

// Bar adds a share of 1 as a bar of w columns with its track.
func (l *Line) Bar(t *Theme, share float64, w int, k Ink) *Line {
	full := 0
	if Known(share) {
		full = int(math.Round(min(max(share, 0), 1) * float64(w)))
	}
	return l.Put(k, strings.Repeat("▇", full)).Put(t.Faint, strings.Repeat("░", max(0, w-full)))
}
