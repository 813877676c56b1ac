package study

import (
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train/study"
)

// A number in two parts reads as two numbers: at no width is a word of a table
// broken that fits into a line.
func TestTablesBreakNoNumber(t *testing.T) {
	s := study.Study{Tables: []study.Table{{
		Title: "every value", Head: []string{"recipe", "lr", "f − f*", "", "evaluations", "trained to", ""},
		Rows: [][]string{
			{"sgd", "0.000316", "0.0585", "0.0558 … 0.0631", "419712", "12.5 %", "cut"},
			{"fedavg:partition=iid", "0.0316", "2.97e+03", "1.93e+03 … 4.29e+03", "120000", "100 %", "◀ best"},
			{"adam", "1", "—", "— … —", "832", "0.867 %", "diverged with 3 of 3 seeds"},
		},
	}}}
	theme := plainTheme()
	for w := 30; w <= 140; w++ {
		lines := tableLines(theme, &s, w)
		seen := strings.Fields(ansi.Strip(strings.Join(lines, " ")))
		for _, row := range s.Tables[0].Rows {
			for _, word := range strings.Fields(strings.Join(row, " ")) {
				if !slices.Contains(seen, word) {
					t.Errorf("%d columns: %q is not to be read in\n%s", w, word, strings.Join(lines, "\n"))
				}
			}
		}
		for _, line := range lines {
			if n := ansi.StringWidth(line); n > w {
				t.Errorf("%d columns: %q has %d", w, line, n)
			}
		}
	}
}
