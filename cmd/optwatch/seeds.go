package main

import (
	"fmt"
	"io"
	"math"
	"strconv"

	"optwatch/optimizers"
	"optwatch/train/view"
	"optwatch/tui/draw"
)

// The runs of one recipe over several seeds: how they are asked for, and what
// is printed of them together.

// overSeeds is a line-up over some consecutive seeds, each recipe's first seed
// being its own or else the experiment's. All of the line-up goes before its
// next seed, so that its runs have the names, colours and numbers that they
// have with one.
func overSeeds(recipes []optimizers.Recipe, first uint64, seeds int) []optimizers.Recipe {
	out := recipes[:len(recipes):len(recipes)]
	for i := 1; i < seeds; i++ {
		for _, r := range recipes {
			seed := first
			if own, given := r.Get("seed"); given {
				seed, _ = optimizers.Seed(own) // what is no seed is refused with the first of these runs
			}
			out = append(out, r.With("seed", strconv.FormatUint(seed+uint64(i), 10)))
		}
	}
	return out
}

// groups are the runs that differ in their seed alone.
func groups(s *view.Snapshot) []view.Group {
	var runs []*view.Run
	for i := range s.Runs {
		runs = append(runs, &s.Runs[i])
	}
	return view.Groups(runs)
}

// printGroups prints a line for each recipe that ran over several seeds: the
// median of its runs and in brackets how far they spread. What diverged or
// failed is left out and counted. In few columns the last metrics are left out; a
// width of 0 is any.
func printGroups(out io.Writer, s *view.Snapshot, width int) {
	t := &finalTable{lines: [][]string{{"median [spread]"}}, how: []string{""}}
	for _, m := range tabulated(s) {
		t.lines[0] = append(t.lines[0], nameOf(m)+map[bool]string{true: " %"}[m.Format == view.Share])
	}
	for _, g := range groups(s) {
		if len(g) < 2 {
			continue
		}
		line := []string{fmt.Sprintf("%s ×%d", draw.Clean(g[0].Name), len(g))}
		for _, m := range tabulated(s) {
			line = append(line, spreadText(g, m))
		}
		t.lines, t.how = append(t.lines, line), append(t.how, spreadNote(g))
	}
	if len(t.how) == 1 {
		return
	}
	if width > 0 {
		t.fitMetrics(width)
	}
	fmt.Fprintln(out)
	t.print(out)
}

// spreadText is the median of a metric and its spread.
func spreadText(g view.Group, m *view.Metric) string {
	var values []float64
	for _, r := range g {
		v := r.Last(m.Key)
		if m.Format == view.Share {
			v *= 100
		}
		if !r.State.Broken() && !m.Provisional {
			values = append(values, v)
		}
	}
	lo, mid, hi := g.Spread(values)
	if math.IsNaN(mid) {
		return "—"
	}
	format := verb(m.Format)
	return fmt.Sprintf(format+" ["+format+" … "+format+"]", mid, lo, hi)
}

// spreadNote says what the spread of a group is, and what it leaves out.
func spreadNote(g view.Group) string {
	note := "lowest … highest"
	if g.Quartiles() {
		note = "quartiles"
	}
	broken := 0
	for _, r := range g {
		if r.State.Broken() {
			broken++
		}
	}
	if broken > 0 {
		note += fmt.Sprintf(", %d of %d diverged or failed", broken, len(g))
	}
	return note
}
