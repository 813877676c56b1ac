package view

import (
	"math"
	"slices"
)

// Group is runs that differ in their seed alone, or a run by itself.
type Group []*Run

// Groups puts runs together by Run.Group, in the order in which the first of
// each stands.
func Groups(runs []*Run) []Group {
	var groups []Group
	for _, r := range runs {
		i := -1
		if r.Group != "" {
			i = slices.IndexFunc(groups, func(g Group) bool { return g[0].Group == r.Group })
		}
		if i < 0 {
			groups = append(groups, Group{r})
			continue
		}
		groups[i] = append(groups[i], r)
	}
	return groups
}

// mostRanged is the number of seeds up to which all of them say how far apart
// runs are. The quartiles of fewer than five are hardly anything else.
const mostRanged = 4

// Quartiles says whether the spread of the group is from its lower quartile to
// its upper one. That of a few runs is from the lowest to the highest.
func (g Group) Quartiles() bool { return len(g) > mostRanged }

// Spread is the median of some of the group's values and how far they spread
// about it; NaN where none is known. Values are sorted in place.
func (g Group) Spread(values []float64) (lo, mid, hi float64) {
	return Spread(slices.DeleteFunc(values, func(v float64) bool { return math.IsInf(v, 0) }), len(g))
}

// Spread is the median of what is known of some seeds and how far it spreads
// about it: from the lowest to the highest of a few seeds, between the quartiles
// of more; NaN where nothing is known. Quantiles lie on the straight lines
// between the sorted values, as numpy's do. Values are sorted in place.
func Spread(values []float64, seeds int) (lo, mid, hi float64) {
	v := slices.DeleteFunc(values, math.IsNaN)
	if len(v) == 0 {
		return math.NaN(), math.NaN(), math.NaN()
	}
	slices.Sort(v)
	if seeds > mostRanged {
		return quantile(v, 0.25), quantile(v, 0.5), quantile(v, 0.75)
	}
	return v[0], quantile(v, 0.5), v[len(v)-1]
}

// quantile is the value below which a share of the sorted values lies, some of
// which may be infinite.
func quantile(sorted []float64, share float64) float64 {
	at := share * float64(len(sorted)-1)
	i := int(at)
	if at == float64(i) || sorted[i] == sorted[i+1] {
		return sorted[i]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}
