package study

import (
	"slices"

	"optwatch/train/study"
	"optwatch/tui/draw"
)

// tableLines are the tables, one below the other.
func tableLines(t *draw.Theme, s *study.Study, w int) []string {
	var out []string
	for i, table := range s.Tables {
		if i > 0 {
			out = append(out, "")
		}
		out = append(out, paragraph(t.Strong, table.Title, w)...)
		rows := make([][]string, len(table.Rows))
		for k, row := range table.Rows {
			rows[k] = make([]string, len(table.Head))
			for c := range rows[k] {
				if c < len(row) {
					rows[k][c] = draw.Clean(row[c])
				}
			}
		}
		head := slices.Clone(table.Head)
		for c := range head {
			head[c] = draw.Clean(head[c])
		}
		q := draw.Sheet{Head: head, Rows: rows, Ink: func(int, int) draw.Ink { return t.Text }, Sums: true}
		const headLines = 2 // at most
		lines, stacked := q.Lines(t, w), q.Stacked(t, w)
		if !q.Fits(w) || len(stacked)+headLines < len(lines) {
			lines = stacked
		}
		out = append(out, lines...)
	}
	return out
}
