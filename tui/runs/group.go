package runs

import (
	"slices"
	"strconv"
	"strings"

	"optwatch/train/view"
	"optwatch/tui/draw"
)

// hold keeps the targets together if they are a group, until each has been
// given what all of them are told: each takes it in between two steps of its
// own, and between the first and the last their recipes differ. A command to
// one run lets it leave.
func (s *Runs) hold() {
	s.held = nil
	if !s.Whole {
		return
	}
	for _, r := range s.Targets() {
		s.held = append(s.held, r.ID)
	}
}

// regroup makes the groups those of the snapshot.
func (s *Runs) regroup() {
	if !slices.ContainsFunc(s.Sent(), func(c view.Command) bool { return slices.Contains(s.held, c.Run) }) {
		s.held = nil
	}
	all := s.All()
	clear(s.first)
	for _, g := range s.gather(view.Groups(all)) {
		for _, r := range g {
			s.first[r.ID] = g[0].ID
		}
	}
	s.Groups = s.gather(view.Groups(slices.DeleteFunc(all, func(r *view.Run) bool { return !s.passes(r) })))
	s.sort(s.Groups)
	s.Listed = make([]*view.Run, 0, len(s.Snap.Runs))
	for _, g := range s.Groups {
		s.Listed = append(s.Listed, g...)
	}
}

// gather puts the runs that are held into one group, where the first stands.
func (s *Runs) gather(all []view.Group) []view.Group {
	at := -1
	out := all[:0]
	for _, g := range all {
		held := slices.ContainsFunc(g, func(r *view.Run) bool { return slices.Contains(s.held, r.ID) })
		if held && at >= 0 {
			out[at] = append(out[at], g...)
			slices.SortFunc(out[at], func(a, b *view.Run) int { return a.ID - b.ID })
			continue
		}
		if held {
			at = len(out)
		}
		out = append(out, g)
	}
	return out
}

// Group is that of the selected run; nil if none is in sight.
func (s *Runs) Group() view.Group {
	for _, g := range s.Groups {
		if slices.ContainsFunc(g, func(r *view.Run) bool { return r.ID == s.Selected }) {
			return g
		}
	}
	return nil
}

// GroupName is the name of a group's first run and how many there are. Runs that were
// named by others, one by one, are called by what they share.
func GroupName(g view.Group) string {
	if len(g) == 1 {
		return Label(g[0])
	}
	name := Label(g[0])
	if g[0].Path != "" {
		if shared := strings.TrimSpace(sharedName(g) + " " + SharedRecipe(g)); shared != "" {
			name = draw.Clean(shared)
		}
	}
	return name + " ×" + strconv.Itoa(len(g))
}

// Drawn are the groups whose curves are drawn without the runs that are
// hidden, that of the selected run last: it lies on top.
func (s *Runs) Drawn() []view.Group {
	out := make([]view.Group, 0, len(s.Groups))
	var top view.Group
	for _, g := range s.Groups {
		mine := g[0].ID == s.Selected
		if len(g) > 1 || s.hidden[g[0].ID] {
			mine = slices.ContainsFunc(g, func(r *view.Run) bool { return r.ID == s.Selected })
			g = slices.DeleteFunc(slices.Clone(g), s.Hidden)
		}
		switch {
		case len(g) == 0:
		case mine:
			top = g
		default:
			out = append(out, g)
		}
	}
	if top != nil {
		out = append(out, top)
	}
	return out
}

// Ordered are the same in the order of the standings, as in a picture: that has no
// selected run, which the screen draws over the others.
func (s *Runs) Ordered() []view.Group {
	out := s.Drawn()
	at := func(g view.Group) int { return slices.Index(s.Listed, g[0]) }
	slices.SortFunc(out, func(a, b view.Group) int { return at(a) - at(b) })
	return out
}

// Plotted are the runs whose curves are drawn, or take part in what is.
func (s *Runs) Plotted() []*view.Run {
	out := make([]*view.Run, 0, len(s.Listed))
	for _, g := range s.Drawn() {
		out = append(out, g...)
	}
	return out
}

// MostSeeds is the size of the largest of some groups.
func MostSeeds(groups []view.Group) int {
	most := 0
	for _, g := range groups {
		most = max(most, len(g))
	}
	return most
}

// SpreadName is what the spreads of some groups are, "" where all are of one run.
func SpreadName(groups []view.Group) string {
	name := ""
	for _, g := range groups {
		own := "min–max"
		if g.Quartiles() {
			own = "quartiles"
		}
		switch {
		case len(g) < 2:
		case name != "" && name != own:
			return "spread"
		default:
			name = own
		}
	}
	return name
}

// None is what stands where there is no run.
func (s *Runs) None() string {
	if s.Filter != "" {
		return "   no run matches " + strconv.Quote(s.Filter)
	}
	if s.Accepts(view.Add) {
		return "   no run yet: a adds one"
	}
	return "   no run yet"
}

// Subject is what the targets of keys are called.
func (s *Runs) Subject() string {
	if s.Whole {
		return GroupName(s.Group())
	}
	return draw.Clean(s.Run().Name)
}
