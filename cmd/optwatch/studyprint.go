package main

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train/study"
	"optwatch/tui/draw"
)

// errClaims says that claims are refuted or studies could not end; their pages say which.
var errClaims = errors.New("some claims are refuted")

// verdict is an error unless every study is done and no claim is refuted.
func verdict(v *study.View) error {
	for _, s := range v.Studies {
		switch {
		case s.State == study.Done:
		case len(s.Refuted()) > 0:
			return fmt.Errorf("%w: %s: %s", errClaims, s.Name, s.Err)
		default:
			return fmt.Errorf("%s: %s", s.Name, s.Err)
		}
	}
	return nil
}

// over says whether every study has come to its own end.
func over(v *study.View) bool {
	for _, s := range v.Studies {
		if !s.State.Over() || s.State == study.Ended {
			return false
		}
	}
	return true
}

// followStudies prints how far the studies are, a line every few seconds and
// one at each end, until done.
func followStudies(out io.Writer, notebook study.Source, done <-chan error) error {
	const every = 5 * time.Second
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case err := <-done:
			return err
		case <-tick.C:
			for _, s := range notebook.View().Studies {
				if s.State == study.Underway {
					fmt.Fprintln(out, progressLine(s))
				}
			}
		}
	}
}

// progressLine is how far a study is, in the columns of the narrowest usual terminal.
func progressLine(s study.Study) string {
	const columns, short = 80, 1e5
	evals := strconv.FormatInt(s.Evals, 10)
	if s.Evals >= short {
		evals = draw.SI(float64(s.Evals))
	}
	line := fmt.Sprintf("%7.0fs  %-10s %3.0f %%  %6s evals  ", s.Elapsed.Seconds(), s.Name, 100*s.Share, evals)
	across := ansi.StringWidth(line)
	return line + strings.ReplaceAll(inLines(s.Doing, columns-across), "\n", "\n"+strings.Repeat(" ", across))
}

// printStudies prints what was found, in so many columns; 0 for any number.
func printStudies(out io.Writer, v *study.View, width int) {
	for _, s := range v.Studies {
		fmt.Fprintf(out, "\n%s\n", inLines(fmt.Sprintf("%s · %s · %s in %s", s.Name, s.Title, s.State, s.Elapsed.Round(100*time.Millisecond)), width))
		if s.Err != "" {
			printIndented(out, "", s.Err, width)
		}
		for _, t := range s.Tables {
			fmt.Fprintf(out, "\n%s\n", inLines(t.Title, width))
			printRows(out, t.Head, t.Rows, width)
		}
		if len(s.Claims) > 0 {
			fmt.Fprintln(out)
			rows := make([][]string, len(s.Claims))
			for i, c := range s.Claims {
				rows[i] = []string{c.Text, c.Predicted, c.Measured, c.RefutedBy, c.Verdict.String()}
			}
			printRows(out, []string{"claim", "predicted", "measured", "refuted by", "verdict"}, rows, width)
		}
		for _, note := range s.Notes {
			printIndented(out, "", note, width)
		}
		for _, r := range s.Recipes {
			fmt.Fprintf(out, "  --run %s\n", r) // whole, to be copied
		}
	}
	if line := tallyLine(study.TallyOf(v.Studies...)); line != "" {
		fmt.Fprintf(out, "\n%s\n", inLines(line, width))
	}
}

// printRows prints a table, or where it is wider than there is room row below row: what the
// row is of, and under it what stands in each of its columns.
func printRows(out io.Writer, head []string, rows [][]string, width int) {
	var table strings.Builder
	w := tabwriter.NewWriter(&table, 0, 0, between, ' ', 0)
	for _, row := range append([][]string{head}, rows...) {
		fmt.Fprintf(w, "  %s\n", strings.Join(row, "\t"))
	}
	w.Flush()
	if width <= 0 || widest(table.String()) <= width || len(head) == 0 {
		fmt.Fprint(out, table.String())
		return
	}
	names := 0
	for _, name := range head[1:] {
		names = max(names, ansi.StringWidth(name))
	}
	for _, row := range rows {
		if len(row) == 0 {
			continue
		}
		printIndented(out, "", row[0], width)
		for i, text := range row[1:] {
			if text != "" && i+1 < len(head) {
				printIndented(out, draw.Fit("  "+head[i+1], 2+names)+"  ", text, width)
			}
		}
	}
}

// printIndented prints a text in lines of so many columns, each two columns in and as far
// again as the words that it begins with are long; 0 for any number.
func printIndented(out io.Writer, begins, text string, width int) {
	indent := strings.Repeat(" ", 2+ansi.StringWidth(begins))
	if width > 0 {
		text = strings.ReplaceAll(inLines(text, max(1, width-len(indent))), "\n", "\n"+indent)
	}
	fmt.Fprintf(out, "  %s%s\n", begins, text)
}

// tallyLine counts verdicts: those that are not resolved are neither for their
// claims nor against them. It is empty if there is none.
func tallyLine(n study.Tally) string {
	total, parts := 0, []string(nil)
	for _, v := range study.Verdicts {
		total += n[v]
		if n[v] > 0 || v == study.Refuted {
			parts = append(parts, fmt.Sprintf("%d %s", n[v], v.Of(n[v])))
		}
	}
	if total == 0 {
		return ""
	}
	return fmt.Sprintf("of %d claims %s", total, strings.Join(parts, ", "))
}

// widest is the width of the longest line of a text.
func widest(text string) int {
	n := 0
	for line := range strings.Lines(text) {
		n = max(n, ansi.StringWidth(strings.TrimRight(line, " \n")))
	}
	return n
}
