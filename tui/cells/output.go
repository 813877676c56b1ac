package cells

import (
	"io"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"unicode/utf8"

	"github.com/charmbracelet/x/term"
)

// Output passes frames on to a terminal as the cells that have changed. It is
// written to as Bubble Tea does, one write after the other.
type Output struct {
	to     io.Writer
	screen screen
	spare  [][]cell // lines that are no longer of the screen
	known  bool     // that the terminal shows screen
	asks   bool     // whether it knows synchronized updates
	whole  atomic.Bool
}

// To is an output to a terminal; a file where that is one, which tells its size.
func To(w io.Writer) (io.Writer, *Output) {
	o := &Output{to: w}
	if f, ok := w.(term.File); ok {
		return file{f, o}, o
	}
	return o, o
}

// file is an output that is a file too.
type file struct {
	term.File
	o *Output
}

// Write passes a frame on.
func (f file) Write(p []byte) (int, error) { return f.o.Write(p) }

// Ask makes the output ask the terminal whether it knows synchronized updates, once
// the screen has begun. What it answers comes with the keys; [Knows] reads it.
func (o *Output) Ask() { o.asks = true }

// Knows says whether what came from a terminal is its answer that it knows
// synchronized updates: that the mode is set, or is not but could be.
// Source: the report of a private mode (DECRPM), and
// https://gist.github.com/christianparpart/d8a62cc1ab659194337d73e399004036
func Knows(answer string) bool { return answer == "\x1b[?2026;1$y" || answer == "\x1b[?2026;2$y" }

// Synchronize says that the terminal knows synchronized updates: it shows what is
// between their marks at once. Any goroutine may say so.
func (o *Output) Synchronize() { o.whole.Store(true) }

const (
	begin, end = "\x1b[?2026h", "\x1b[?2026l" // of a synchronized update
	question   = "\x1b[?2026$p"
	another    = "\x1b[?1049" // the screen that programs have, or the shell's
)

// Write passes on what a frame changes, and anything else as it is.
func (o *Output) Write(p []byte) (int, error) {
	s := string(p)
	if !strings.HasPrefix(s, home) {
		o.known = o.known && harmless(s)
		if o.asks && strings.HasPrefix(s, another+"h") {
			o.asks = false
			_, err := o.to.Write([]byte(s + question))
			return len(p), err
		}
		return o.to.Write(p)
	}
	var out []byte
	if out = o.frame(s); len(out) == 0 {
		return len(p), nil
	}
	if o.whole.Load() {
		out = append(append([]byte(begin), out...), end...)
	}
	if _, err := o.to.Write(out); err != nil {
		o.known = false
		return 0, err
	}
	return len(p), nil
}

// harmless says whether something that is no frame leaves all cells as they are: modes
// other than of the screen itself, the title, the clipboard.
func harmless(s string) bool {
	return strings.HasPrefix(s, "\x1b]") || strings.HasPrefix(s, "\x1b[?") && !strings.HasPrefix(s, another) && strings.Count(s, "\x1b") == 1
}

// frame is what is to be written for a frame.
func (o *Output) frame(s string) []byte {
	r, before := follow(o.screen, o.spare), o.screen
	if !r.read(s) {
		o.known = false
		return []byte(s)
	}
	o.screen = r.screen
	defer func() { o.spare = r.left(before) }()
	repaint := !slices.Contains(r.written, false)
	o.known = o.known || repaint
	if repaint || !o.known || len(r.screen) > len(before) {
		return []byte(s)
	}
	return changes(before, r.screen, r.written)
}

// gap is how many cells that have not changed are written rather than stepped over:
// so many bytes a step takes.
const gap = 6

// changes is what makes one screen of another, which differs from it in the lines
// that were written, and has no others after its own.
func changes(from, to screen, written []bool) []byte {
	var out []byte
	var now pen
	row, column := -1, 0 // where the cursor is, as far as is known
	for y := range from {
		across := len(from[y])
		if y < len(to) {
			if !written[y] {
				continue
			}
			across = max(across, len(to[y]))
		}
		filled := across // cells up to the blanks at the end
		for filled > 0 && to.at(y, filled-1) == blank {
			filled--
		}
		for x := 0; x < across; {
			if from.at(y, x) == to.at(y, x) {
				x++
				continue
			}
			x = begins(from, to, y, x)
			until := ends(from, to, y, x, across)
			out = move(out, row, column, y, x)
			clears := until > filled+gap
			if clears {
				until = max(x, filled)
			}
			for row = y; x < until; x++ {
				if c := to.at(y, x); c.first != 0 {
					out = change(out, now, c.pen)
					now = c.pen
					out = append(utf8.AppendRune(out, c.first), c.more...)
				}
			}
			column = x
			if clears {
				out = change(out, now, pen{})
				now = pen{}
				out = append(out, "\x1b[K"...)
				x = across
			}
		}
	}
	if len(out) == 0 {
		return nil
	}
	return append(change(out, now, pen{}), "\x1b["+strconv.Itoa(max(1, len(to)))+";1H"...)
}

// begins is where the character begins of which cell x is a part on one screen or on the other.
func begins(from, to screen, y, x int) int {
	for x > 0 && (from.at(y, x).first == 0 || to.at(y, x).first == 0) {
		x--
	}
	return x
}

// ends is the end of what changes from cell x on, short gaps included. A wide
// character is never parted.
func ends(from, to screen, y, x, across int) int {
	end := x
	for i := x; i < across && i <= end+gap; i++ {
		if from.at(y, i) != to.at(y, i) {
			end = i + 1
		}
	}
	for end < across && (from.at(y, end).first == 0 || to.at(y, end).first == 0) {
		end++
	}
	return end
}

// move appends what brings the cursor to its place.
func move(b []byte, row, column, y, x int) []byte {
	switch {
	case row == y && column == x:
		return b
	case row == y:
		b = strconv.AppendInt(append(b, "\x1b["...), int64(x+1), 10)
		return append(b, 'G')
	case row >= 0 && y == row+1 && x == 0:
		return append(b, "\r\n"...)
	}
	b = strconv.AppendInt(append(b, "\x1b["...), int64(y+1), 10)
	b = strconv.AppendInt(append(b, ';'), int64(x+1), 10)
	return append(b, 'H')
}
