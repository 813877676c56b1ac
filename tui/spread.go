package tui

import (
	"math"
	"strconv"

	"optwatch/train"
	"optwatch/tui/draw"
)

// How far the runs of a group lie apart, in words and numbers.

// spreadName is what the spread of a group is.
func spreadName(g train.Group) string {
	if g.Quartiles() {
		return "quartiles"
	}
	return "min–max"
}

// spreadNames are what the spreads of some groups are, "" where all are of one run.
func spreadNames(groups []train.Group) string {
	name := ""
	for _, g := range groups {
		switch {
		case len(g) < 2:
		case name != "" && name != spreadName(g):
			return "spread"
		default:
			name = spreadName(g)
		}
	}
	return name
}

// mostSeeds is the size of the largest group.
func mostSeeds(groups []train.Group) int {
	most := 0
	for _, g := range groups {
		most = max(most, len(g))
	}
	return most
}

func middle(g train.Group, points []train.Point, value func(train.Point) float64) float64 {
	_, mid, _ := spreadOf(g, points, value)
	return mid
}

func spreadOf(g train.Group, points []train.Point, value func(train.Point) float64) (lo, mid, hi float64) {
	values := make([]float64, len(points))
	for i, p := range points {
		values[i] = value(p)
	}
	return g.Spread(values)
}

// hasSeeds says whether any recipe runs over several seeds.
func hasSeeds(m *model) bool { return mostSeeds(m.groups.all) > 1 }

func seedsAnd(id metricID) func(*model) bool {
	return func(m *model) bool { return hasSeeds(m) && metrics[id].has(m.snap) }
}

func seedsAndTest(m *model) bool { return hasSeeds(m) && needsTest(m) }

// percentSpread is how far a group's accuracies spread, in percent.
func percentSpread(id metricID) func(*model, entry) string {
	return func(m *model, e entry) string {
		return m.spreadText(e, func(p train.Point) float64 { return metrics[id].value(p, m.base) }, func(v float64) string {
			return strconv.FormatFloat(v, 'f', 2, 64)
		})
	}
}

// gapSpread is how far a group's f − f* spread.
func gapSpread(m *model, e entry) string {
	return m.spreadText(e, func(p train.Point) float64 { return p.Loss }, func(v float64) string {
		return draw.Scientific(m.base.below(v))
	})
}

// spreadText is from where to where the values of a group as a whole spread;
// "" for a run.
func (m *model) spreadText(e entry, value func(train.Point) float64, text func(float64) string) string {
	if e.run != nil {
		return ""
	}
	lo, _, hi := spreadOf(e.group, m.pointsOf(e.group), value)
	if math.IsNaN(lo) {
		return draw.Unknown
	}
	from, to := text(lo), text(hi)
	switch {
	case from == to:
		return from
	case len(from)+len(to) > 12: // exponents of two digits
		return from + "–" + to
	}
	return from + " – " + to
}
