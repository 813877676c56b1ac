package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"optwatch/train/study"
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
					fmt.Fprintf(out, "%8.1fs  %-10s %3.0f %%  %d evaluations  %s\n", s.Elapsed.Seconds(), s.Name, 100*s.Share, s.Evals, s.Doing)
				}
			}
		}
	}
}

// printStudies prints what was found.
func printStudies(out io.Writer, v *study.View) {
	for _, s := range v.Studies {
		fmt.Fprintf(out, "\n%s · %s · %s in %s\n", s.Name, s.Title, s.State, s.Elapsed.Round(100*time.Millisecond))
		if s.Err != "" {
			fmt.Fprintf(out, "  %s\n", s.Err)
		}
		w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
		for _, t := range s.Tables {
			fmt.Fprintf(w, "\n%s\n  %s\n", t.Title, strings.Join(t.Head, "\t"))
			for _, row := range t.Rows {
				fmt.Fprintf(w, "  %s\n", strings.Join(row, "\t"))
			}
			w.Flush()
		}
		if len(s.Claims) > 0 {
			fmt.Fprintf(w, "\n  claim\tpredicted\tmeasured\trefuted by\tverdict\n")
		}
		for _, c := range s.Claims {
			fmt.Fprintf(w, "  %s\t%s\t%s\t%s\t%s\n", c.Text, c.Predicted, c.Measured, c.RefutedBy, c.Verdict)
		}
		w.Flush()
		for _, note := range s.Notes {
			fmt.Fprintf(out, "  %s\n", note)
		}
		for _, r := range s.Recipes {
			fmt.Fprintf(out, "  --run %s\n", r)
		}
	}
	if line := tallyLine(study.TallyOf(v.Studies...)); line != "" {
		fmt.Fprintf(out, "\n%s\n", line)
	}
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
