package tui

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// sheet is a table whose cells are broken to fit their columns.
type sheet struct {
	head []string
	rows [][]string
	ink  func(row, col int) ink
	sums bool // columns of numbers stand on the right
}

// lines are the sheet in lines of w columns.
func (s sheet) lines(t *theme, w int) []string {
	if len(s.head) == 0 {
		return nil
	}
	const between = 2
	widths := s.widths(w - 2 - between*(len(s.head)-1))
	right := make([]bool, len(s.head))
	for c := range right {
		right[c] = s.sums && s.numeric(c)
	}
	var out []string
	row := func(cells []string, inks func(col int) ink) {
		parts, high := make([][]string, len(cells)), 1
		for c := range cells {
			parts[c] = wrapCell(cells[c], widths[c])
			high = max(high, len(parts[c]))
		}
		for y := range high {
			l, at := newLine(w), 1
			for c := range parts {
				if y < len(parts[c]) {
					text := short(parts[c][y], widths[c])
					l.tab(at)
					if right[c] {
						l.gap(widths[c] - ansi.StringWidth(text))
					}
					l.put(inks(c), text)
				}
				at += widths[c] + between
			}
			out = append(out, l.String())
		}
	}
	row(s.head, func(int) ink { return t.dim })
	for i := range s.rows {
		row(s.rows[i], func(c int) ink { return s.ink(i, c) })
	}
	return out
}

// widths are those of the columns. Until all fit, the column gives way whose
// breaking adds the fewest lines to the sheet, of several the widest.
func (s sheet) widths(room int) []int {
	want, total := make([]int, len(s.head)), 0
	for c := range want {
		want[c] = max(1, ansi.StringWidth(s.head[c]))
		for _, row := range s.rows {
			want[c] = max(want[c], ansi.StringWidth(row[c]))
		}
		total += want[c]
	}
	cells, narrower := make([]filled, len(want)), make([]filled, len(want))
	for c := range cells {
		cells[c], narrower[c] = s.filled(c, want[c]), s.filled(c, max(1, want[c]-1))
	}
	for ; total > room; total-- {
		best, least := -1, 0
		for c := range want {
			if want[c] <= min(ansi.StringWidth(s.head[c]), 9) && total < 4*room || want[c] == 1 {
				continue
			}
			cells[c], narrower[c] = narrower[c], cells[c]
			cost := costOf(cells)
			cells[c], narrower[c] = narrower[c], cells[c]
			if best < 0 || cost < least || cost == least && want[c] > want[best] {
				best, least = c, cost
			}
		}
		if best < 0 {
			return want
		}
		want[best]--
		cells[best], narrower[best] = narrower[best], s.filled(best, max(1, want[best]-1))
	}
	return want
}

// filled is what the cells of a column are at a width, the head first.
type filled struct {
	lines  []int
	broken int // words
}

func (s sheet) filled(c, w int) filled {
	out := filled{lines: make([]int, 0, len(s.rows)+1)}
	cell := func(text string) {
		out.lines = append(out.lines, len(wrapCell(text, w)))
		for word := range strings.FieldsSeq(text) {
			if ansi.StringWidth(word) > w {
				out.broken++
			}
		}
	}
	cell(s.head[c])
	for _, row := range s.rows {
		cell(row[c])
	}
	return out
}

// costOf is the lines of a sheet, and some more for every word that is broken:
// a number in two parts reads as two numbers.
func costOf(columns []filled) int {
	total := 0
	for y := range columns[0].lines {
		high := 1
		for _, c := range columns {
			high = max(high, c.lines[y])
		}
		total += high
	}
	for _, c := range columns {
		total += 4 * c.broken
	}
	return total
}

// whole says whether w columns are enough for every word of the sheet.
func (s sheet) whole(w int) bool {
	need := 2 * len(s.head) // the margin and what is between
	for c := range s.head {
		longest := 1
		for _, word := range strings.Fields(s.head[c]) {
			longest = max(longest, ansi.StringWidth(word))
		}
		for _, row := range s.rows {
			for _, word := range strings.Fields(row[c]) {
				longest = max(longest, ansi.StringWidth(word))
			}
		}
		need += longest
	}
	return need <= w
}

// stacked are the rows as paragraphs of w columns, each number by its head.
func (s sheet) stacked(t *theme, w int) []string {
	var out []string
	for i, row := range s.rows {
		var parts []string
		for c, text := range row {
			switch {
			case text == "":
			case c == 0 || s.head[c] == "":
				parts = append(parts, text)
			default:
				parts = append(parts, s.head[c]+" "+text)
			}
		}
		for k, line := range wrap(strings.Join(parts, " · "), max(1, w-4)) {
			l := newLine(w)
			l.gap(1)
			if k > 0 {
				l.gap(2)
			}
			out = append(out, l.put(s.ink(i, 0), line).String())
		}
	}
	return out
}

// wrapCell breaks a cell at spaces, and words only that are wider than w.
func wrapCell(text string, w int) []string {
	lines, at := []string{}, ""
	for word := range strings.FieldsSeq(text) {
		if at != "" && ansi.StringWidth(at)+1+ansi.StringWidth(word) <= w {
			at += " " + word
			continue
		}
		if at != "" {
			lines = append(lines, at)
		}
		for ansi.StringWidth(word) > w {
			head := ansi.Truncate(word, w, "")
			if head == "" { // a wide character in a column of one
				break
			}
			lines, word = append(lines, head), word[len(head):]
		}
		at = word
	}
	return append(lines, at)
}

// numeric says whether a column holds numbers, with their units.
func (s sheet) numeric(c int) bool {
	for _, row := range s.rows {
		if text := strings.TrimLeft(row[c], "+-−±≤≥<>~≈ "); row[c] != unknown && row[c] != "" && (text == "" || text[0] < '0' || text[0] > '9') {
			return false
		}
	}
	return len(s.rows) > 0
}
