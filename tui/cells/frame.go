package cells

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// cell is what stands at one place of the screen.
type cell struct {
	first rune
	more  string // of a character that is made of several runes
	wide  bool   // it takes the next cell too, which has no rune
	pen   pen
}

var blank = cell{first: ' '}

// screen is what the terminal shows, line by line; past the end of a line it is blank.
type screen [][]cell

func (s screen) at(y, x int) cell {
	if y < len(s) && x < len(s[y]) {
		return s[y][x]
	}
	return blank
}

const (
	home       = "\x1b[H" // what a frame begins with
	mostAcross = 4096     // cells of a line; a line that is longer is not followed
)

// reader applies a frame to a screen.
type reader struct {
	screen  screen
	y, x    int
	pen     pen
	written []bool // which lines the frame writes; the others are those of the screen before
	spare   [][]cell
}

// follow makes a reader that applies a frame to a copy of a screen, for which it takes
// lines that are spare.
func follow(s screen, spare [][]cell) *reader {
	return &reader{screen: slices.Clone(s), written: make([]bool, len(s)), spare: spare}
}

// left is the lines that are spare once the screen before is no longer looked at.
func (r *reader) left(before screen) [][]cell {
	for y, written := range r.written {
		if written && y < len(before) && before[y] != nil {
			r.spare = append(r.spare, before[y])
		}
	}
	return r.spare
}

// read applies a frame. It is false where that has anything but text, colours and
// ends of lines, or leaves a colour behind; the screen is of no use then.
func (r *reader) read(frame string) bool {
	for i := 0; i < len(frame); {
		switch c := frame[i]; {
		case c == '\n':
			r.reach()
			r.y++
			i++
		case c == '\r':
			r.x = 0
			i++
		case c == '\x1b':
			n, ok := r.sequence(frame[i:])
			if !ok {
				return false
			}
			i += n
		case c < ' ' || c == 0x7f:
			return false
		default:
			n, ok := r.text(frame[i:])
			if !ok {
				return false
			}
			i += n
		}
	}
	return r.pen == pen{}
}

// reach gives the screen the line where the cursor is.
func (r *reader) reach() {
	for len(r.screen) <= r.y {
		r.screen, r.written = append(r.screen, nil), append(r.written, false)
	}
}

// line is the line where the cursor is, to be changed.
func (r *reader) line() []cell {
	r.reach()
	if !r.written[r.y] {
		r.written[r.y] = true
		var room []cell
		if n := len(r.spare); n > 0 {
			room, r.spare = r.spare[n-1][:0], r.spare[:n-1]
		}
		r.screen[r.y] = append(room, r.screen[r.y]...)
	}
	return r.screen[r.y]
}

// sequence applies an escape sequence at the beginning of s, and says how long it is.
func (r *reader) sequence(s string) (n int, ok bool) {
	if len(s) < 3 || s[1] != '[' {
		return 0, false
	}
	n = 2
	for n < len(s) && (s[n] >= '0' && s[n] <= '9' || s[n] == ';') {
		n++
	}
	if n == len(s) {
		return 0, false
	}
	parameters := s[2:n]
	switch s[n] {
	case 'm':
		ok = r.pen.apply(parameters)
	case 'H':
		var row, column int
		var more bool
		if row, parameters, more, ok = number(parameters); ok && more {
			column, _, more, ok = number(parameters)
			ok = ok && !more
		}
		r.y, r.x = max(row, 1)-1, max(column, 1)-1
		ok = ok && r.y < mostAcross && r.x < mostAcross
	case 'K':
		if ok = parameters == "" && r.pen == (pen{}); ok {
			r.erase()
		}
	case 'J':
		if ok = parameters == "" && r.pen == (pen{}); ok {
			r.erase()
			r.screen, r.written = r.screen[:r.y+1], r.written[:r.y+1]
		}
	}
	return n + 1, ok
}

// erase makes the rest of a line blank.
func (r *reader) erase() {
	if line := r.line(); r.x < len(line) {
		part(line, r.x)
		r.screen[r.y] = line[:r.x]
	}
}

// part leaves a blank of a wide character whose second half, at x, is written over.
func part(line []cell, x int) {
	if x > 0 && x <= len(line) && line[x-1].wide {
		line[x-1] = cell{first: ' ', pen: line[x-1].pen}
	}
}

// text puts the first character of s into its cells, and says how long it is.
func (r *reader) text(s string) (n int, ok bool) {
	c := cell{pen: r.pen}
	width := 1
	if c.first, n = alone(s); n == 0 {
		cluster, _, w, _ := ansi.FirstGraphemeCluster(s, -1)
		var size int
		c.first, size = utf8.DecodeRuneInString(cluster)
		c.more, n, width, c.wide = strings.Clone(cluster[size:]), len(cluster), w, w == 2
		if c.first == utf8.RuneError && size <= 1 {
			return 0, false
		}
	}
	if width < 1 || width > 2 || r.x+width > mostAcross {
		return 0, false
	}
	line := r.line()
	for len(line) < r.x+width {
		line = append(line, blank)
	}
	r.screen[r.y] = line
	part(line, r.x)
	if end := r.x + width; line[end-1].wide && end < len(line) { // its second half is left over
		line[end] = cell{first: ' ', pen: line[end].pen}
	}
	line[r.x] = c
	if c.wide {
		line[r.x+1] = cell{pen: r.pen}
	}
	r.x += width
	return n, true
}

// alone is a narrow character at the beginning of s to which nothing can belong that
// follows, and its length: one of ASCII, or a line, a block or a dot pattern, of which
// screens are full. The length is 0 for any other.
func alone(s string) (first rune, n int) {
	first, n = plain(s)
	if n > 0 && n < len(s) {
		if _, next := plain(s[n:]); next == 0 && s[n] >= utf8.RuneSelf {
			return first, 0
		}
	}
	return first, n
}

// plain is a character at the beginning of s that never belongs to one before it.
func plain(s string) (r rune, n int) {
	if s[0] < utf8.RuneSelf {
		return rune(s[0]), 1
	}
	if r, n = utf8.DecodeRuneInString(s); r >= '\u2500' && r <= '\u28ff' && (r < '\u25a0' || r >= '\u2800') {
		return r, n
	}
	return r, 0
}
