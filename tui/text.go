package tui

import (
	"strings"
	"unicode"

	"github.com/charmbracelet/x/ansi"
)

// fit crops or pads a line, which may be styled, to w columns.
func fit(s string, w int) string {
	if w <= 0 {
		return ""
	}
	n := ansi.StringWidth(s)
	if n > w {
		s = ansi.Truncate(s, w, "")
		n = ansi.StringWidth(s)
	}
	return s + strings.Repeat(" ", w-n)
}

// fitBlock crops or pads lines to w columns and h rows.
func fitBlock(lines []string, w, h int) []string {
	out := make([]string, h)
	for i := range out {
		if i < len(lines) {
			out[i] = fit(lines[i], w)
		} else {
			out[i] = strings.Repeat(" ", max(0, w))
		}
	}
	return out
}

// short crops plain text to w columns and says so with dots at its end. It
// leaves a number out rather than cut it into another one.
func short(s string, w int) string {
	if w <= 0 {
		return ""
	}
	if ansi.StringWidth(s) <= w {
		return s
	}
	return withoutNumber(ansi.Truncate(s, w-1, "")) + "…"
}

// withoutNumber is a text without the number at its end, such as 5.2e-1 or
// 12 345, be it whole or cut.
func withoutNumber(s string) string {
	digit := func(i int) bool { return i >= 0 && s[i] >= '0' && s[i] <= '9' }
	n := len(s)
	for n > 0 && (digit(n-1) || digit(n-2) && strings.IndexByte(".,e ", s[n-1]) >= 0 ||
		n > 2 && (s[n-1] == '-' || s[n-1] == '+') && s[n-2] == 'e' && digit(n-3) || n > 1 && s[n-1] == 'e' && digit(n-2)) {
		n--
	}
	if n > 0 && n < len(s) && (s[n-1] == '-' || s[n-1] == '+' || s[n-1] == ' ') {
		n--
	}
	return s[:n]
}

// clean makes text from outside safe to print: no control characters, no
// escape sequences, one line.
func clean(s string) string {
	if strings.IndexFunc(s, unicode.IsControl) < 0 {
		return s
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, ansi.Strip(s))
}

// wrap breaks plain text into lines of at most w columns.
func wrap(s string, w int) []string {
	if w < 1 {
		return nil
	}
	return strings.Split(ansi.Wrap(s, w, " ,"), "\n")
}

// overlay lays a block over lines, its left upper corner at (x, y).
func overlayAt(under, block []string, x, y int) {
	for i, top := range block {
		if y+i < 0 || y+i >= len(under) {
			continue
		}
		base := under[y+i]
		w, end := ansi.StringWidth(base), x+ansi.StringWidth(top)
		left := fit(ansi.Cut(base, 0, x), x)
		under[y+i] = fit(left+top+ansi.Cut(base, end, w), w)
	}
}

// line is a line of styled text under construction. It knows its width and
// takes no more than fits.
type line struct {
	b      strings.Builder
	at, to int
}

func newLine(w int) *line {
	l := &line{to: w}
	l.b.Grow(2 * w)
	return l
}

// put adds text in an ink, cropped at the line's end.
func (l *line) put(k ink, s string) *line {
	if s == "" || l.at >= l.to {
		return l
	}
	n := ansi.StringWidth(s)
	if l.at+n > l.to {
		s = ansi.Truncate(s, l.to-l.at, "")
		n = ansi.StringWidth(s)
	}
	l.at += n
	if k.on == "" {
		l.b.WriteString(s)
		return l
	}
	l.b.WriteString(k.on)
	l.b.WriteString(s)
	l.b.WriteString(k.off)
	return l
}

// gap adds n spaces.
func (l *line) gap(n int) *line {
	n = min(n, l.to-l.at)
	if n > 0 {
		l.b.WriteString(strings.Repeat(" ", n))
		l.at += n
	}
	return l
}

// tab adds spaces up to a column.
func (l *line) tab(to int) *line { return l.gap(to - l.at) }

// String is the line, padded to its full width.
func (l *line) String() string {
	l.tab(l.to)
	return l.b.String()
}

// blockWidth is the width of a block's widest line.
func blockWidth(lines []string) int {
	w := 0
	for _, s := range lines {
		w = max(w, ansi.StringWidth(s))
	}
	return w
}
