package draw

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Sheet is a table whose cells are broken to fit their columns.
type Sheet struct {
	Head []string
	Rows [][]string
	Ink  func(row, col int) Ink
	Sums bool // columns of numbers stand on the right
}

// Lines are the sheet in lines of w columns.
func (s Sheet) Lines(t *Theme, w int) []string {
	if len(s.Head) == 0 {
		return nil
	}
	const between = 2
	widths := s.widths(w - 2 - between*(len(s.Head)-1))
	right := make([]bool, len(s.Head))
	for c := range right {
		right[c] = s.Sums && s.numeric(c)
	}
	var out []string
	row := func(cells []string, inks func(col int) Ink) {
		parts, high := make([][]string, len(cells)), 1
		for c := range cells {
			parts[c] = wrapCell(cells[c], widths[c])
			high = max(high, len(parts[c]))
		}
		for y := range high {
			l, at := NewLine(w), 1
			for c := range parts {
				if y < len(parts[c]) {
					text := Short(parts[c][y], widths[c])
					l.Tab(at)
					if right[c] {
						l.Gap(widths[c] - ansi.StringWidth(text))
					}
					l.Put(inks(c), text)
				}
				at += widths[c] + between
			}
			out = append(out, l.String())
		}
	}
	row(s.Head, func(int) Ink { return t.Dim })
	for i := range s.Rows {
		row(s.Rows[i], func(c int) Ink { return s.Ink(i, c) })
	}
	return out
}

// widths are those of the columns. Until all fit, the column gives way whose
// breaking adds the fewest lines to the sheet, of several the widest.
func (s Sheet) widths(room int) []int {
	want, total := make([]int, len(s.Head)), 0
	for c := range want {
		want[c] = max(1, ansi.StringWidth(s.Head[c]))
		for _, row := range s.Rows {
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
			if want[c] <= min(ansi.StringWidth(s.Head[c]), 9) && total < 4*room || want[c] == 1 {
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

func (s Sheet) filled(c, w int) filled {
	out := filled{lines: make([]int, 0, len(s.Rows)+1)}
	cell := func(text string) {
		out.lines = append(out.lines, len(wrapCell(text, w)))
		for word := range strings.FieldsSeq(text) {
			if ansi.StringWidth(word) > w {
				out.broken++
			}
		}
	}
	cell(s.Head[c])
	for _, row := range s.Rows {
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

// Fits says whether w columns are enough for every word of the sheet.
func (s Sheet) Fits(w int) bool {
	need := 2 * len(s.Head) // the margin and what is between
	for c := range s.Head {
		longest := 1
		for _, word := range strings.Fields(s.Head[c]) {
			longest = max(longest, ansi.StringWidth(word))
		}
		for _, row := range s.Rows {
			for _, word := range strings.Fields(row[c]) {
				longest = max(longest, ansi.StringWidth(word))
			}
		}
		need += longest
	}
	return need <= w
}

// Stacked are the rows as paragraphs of w columns, each number by its head.
func (s Sheet) Stacked(t *Theme, w int) []string {
	var out []string
	for i, row := range s.Rows {
		var parts []string
		for c, text := range row {
			switch {
			case text == "":
			case c == 0 || s.Head[c] == "":
				parts = append(parts, text)
			default:
				parts = append(parts, s.Head[c]+" "+text)
			}
		}
		for k, line := range Wrap(strings.Join(parts, " · "), max(1, w-4)) {
			l := NewLine(w)
			l.Gap(1)
			if k > 0 {
				l.Gap(2)
			}
			out = append(out, l.Put(s.Ink(i, 0), line).String())
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
func (s Sheet) numeric(c int) bool {
	for _, row := range s.Rows {
		if text := strings.TrimLeft(row[c], "+-−±≤≥<>~≈ "); row[c] != Unknown && row[c] != "" && (text == "" || text[0] < '0' || text[0] > '9') {
			return false
		}
	}
	return len(s.Rows) > 0
}
