package draw

import "strings"

// Markdown is a table as text that reads as one, and that Markdown draws as one.
func Markdown(head []string, rows [][]string) string {
	var b strings.Builder
	row := func(cells []string) {
		for _, c := range cells {
			b.WriteString("| " + strings.NewReplacer("|", "\\|", "\n", " ").Replace(c) + " ")
		}
		b.WriteString("|\n")
	}
	row(head)
	b.WriteString(strings.Repeat("| --- ", len(head)) + "|\n")
	for _, cells := range rows {
		row(cells)
	}
	return b.String()
}
