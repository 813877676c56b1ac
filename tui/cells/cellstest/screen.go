// Package cellstest is a terminal for tests of screens, of whose frames only the
// cells that have changed are written: what a test looks for may stand there since
// long before, but for a letter.
package cellstest

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// Screen keeps what a program writes, and after each part the lines of the screen
// that it has changed, whole. The zero value is ready.
type Screen struct {
	raw     strings.Builder
	written strings.Builder
	lines   [][]string // a character a cell; the second of a wide one is ""
	y, x    int
	changed map[int]bool
	rest    string // a sequence, or a character, that has only begun
}

// mostLines is how many the screen has. What goes below is written over the first.
const mostLines = 500

// String is all that was written, and the lines.
func (s *Screen) String() string { return s.written.String() }

// Raw is what was written and nothing else.
func (s *Screen) Raw() string { return s.raw.String() }

// Len is how long String is.
func (s *Screen) Len() int { return s.written.Len() }

// Write takes a part of what the program writes.
func (s *Screen) Write(p []byte) (int, error) {
	s.raw.Write(p)
	s.written.Write(p)
	s.changed = map[int]bool{}
	s.rest += string(p)
	for s.rest != "" {
		n := s.take(s.rest)
		if n == 0 {
			break
		}
		s.rest = s.rest[n:]
	}
	rows := make([]int, 0, len(s.changed))
	for y := range s.changed {
		rows = append(rows, y)
	}
	slices.Sort(rows)
	for _, y := range rows {
		s.written.WriteString("\r\n" + strings.TrimRight(strings.Join(s.lines[y], ""), " "))
	}
	return len(p), nil
}

// take takes what text begins with, and says how long that is; 0 where its end is missing.
func (s *Screen) take(text string) int {
	switch c := text[0]; {
	case c == '\r':
		s.x = 0
	case c == '\n':
		s.y = (s.y + 1) % mostLines
	case c == '\x1b':
		return s.sequence(text)
	case c < ' ':
	default:
		r, n := utf8.DecodeRuneInString(text)
		if r == utf8.RuneError && !utf8.FullRuneInString(text) {
			return 0
		}
		s.put(text[:n])
		return n
	}
	return 1
}

// sequence takes an escape sequence.
func (s *Screen) sequence(text string) int {
	if len(text) < 2 {
		return 0
	}
	switch text[1] {
	case ']', 'P', '_', '^': // up to a bell or ESC \
		for i := 2; i < len(text); i++ {
			if text[i] == '\a' || text[i] == '\\' && text[i-1] == '\x1b' {
				return i + 1
			}
		}
		return 0
	case '[':
		for i := 2; i < len(text); i++ {
			if text[i] >= '@' && text[i] <= '~' {
				s.control(text[2:i], text[i])
				return i + 1
			}
		}
		return 0
	}
	return 2
}

// control does what a control sequence says, of those that screens write.
func (s *Screen) control(parameters string, final byte) {
	all := strings.Split(parameters, ";")
	number := func(i int) int {
		if i >= len(all) {
			return 1
		}
		n, _ := strconv.Atoi(all[i])
		return min(max(1, n), mostLines)
	}
	switch final {
	case 'H':
		s.y, s.x = number(0)-1, number(1)-1
	case 'G':
		s.x = number(0) - 1
	case 'A':
		s.y = max(0, s.y-number(0))
	case 'K':
		s.cut(s.y, s.x)
	case 'J':
		from := s.y + 1
		if parameters == "2" {
			from = 0
		} else {
			s.cut(s.y, s.x)
		}
		for y := from; y < len(s.lines); y++ {
			s.cut(y, 0)
		}
	}
}

// cut makes the rest of a line blank.
func (s *Screen) cut(y, x int) {
	if y < len(s.lines) && x < len(s.lines[y]) {
		s.lines[y] = s.lines[y][:x]
		s.changed[y] = true
	}
}

// put puts a character into the cell where the cursor is.
func (s *Screen) put(char string) {
	for len(s.lines) <= s.y {
		s.lines = append(s.lines, nil)
	}
	line := s.lines[s.y]
	for len(line) <= s.x {
		line = append(line, " ")
	}
	line[s.x] = char
	if s.x++; ansi.StringWidth(char) == 2 {
		line = append(line[:s.x], slices.Concat([]string{""}, line[min(len(line), s.x+1):])...)
		s.x++
	}
	s.lines[s.y] = line
	s.changed[s.y] = true
}
