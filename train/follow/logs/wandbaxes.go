package logs

import (
	"cmp"
	"slices"
	"strings"
)

// wandbAxes are what define_metric has said of values: over which other ones they are
// drawn. A later definition of the same names replaces the earlier.
type wandbAxes struct {
	defined []wandbAxis
	of      map[string]int     // by tags, the position among those defined; -1 for none
	latest  map[string]float64 // of those over which others are drawn
}

// wandbAxis is one such definition. A name may end in a star, which stands for
// anything.
type wandbAxis struct{ name, over string }

// mostAxes is how many definitions are kept.
const mostAxes = 1000

// define takes in a definition.
func (a *wandbAxes) define(name, over string) {
	if name == "" || over == "" || strings.HasPrefix(over, "_") && over != "_step" {
		return
	}
	i := slices.IndexFunc(a.defined, func(d wandbAxis) bool { return d.name == name })
	switch {
	case i >= 0:
		a.defined[i].over = over
	case len(a.defined) < mostAxes:
		a.defined = append(a.defined, wandbAxis{name, over})
	}
	a.of = map[string]int{}
}

// find is the definition for a tag: that of its name, or else of the longest pattern.
func (a *wandbAxes) find(tag string) int {
	if i, ok := a.of[tag]; ok {
		return i
	}
	best, longest := -1, -1
	for i, d := range a.defined {
		switch prefix, pattern := strings.CutSuffix(d.name, "*"); {
		case d.name == tag:
			best, longest = i, len(tag)+1
		case pattern && len(prefix) > longest && strings.HasPrefix(tag, prefix):
			best, longest = i, len(prefix)
		}
	}
	if best >= 0 && (a.defined[best].over == tag || a.defined[best].over == "_step") {
		best = -1
	}
	if len(a.of) < mostTagged {
		a.of[tag] = best
	}
	return best
}

// add adds a row with the values that were put, those that are drawn over another one
// at a place of their own.
func (a *wandbAxes) add(row Row, f *Found) {
	if len(a.defined) == 0 {
		f.Add(row)
		return
	}
	put := f.values[f.taken:]
	a.remember(put)
	if !slices.ContainsFunc(put, func(v Value) bool { return a.find(v.Tag) >= 0 }) {
		f.Add(row)
		return
	}
	values := slices.Clone(put)
	slices.SortStableFunc(values, func(x, y Value) int { return cmp.Compare(a.find(x.Tag), a.find(y.Tag)) })
	f.drop()
	for i, v := range values {
		f.Put(v.Tag, v.Number, v.Short)
		if at := a.find(v.Tag); i+1 == len(values) || a.find(values[i+1].Tag) != at {
			f.Add(a.placed(row, at))
		}
	}
}

// remember keeps the values over which others are drawn: a row need not repeat them.
func (a *wandbAxes) remember(values []Value) {
	for _, v := range values {
		if slices.ContainsFunc(a.defined, func(d wandbAxis) bool { return d.over == v.Tag }) {
			if a.latest == nil {
				a.latest = map[string]float64{}
			}
			a.latest[v.Tag] = v.Number
		}
	}
}

// placed is a row at the place that a definition gives its values: what is called an
// epoch or the like is a place on that axis, anything else counts steps.
func (a *wandbAxes) placed(row Row, at int) Row {
	if at < 0 {
		return row
	}
	over := a.defined[at].over
	v, ok := a.latest[over]
	if !ok {
		return row
	}
	p := spotOf(over[strings.LastIndexByte(over, '/')+1:]).place
	if p == nowhere {
		p = atStep
	}
	row.put(p, v)
	return row
}
