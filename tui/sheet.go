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
	for ; total > room; total-- {
		best, least := -1, 0
		for c := range want {
			if want[c] <= min(ansi.StringWidth(s.head[c]), 9) && total < 4*room || want[c] == 1 {
				continue
			}
			want[c]--
			high := s.height(want)
			want[c]++
			if best < 0 || high < least || high == least && want[c] > want[best] {
				best, least = c, high
			}
		}
		if best < 0 {
			return want
		}
		want[best]--
	}
	return want
}

// height is about how many lines the sheet has with some widths.
func (s sheet) height(widths []int) int {
	total := 0
	for _, row := range s.rows {
		high := 1
		for c := range row {
			high = max(high, (len(row[c])+widths[c]-1)/widths[c])
		}
		total += high
	}
	return total
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
