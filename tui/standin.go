package tui

import (
	"slices"
	"strconv"
	"time"

	"optwatch/train"
	"optwatch/tui/draw"
)

// How several runs stand as one: by the median of each of their numbers.

// name is what an entry is called.
func (e entry) name() string {
	switch {
	case e.run == nil:
		return groupName(e.group)
	case e.inner():
		return "  " + label(e.run)
	}
	return label(e.run)
}

// away says whether none of an entry's curves is drawn.
func (m *model) away(e entry) bool {
	if e.run != nil {
		return m.hidden[e.run.ID]
	}
	return !slices.ContainsFunc(e.group, func(r *train.RunView) bool { return !m.hidden[r.ID] })
}

// lineSign is how the line of an entry is drawn; "" where it has none of its own.
func (m *model) lineSign(e entry) (flat string, k draw.Ink) {
	b := m.brush(e.group[0])
	switch {
	case m.away(e), e.inner() && !m.chosen(e):
		return "", draw.Ink{}
	case !m.look.x.takes(e.group[0]): // it has no curve here
		return b.Flat, m.theme.Faint
	case e.inner():
		return m.theme.Member.Flat, b.Ink
	}
	return b.Flat, b.Ink
}

// valueAt is a run where it stands, or at the value cursor; a run that broke
// has no place among others from there on.
func (m *model) valueAt(r *train.RunView, among bool) (p train.Point, seen bool) {
	p, seen = r.Last, true
	p.Step, p.Evals = r.Step, r.Evals
	if m.look.probe {
		p, seen = m.probed(r)
	}
	if among && r.State.Broken() && (!m.look.probe || p.Evals >= r.Last.Evals) {
		return p, false
	}
	return p, seen
}

// stands is an entry as one run: a group has the median of each number.
func (m *model) stands(e entry) (r *train.RunView, p train.Point, seen bool) {
	if e.run != nil {
		p, seen = m.valueAt(e.run, false)
		return e.run, p, seen
	}
	points := m.pointsOf(e.group)
	v := *e.group[0]
	v.State = m.leading(e.group).State
	mid := func(value func(train.Point) float64) float64 { return middle(e.group, points, value) }
	p = train.Point{
		Loss: mid(func(p train.Point) float64 { return p.Loss }), GradNorm: mid(func(p train.Point) float64 { return p.GradNorm }),
		ValAccuracy:  mid(func(p train.Point) float64 { return p.ValAccuracy }),
		TestAccuracy: mid(func(p train.Point) float64 { return p.TestAccuracy }),
		Step:         int64(mid(func(p train.Point) float64 { return float64(p.Step) })),
		Evals:        int64(mid(func(p train.Point) float64 { return float64(p.Evals) })),
	}
	var rates []float64
	v.Left = time.Duration(-1)
	for _, r := range e.group {
		if r.State == train.Running {
			rates = append(rates, r.EvalsPerSecond)
		}
		if goes(r) {
			v.Left = max(v.Left, r.Left)
		}
	}
	_, v.EvalsPerSecond, _ = e.group.Spread(rates)
	return &v, p, len(points) > 0
}

// pointsOf are the runs of a group where they stand, or at the value cursor.
func (m *model) pointsOf(g train.Group) []train.Point {
	points := make([]train.Point, 0, len(g))
	for _, r := range g {
		if p, seen := m.valueAt(r, len(g) > 1); seen {
			points = append(points, p)
		}
	}
	return points
}

// leading is the run of a group whose state goes before the others'.
func (m *model) leading(g train.Group) *train.RunView {
	return slices.MinFunc(g, func(a, b *train.RunView) int { return int(a.State) - int(b.State) })
}

// stateOfEntry is the state of a run, or how many of a group are in which.
func (m *model) stateOfEntry(e entry) (glyph, word string, k draw.Ink) {
	if e.run != nil {
		return m.stateOf(e.run)
	}
	plain := *m.leading(e.group) // what one of them does just now is not what they do
	plain.Activity, plain.Federated, plain.Pending = "", nil, ""
	glyph, word, k = m.stateOf(&plain)
	text := ""
	for _, c := range m.counts(e.group) {
		switch {
		case c.n == len(e.group):
			return glyph, word, k
		case c.n > 0 && text == "":
			glyph, text = c.glyph, strconv.Itoa(c.n)
		case c.n > 0:
			text += " " + c.glyph + " " + strconv.Itoa(c.n)
		}
	}
	return glyph, text, k
}
