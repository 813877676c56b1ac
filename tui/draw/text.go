package draw

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// Fit crops or pads a line, which may be styled, to w columns.
func Fit(s string, w int) string {
	s, blanks := fitted(s, w)
	return s + blanks
}

// fitted is a line cropped to w columns, and the blanks that fill them up.
func fitted(s string, w int) (cropped, blanks string) {
	if w <= 0 {
		return "", ""
	}
	n := ansi.StringWidth(s)
	if n > w {
		s = ansi.Truncate(s, w, "")
		n = ansi.StringWidth(s)
	}
	return s, strings.Repeat(" ", w-n)
}

// Block crops or pads lines to w columns and h rows.
func Block(lines []string, w, h int) []string {
	out := make([]string, h)
	for i := range out {
		if i < len(lines) {
			out[i] = Fit(lines[i], w)
		} else {
			out[i] = strings.Repeat(" ", max(0, w))
		}
	}
	return out
}

// Short crops plain text to w columns and says so with dots at its end. It
// leaves a number out rather than cut it into another one.
func Short(s string, w int) string {
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

// Clean makes text from outside safe to print: no control characters, no
// escape sequences, nothing that turns the direction of what follows, no bytes
// that are no text, one line.
func Clean(s string) string {
	if strings.IndexFunc(s, unprintable) < 0 {
		return s
	}
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Bidi_Control, r):
			return -1
		case unicode.IsControl(r):
			return ' '
		}
		return r
	}, ansi.Strip(s))
}

// unprintable says whether a terminal may take a character for more than itself.
// What is no UTF-8 reads as utf8.RuneError.
func unprintable(r rune) bool {
	return unicode.IsControl(r) || r == utf8.RuneError || r >= '\u061c' && unicode.Is(unicode.Bidi_Control, r)
}

// Wrap breaks plain text into lines of at most w columns: at blanks, after commas and
// hyphens, and words that are longer than a line where it ends. (That of package ansi
// makes lines a column too long, with a comma at their end.)
func Wrap(s string, w int) []string {
	if w < 1 {
		return nil
	}
	var lines []string
	for s := range strings.SplitSeq(together(s), "\n") {
		lines = wrapped(lines, s, w)
	}
	for i := range lines {
		lines[i] = strings.ReplaceAll(lines[i], unbroken, "-")
	}
	return lines
}

// wrapped adds the lines of a text without an end of a line in it.
func wrapped(lines []string, s string, w int) []string {
	from, at := 0, 0 // where the line begins, and its columns so far
	for i := 0; i < len(s); {
		blanks, end := piece(s[i:])
		n := ansi.StringWidth(s[i : i+end])
		if at > 0 && at+n > w {
			lines = append(lines, s[from:i])
			if blanks == end {
				return lines
			}
			from, at = i+blanks, 0
			n = ansi.StringWidth(s[from : i+end])
		}
		for n > w {
			head := ansi.Truncate(s[from:i+end], w, "")
			if head == "" { // not even a character fits
				head, _, _, _ = ansi.FirstGraphemeCluster(s[from:], -1)
			}
			lines = append(lines, head)
			from += len(head)
			n -= ansi.StringWidth(head)
		}
		at += n
		i += end
	}
	return append(lines, s[from:])
}

// piece is how many bytes at the beginning of a text are blanks, and where what no line
// ends within ends after them.
func piece(s string) (blanks, end int) {
	const nbsp = '\u00a0'
	for i, r := range s {
		switch space := unicode.IsSpace(r) && r != nbsp; {
		case space && i == blanks:
			blanks += utf8.RuneLen(r)
		case space:
			return blanks, i
		case r == '-' || r == ',':
			return blanks, i + 1
		}
	}
	return blanks, len(s)
}

// unbroken is a hyphen at which no line ends.
const unbroken = "\u2011"

// together keeps numbers such as 2e-12 and flags such as --run in one line.
func together(s string) string {
	if !strings.Contains(s, "-") {
		return s
	}
	var out strings.Builder
	for i := range len(s) {
		begins := i == 0 || s[i-1] == ' ' || s[i-1] == '-'
		number := i+1 < len(s) && s[i+1] >= '0' && s[i+1] <= '9'
		if s[i] == '-' && (begins || number) {
			out.WriteString(unbroken)
			continue
		}
		out.WriteByte(s[i])
	}
	return out.String()
}

// Overlay lays a block over lines, its left upper corner at (x, y).
func Overlay(under, block []string, x, y int) {
	for i, top := range block {
		if y+i < 0 || y+i >= len(under) {
			continue
		}
		base := under[y+i]
		w, end := ansi.StringWidth(base), x+ansi.StringWidth(top)
		left := Fit(ansi.Cut(base, 0, x), x)
		under[y+i] = Fit(left+top+ansi.Cut(base, end, w), w)
	}
}

// Width is the width of a block's widest line.
func Width(lines []string) int {
	w := 0
	for _, s := range lines {
		w = max(w, ansi.StringWidth(s))
	}
	return w
}

// Middle is a line in the middle of w×h.
func Middle(s string, w, h int) []string {
	lines := make([]string, (h-1)/2, h/2+1)
	return append(lines, NewLine(w).Gap((w-ansi.StringWidth(s))/2).Put(Ink{}, s).String())
}

// Right sets a text at the right end of w columns. A number that does not fit
// is left out.
func Right(s string, w int) string {
	if ansi.StringWidth(s) > w {
		s = Short("…", w)
	}
	return strings.Repeat(" ", w-ansi.StringWidth(s)) + s
}
